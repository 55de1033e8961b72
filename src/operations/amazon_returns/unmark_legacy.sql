-- $1: the mark.
UPDATE transactions SET description = substr(description, length($1) + 1) WHERE starts_with(description, $1)
