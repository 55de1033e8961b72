//! Connections to banks and their accounts.

use diesel::prelude::*;
use serde_json::json;
use spending_db::Error;
use spending_db::models::truelayer::{
    BankConnection, BankConnectionChanges, ConnectionTokens, ListedConnection, NewBankConnection,
    NewTrueLayerAccount, NewTrueLayerCard, TrueLayerAccount,
};
use spending_db::types::{BankConnectionStatus, EVERYONE, EncryptedToken};

use super::{Feed, call, refusal};
use crate::support::TestDatabase;
use crate::support::threads::at_once;

fn tokens<'a>(
    access: &'a EncryptedToken,
    refresh: Option<&'a EncryptedToken>,
) -> ConnectionTokens<'a> {
    ConnectionTokens {
        access_token: Some(access),
        refresh_token: refresh,
        expires_at: None,
    }
}

#[test]
fn tokens_are_given_under_the_old_names_and_shown_nowhere_else() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let (access, refresh) = (
        EncryptedToken::from_stored("cipher-a"),
        EncryptedToken::from_stored("cipher-r"),
    );
    let set = tokens(&access, Some(&refresh));
    BankConnection::set_tokens(conn, feed.user, feed.connection, &set).unwrap();

    let listed = ListedConnection::list_for_user(conn, feed.user).unwrap();
    let single = BankConnection::find(conn, feed.user, feed.connection).unwrap();
    for shown in [
        format!("{listed:?} {single:?} {set:?}"),
        json!([listed, single]).to_string(),
    ] {
        assert!(!shown.contains("cipher"), "{shown}");
    }
    assert_eq!(single.access_token, Some(access));

    let old = call(
        conn,
        "get_connection",
        json!({"connection_id": feed.connection}),
    )
    .unwrap();
    assert_eq!(
        [&old["access_token"], &old["refresh_token"]],
        ["cipher-a", "cipher-r"]
    );
    let old = call(conn, "get_user_connections", json!({"user_id": feed.user})).unwrap();
    assert_eq!(
        [&old[0]["access_token"], &old[0]["refresh_token"]],
        ["cipher-a", "cipher-r"]
    );
}

#[test]
fn accounts_with_one_name_come_by_id() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let mut ids = vec![feed.account];
    for id in ["acc-3", "acc-2", "acc-1"] {
        let new = NewTrueLayerAccount::new(feed.connection, id, "TRANSACTION", "Main", "GBP");
        ids.push(new.insert(conn).unwrap().id);
    }
    // Old versions of a row are where a table scan would find the new one last.
    let first = NewTrueLayerAccount::new(feed.connection, "acc", "SAVINGS", "Main", "GBP");
    first.save(conn).unwrap();
    let listed = TrueLayerAccount::list_for_connection(conn, feed.user, feed.connection).unwrap();
    assert_eq!(listed.iter().map(|row| row.id).collect::<Vec<_>>(), ids);
}

#[test]
fn an_account_of_two_users_is_told_apart_by_user_or_connection() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Feed::of(conn, "ada"), Feed::of(conn, "ben"));
    for feed in [ada, ben] {
        let account = TrueLayerAccount::find_by_account_id(conn, feed.user, "acc").unwrap();
        assert_eq!(account.map(|account| account.id), Some(feed.account));
        let account = TrueLayerAccount::find_by_connection_id_and_account_id(
            conn,
            EVERYONE,
            feed.connection,
            "acc",
        );
        assert_eq!(
            account.unwrap().map(|account| account.id),
            Some(feed.account)
        );
    }
    let again = NewTrueLayerAccount::new(ada.connection, "acc", "SAVINGS", "Moved", "GBP");
    again.save(conn).unwrap();
    let old = json!({"truelayer_account_id": "acc"});
    let old = call(conn, "get_account_by_truelayer_id", old).unwrap();
    assert_eq!(old["id"], json!(ada.account));
}

#[test]
fn a_connection_needs_its_provider() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let mut arguments = json!({"user_id": feed.user, "provider_id": null, "access_token": "a", "refresh_token": "r",
                               "expires_at": null});
    let refused = ("invalid_params".to_owned(), "provider_id".to_owned());
    assert_eq!(
        refusal(conn, "save_bank_connection", arguments.clone()),
        refused
    );
    arguments.as_object_mut().unwrap().remove("provider_id");
    assert_eq!(refusal(conn, "save_bank_connection", arguments), refused);
    assert_eq!(
        ListedConnection::list_for_user(conn, feed.user)
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn authorising_again_replaces_name_and_tokens_of_that_provider_only() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let (a, r) = (
        EncryptedToken::from_stored("a"),
        EncryptedToken::from_stored("r"),
    );
    let authorise = |conn: &mut PgConnection, provider: &str, refresh| {
        BankConnection::authorise(conn, feed.user, provider, &tokens(&a, refresh)).unwrap()
    };
    let monzo = authorise(conn, "monzo", Some(&r));
    assert_eq!(
        (monzo.id, monzo.connection_status),
        (feed.connection, BankConnectionStatus::Active)
    );
    let starling = authorise(conn, "ob-starling", Some(&r));
    assert_ne!(starling.id, monzo.id);

    let renamed = BankConnectionChanges {
        provider_name: Some("Monzo Bank Ltd"),
        connection_status: Some(BankConnectionStatus::Expired),
        ..BankConnectionChanges::default()
    };
    BankConnection::update(conn, feed.user, monzo.id, &renamed).unwrap();
    let again = authorise(conn, "monzo", None);
    assert_eq!(
        (
            again.id,
            &*again.provider_name,
            again.refresh_token,
            again.connection_status
        ),
        (monzo.id, "Monzo", None, BankConnectionStatus::Active)
    );
    assert_eq!(
        BankConnection::find(conn, feed.user, starling.id).unwrap(),
        starling
    );
}

#[test]
fn every_status_can_be_stored_and_no_other() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let fresh = BankConnection::find(conn, feed.user, feed.connection).unwrap();
    assert_eq!(
        fresh.connection_status,
        BankConnectionStatus::AuthorizationRequired
    );
    for status in [
        "active",
        "expired",
        "inactive",
        "authorization_required",
        "disconnected",
    ] {
        let arguments = json!({"connection_id": feed.connection, "status": status});
        assert_eq!(
            call(conn, "update_connection_status", arguments).unwrap(),
            json!(true)
        );
        let now = BankConnection::find(conn, feed.user, feed.connection).unwrap();
        assert_eq!(now.connection_status.as_str(), status);
    }
    let arguments = json!({"connection_id": feed.connection, "status": "Active"});
    let refused = ("invalid_params".to_owned(), "status".to_owned());
    assert_eq!(
        refusal(conn, "update_connection_status", arguments),
        refused
    );
}

#[test]
fn a_provider_that_the_user_has_already_changes_neither_column() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    NewBankConnection::new(feed.user, "starling", "Starling")
        .insert(conn)
        .unwrap();
    let both = BankConnectionChanges {
        provider_id: Some("starling"),
        provider_name: Some("Oops"),
        ..BankConnectionChanges::default()
    };
    let refused = BankConnection::update(conn, feed.user, feed.connection, &both);
    assert!(
        matches!(&refused, Err(Error::Conflict { constraint }) if constraint == "bank_connections_user_id_provider_id_key"),
        "{refused:?}"
    );
    let row = BankConnection::find(conn, feed.user, feed.connection).unwrap();
    assert_eq!((&*row.provider_id, &*row.provider_name), ("monzo", "Monzo"));
}

#[test]
fn of_workers_that_spend_one_refresh_token_one_stores_its_successor() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let expired = BankConnectionChanges {
        connection_status: Some(BankConnectionStatus::Expired),
        ..BankConnectionChanges::default()
    };
    BankConnection::update(conn, feed.user, feed.connection, &expired).unwrap();
    let (access, first) = (
        EncryptedToken::from_stored("a"),
        EncryptedToken::from_stored("r"),
    );
    for _ in 0..24 {
        let set = tokens(&access, Some(&first));
        BankConnection::set_tokens(conn, feed.user, feed.connection, &set).unwrap();
        let renewed = at_once(&db, 4, |conn, number| {
            let (access, next) = (
                EncryptedToken::from_stored("a2"),
                EncryptedToken::from_stored(format!("r-{number}")),
            );
            let set = tokens(&access, Some(&next));
            BankConnection::renew_tokens(conn, feed.user, feed.connection, &first, &set).unwrap()
        });
        let winners: Vec<_> = renewed.into_iter().flatten().collect();
        let [winner] = &winners[..] else {
            panic!("{} of them", winners.len());
        };
        let stored = BankConnection::find(conn, feed.user, feed.connection).unwrap();
        assert_eq!(&stored, winner);
        assert_eq!(stored.connection_status, BankConnectionStatus::Expired);
    }
}

#[test]
fn an_account_needs_its_currency_and_has_no_subtype() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let arguments = json!({"connection_id": feed.connection, "account_id": "acc", "display_name": "Renamed",
                           "account_type": "SAVINGS", "account_subtype": "JOINT"});
    let refused = ("invalid_params".to_owned(), "currency".to_owned());
    assert_eq!(
        refusal(conn, "save_connection_account", arguments.clone()),
        refused
    );

    let mut given = arguments;
    given["currency"] = json!("USD");
    assert_eq!(
        call(conn, "save_connection_account", given).unwrap(),
        json!(feed.account)
    );
    let row = TrueLayerAccount::find(conn, feed.user, feed.account).unwrap();
    assert_eq!(
        (&*row.display_name, &*row.account_type, &*row.currency),
        ("Renamed", "SAVINGS", "GBP")
    );
}

#[test]
fn what_threads_save_at_once_is_one_row() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let access = EncryptedToken::from_stored("a");
    for round in 0..24 {
        let id = format!("new-{round}");
        let saved = at_once(&db, 4, |conn, _| {
            let set = tokens(&access, None);
            let account = NewTrueLayerAccount::new(feed.connection, &id, "SAVINGS", "New", "GBP");
            (
                BankConnection::authorise(conn, feed.user, &id, &set)
                    .unwrap()
                    .id,
                account.save(conn).unwrap().id,
                NewTrueLayerCard::new(feed.connection, &id)
                    .save(conn)
                    .unwrap()
                    .id,
            )
        });
        assert!(saved.iter().all(|ids| ids == &saved[0]), "{saved:?}");
    }
}

#[test]
fn what_is_saved_again_unchanged_has_its_time_moved() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let access = EncryptedToken::from_stored("a");
    let mut save = || {
        let account = NewTrueLayerAccount::new(feed.connection, "acc", "SAVINGS", "Main", "GBP");
        let card = NewTrueLayerCard::new(feed.connection, "card");
        [
            BankConnection::authorise(conn, feed.user, "monzo", &tokens(&access, None))
                .unwrap()
                .updated_at,
            account.save(conn).unwrap().updated_at,
            card.save(conn).unwrap().updated_at,
        ]
    };
    let (first, second) = (save(), save());
    for (first, second) in first.into_iter().zip(second) {
        assert!(second > first);
    }
}
