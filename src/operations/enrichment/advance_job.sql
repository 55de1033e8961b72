-- $1: the job; to add: $2: enriched, $3: failed, $4: answered by the cache, $5: tokens, $6: US dollars.
UPDATE truelayer_enrichment_jobs AS job
SET
    successful_enrichments = least(job.successful_enrichments + $2, 2147483647),
    failed_enrichments = least(job.failed_enrichments + $3, 2147483647),
    cached_hits = least(job.cached_hits + $4, 2147483647),
    total_tokens = least(job.total_tokens + $5, 2147483647),
    total_cost = spent.cost,
    metadata = job.metadata || jsonb_build_object('total_cost', spent.cost::text)
FROM (
    SELECT coalesce((metadata ->> 'total_cost')::numeric, total_cost) + $6 AS cost
    FROM truelayer_enrichment_jobs
    WHERE id = $1
    FOR NO KEY UPDATE
) AS spent
WHERE job.id = $1 AND job.job_status = 'running'
