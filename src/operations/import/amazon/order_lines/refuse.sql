-- Lines of two currencies have no sum: where an order has no other fault, its first line in another currency is one.
UPDATE pg_temp.lines AS l
SET fault = format('Currency: %s in an order in %s', l.currency, other.order_currency)
FROM (
    SELECT DISTINCT ON (order_id) order_id, number, order_currency
    FROM (
        SELECT
            order_id,
            number,
            currency,
            first_value(currency) OVER (PARTITION BY order_id ORDER BY number) AS order_currency
        FROM pg_temp.lines
        WHERE order_id IN (
            SELECT order_id
            FROM pg_temp.lines
            WHERE order_id IS NOT NULL
            GROUP BY order_id
            HAVING count(fault) = 0 AND min(currency) <> max(currency)
        )
    ) AS line
    WHERE currency <> order_currency
    ORDER BY order_id, number
) AS other
WHERE l.number = other.number;

-- A refused line takes the other lines of its order with it: the order is not stored with a wrong total.
UPDATE pg_temp.lines AS l
SET fault = format('line %s of the same order is refused: %s', first.number, first.fault)
FROM (
    SELECT DISTINCT ON (order_id) order_id, number, fault
    FROM pg_temp.lines
    WHERE fault IS NOT NULL AND order_id IS NOT NULL
    ORDER BY order_id, number
) AS first
WHERE l.order_id = first.order_id AND l.fault IS NULL;
