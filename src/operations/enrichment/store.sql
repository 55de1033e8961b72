-- The one writer of enrichments. $1: transactions, locked by the caller; $2: for each the place in $3, from 1; $3: enrichments
-- as JSON; $4: whether earlier enrichments are written over, and whether the transaction waits is of no account; $5: whether
-- a person says so. What has its values already is not written. Gives the transactions that were.
--
-- The enrichments are put to the numbers of their transactions on their own: joined to the rows of the table, which the planner
-- takes for a single one, each of them would look through all the enrichments.
WITH given AS MATERIALIZED (
    SELECT decided.id, told.document::jsonb AS enrichment
    FROM unnest($1::integer[], $2::integer[]) AS decided (id, place)
    JOIN unnest($3::text[]) WITH ORDINALITY AS told (document, place) ON told.place = decided.place
),
decided AS (
    SELECT
        t.id,
        given.enrichment,
        given.enrichment ->> 'primary_category' AS transaction_category,
        coalesce(nullif(given.enrichment ->> 'merchant_clean_name', ''), t.merchant_name) AS merchant_name,
        category.id AS category_id,
        subcategory.id AS subcategory_id
    FROM given
    JOIN truelayer_transactions AS t ON t.id = given.id
    LEFT JOIN normalized_categories AS category ON category.name = given.enrichment ->> 'primary_category'
    LEFT JOIN normalized_subcategories AS subcategory
        ON subcategory.category_id = category.id AND subcategory.name = given.enrichment ->> 'subcategory'
    LEFT JOIN normalized_categories AS old_category ON old_category.id = t.category_id
    LEFT JOIN normalized_subcategories AS old_subcategory ON old_subcategory.id = t.subcategory_id
    WHERE
        ($4 OR t.enrichment_required AND coalesce(t.metadata #>> '{enrichment,primary_category}', '') = '')
        AND ($5 OR NOT categorised_by_hand(t.metadata, old_category.name, old_subcategory.name))
)
UPDATE truelayer_transactions AS t
SET
    metadata = jsonb_set(
        CASE jsonb_typeof(t.metadata) WHEN 'object' THEN t.metadata ELSE '{}' END,
        '{enrichment}',
        decided.enrichment || jsonb_build_object(
            'enriched_at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        )
    ),
    transaction_category = decided.transaction_category,
    merchant_name = decided.merchant_name,
    category_id = decided.category_id,
    subcategory_id = decided.subcategory_id,
    enrichment_required = false
FROM decided
WHERE
    t.id = decided.id
    AND (
        t.enrichment_required
        OR CASE jsonb_typeof(t.metadata -> 'enrichment') WHEN 'object' THEN (t.metadata -> 'enrichment') - 'enriched_at' END
            IS DISTINCT FROM decided.enrichment
        OR (t.transaction_category, t.merchant_name, t.category_id, t.subcategory_id)
            IS DISTINCT FROM (decided.transaction_category, decided.merchant_name, decided.category_id, decided.subcategory_id)
    )
RETURNING t.id
