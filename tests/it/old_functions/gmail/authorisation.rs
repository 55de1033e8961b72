//! Pending authorisations of mailboxes.

use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};
use spending_db::models::gmail::GmailOAuthState;
use spending_db::types::Secret;

use crate::old_functions::call;
use crate::support::TestDatabase;
use crate::support::fixtures::user;

#[test]
fn a_state_is_good_for_one_use_however_many_ask() {
    let db = TestDatabase::new();
    let ada = user(&mut db.conn(), "ada");
    let state = Secret::new("state");
    let mut conns: Vec<_> = (0..4).map(|_| db.conn()).collect();
    for _ in 0..25 {
        GmailOAuthState::store(&mut db.conn(), ada, &state, &Secret::new("verifier")).unwrap();
        let start = Barrier::new(conns.len());
        let taken: usize = thread::scope(|scope| {
            let takers: Vec<_> = conns
                .iter_mut()
                .map(|conn| {
                    let (start, state) = (&start, &state);
                    scope.spawn(move || {
                        start.wait();
                        usize::from(GmailOAuthState::consume(conn, state).unwrap().is_some())
                    })
                })
                .collect();
            takers.into_iter().map(|taker| taker.join().unwrap()).sum()
        });
        assert_eq!(taken, 1);
    }
}

#[test]
fn a_state_that_comes_again_keeps_its_row_and_its_time() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (user(conn, "ada"), user(conn, "bob"));
    let state = Secret::new("state");
    GmailOAuthState::store(conn, ada, &state, &Secret::new("first")).unwrap();
    let first = GmailOAuthState::find_valid(conn, &state).unwrap().unwrap();
    GmailOAuthState::store(conn, bob, &state, &Secret::new("second")).unwrap();
    let second = GmailOAuthState::find_valid(conn, &state).unwrap().unwrap();
    assert_eq!(
        (second.id, second.created_at, second.user_id),
        (first.id, first.created_at, bob)
    );
    assert_eq!(second.code_verifier.expose(), "second");
    assert!(second.expires_at >= first.expires_at);
}

#[test]
fn neither_state_nor_verifier_stands_in_an_error() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let arguments = json!({"user_id": 1, "state": "s3cret\u{0}", "code_verifier": "s3cret"});
    let failure = call(conn, "store_gmail_oauth_state", arguments).unwrap_err();
    assert!(!failure.into_json().to_string().contains("s3cret"));
    let found = call(conn, "get_gmail_oauth_state", json!({"state": "other"})).unwrap();
    assert_eq!(found, Value::Null);
}
