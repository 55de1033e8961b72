-- A page of the receipts of one merchant, each with its best match, and the number of all of them on every line; one line
-- without a receipt where the page is empty.
-- $1: the user; $2: the merchant's normalised name, or null; $3: without a name, the domain; $4: a parsing status, or null
-- for all; $5: receipts on a page; $6: receipts before it.
WITH found AS (
    SELECT r.*
    FROM gmail_receipts AS r
    JOIN gmail_connections AS c ON c.id = r.connection_id
    CROSS JOIN LATERAL (SELECT substring(r.sender_email FROM '@(.+)') AS domain) AS sender
    WHERE
        c.user_id = $1
        AND c.connection_status = 'active'
        AND r.deleted_at IS NULL
        AND ($4::text IS NULL OR r.parsing_status = $4)
        AND CASE
            WHEN $2::text IS NULL THEN lower($3) IN (lower(r.merchant_domain), lower(sender.domain))
            ELSE lower($2) = lower(
                coalesce(
                    r.merchant_name_normalized,
                    split_part(coalesce(r.merchant_domain, sender.domain), '.', 1)
                )
            )
        END
),
page AS (
    SELECT * FROM found ORDER BY received_at DESC, id DESC LIMIT $5 OFFSET $6
)
SELECT
    number.total,
    page.*,
    best.id AS match_id,
    best.match_confidence,
    t.id AS transaction_id,
    t.description AS transaction_description,
    t.amount AS transaction_amount
FROM (SELECT count(*) AS total FROM found) AS number
LEFT JOIN page ON true
LEFT JOIN LATERAL (
    SELECT m.id, m.match_confidence, m.truelayer_transaction_id
    FROM gmail_transaction_matches AS m
    WHERE m.gmail_receipt_id = page.id
    ORDER BY m.match_confidence DESC, m.id
    LIMIT 1
) AS best ON true
LEFT JOIN truelayer_transactions AS t ON t.id = best.truelayer_transaction_id
ORDER BY page.received_at DESC, page.id DESC
