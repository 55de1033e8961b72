//! D30: tokens and passwords show nowhere: not in `Debug`, not in JSON, not in errors, not in the log at its finest.

use spending_db::models::core::{NewUser, User};
use spending_db::models::gmail::{GmailConnection, GmailTokens};
use spending_db::models::tokens::{IssuedTokens, TokenHolder};
use spending_db::models::truelayer::{BankConnection, ConnectionTokens};
use spending_db::operations::secrets::{rotate_keys, token_status};
use spending_db::secrets::{Keyring, Password, Token};
use spending_db::types::{EVERYONE, EncryptedToken};
use spending_db::{Config, Database, Error};
use tracing::Level;

use super::{ACCESS, Connections, REFRESH, encrypted, key};
use crate::support::TestDatabase;
use crate::support::fixtures::user;
use crate::support::log::logged;

const PASSWORD: &str = "made-up-password-9b1e";
const SECOND: &str = "made-up-second-2c9d";

#[track_caller]
fn assert_silent(shown: &str, more: &[&str]) {
    for secret in [ACCESS, REFRESH, SECOND, PASSWORD].iter().chain(more) {
        // Not even the first characters.
        let part: String = secret.chars().take(12).collect();
        assert!(!shown.contains(&part), "{part}: {shown}");
    }
}

#[test]
fn the_log_at_its_finest_holds_no_token_and_no_password() {
    let db = TestDatabase::new();
    let keyring = Keyring::new(key()).with_older(key());
    let config = Config::from_url(&db.url())
        .unwrap()
        .pool_size(1)
        .migrate_on_open(false);
    let database = Database::open(config).unwrap();
    let mut errors = Vec::new();
    let lines = logged(Level::TRACE, || {
        let conn = &mut *database.conn().unwrap();
        let ada = user(conn, "ada");
        let (access, refresh) = (
            encrypted(&keyring, ACCESS),
            EncryptedToken::from_stored(REFRESH),
        );
        let rows = Connections::new(conn, ada, &access, &refresh);
        let tokens = BankConnection::fresh_tokens(conn, ada, rows.bank.id, &keyring, |_| {
            Ok::<_, Error>(IssuedTokens {
                access_token: Token::new(SECOND),
                refresh_token: Some(Token::new(SECOND)),
                expires_in: None,
            })
        })
        .unwrap();
        let encrypted = tokens.encrypt(&keyring).unwrap();
        BankConnection::authorise(conn, ada, "ob-lloyds", &ConnectionTokens::from(&encrypted))
            .unwrap();
        GmailConnection::set_tokens(conn, ada, rows.mail.id, &GmailTokens::from(&encrypted))
            .unwrap();
        token_status(conn, &keyring).unwrap();
        rotate_keys(conn, &keyring).unwrap();
        let other = Keyring::new(key());
        let row = BankConnection::find(conn, ada, rows.bank.id).unwrap();
        errors.push(format!("{:?}", row.tokens(&other).unwrap_err()));
        // Refused by the server, with the row in its message.
        let nobody = BankConnection::authorise(
            conn,
            spending_db::types::UserId(0),
            "ob-lloyds",
            &ConnectionTokens::from(&encrypted),
        );
        errors.push(format!("{:?}", nobody.unwrap_err()));
        let id = NewUser::new("eve@example.com").insert(conn).unwrap().id;
        User::set_password(conn, id, &Password::new(PASSWORD)).unwrap();
        User::verify_password(conn, "eve@example.com", &Password::new(PASSWORD)).unwrap();
        errors.push(format!(
            "{:?} {:?} {tokens:?} {encrypted:?} {keyring:?}",
            row, rows.mail
        ));
        errors.push(serde_json::to_string(&(&row, &rows.mail, &rows.shop)).unwrap());
    });
    assert!(lines.len() > 20, "{lines:?}");
    let ciphertext = "gAAAAA";
    assert_silent(&lines.join("\n"), &[ciphertext, "$argon2id$"]);
    assert_silent(&errors.join("\n"), &[ciphertext, "$argon2id$"]);
    let stored = BankConnection::list_for_user(&mut db.conn(), EVERYONE).unwrap();
    assert!(
        stored
            .iter()
            .all(|row| !row.access_token.as_ref().unwrap().is_plain())
    );
}
