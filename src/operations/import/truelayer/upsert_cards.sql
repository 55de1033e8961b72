-- $1: the connection; $2: the cards as a JSON array. Answers for each changed row whether it is new.
INSERT INTO truelayer_cards (connection_id, card_id, card_name, card_type, last_four, issuer, status)
SELECT $1, card_id, card_name, card_type, last_four, issuer, 'active'
FROM jsonb_to_recordset($2::jsonb) AS sent (
    card_id text, card_name text, card_type text, last_four text, issuer text
)
ORDER BY card_id
ON CONFLICT (connection_id, card_id) DO UPDATE SET
    card_name = excluded.card_name,
    card_type = coalesce(excluded.card_type, truelayer_cards.card_type),
    last_four = coalesce(excluded.last_four, truelayer_cards.last_four),
    issuer = coalesce(excluded.issuer, truelayer_cards.issuer)
WHERE
    (
        excluded.card_name,
        coalesce(excluded.card_type, truelayer_cards.card_type),
        coalesce(excluded.last_four, truelayer_cards.last_four),
        coalesce(excluded.issuer, truelayer_cards.issuer)
    )
        IS DISTINCT FROM
        (truelayer_cards.card_name, truelayer_cards.card_type, truelayer_cards.last_four, truelayer_cards.issuer)
RETURNING xmax = 0 AS is_new
