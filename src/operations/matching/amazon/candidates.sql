-- Amazon payments without an order, each with the orders that it may have paid, best pair first.
-- $1: the user, or null for everybody.
--
-- A pair is of one currency, at most 0.01 apart in amount and at most 3 days apart in UTC. The join compares for equality
-- only (each day of the window, each neighbouring hundredth), so that its cost grows with the rows and not with their
-- product.
WITH payments AS (
    SELECT
        t.id,
        t.normalised_provider_transaction_id AS transaction,
        t.amount,
        t.currency,
        (t."timestamp" AT TIME ZONE 'UTC')::date AS day
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE
        ($1 IS NULL OR c.user_id = $1)
        AND t.transaction_type = 'DEBIT'
        AND (
            t.description ~* '(^|[^[:alnum:]])(AMAZON|AMZN)'
            OR t.merchant_name ~* '(^|[^[:alnum:]])(AMAZON|AMZN)'
        )
        AND NOT EXISTS (
            SELECT FROM truelayer_amazon_transaction_matches AS m WHERE m.truelayer_transaction_id = t.id
        )
        AND NOT EXISTS (
            SELECT FROM truelayer_amazon_business_matches AS m WHERE m.truelayer_transaction_id = t.id
        )
), pairs AS (
    SELECT p.id, o.id AS order_row, o.order_id, abs(shift.days) AS days
    FROM payments AS p
    CROSS JOIN generate_series(-3, 3) AS shift (days)
    CROSS JOIN generate_series(-1, 1) AS step (hundredths)
    JOIN amazon_orders AS o ON
        o.currency = p.currency
        AND o.order_date = p.day + shift.days
        AND floor(o.total_owed * 100) = floor(p.amount * 100) + step.hundredths
    WHERE
        p.amount > 0
        AND o.total_owed > 0
        AND abs(o.total_owed - p.amount) <= 0.01
        AND lower(btrim(coalesce(o.order_status, ''))) NOT IN ('cancelled', 'canceled')
        AND NOT EXISTS (
            SELECT FROM truelayer_amazon_transaction_matches AS m WHERE m.amazon_order_id = o.id
        )
)
SELECT
    p.id,
    p.transaction,
    p.day,
    pairs.order_row,
    pairs.order_id,
    CASE pairs.days WHEN 0 THEN 100 WHEN 1 THEN 95 WHEN 2 THEN 85 WHEN 3 THEN 75 END AS confidence
FROM payments AS p
LEFT JOIN pairs ON pairs.id = p.id
ORDER BY confidence DESC NULLS LAST, pairs.days, p.day, p.id, pairs.order_row
