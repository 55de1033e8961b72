//! Access tokens are renewed in time, by one worker at a time (D30).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use spending_db::Error;
use spending_db::models::amazon::{AmazonBusinessConnection, AmazonBusinessConnectionChanges};
use spending_db::models::gmail::{GmailConnection, GmailConnectionChanges, ShownErrors};
use spending_db::models::tokens::{IssuedTokens, TokenHolder, Tokens};
use spending_db::models::truelayer::{BankConnection, BankConnectionChanges};
use spending_db::secrets::{Keyring, Token};
use spending_db::types::{
    BankConnectionId, BankConnectionStatus, EVERYONE, EncryptedToken, GmailConnectionStatus, UserId,
};

use super::{ACCESS, Connections, REFRESH, encrypted, key, plain};
use crate::support::TestDatabase;
use crate::support::fixtures::user;
use crate::support::rows::assert_not_found;
use crate::support::threads::at_once;

fn issued(access: &str, refresh: Option<&str>) -> IssuedTokens {
    IssuedTokens {
        access_token: Token::new(access),
        refresh_token: refresh.map(Token::new),
        expires_in: Some(Duration::from_secs(600)),
    }
}

fn never(_: &Tokens) -> Result<IssuedTokens, Error> {
    panic!("nothing is to be renewed")
}

struct Feed {
    db: TestDatabase,
    keyring: Keyring,
    user: UserId,
    connections: Connections,
}

impl Feed {
    fn new() -> Self {
        let db = TestDatabase::new();
        let keyring = Keyring::new(key());
        let conn = &mut db.conn();
        let user = user(conn, "ada");
        let (access, refresh) = (encrypted(&keyring, ACCESS), encrypted(&keyring, REFRESH));
        let connections = Connections::new(conn, user, &access, &refresh);
        Self {
            db,
            keyring,
            user,
            connections,
        }
    }

    fn bank(&self) -> BankConnection {
        BankConnection::find(&mut self.db.conn(), self.user, self.connections.bank.id).unwrap()
    }

    fn set_expiry(&self, in_seconds: Option<i64>) {
        let at = in_seconds.map(|seconds| Utc::now() + TimeDelta::seconds(seconds));
        let changes = BankConnectionChanges {
            token_expires_at: Some(at),
            ..Default::default()
        };
        let id = self.connections.bank.id;
        BankConnection::update(&mut self.db.conn(), self.user, id, &changes).unwrap();
    }
}

/// The tokens of a connection, exchanged for new ones and then found to be good.
macro_rules! assert_renews {
    ($feed:ident, $Model:ident, $id:expr) => {{
        let (conn, keyring) = (&mut $feed.db.conn(), &$feed.keyring);
        let before = Utc::now();
        let tokens = $Model::fresh_tokens(conn, $feed.user, $id, keyring, |spent| {
            assert_eq!(spent.access_token.expose(), ACCESS);
            assert_eq!(spent.refresh_token.as_ref().unwrap().expose(), REFRESH);
            Ok::<_, Error>(issued("second", Some("second refresh")))
        })
        .unwrap();
        assert_eq!(tokens.access_token.expose(), "second");
        let left = tokens.expires_at.unwrap() - before;
        assert!(left >= TimeDelta::seconds(600) && left < TimeDelta::seconds(660));
        let again = $Model::fresh_tokens(conn, $feed.user, $id, keyring, never).unwrap();
        assert_eq!(again.access_token.expose(), "second");
        assert_eq!(again.refresh_token.unwrap().expose(), "second refresh");
        let row = $Model::find(conn, $feed.user, $id).unwrap();
        assert_eq!(row.encryption_version, keyring.version());
        row
    }};
}

#[test]
fn each_kind_of_connection_is_renewed_and_becomes_active() {
    let feed = Feed::new();
    let conn = &mut feed.db.conn();
    let (mail, shop) = (feed.connections.mail.id, feed.connections.shop.id);
    let failed = ShownErrors::Added("timeout");
    GmailConnection::set_status(conn, feed.user, mail, GmailConnectionStatus::Error, failed)
        .unwrap();
    let expired = AmazonBusinessConnectionChanges {
        status: Some(Some("expired")),
        ..Default::default()
    };
    AmazonBusinessConnection::update(conn, feed.user, shop, &expired).unwrap();

    let bank = assert_renews!(feed, BankConnection, feed.connections.bank.id);
    assert_eq!(bank.connection_status, BankConnectionStatus::Active);
    let mail = assert_renews!(feed, GmailConnection, mail);
    assert_eq!(mail.connection_status, GmailConnectionStatus::Active);
    assert_eq!((mail.error_count, mail.last_error), (0, None));
    let shop = assert_renews!(feed, AmazonBusinessConnection, shop);
    assert_eq!(shop.status.as_deref(), Some("active"));
    for stored in [&mail.access_token, &shop.access_token] {
        assert_eq!(plain(&feed.keyring, stored), "second");
    }
}

#[test]
fn the_old_refresh_token_stays_where_none_is_returned() {
    let feed = Feed::new();
    let conn = &mut feed.db.conn();
    let (bank, mail, shop) = (
        feed.connections.bank.id,
        feed.connections.mail.id,
        feed.connections.shop.id,
    );
    let renew = |_: &_| Ok::<_, Error>(issued("second", None));
    BankConnection::fresh_tokens(conn, feed.user, bank, &feed.keyring, renew).unwrap();
    GmailConnection::fresh_tokens(conn, feed.user, mail, &feed.keyring, renew).unwrap();
    AmazonBusinessConnection::fresh_tokens(conn, feed.user, shop, &feed.keyring, renew).unwrap();
    let mail = GmailConnection::find(conn, feed.user, mail).unwrap();
    let shop = AmazonBusinessConnection::find(conn, feed.user, shop).unwrap();
    for stored in [
        &feed.bank().refresh_token.unwrap(),
        &mail.refresh_token,
        &shop.refresh_token,
    ] {
        assert_eq!(plain(&feed.keyring, stored), REFRESH);
    }
}

#[test]
fn a_token_is_renewed_when_it_runs_out_within_five_minutes() {
    let feed = Feed::new();
    let conn = &mut feed.db.conn();
    let id = feed.connections.bank.id;
    for (left, is_renewed) in [(Some(330), false), (Some(270), true), (None, false)] {
        feed.set_expiry(left);
        let mut renewed = false;
        BankConnection::fresh_tokens(conn, feed.user, id, &feed.keyring, |_| {
            renewed = true;
            Ok::<_, Error>(issued("next", None))
        })
        .unwrap();
        assert_eq!(renewed, is_renewed, "{left:?}");
    }
}

#[test]
fn an_hour_is_assumed_where_the_provider_does_not_say() {
    let asked_at = Utc::now();
    let unsaid = IssuedTokens {
        expires_in: None,
        ..issued("a", None)
    };
    let at = unsaid.since(asked_at).expires_at;
    assert_eq!(at, Some(asked_at + TimeDelta::hours(1)));
}

/// D30: workers that come at once renew once, and all get what that gave.
#[test]
fn of_many_workers_one_renews() {
    let feed = Feed::new();
    let id = feed.connections.bank.id;
    for round in 0..12 {
        feed.set_expiry(Some(-1));
        let calls = AtomicUsize::new(0);
        let next = format!("round {round}");
        let tokens = at_once(&feed.db, 4, |conn, _| {
            BankConnection::fresh_tokens(conn, feed.user, id, &feed.keyring, |_| {
                calls.fetch_add(1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(20));
                Ok::<_, Error>(issued(&next, Some(&next)))
            })
            .unwrap()
        });
        assert_eq!(calls.into_inner(), 1);
        for tokens in tokens {
            assert_eq!(tokens.access_token.expose(), next);
            assert_eq!(tokens.refresh_token.unwrap().expose(), next);
        }
    }
}

#[test]
fn a_failed_renewal_changes_nothing() {
    let feed = Feed::new();
    let conn = &mut feed.db.conn();
    let (id, before) = (feed.connections.bank.id, feed.bank());
    let failed = BankConnection::fresh_tokens(conn, feed.user, id, &feed.keyring, |_| {
        Err(Error::Connect("the provider is away".to_owned()))
    });
    assert!(matches!(failed, Err(Error::Connect(_))));
    assert_eq!(feed.bank(), before);
    // The lock is gone: the next one renews.
    let renew = |_: &_| Ok::<_, Error>(issued("next", None));
    let tokens = BankConnection::fresh_tokens(conn, feed.user, id, &feed.keyring, renew).unwrap();
    assert_eq!(tokens.access_token.expose(), "next");
}

/// Without the key, and with a damaged token, the connection is named and waits for its user.
#[test]
fn what_no_key_opens_names_the_connection_and_has_it_authorised_again() {
    let feed = Feed::new();
    let conn = &mut feed.db.conn();
    let Connections { bank, mail, shop } = &feed.connections;
    let other = Keyring::new(key());
    let version = feed.keyring.version();
    let lacking = format!("ENCRYPTION_KEY lacks its key, which has version {version}");
    let error = BankConnection::fresh_tokens(conn, feed.user, bank.id, &other, never).unwrap_err();
    let expected = format!("bank_connections {}, access_token: {lacking}", bank.id);
    assert_eq!(error.to_string(), expected);
    let status = feed.bank().connection_status;
    assert_eq!(status, BankConnectionStatus::AuthorizationRequired);

    let error = GmailConnection::fresh_tokens(conn, feed.user, mail.id, &other, never).unwrap_err();
    let expected = format!("gmail_connections {}, access_token: {lacking}", mail.id);
    assert_eq!(error.to_string(), expected);
    let row = GmailConnection::find(conn, feed.user, mail.id).unwrap();
    assert_eq!(row.connection_status, GmailConnectionStatus::Expired);
    assert_eq!(row.error_count, 1);

    let cut = &shop.refresh_token.as_stored()[..80];
    let changes = AmazonBusinessConnectionChanges {
        refresh_token: Some(&EncryptedToken::from_stored(cut)),
        ..Default::default()
    };
    AmazonBusinessConnection::update(conn, feed.user, shop.id, &changes).unwrap();
    let error =
        AmazonBusinessConnection::fresh_tokens(conn, feed.user, shop.id, &feed.keyring, never)
            .unwrap_err();
    let expected = format!(
        "amazon_business_connections {}, refresh_token: no key of ENCRYPTION_KEY opens it: its key is missing, or it is damaged",
        shop.id
    );
    assert_eq!(error.to_string(), expected);
    let row = AmazonBusinessConnection::find(conn, feed.user, shop.id).unwrap();
    assert_eq!(row.status.as_deref(), Some("authorization_required"));

    // With the right key again it heals by itself.
    let renew = |_: &_| Ok::<_, Error>(issued("next", None));
    BankConnection::fresh_tokens(conn, feed.user, bank.id, &feed.keyring, renew).unwrap();
    assert_eq!(feed.bank().connection_status, BankConnectionStatus::Active);
}

#[test]
fn without_a_refresh_token_the_user_has_to_come_back() {
    let feed = Feed::new();
    let conn = &mut feed.db.conn();
    let id = feed.connections.bank.id;
    let changes = BankConnectionChanges {
        refresh_token: Some(None),
        ..Default::default()
    };
    BankConnection::update(conn, feed.user, id, &changes).unwrap();
    let error =
        BankConnection::fresh_tokens(conn, feed.user, id, &feed.keyring, never).unwrap_err();
    assert!(matches!(
        error,
        Error::AuthorizationRequired {
            table: "bank_connections",
            ..
        }
    ));
    let status = feed.bank().connection_status;
    assert_eq!(status, BankConnectionStatus::AuthorizationRequired);
}

#[test]
fn others_connections_and_those_given_up_are_not_found() {
    let feed = Feed::new();
    let conn = &mut feed.db.conn();
    let ben = user(conn, "ben");
    let Connections { bank, mail, shop } = &feed.connections;
    let keyring = &feed.keyring;
    assert_not_found(BankConnection::fresh_tokens(
        conn, ben, bank.id, keyring, never,
    ));
    assert_not_found(BankConnection::require_authorisation(conn, ben, bank.id));
    let unknown = BankConnectionId(bank.id.0 + 1000);
    assert_not_found(BankConnection::fresh_tokens(
        conn, EVERYONE, unknown, keyring, never,
    ));

    let gone = BankConnectionChanges {
        connection_status: Some(BankConnectionStatus::Disconnected),
        ..Default::default()
    };
    BankConnection::update(conn, feed.user, bank.id, &gone).unwrap();
    assert_not_found(BankConnection::fresh_tokens(
        conn, feed.user, bank.id, keyring, never,
    ));
    let revoked = GmailConnectionChanges {
        connection_status: Some(GmailConnectionStatus::Revoked),
        ..Default::default()
    };
    GmailConnection::update(conn, feed.user, mail.id, &revoked).unwrap();
    assert_not_found(GmailConnection::fresh_tokens(
        conn, feed.user, mail.id, keyring, never,
    ));
    assert_not_found(GmailConnection::require_authorisation(
        conn, feed.user, mail.id,
    ));
    AmazonBusinessConnection::disconnect(conn, feed.user, shop.id).unwrap();
    assert_not_found(AmazonBusinessConnection::fresh_tokens(
        conn, feed.user, shop.id, keyring, never,
    ));
}

/// D30: what the old application stored in plain text is used, and encrypted when it is renewed.
#[test]
fn plain_tokens_are_read_and_encrypted_at_the_next_renewal() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (user, keyring) = (user(conn, "ada"), Keyring::new(key()));
    let stored = [ACCESS, REFRESH].map(EncryptedToken::from_stored);
    let shop = Connections::new(conn, user, &stored[0], &stored[1]).shop;
    assert!(shop.access_token.is_plain());
    assert_eq!(shop.encryption_version, EncryptedToken::UNRECORDED);
    let tokens = AmazonBusinessConnection::fresh_tokens(conn, user, shop.id, &keyring, |spent| {
        assert_eq!(spent.refresh_token.as_ref().unwrap().expose(), REFRESH);
        Ok::<_, Error>(issued("second", None))
    });
    assert_eq!(tokens.unwrap().access_token.expose(), "second");
    let row = AmazonBusinessConnection::find(conn, user, shop.id).unwrap();
    assert_eq!(plain(&keyring, &row.access_token), "second");
    assert_eq!(plain(&keyring, &row.refresh_token), REFRESH);
}
