-- $1: the subcategory. The rows are locked in the order of their ids, so that no two callers wait for each other.
SELECT id FROM truelayer_transactions WHERE subcategory_id = $1 ORDER BY id FOR NO KEY UPDATE
