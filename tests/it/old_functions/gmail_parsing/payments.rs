//! Payments that receipts may explain.

use diesel::PgConnection;
use serde_json::{Value, json};
use spending_db::models::Page;
use spending_db::models::truelayer::{DebitTransaction, NewTrueLayerTransaction};
use spending_db::types::{Period, TransactionType, UserId};

use super::{FAR_EAST, call};
use crate::support::fixtures::{account, bank_connection, user};
use crate::support::rows::{at, day, decimal};
use crate::support::{TestDatabase, execute};

/// A user with a debit at each of these instants, known by their places.
fn payer(conn: &mut PgConnection, times: &[&str]) -> UserId {
    let ada = user(conn, "ada");
    let bank = bank_connection(conn, ada, "bank");
    let account = account(conn, bank, "account");
    let amount = decimal("1.00");
    for (place, time) in times.iter().enumerate() {
        let id = place.to_string();
        NewTrueLayerTransaction::new(
            account,
            &id,
            &id,
            at(time),
            "PAYMENT",
            &amount,
            "GBP",
            TransactionType::Debit,
        )
        .insert(conn)
        .unwrap();
    }
    ada
}

fn places(payments: &Value) -> String {
    let payments = payments.as_array().unwrap().iter();
    payments
        .map(|payment| payment["transaction_id"].as_str().unwrap())
        .collect()
}

#[test]
fn a_plain_last_day_counts_as_a_whole_and_an_instant_exactly() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = payer(
        conn,
        &[
            "2026-03-01T00:00:00Z",
            "2026-03-31T00:00:00Z",
            "2026-03-31T23:59:59.999999Z",
            "2026-04-01T00:00:00Z",
        ],
    );
    for zone in ["SET TIME ZONE 'UTC'", FAR_EAST] {
        execute(conn, zone);
        for (from, to, expected) in [
            ("2026-03-01", "2026-03-31", "210"),
            ("2026-03-01T00:00:00", "2026-03-31T00:00:00", "10"),
            ("2026-03-01T00:00:00.000001", "2026-04-01T00:00:00Z", "321"),
            ("2026-03-31", "2026-03-30", ""),
        ] {
            let old = json!({"user_id": ada, "from_date": from, "to_date": to});
            let old = call(conn, "get_transactions_for_matching", old).unwrap();
            assert_eq!(places(&old), expected, "{from} {to} {zone}");
        }
    }
    let march = Period::days(day("2026-03-01"), day("2026-03-31"));
    let payments = DebitTransaction::list(conn, ada, march, Page::ALL).unwrap();
    assert_eq!(payments.len(), 3);
}

#[test]
fn more_than_a_thousand_are_read_at_once_or_in_pages() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = payer(conn, &[]);
    execute(
        conn,
        "INSERT INTO truelayer_transactions (account_id, transaction_id, normalised_provider_transaction_id, timestamp, \
             description, amount, currency, transaction_type) \
         SELECT (SELECT id FROM truelayer_accounts), n, n, timestamptz '2026-01-01Z' + n / 3 * interval '1 hour', 'X', 1, \
             'GBP', CASE WHEN n % 100 = 0 THEN 'CREDIT' ELSE 'DEBIT' END \
         FROM generate_series(1, 1200) n",
    );
    let all = DebitTransaction::list(conn, ada, Period::ALWAYS, Page::ALL).unwrap();
    assert_eq!(all.len(), 1188);
    assert!(
        all.windows(2)
            .all(|pair| (pair[0].timestamp, pair[0].id) > (pair[1].timestamp, pair[1].id))
    );
    let mut read = Vec::new();
    let mut page = Page::first(500);
    loop {
        let rows = DebitTransaction::list(conn, ada, Period::ALWAYS, page).unwrap();
        let Some(last) = rows.last() else { break };
        page = Page::after((last.timestamp, last.id), 500);
        read.extend(rows);
    }
    assert_eq!(read, all);
    let old = json!({"user_id": ada});
    let old = call(conn, "get_transactions_for_matching", old).unwrap();
    assert_eq!(old.as_array().unwrap().len(), 1000, "under the old name");
    let old = json!({"user_id": ada, "limit": null});
    let old = call(conn, "get_transactions_for_matching", old).unwrap();
    assert_eq!(old.as_array().unwrap().len(), 1188);
}
