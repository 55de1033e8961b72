//! Connections to Amazon Business: tokens belong to their user and go when the connection does.

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::models::amazon::{AmazonBusinessConnection, NewAmazonBusinessConnection};
use spending_db::types::{AmazonBusinessConnectionId, EVERYONE, EncryptedToken, UserId};

use super::{call, run};
use crate::support::TestDatabase;
use crate::support::fixtures;
use crate::support::rows::{assert_not_found, at};

fn connect(
    conn: &mut PgConnection,
    user: UserId,
    region: &str,
    is_sandbox: bool,
) -> AmazonBusinessConnection {
    let (access, refresh) = (
        EncryptedToken::from_stored("access"),
        EncryptedToken::from_stored("refresh"),
    );
    let new = NewAmazonBusinessConnection {
        region: Some(region),
        is_sandbox: Some(is_sandbox),
        ..NewAmazonBusinessConnection::new(user, &access, &refresh)
    };
    new.connect(conn).unwrap()
}

#[test]
fn connecting_again_takes_the_place_of_the_earlier_connection() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (fixtures::user(conn, "ada"), fixtures::user(conn, "bob"));
    let first = connect(conn, ada, "UK", true);
    let others = [
        connect(conn, ada, "DE", true),
        connect(conn, ada, "UK", false),
        connect(conn, bob, "UK", true),
    ];
    let second = connect(conn, ada, "UK", true);
    let gone = AmazonBusinessConnection::find(conn, ada, first.id).unwrap();
    assert_eq!(gone.status.as_deref(), Some("disconnected"));
    assert_eq!(
        (
            gone.access_token.as_stored(),
            gone.refresh_token.as_stored()
        ),
        ("", "")
    );
    for connection in others {
        assert_eq!(
            AmazonBusinessConnection::find(conn, EVERYONE, connection.id).unwrap(),
            connection
        );
    }
    AmazonBusinessConnection::disconnect(conn, ada, second.id).unwrap();
    let active = AmazonBusinessConnection::find_active(conn, ada)
        .unwrap()
        .unwrap();
    assert!(
        active.id != first.id,
        "what was replaced does not come back to life"
    );
}

#[test]
fn the_expiry_counts_from_now_in_utc() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    run(conn, "SET timezone = 'Asia/Tokyo'");
    for (expires_in, region, marketplace) in [
        (3600, "US", "ATVPDKIKX0DER"),
        (0, "DE", "A1PA6795UKMFR9"),
        (-60, "de", "A1F83G8C2ARO7P"),
    ] {
        let arguments = json!({
            "access_token": "a", "refresh_token": "r", "expires_in": expires_in, "region": region,
        });
        let id = call(conn, "save_amazon_business_connection", arguments).unwrap();
        let id = AmazonBusinessConnectionId(id.as_i64().unwrap().try_into().unwrap());
        let row = AmazonBusinessConnection::find(conn, UserId(1), id).unwrap();
        let off = row.token_expires_at.unwrap() - Utc::now() - TimeDelta::seconds(expires_in);
        assert!(off.abs() < TimeDelta::minutes(1), "{off}");
        assert_eq!(row.marketplace_id.as_deref(), Some(marketplace));
    }
}

#[test]
fn tokens_are_given_to_their_user_only() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (fixtures::user(conn, "ada"), fixtures::user(conn, "bob"));
    let connection = connect(conn, ada, "UK", true);
    let mut get = |id: Value, user: UserId| {
        call(
            conn,
            "get_amazon_business_connection",
            json!({"connection_id": id, "user_id": user}),
        )
        .unwrap()
    };
    assert_eq!(get(json!(connection.id), ada)["access_token"], "access");
    assert_eq!(get(json!(connection.id), bob), json!(null));
    assert_eq!(get(json!(0), ada)["id"], json!(connection.id));
    assert_eq!(get(json!(null), bob), json!(null));
    let (access, refresh) = (
        EncryptedToken::from_stored("new"),
        EncryptedToken::from_stored("new"),
    );
    let stolen =
        AmazonBusinessConnection::set_tokens(conn, bob, connection.id, &access, &refresh, None);
    assert_not_found(stolen);
    assert_not_found(AmazonBusinessConnection::find_locked(
        conn,
        bob,
        connection.id,
    ));
    assert_not_found(AmazonBusinessConnection::disconnect(
        conn,
        bob,
        connection.id,
    ));
    assert_eq!(
        AmazonBusinessConnection::find(conn, ada, connection.id).unwrap(),
        connection
    );
    assert!(
        !format!("{connection:?}").contains("access\""),
        "tokens are not shown"
    );
}

#[test]
fn the_last_of_equal_age_is_the_active_one() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = fixtures::user(conn, "ada");
    connect(conn, ada, "UK", true);
    let last = connect(conn, ada, "DE", true);
    run(
        conn,
        "UPDATE amazon_business_connections SET created_at = '2026-01-01Z'",
    );
    let active = AmazonBusinessConnection::find_active(conn, ada)
        .unwrap()
        .unwrap();
    assert_eq!(active.id, last.id);
}

#[test]
fn a_disconnected_connection_has_no_tokens_and_gets_none() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = fixtures::user(conn, "ada");
    let id = connect(conn, ada, "UK", true).id;
    for _ in 0..2 {
        run(
            conn,
            "UPDATE amazon_business_connections SET updated_at = '2020-01-01Z'",
        );
        assert_eq!(
            call(conn, "delete_amazon_business_connection", json!([id])),
            Ok(json!(true))
        );
        let gone = AmazonBusinessConnection::find(conn, ada, id).unwrap();
        assert_eq!(
            (
                gone.access_token.as_stored(),
                gone.refresh_token.as_stored()
            ),
            ("", "")
        );
        assert!(gone.updated_at > at("2020-01-02T00:00:00Z"));
    }
    let renewed = json!([id, "access", "refresh", "2026-03-01T12:00:00Z"]);
    assert_eq!(
        call(conn, "update_amazon_business_tokens", renewed),
        Ok(json!(false))
    );
    let gone = AmazonBusinessConnection::find(conn, ada, id).unwrap();
    assert_eq!(gone.access_token.as_stored(), "");
}

#[test]
fn who_refreshes_tokens_waits_for_who_does_already() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = fixtures::user(conn, "ada");
    let id = connect(conn, ada, "UK", true).id;
    let mut other = db.conn();
    run(&mut other, "SET lock_timeout = '100ms'");
    conn.transaction(|conn| {
        AmazonBusinessConnection::find_locked(conn, ada, id)?;
        let waits = AmazonBusinessConnection::find_locked(&mut other, ada, id);
        assert!(
            matches!(waits, Err(spending_db::Error::Database(_))),
            "{waits:?}"
        );
        AmazonBusinessConnection::find(&mut other, ada, id)
    })
    .unwrap();
}
