//! D32: a webhook is let in by its signature, kept once and takes effect once.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::json;
use spending_db::Error;
use spending_db::models::system::{SignedWebhook, WebhookEvent};
use spending_db::models::truelayer::NewTrueLayerBalance;

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_invalid, at, decimal};
use crate::support::threads::at_once;

const SIGNATURE: &str = "eyJhbGciOiJFUzUxMiJ9..made-up";

fn body(id: &str) -> Vec<u8> {
    let event = json!({"event_id": id, "event_type": "balance_updated",
                       "payload": {"account_id": "a", "balance": "10.00", "currency": "GBP"}});
    event.to_string().into_bytes()
}

fn genuine(body: &[u8]) -> SignedWebhook {
    SignedWebhook::verify(body, SIGNATURE, |_, _| true).unwrap()
}

#[test]
fn only_what_is_signed_comes_in() {
    let bytes = body("e");
    let forged = SignedWebhook::verify(&bytes, "forged", |seen, signature| {
        assert_eq!((seen, signature), (&bytes[..], "forged"));
        false
    });
    assert_invalid(forged, "Tl-Signature");
    for (body, field) in [
        (r#"{"event_id": "hunter2""#, "body"),
        (r#"["hunter2"]"#, "body"),
        (
            r#"{"event_id": 1, "event_type": "hunter2", "payload": {}}"#,
            "body",
        ),
        (
            r#"{"event_id": "hunter2", "event_type": "t", "payload": null}"#,
            "payload",
        ),
    ] {
        let refused = SignedWebhook::verify(body.as_bytes(), SIGNATURE, |_, _| true);
        assert!(!format!("{refused:?}").contains("hunter2"));
        assert_invalid(refused, field);
    }
}

#[test]
fn of_many_deliveries_one_is_kept() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let webhook = genuine(&body("e"));
    let stored = at_once(&db, 8, |conn, _| webhook.store(conn).unwrap());
    let kept: Vec<_> = stored.into_iter().flatten().collect();
    let [event] = kept.as_slice() else {
        panic!("{kept:?}");
    };
    assert_eq!(event.signature.as_deref(), Some(SIGNATURE));
    assert_eq!(event.payload["balance"], json!("10.00"));
    assert!(!event.processed);
    assert_eq!(WebhookEvent::list_unprocessed(conn, 10).unwrap(), kept);
}

fn balances(conn: &mut PgConnection) -> i64 {
    let all = sql::<BigInt>("SELECT count(*) FROM truelayer_balances");
    all.get_result(conn).unwrap()
}

#[test]
fn an_event_takes_effect_once_however_many_workers_there_are() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let before = balances(conn);
    for round in 0..12 {
        let id = format!("e-{round}");
        genuine(&body(&id)).store(conn).unwrap();
        let effects = at_once(&db, 4, |conn, number| {
            WebhookEvent::process_once(conn, &id, |conn, event| {
                let amount = decimal(event.payload["balance"].as_str().unwrap());
                let now = at("2026-03-01T12:00:00Z");
                NewTrueLayerBalance::new(home.account, &amount, "GBP", now).insert(conn)?;
                // Whoever is first fails.
                if round % 3 == 0 && number % 2 == 0 {
                    return Err(Error::NotFound);
                }
                Ok(())
            })
        });
        let done = effects
            .iter()
            .filter(|effect| matches!(effect, Ok(Some(()))))
            .count();
        assert_eq!(done, 1, "{effects:?}");
        assert_eq!(balances(conn), before + round + 1);
        let event = WebhookEvent::find_by_event_id(conn, &id).unwrap().unwrap();
        assert!(event.processed && event.processed_at.is_some());
    }
    let unknown = WebhookEvent::process_once(conn, "unknown", |_, _| Ok::<_, Error>(()));
    assert_eq!(unknown.unwrap(), None);
}

#[test]
fn where_the_effect_fails_the_event_waits() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    genuine(&body("e")).store(conn).unwrap();
    let failed = WebhookEvent::process_once(conn, "e", |conn, _| {
        diesel::sql_query("INSERT INTO categories (name) VALUES ('half')").execute(conn)?;
        Err::<(), _>(Error::NotFound)
    });
    assert!(matches!(failed, Err(Error::NotFound)));
    let waiting = WebhookEvent::list_unprocessed(conn, 10).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].processed_at, None);
    let left = sql::<BigInt>("SELECT count(*) FROM categories WHERE name = 'half'");
    assert_eq!(left.get_result::<i64>(conn).unwrap(), 0);
}
