//! Webhooks and balances of accounts.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::json;
use spending_db::models::system::{NewWebhookEvent, WebhookEvent};
use spending_db::models::truelayer::TrueLayerBalance;
use spending_db::types::EVERYONE;

use super::{Feed, call, refusal};
use crate::support::TestDatabase;
use crate::support::threads::at_once;

#[test]
fn any_payload_is_kept_as_json() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let payload = json!({"results": [{"id": "x", "ok": true, "none": null, "text": "it's \"quoted\" – ü"}], "n": 1.50});
    let event = json!({"event_id": "e", "event_type": "t", "payload": payload});
    call(conn, "insert_webhook_event", event).unwrap();
    let listed = call(conn, "get_webhook_events", json!({})).unwrap();
    assert_eq!(listed[0]["payload"], payload);
    let none = json!({"event_id": "e2", "event_type": "t", "payload": null});
    let refused = ("invalid_params".to_owned(), "payload".to_owned());
    assert_eq!(refusal(conn, "insert_webhook_event", none), refused);
}

#[test]
fn a_second_delivery_is_told_from_other_failures() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let event = json!({"event_id": "e", "event_type": "t", "payload": {"n": 1}});
    call(conn, "insert_webhook_event", event).unwrap();
    let again = json!({"event_id": "e", "event_type": "other", "payload": {"n": 2}});
    let refused = (
        "conflict".to_owned(),
        "webhook_events_event_id_key".to_owned(),
    );
    assert_eq!(refusal(conn, "insert_webhook_event", again), refused);
    let stored = WebhookEvent::find_by_event_id(conn, "e").unwrap().unwrap();
    assert_eq!(
        (stored.payload, &*stored.event_type),
        (json!({"n": 1}), "t")
    );
}

#[test]
fn of_workers_that_claim_an_event_one_has_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let payload = json!({});
    for round in 0..24 {
        let id = format!("e-{round}");
        NewWebhookEvent::new(&id, "t", &payload)
            .insert(conn)
            .unwrap();
        let claims = at_once(&db, 4, |conn, _| WebhookEvent::claim(conn, &id).unwrap());
        let claimed: Vec<_> = claims.into_iter().flatten().collect();
        assert_eq!(claimed.len(), 1);
        assert!(claimed[0].processed && claimed[0].processed_at.is_some());
        assert_eq!(WebhookEvent::claim(conn, &id).unwrap(), None);
        // The old name marks it again all the same.
        assert_eq!(
            call(conn, "mark_webhook_processed", json!({"event_id": id})).unwrap(),
            json!(true)
        );
    }
    assert_eq!(WebhookEvent::claim(conn, "unknown").unwrap(), None);
}

#[test]
fn an_unprocessed_event_is_seen_behind_any_number_of_newer_ones() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    diesel::sql_query(
        "INSERT INTO webhook_events (event_id, event_type, payload, processed, created_at)
         SELECT 'e' || n, 't', '{}', n NOT IN (3, 1), timestamptz '2025-01-01 00:00Z' + n * interval '1 hour'
         FROM generate_series(0, 299) n",
    )
    .execute(conn)
    .unwrap();
    let old = call(conn, "get_webhook_events", json!({})).unwrap();
    assert_eq!(old.as_array().map(Vec::len), Some(100));
    assert_eq!(old[0]["event_id"], "e299");
    let unprocessed = WebhookEvent::list_unprocessed(conn, 10).unwrap();
    let ids: Vec<_> = unprocessed.iter().map(|event| &*event.event_id).collect();
    assert_eq!(ids, ["e1", "e3"]);
    assert_eq!(
        WebhookEvent::list_unprocessed(conn, 1).unwrap(),
        unprocessed[..1]
    );
}

#[test]
fn a_balance_from_a_webhook_finds_its_account() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let account = call(
        conn,
        "get_account_by_truelayer_id",
        json!({"truelayer_account_id": "acc"}),
    )
    .unwrap();
    let balance = json!({"account_id": account["id"], "current_balance": "1034.175", "currency": "GBP",
                         "snapshot_at": "2025-01-01T08:00:00+01:00"});
    let id = call(conn, "insert_balance_snapshot", balance.clone()).unwrap();
    let stored = TrueLayerBalance::latest(conn, feed.user, Some(feed.account), None).unwrap();
    assert_eq!(json!(stored[0].id), id);
    assert_eq!(stored[0].snapshot_at, super::at("2025-01-01T07:00:00Z"));
    let seen = sql::<BigInt>("SELECT count(*) FROM truelayer_balance_snapshots");
    assert_eq!(seen.get_result::<i64>(conn).unwrap(), 1);

    let mut by_text = balance;
    by_text["account_id"] = json!("acc");
    let refused = ("invalid_params".to_owned(), "account_id".to_owned());
    assert_eq!(refusal(conn, "insert_balance_snapshot", by_text), refused);
}

#[test]
fn balances_of_one_moment_come_newest_id_first() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for _ in 0..12 {
        let balance = json!({"account_id": feed.account, "current_balance": "1", "currency": "GBP",
                             "snapshot_at": "2025-01-01"});
        call(conn, "insert_balance_snapshot", balance).unwrap();
    }
    let all = TrueLayerBalance::latest(conn, EVERYONE, None, None).unwrap();
    assert_eq!(all.len(), 12);
    assert!(all.is_sorted_by(|a, b| a.id > b.id));
    for (limit, rows) in [(json!(null), 12), (json!(10), 10), (json!(0), 0)] {
        let old = call(
            conn,
            "get_latest_balance_snapshots",
            json!({"limit": limit}),
        )
        .unwrap();
        assert_eq!(old.as_array().map(Vec::len), Some(rows), "{limit}");
    }
    let refused = ("invalid_params".to_owned(), "limit".to_owned());
    assert_eq!(
        refusal(conn, "get_latest_balance_snapshots", json!({"limit": -1})),
        refused
    );
}
