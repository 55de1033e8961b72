-- $1: the user whose transactions are counted, or null for everybody's.
WITH rules AS (
    SELECT true AS is_category, id, rule_name AS name, category, source, usage_count, is_active FROM category_rules
    UNION ALL
    SELECT false, id, pattern, NULL, source, usage_count, true FROM merchant_normalizations
),
active AS (
    SELECT *, row_number() OVER (ORDER BY usage_count DESC, is_category DESC, id) AS place FROM rules WHERE is_active
)
SELECT
    (SELECT count(*) FROM active WHERE is_category) AS category_rules,
    (SELECT count(*) FROM active WHERE NOT is_category) AS merchants,
    (SELECT coalesce(sum(usage_count), 0) FROM rules) AS total_usage,
    count(t.id) AS total_transactions,
    count(t.id) FILTER (
        WHERE 'rule' IN (t.metadata #>> '{enrichment,enrichment_source}', t.metadata #>> '{enrichment,llm_provider}')
    ) AS covered_transactions,
    count(t.id) FILTER (WHERE t.metadata #>> '{enrichment,enrichment_source}' = 'rule') AS marked_transactions,
    (
        SELECT coalesce(json_object_agg(category, rules), '{}')
        FROM (SELECT category, count(*) AS rules FROM active WHERE is_category GROUP BY category) AS by_category
    ) AS rules_by_category,
    (
        SELECT coalesce(json_object_agg(source, rules), '{}')
        FROM (SELECT coalesce(source, 'unknown') AS source, count(*) AS rules FROM active GROUP BY 1) AS by_source
    ) AS rules_by_source,
    (
        SELECT coalesce(json_agg(listed ORDER BY place), '[]')
        FROM (SELECT is_category, id, name, usage_count AS count, place FROM active WHERE place <= 10) AS listed
    ) AS most_used,
    (
        SELECT coalesce(json_agg(listed ORDER BY place), '[]')
        FROM (SELECT is_category, id, name, usage_count AS count, place FROM active WHERE usage_count = 0) AS listed
    ) AS unused
FROM truelayer_transactions AS t
JOIN truelayer_accounts AS a ON a.id = t.account_id
JOIN bank_connections AS c ON c.id = a.connection_id
WHERE $1::integer IS NULL OR c.user_id = $1
