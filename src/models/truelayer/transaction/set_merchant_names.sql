-- $1: transactions; $2: their names; $3: the user, or null for everybody. The rows are locked in the order of their ids, so
-- that no two callers wait for each other.
WITH given AS (
    SELECT DISTINCT ON (id) id, name
    FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS named (id, name, place)
    ORDER BY id, place DESC
), named AS (
    SELECT t.id, given.name
    FROM truelayer_transactions AS t
    JOIN given ON given.id = t.id
    WHERE
        $3::int IS NULL
        OR t.account_id IN (
            SELECT account.id
            FROM truelayer_accounts AS account
            JOIN bank_connections AS connection ON connection.id = account.connection_id
            WHERE connection.user_id = $3
        )
    ORDER BY t.id
    FOR NO KEY UPDATE OF t
)
UPDATE truelayer_transactions AS t
SET merchant_name = named.name
FROM named
WHERE t.id = named.id
