-- {size} transactions of one user on four accounts over six years: four in five with an enrichment, three in ten with a source
-- (one in ten with two). The same for the same seed.
CREATE FUNCTION pg_temp.pick(n integer, salt integer, below integer) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT ((hashint8extended(n, {seed} * 1000 + salt) & 9223372036854775807) % below)::integer $$;

INSERT INTO users (id, email) VALUES (1, 'bench@example.com');

INSERT INTO bank_connections (id, user_id, provider_id, provider_name) VALUES (1, 1, 'bank', 'A bank');

INSERT INTO truelayer_accounts (id, connection_id, account_id, account_type, display_name, currency)
SELECT n, 1, 'account-' || n, 'TRANSACTION', 'Account ' || n, 'GBP' FROM generate_series(1, 4) AS t (n);

INSERT INTO truelayer_transactions (
    id, account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type, transaction_category, merchant_name, running_balance, metadata, pre_enrichment_status
)
SELECT
    n,
    1 + pg_temp.pick(n, 1, 4),
    md5(n::text),
    'txn-' || n,
    timestamptz '2019-01-01 00:00Z' + pg_temp.pick(n, 2, 2000) * interval '1 day' + pg_temp.pick(n, 3, 86400) * interval '1 second',
    'CARD PAYMENT TO SHOP ' || pg_temp.pick(n, 4, 5000) || ' ON 03-04-2025',
    round((1 + pg_temp.pick(n, 5, 30000)) / 100.0, 2),
    'GBP',
    CASE pg_temp.pick(n, 6, 10) WHEN 0 THEN 'CREDIT' ELSE 'DEBIT' END,
    CASE WHEN pg_temp.pick(n, 7, 5) > 0 THEN 'Category ' || pg_temp.pick(n, 8, 20) END,
    'Shop ' || pg_temp.pick(n, 4, 5000),
    round(pg_temp.pick(n, 9, 1000000) / 100.0, 2),
    jsonb_build_object(
        'provider_id', 'uk-ob-testbank',
        'provider_transaction_id', n::text,
        'transaction_category', 'PURCHASE',
        'transaction_classification', jsonb_build_array('Shopping', 'General'),
        'meta', jsonb_build_object('bank_transaction_id', n::text, 'provider_transaction_category', 'DEB')
    ) || CASE WHEN pg_temp.pick(n, 7, 5) = 0 THEN '{}' ELSE jsonb_build_object(
        'enrichment', jsonb_build_object(
            'primary_category', 'Category ' || pg_temp.pick(n, 8, 20),
            'subcategory', 'Subcategory ' || pg_temp.pick(n, 10, 80),
            'merchant_clean_name', 'Shop ' || pg_temp.pick(n, 4, 5000),
            'merchant_type', 'retail',
            'essential_discretionary', CASE pg_temp.pick(n, 11, 2) WHEN 0 THEN 'Essential' ELSE 'Discretionary' END,
            'payment_method', 'Card Payment',
            'confidence_score', 0.9,
            'llm_provider', 'rule',
            'llm_model', 'consistency_rule',
            'enriched_at', '2025-04-03T10:00:00.000000Z'
        )
    ) END,
    CASE pg_temp.pick(n, 12, 10) WHEN 0 THEN 'Matched' WHEN 1 THEN 'Gmail' ELSE 'None' END
FROM generate_series(1, {size}) AS t (n);

INSERT INTO transaction_enrichment_sources (
    truelayer_transaction_id, source_type, source_id, description, order_id, line_items, match_confidence, match_method, is_primary
)
SELECT
    n, kind, n, 'A thing for the house ' || n, '202-' || n,
    jsonb_build_array(jsonb_build_object('name', 'A thing for the house', 'quantity', 1)), 100 - place, 'amount_date_match', place = 0
FROM generate_series(1, {size}) AS t (n)
CROSS JOIN (VALUES ('amazon', 0), ('gmail', 1)) AS s (kind, place)
WHERE pg_temp.pick(n, 13, 10) < 3 - 2 * place;

SELECT setval('truelayer_transactions_id_seq', {size});
DROP FUNCTION pg_temp.pick;
ANALYZE;
