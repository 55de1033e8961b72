-- $1: payments, locked; $2: the mark.
UPDATE transaction_enrichment_sources
SET description = $2 || description
WHERE truelayer_transaction_id = ANY ($1) AND is_primary AND NOT starts_with(description, $2)
