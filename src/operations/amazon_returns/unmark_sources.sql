-- $1: the mark.
UPDATE transaction_enrichment_sources SET description = substr(description, length($1) + 1) WHERE starts_with(description, $1)
