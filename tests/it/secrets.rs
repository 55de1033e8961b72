//! Tokens at rest, the passwords of users and the webhooks of the bank.

mod command;
mod keyring;
mod passwords;
mod renewal;
mod rotation;
mod schema;
mod silence;
mod webhooks;

use diesel::prelude::*;
use spending_db::models::amazon::{AmazonBusinessConnection, NewAmazonBusinessConnection};
use spending_db::models::gmail::{GmailConnection, NewGmailConnection};
use spending_db::models::truelayer::{BankConnection, NewBankConnection};
use spending_db::secrets::{EncryptionKey, Keyring, Token};
use spending_db::types::{EncryptedToken, UserId};

use crate::support::rows::at;

/// The key and token of the reference: made up, they protect nothing.
const REFERENCE_KEY: &str = "bWFkZS11cC1rZXktZm9yLXRlc3RzLW9ubHktMzJieSE=";
const REFERENCE_TOKEN: &str = "gAAAAABoO5gAAAECAwQFBgcICQoLDA0ODxxSji_7jAx40GyiUPiBFdHSSP5KWsf7-yEZvD1TGyoBldd4M95DYcky_0zRG9Gx5a6Nc9p8bxCJ3nwuqmB6nq8=";
const REFERENCE_PLAIN: &str = "made-up-access-token";

/// Plain tokens of the tests.
const ACCESS: &str = "made-up-access-7f3a9c";
const REFRESH: &str = "made-up-refresh-51d0e2";

fn key() -> EncryptionKey {
    EncryptionKey::generate().unwrap()
}

fn encrypted(keyring: &Keyring, plain: &str) -> EncryptedToken {
    keyring.encrypt(&Token::new(plain)).unwrap()
}

fn plain(keyring: &Keyring, stored: &EncryptedToken) -> String {
    assert!(!stored.is_plain());
    keyring.decrypt(stored).unwrap().expose().to_owned()
}

/// One connection of each kind, with these tokens, that have run out.
struct Connections {
    bank: BankConnection,
    mail: GmailConnection,
    shop: AmazonBusinessConnection,
}

impl Connections {
    fn new(
        conn: &mut PgConnection,
        user: UserId,
        access: &EncryptedToken,
        refresh: &EncryptedToken,
    ) -> Self {
        let token_expires_at = Some(at("2025-01-01T00:00:00Z"));
        let bank = NewBankConnection {
            access_token: Some(access),
            refresh_token: Some(refresh),
            token_expires_at,
            ..NewBankConnection::new(user, "ob-monzo", "Monzo")
        };
        let mail = NewGmailConnection {
            token_expires_at,
            ..NewGmailConnection::new(user, "ada@gmail.example", access, refresh)
        };
        let shop = NewAmazonBusinessConnection {
            token_expires_at,
            ..NewAmazonBusinessConnection::new(user, access, refresh)
        };
        Self {
            bank: bank.insert(conn).unwrap(),
            mail: mail.insert(conn).unwrap(),
            shop: shop.insert(conn).unwrap(),
        }
    }
}
