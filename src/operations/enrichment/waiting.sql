-- The transactions `t` that wait for enrichment. $1: the user; $2: only these, or null; $3: only this direction, or null;
-- $4: whether enriched ones are taken too; $5: whether failed ones are taken at once; $6: else after so many seconds, twice as
-- many after each further failure; $7: and so often.
FROM truelayer_transactions AS t
LEFT JOIN normalized_categories AS category ON category.id = t.category_id
LEFT JOIN normalized_subcategories AS subcategory ON subcategory.id = t.subcategory_id
LEFT JOIN llm_enrichment_failures AS failure ON failure.transaction_id = t.id
WHERE
    t.account_id IN (
        SELECT account.id
        FROM truelayer_accounts AS account
        JOIN bank_connections AS connection ON connection.id = account.connection_id
        WHERE connection.user_id = $1
    )
    AND ($2::integer[] IS NULL OR t.id = ANY ($2))
    AND ($3::text IS NULL OR t.transaction_type = $3)
    AND ($4 OR t.enrichment_required AND coalesce(t.metadata #>> '{enrichment,primary_category}', '') = '')
    AND NOT categorised_by_hand(t.metadata, category.name, subcategory.name)
    AND (
        $5
        OR failure.id IS NULL
        OR failure.retry_count < $7
        AND failure.failed_at <= now() - make_interval(secs => $6 * 2 ^ least(failure.retry_count, 20))
    )
