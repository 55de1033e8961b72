-- What parsing got out of the mails of each merchant, sender and parser.
-- $1: the user, or null for everybody; $2: a mailbox, $3: a merchant, $4: a parser, or null for all; $5: days of 24 hours
-- back from now.
SELECT
    s.merchant_normalized,
    s.sender_domain,
    s.parse_method,
    count(*) AS attempts,
    count(*) FILTER (WHERE s.parsing_status = 'parsed') AS parsed,
    count(*) FILTER (WHERE s.merchant_extracted) AS merchant_extracted,
    count(*) FILTER (WHERE s.brand_extracted) AS brand_extracted,
    count(*) FILTER (WHERE s.amount_extracted) AS amount_extracted,
    count(*) FILTER (WHERE s.date_extracted) AS date_extracted,
    count(*) FILTER (WHERE s.order_id_extracted) AS order_id_extracted,
    count(*) FILTER (WHERE s.line_items_extracted) AS line_items_extracted,
    count(*) FILTER (WHERE s.match_attempted) AS match_attempted,
    count(*) FILTER (WHERE s.match_success) AS match_success,
    avg(s.match_confidence) AS average_match_confidence,
    avg(s.parse_duration_ms) AS average_parse_duration_ms,
    coalesce(sum(s.llm_cost_cents), 0) AS llm_cost_cents
FROM gmail_parse_statistics AS s
WHERE
    s.created_at >= now() - $5::integer * interval '24 hours'
    AND ($2::integer IS NULL OR s.connection_id = $2)
    AND ($3::text IS NULL OR s.merchant_normalized = $3)
    AND ($4::text IS NULL OR s.parse_method = $4)
    AND ($1::integer IS NULL OR s.connection_id IN (SELECT c.id FROM gmail_connections AS c WHERE c.user_id = $1))
GROUP BY s.merchant_normalized, s.sender_domain, s.parse_method
ORDER BY attempts DESC, s.merchant_normalized, s.sender_domain, s.parse_method
