//! The bank feed, its jobs and its webhooks.

use super::{run, session};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::sql::lines;

#[test]
fn connections_accounts_and_cards_are_saved_again_and_again() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let user = Household::new(conn, "ada").user;
    for round in ["first", "second"] {
        let connection = lines(
            conn,
            &format!(
                "INSERT INTO bank_connections (user_id, provider_id, provider_name, access_token, refresh_token, token_expires_at, connection_status)
                 VALUES ({user}, 'ob-monzo', 'Ob-Monzo', '{round}', NULL, '2025-10-26T01:30:00'::timestamp, 'active')
                 ON CONFLICT (user_id, provider_id) DO UPDATE SET
                     access_token = EXCLUDED.access_token, refresh_token = EXCLUDED.refresh_token,
                     token_expires_at = EXCLUDED.token_expires_at, connection_status = 'active', updated_at = NOW()
                 RETURNING id::text AS line"
            ),
        )
        .remove(0);
        let account = format!(
            "INSERT INTO truelayer_accounts (connection_id, account_id, display_name, account_type, currency)
             VALUES ({connection}, 'acc-1', '{round}', 'TRANSACTION', 'GBP')
             ON CONFLICT (connection_id, account_id) DO UPDATE SET display_name = EXCLUDED.display_name, updated_at = NOW()"
        );
        let card = format!(
            "INSERT INTO truelayer_cards (connection_id, card_id, card_name, card_type, last_four, issuer, status)
             VALUES ({connection}, 'card-1', '{round}', 'CREDIT', '1009', NULL, 'active')
             ON CONFLICT (connection_id, card_id) DO UPDATE SET card_name = EXCLUDED.card_name, updated_at = NOW()"
        );
        run(conn, &[(&account, 1), (&card, 1)]);
    }
    let stored = "SELECT format('%s %s %s %s', access_token, to_char(token_expires_at AT TIME ZONE 'UTC', 'HH24:MI'), display_name, card_name) AS line
                  FROM bank_connections b
                  JOIN truelayer_accounts a ON a.connection_id = b.id
                  JOIN truelayer_cards c ON c.connection_id = b.id
                  WHERE provider_id = 'ob-monzo'";
    assert_eq!(lines(conn, stored), ["second 01:30 second second"]);
}

#[test]
fn transactions_are_stored_once_and_enriched() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let account = Household::new(conn, "ada").account;
    let insert = format!(
        "INSERT INTO truelayer_transactions
             (account_id, transaction_id, normalised_provider_transaction_id, timestamp, description, amount, currency,
              transaction_type, transaction_category, merchant_name, running_balance, metadata, pre_enrichment_status)
         VALUES ({account}, 't-1', 'n-1', '2025-10-26T01:30:00+00:00', 'TESCO', 12.34, 'GBP', 'DEBIT', 'PURCHASE', NULL, NULL, 'null', 'None')
         ON CONFLICT (normalised_provider_transaction_id) DO NOTHING"
    );
    let enrich = "UPDATE truelayer_transactions
                  SET transaction_category = 'Groceries', enrichment_required = FALSE,
                      metadata = jsonb_set(
                          CASE WHEN jsonb_typeof(metadata) = 'object' THEN metadata ELSE '{}'::jsonb END,
                          '{enrichment}', '{\"primary_category\": \"Groceries\"}'::jsonb
                      )
                  WHERE normalised_provider_transaction_id = 'n-1'";
    run(conn, &[(&insert, 1), (&insert, 0), (enrich, 1)]);
    let stored = "SELECT format('%s %s %s %s', amount, enrichment_required, metadata->'enrichment'->>'primary_category', import_job_id IS NULL) AS line
                  FROM truelayer_transactions
                  WHERE normalised_provider_transaction_id = 'n-1'::varchar(255) AND account_id = ANY(ARRAY[";
    let stored = format!("{stored}{account}])");
    assert_eq!(lines(conn, &stored), ["12.34 f Groceries t"]);
}

#[test]
fn balances_by_their_old_name() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let account = Household::new(conn, "ada").account;
    let insert = format!(
        "INSERT INTO truelayer_balance_snapshots (account_id, current_balance, currency, snapshot_at)
         VALUES ({account}, 1037.21, 'GBP', '2025-10-26T01:30:00'::timestamp)
         RETURNING format('%s %s', id, created_at = now()) AS line"
    );
    assert_eq!(lines(conn, &insert), ["1 t"]);
    run(
        conn,
        &[
            (
                "UPDATE truelayer_balance_snapshots SET overdraft = 500 WHERE id = 1",
                1,
            ),
            (
                "DELETE FROM truelayer_balance_snapshots WHERE snapshot_at < NOW()",
                1,
            ),
        ],
    );
}

#[test]
fn webhooks_by_their_old_name() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let event =
        "INSERT INTO truelayer_webhook_events (event_id, event_type, payload, signature, processed)
                 VALUES ('evt-1', 'transactions.updated', '{\"a\": 1}', 'sig', false)";
    let again =
        format!("{event} ON CONFLICT (event_id) DO UPDATE SET signature = EXCLUDED.signature");
    run(
        conn,
        &[
            (event, 1),
            (&again, 1),
            (
                "UPDATE truelayer_webhook_events SET processed = true, processed_at = NOW() WHERE event_id = 'evt-1'",
                1,
            ),
        ],
    );
    let left = "SELECT format('%s %s', processed, payload->>'a') AS line FROM webhook_events";
    assert_eq!(lines(conn, left), ["t 1"]);
    run(
        conn,
        &[("DELETE FROM truelayer_webhook_events WHERE processed", 1)],
    );
}

#[test]
fn jobs_and_their_progress() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let home = Household::new(conn, "ada");
    let (user, connection, account) = (home.user, home.connection, home.account);
    let job = lines(
        conn,
        &format!(
            "INSERT INTO truelayer_import_jobs (user_id, connection_id, job_type, from_date, to_date, account_ids, card_ids, auto_enrich, batch_size)
             VALUES ({user}, {connection}, 'date_range', '2025-01-01'::date, '2025-10-26'::date, ARRAY['a', 'b'], '{{}}', true, 50)
             RETURNING id::text AS line"
        ),
    )
    .remove(0);
    let progress = format!(
        "INSERT INTO truelayer_import_progress (job_id, account_id, progress_status, synced_count, duplicates_count, errors_count, error_message)
         VALUES ({job}, {account}, 'completed', 4, 1, 0, NULL)
         ON CONFLICT (job_id, account_id) DO UPDATE SET
             progress_status = 'completed', synced_count = EXCLUDED.synced_count, completed_at = NOW(), updated_at = NOW()"
    );
    let started = format!(
        "UPDATE truelayer_import_jobs SET job_status = 'running', started_at = NOW() AT TIME ZONE 'UTC' WHERE id = {job}"
    );
    let done = format!(
        "UPDATE truelayer_import_jobs SET job_status = 'completed', completed_at = CURRENT_TIMESTAMP, metadata = metadata || '{{\"done\": true}}' WHERE id = {job}"
    );
    run(
        conn,
        &[(&progress, 1), (&progress, 1), (&started, 1), (&done, 1)],
    );
    let stored = "SELECT format('%s %s %s %s', job_status, account_ids, metadata, completed_at - started_at < interval '1 minute') AS line
                  FROM truelayer_import_jobs WHERE metadata <> '{}'";
    assert_eq!(lines(conn, stored), [r#"completed {a,b} {"done": true} t"#]);
}

#[test]
fn card_transactions_with_json_as_text() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let card = Household::new(conn, "ada").card;
    let insert = format!(
        "INSERT INTO truelayer_card_transactions
             (card_id, transaction_id, normalised_provider_id, timestamp, description, amount, currency, transaction_type,
              category, merchant_name, running_balance, metadata)
         VALUES ({card}, 'ct-1', 'cn-1', '2025-10-26T01:30:00', 'PRET', 12.3450, 'GBP', 'DEBIT', 'PURCHASE', NULL, NULL, '{{}}')"
    );
    run(conn, &[(&insert, 1)]);
    let stored = "SELECT format('%s %s %s', amount, metadata::text, to_char(timestamp AT TIME ZONE 'UTC', 'HH24:MI')) AS line
                  FROM truelayer_card_transactions";
    assert_eq!(lines(conn, stored), ["12.3450 {} 01:30"]);
}

#[test]
fn a_pending_authorisation_is_renewed() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let user = Household::new(conn, "ada").user;
    let store = format!(
        "INSERT INTO oauth_state (user_id, state, code_verifier, expires_at)
         VALUES ({user}, 'state', 'verifier', NOW() + INTERVAL '10 minutes')
         ON CONFLICT (state) DO UPDATE SET code_verifier = EXCLUDED.code_verifier, expires_at = EXCLUDED.expires_at"
    );
    run(conn, &[(&store, 1), (&store, 1)]);
    let valid = "SELECT code_verifier AS line FROM oauth_state WHERE state = 'state' AND expires_at > CURRENT_TIMESTAMP";
    assert_eq!(lines(conn, valid), ["verifier"]);
    run(
        conn,
        &[(
            "DELETE FROM oauth_state WHERE expires_at < NOW() + INTERVAL '1 hour'",
            1,
        )],
    );
}
