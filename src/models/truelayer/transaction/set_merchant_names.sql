UPDATE truelayer_transactions AS t
SET merchant_name = given.name
FROM (
    SELECT DISTINCT ON (id) id, name
    FROM unnest($1, $2) WITH ORDINALITY AS named (id, name, place)
    ORDER BY id, place DESC
) AS given
WHERE t.id = given.id
  AND ($3 IS NULL OR t.account_id IN (
      SELECT account.id
      FROM truelayer_accounts AS account
      JOIN bank_connections AS connection ON connection.id = account.connection_id
      WHERE connection.user_id = $3
  ))
