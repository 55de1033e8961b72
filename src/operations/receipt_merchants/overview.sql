-- A user's receipts by merchant, with the bank transactions that may belong to each. $1: the user.
WITH receipt AS (
    SELECT
        coalesce(
            r.merchant_name_normalized,
            lower(split_part(coalesce(r.merchant_domain, sender.domain), '.', 1))
        ) AS normalized,
        coalesce(r.merchant_domain, sender.domain) AS domain,
        coalesce(r.merchant_name, r.sender_name, sender.domain) AS shown,
        r.parsing_status,
        r.parse_method,
        r.received_at,
        r.llm_cost_cents,
        r.total_amount,
        r.currency_code,
        EXISTS (SELECT FROM gmail_transaction_matches AS m WHERE m.gmail_receipt_id = r.id) AS is_matched
    FROM gmail_receipts AS r
    JOIN gmail_connections AS c ON c.id = r.connection_id
    CROSS JOIN LATERAL (SELECT substring(r.sender_email FROM '@(.+)') AS domain) AS sender
    WHERE c.user_id = $1 AND c.connection_status = 'active' AND r.deleted_at IS NULL
),
merchant_in_currency AS (
    SELECT
        normalized,
        domain,
        shown,
        currency_code,
        count(*) AS receipts,
        count(*) FILTER (WHERE parsing_status = 'parsed') AS parsed,
        count(*) FILTER (WHERE parsing_status = 'pending') AS pending,
        count(*) FILTER (WHERE parsing_status IN ('failed', 'unparseable')) AS failed,
        count(*) FILTER (WHERE is_matched) AS matched,
        min(received_at) AS earliest,
        max(received_at) AS latest,
        sum(llm_cost_cents) AS llm_cost_cents,
        sum(total_amount) AS amount,
        count(*) FILTER (WHERE parse_method = 'schema_org') AS by_schema,
        count(*) FILTER (WHERE parse_method = 'pattern') AS by_pattern,
        count(*) FILTER (WHERE parse_method = 'llm') AS by_llm,
        coalesce(bool_or(starts_with(parse_method, 'vendor_')), false) AS has_vendor_parser
    FROM receipt
    WHERE coalesce(normalized, '') <> '' OR coalesce(domain, '') <> ''
    GROUP BY normalized, domain, shown, currency_code
),
merchant AS (
    SELECT
        normalized,
        domain,
        shown,
        lower(coalesce(nullif(normalized, ''), split_part(domain, '.', 1))) AS word,
        sum(receipts)::bigint AS receipts,
        sum(parsed)::bigint AS parsed,
        sum(pending)::bigint AS pending,
        sum(failed)::bigint AS failed,
        sum(matched)::bigint AS matched,
        min(earliest) AS earliest,
        max(latest) AS latest,
        coalesce(sum(llm_cost_cents), 0)::bigint AS llm_cost_cents,
        coalesce(sum(amount), 0) AS total_amount,
        coalesce(
            jsonb_agg(
                jsonb_build_object('currency', currency_code, 'amount', amount::text) ORDER BY currency_code
            ) FILTER (WHERE amount IS NOT NULL),
            '[]'
        ) AS amounts,
        sum(by_schema)::bigint AS by_schema,
        sum(by_pattern)::bigint AS by_pattern,
        sum(by_llm)::bigint AS by_llm,
        bool_or(has_vendor_parser) AS has_vendor_parser
    FROM merchant_in_currency
    GROUP BY normalized, domain, shown
),
template AS (
    SELECT DISTINCT ON (lower(sender_domain)) lower(sender_domain) AS domain, parse_type
    FROM gmail_sender_patterns
    WHERE is_active
    ORDER BY lower(sender_domain), id
),
bank_transaction AS (
    SELECT t.id, t.transaction_type, lower(t.merchant_name) AS merchant, lower(t.description) AS description
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE c.user_id = $1
),
source AS (
    SELECT
        t.id,
        count(*) FILTER (WHERE s.source_type = 'amazon') AS amazon,
        count(*) FILTER (WHERE s.source_type = 'amazon_business') AS amazon_business,
        count(*) FILTER (WHERE s.source_type = 'amazon_fresh') AS amazon_fresh,
        count(*) FILTER (WHERE s.source_type = 'apple') AS apple
    FROM bank_transaction AS t
    JOIN transaction_enrichment_sources AS s ON s.truelayer_transaction_id = t.id
    GROUP BY t.id
),
has_receipt AS (
    SELECT DISTINCT t.id
    FROM bank_transaction AS t
    JOIN gmail_transaction_matches AS m ON m.truelayer_transaction_id = t.id
    JOIN gmail_receipts AS r ON r.id = m.gmail_receipt_id
    WHERE r.deleted_at IS NULL
),
-- Payments repeat: each text is searched once.
bank_text AS (
    SELECT
        t.merchant,
        t.description,
        count(*) FILTER (WHERE t.transaction_type = 'DEBIT' AND has_receipt.id IS NULL) AS open,
        sum(source.amazon) AS amazon,
        sum(source.amazon_business) AS amazon_business,
        sum(source.amazon_fresh) AS amazon_fresh,
        sum(source.apple) AS apple
    FROM bank_transaction AS t
    LEFT JOIN source ON source.id = t.id
    LEFT JOIN has_receipt ON has_receipt.id = t.id
    GROUP BY t.merchant, t.description
),
search AS (
    SELECT DISTINCT
        word,
        -- An underscore stands for any character: amazon_business finds AMAZON BUSINESS.
        '%' || replace(replace(word, '\', '\\'), '%', '\%') || '%' AS pattern
    FROM merchant
    WHERE word <> ''
),
fit AS (
    SELECT
        search.word,
        sum(bank_text.open)::bigint AS open,
        sum(bank_text.amazon)::bigint AS amazon,
        sum(bank_text.amazon_business)::bigint AS amazon_business,
        sum(bank_text.amazon_fresh)::bigint AS amazon_fresh,
        sum(bank_text.apple)::bigint AS apple
    FROM search
    JOIN bank_text ON bank_text.merchant LIKE search.pattern OR bank_text.description LIKE search.pattern
    GROUP BY search.word
)
SELECT
    merchant.normalized,
    merchant.domain,
    merchant.shown,
    merchant.receipts,
    merchant.parsed,
    merchant.pending,
    merchant.failed,
    merchant.matched,
    merchant.earliest,
    merchant.latest,
    merchant.llm_cost_cents,
    merchant.total_amount,
    merchant.amounts,
    merchant.by_schema,
    merchant.by_pattern,
    merchant.by_llm,
    merchant.has_vendor_parser,
    template.parse_type AS template,
    coalesce(fit.open, 0) AS open_transactions,
    coalesce(fit.amazon, 0) AS amazon_sources,
    coalesce(fit.amazon_business, 0) AS amazon_business_sources,
    coalesce(fit.amazon_fresh, 0) AS amazon_fresh_sources,
    coalesce(fit.apple, 0) AS apple_sources
FROM merchant
LEFT JOIN template ON template.domain = lower(merchant.domain)
LEFT JOIN fit ON fit.word = merchant.word
ORDER BY merchant.receipts DESC, merchant.normalized, merchant.domain, merchant.shown
