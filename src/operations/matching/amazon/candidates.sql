-- Amazon payments without an order, each with the orders that it may have paid, best pair first.
-- $1: the user, or null for everybody.
--
-- A pair is of one currency, at most 0.01 apart in amount and at most 3 days apart in UTC. Both sides have their keys worked
-- out before they are joined: a payment has a row for each day of its window and each neighbouring hundredth. So one join
-- compares day, amount and currency for equality at once, and many equal amounts cost no more than the pairs that they make.
WITH payments AS MATERIALIZED (
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
        ($1::int IS NULL OR c.user_id = $1)
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
), neighbours AS (
    SELECT id, day, amount, currency, floor(amount * 100) + generate_series(-1, 1) AS hundredths
    FROM payments
    WHERE amount > 0
), windows AS MATERIALIZED (
    SELECT id, day, amount, currency, hundredths, day + generate_series(-3, 3) AS order_date FROM neighbours
), orders AS MATERIALIZED (
    SELECT o.id, o.order_id, o.order_date, o.total_owed, o.currency, floor(o.total_owed * 100) AS hundredths
    FROM amazon_orders AS o
    WHERE
        o.total_owed > 0
        AND lower(btrim(coalesce(o.order_status, ''))) NOT IN ('cancelled', 'canceled')
        AND NOT EXISTS (
            SELECT FROM truelayer_amazon_transaction_matches AS m WHERE m.amazon_order_id = o.id
        )
), pairs AS (
    SELECT w.id, o.id AS order_row, o.order_id, abs(o.order_date - w.day) AS days
    FROM windows AS w
    JOIN orders AS o USING (order_date, hundredths, currency)
    WHERE abs(o.total_owed - w.amount) <= 0.01
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
