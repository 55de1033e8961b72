//! Pending authorisations.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::core::OAuthState;
use spending_db::types::Secret;

use super::{Feed, call};
use crate::support::TestDatabase;
use crate::support::threads::at_once;

#[test]
fn the_state_of_another_user_is_left_alone() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Feed::of(conn, "ada"), Feed::of(conn, "ben"));
    let state = Secret::new("state");
    OAuthState::store(conn, ada.user, &state, &Secret::new("ada's")).unwrap();
    let before = OAuthState::find_by_state(conn, &state).unwrap();
    let refused = OAuthState::store(conn, ben.user, &state, &Secret::new("ben's"));
    assert!(
        matches!(&refused, Err(Error::Conflict { constraint }) if constraint == "oauth_state_state_key"),
        "{refused:?}"
    );
    assert_eq!(OAuthState::find_by_state(conn, &state).unwrap(), before);

    OAuthState::store(conn, ada.user, &state, &Secret::new("ada's second")).unwrap();
    let row = OAuthState::find_valid(conn, &state).unwrap().unwrap();
    assert_eq!(
        (row.user_id, row.code_verifier.expose()),
        (ada.user, "ada's second")
    );
    assert!(!format!("{row:?}{}", json!(row)).contains("ada's"));
}

#[test]
fn expired_states_go_when_one_is_stored() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let fill = "INSERT INTO oauth_state (user_id, state, code_verifier, expires_at)
                SELECT $1, 's' || n, 'v', now() + (n - 50) * interval '1 minute' FROM generate_series(1, 100) n";
    diesel::sql_query(fill)
        .bind::<diesel::sql_types::Integer, _>(feed.user)
        .execute(conn)
        .unwrap();
    OAuthState::store(conn, feed.user, &Secret::new("new"), &Secret::new("v")).unwrap();
    let expired = sql::<BigInt>("SELECT count(*) FROM oauth_state WHERE expires_at <= now()");
    assert_eq!(expired.get_result::<i64>(conn).unwrap(), 0);
    let left = sql::<BigInt>("SELECT count(*) FROM oauth_state");
    assert_eq!(left.get_result::<i64>(conn).unwrap(), 51);

    // Many at once neither wait for each other in a circle nor fail.
    diesel::sql_query("UPDATE oauth_state SET expires_at = now() - interval '1 minute'")
        .execute(conn)
        .unwrap();
    at_once(&db, 8, |conn, number| {
        for round in 0..24 {
            let state = Secret::new(format!("s{}", 51 + (number * 7 + round) % 50));
            OAuthState::store(conn, feed.user, &state, &Secret::new("v")).unwrap();
        }
    });
    assert_eq!(expired_rows(conn), 0);
}

fn expired_rows(conn: &mut PgConnection) -> i64 {
    sql::<BigInt>("SELECT count(*) FROM oauth_state WHERE expires_at <= now()")
        .get_result(conn)
        .unwrap()
}

#[test]
fn ten_minutes_are_ten_minutes_in_every_time_zone() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for zone in ["America/New_York", "UTC", "Asia/Tokyo"] {
        conn.batch_execute(&format!("SET TIME ZONE '{zone}'"))
            .unwrap();
        let arguments = json!({"user_id": feed.user, "state": zone, "code_verifier": "v"});
        assert_eq!(
            call(conn, "store_oauth_state", arguments).unwrap(),
            Value::Null
        );
        for reader in ["Asia/Tokyo", "America/New_York"] {
            let mut other = db.conn();
            other
                .batch_execute(&format!("SET TIME ZONE '{reader}'"))
                .unwrap();
            let found = call(&mut other, "get_oauth_state", json!({"state": zone})).unwrap();
            assert_eq!(
                found,
                json!({"user_id": feed.user, "state": zone, "code_verifier": "v"})
            );
            let right = sql::<Bool>(
                "SELECT bool_and(expires_at - created_at = interval '10 minutes') FROM oauth_state",
            );
            assert!(right.get_result::<bool>(&mut other).unwrap());
        }
    }
}

#[test]
fn of_callbacks_with_one_state_one_may_go_on() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for round in 0..24 {
        let state = Secret::new(format!("state-{round}"));
        OAuthState::store(conn, feed.user, &state, &Secret::new("v")).unwrap();
        let taken = at_once(&db, 4, |conn, _| OAuthState::consume(conn, &state).unwrap());
        let taken: Vec<_> = taken.into_iter().flatten().collect();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].code_verifier.expose(), "v");
        assert_eq!(OAuthState::find_valid(conn, &state).unwrap(), None);
    }
    let late = Secret::new("late");
    OAuthState::store(conn, feed.user, &late, &Secret::new("v")).unwrap();
    diesel::sql_query("UPDATE oauth_state SET expires_at = now()")
        .execute(conn)
        .unwrap();
    assert_eq!(OAuthState::consume(conn, &late).unwrap(), None);
    assert!(OAuthState::delete_by_state(conn, &late).unwrap());
    assert!(!OAuthState::delete_by_state(conn, &late).unwrap());
}
