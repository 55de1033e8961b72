-- Stores nothing where the state is another user's. Rows that somebody else is about to delete are left to them.
WITH expired AS (
    DELETE FROM oauth_state
    WHERE id = ANY (ARRAY(
        SELECT id FROM oauth_state
        WHERE expires_at <= now() AND state <> $2
        FOR UPDATE SKIP LOCKED
    ))
)
INSERT INTO oauth_state (user_id, state, code_verifier, expires_at)
VALUES ($1, $2, $3, now() + interval '10 minutes')
ON CONFLICT (state) DO UPDATE
SET code_verifier = excluded.code_verifier, expires_at = excluded.expires_at
WHERE oauth_state.user_id = excluded.user_id
