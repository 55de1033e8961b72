//! The tokens of connections: read with a keyring, and renewed by one worker at a time.

mod rows;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::Connection as _;
use diesel::PgConnection;
use diesel::result::Error as DieselError;

use crate::secrets::{Keyring, Token};
use crate::types::{EncryptedToken, TokenPlace, UserId};
use crate::{Error, Result};

/// An access token is renewed when it runs out within this many seconds.
const RENEWED_AHEAD: TimeDelta = TimeDelta::seconds(300);

/// How long an access token is good for where its provider does not say.
const GOOD_FOR: Duration = Duration::from_secs(3600);

/// The tokens of a connection in plain text.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Opens the provider's interface.
    pub access_token: Token,
    /// Is exchanged for the next tokens; `None` where the provider gave none.
    pub refresh_token: Option<Token>,
    /// When the access token runs out; `None` where that is not known: it is never renewed then.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What a provider's token endpoint answered.
#[derive(Debug, Clone)]
pub struct IssuedTokens {
    /// The access token.
    pub access_token: Token,
    /// The next refresh token; `None`: the one that was used stays good.
    pub refresh_token: Option<Token>,
    /// How long the access token is good for (`expires_in`); `None`: an hour.
    pub expires_in: Option<Duration>,
}

impl IssuedTokens {
    /// The tokens with the instant at which the access token runs out, counted from when they were asked for.
    pub fn since(self, asked_at: DateTime<Utc>) -> Tokens {
        let good_for = self.expires_in.unwrap_or(GOOD_FOR);
        Tokens {
            access_token: self.access_token,
            refresh_token: self.refresh_token,
            expires_at: TimeDelta::from_std(good_for)
                .ok()
                .and_then(|good_for| asked_at.checked_add_signed(good_for)),
        }
    }
}

/// The tokens of a connection as they are stored.
#[derive(Debug, Clone)]
pub struct EncryptedTokens {
    /// Ciphertext of the access token.
    pub access_token: EncryptedToken,
    /// Ciphertext of the refresh token.
    pub refresh_token: Option<EncryptedToken>,
    /// When the access token runs out.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Tokens {
    /// Encrypts both under the newest key.
    pub fn encrypt(&self, keyring: &Keyring) -> Result<EncryptedTokens> {
        let refresh_token = self.refresh_token.as_ref();
        Ok(EncryptedTokens {
            access_token: keyring.encrypt(&self.access_token)?,
            refresh_token: refresh_token
                .map(|token| keyring.encrypt(token))
                .transpose()?,
            expires_at: self.expires_at,
        })
    }
}

/// A connection whose row holds tokens: [`BankConnection`](crate::models::truelayer::BankConnection),
/// [`GmailConnection`](crate::models::gmail::GmailConnection) and
/// [`AmazonBusinessConnection`](crate::models::amazon::AmazonBusinessConnection).
pub trait TokenHolder: rows::Row {
    /// The tokens of this row in plain text; those that were stored in plain text are given as they are.
    ///
    /// [`Error::UnreadableToken`] where no key opens one, [`Error::AuthorizationRequired`] where there is no access token.
    fn tokens(&self, keyring: &Keyring) -> Result<Tokens> {
        let stored = self.stored();
        let open = |column, token: Option<&EncryptedToken>| {
            token
                .filter(|token| !token.is_empty())
                .map(|token| {
                    keyring.decrypt(token).ok_or_else(|| {
                        unreadable(Self::TABLE, stored.id, column, stored.key_version, keyring)
                    })
                })
                .transpose()
        };
        let access_token = open(ACCESS_TOKEN, stored.access_token)?
            .ok_or_else(|| lacks(Self::TABLE, stored.id, "there is no access token"))?;
        Ok(Tokens {
            access_token,
            refresh_token: open("refresh_token", stored.refresh_token)?,
            expires_at: stored.expires_at,
        })
    }

    /// The tokens of the owner's connection, good for at least five more minutes: `renew` exchanges them where they are not.
    ///
    /// `renew` is called by one worker at a time: the row is locked (`FOR NO KEY UPDATE`) and read again, and only if its
    /// token still runs out within 300 seconds is it renewed. What `renew` returns is encrypted and stored in the transaction that
    /// holds the lock; without a new refresh token the old one stays. The connection is `active` then, without errors. Where
    /// `renew` fails nothing is changed and its error is given.
    ///
    /// `renew` talks to the provider while its transaction is open and one row is locked: give it a timeout below the
    /// lock timeout of the others who wait (10 seconds by default), and call this outside of any transaction.
    ///
    /// [`Error::NotFound`] where the owner has no such connection, or has disconnected or revoked it.
    /// [`Error::UnreadableToken`] where no key opens a token, and [`Error::AuthorizationRequired`] where there is no refresh token:
    /// the connection then waits for a new authorisation, as by [`require_authorisation`](Self::require_authorisation).
    fn fresh_tokens<E>(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: Self::Id,
        keyring: &Keyring,
        renew: impl FnOnce(&Tokens) -> Result<IssuedTokens, E>,
    ) -> Result<Tokens, E>
    where
        E: From<Error> + From<DieselError>,
    {
        let owner = owner.into();
        let row = Self::by_id(conn, owner, id)?;
        if let Ok(tokens) = row.tokens(keyring)
            && !runs_out_soon(&tokens)
        {
            return Ok(tokens);
        }
        let outcome = conn.transaction::<_, E, _>(|conn| {
            let tokens = match renewable(&Self::by_id_locked(conn, owner, id)?, keyring) {
                Ok(tokens) => tokens,
                Err(error) => {
                    Self::require_authorisation(conn, owner, id)?;
                    return Ok(Err(error));
                }
            };
            if !runs_out_soon(&tokens) {
                return Ok(Ok(tokens));
            }
            let asked_at = Utc::now();
            let issued = renew(&tokens)?.since(asked_at);
            let renewed = Tokens {
                refresh_token: issued.refresh_token.or(tokens.refresh_token),
                ..issued
            };
            Self::store(conn, id, &renewed.encrypt(keyring)?)?;
            Ok(Ok(renewed))
        })?;
        outcome.map_err(E::from)
    }

    /// Notes that the user has to authorise the owner's connection again, as when the provider refuses its refresh token: its
    /// status becomes `authorization_required`, that of a mailbox `expired` with one more error.
    ///
    /// [`Error::NotFound`] where the owner has no such connection, or has disconnected or revoked it.
    fn require_authorisation(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: Self::Id,
    ) -> Result<()> {
        Self::suspend(conn, owner.into(), id, REASON)
    }
}

impl<R: rows::Row> TokenHolder for R {}

/// The column whose key a row records.
const ACCESS_TOKEN: &str = "access_token";

/// What a mailbox shows as its error.
const REASON: &str = "its tokens cannot be used: authorise it again";

fn runs_out_soon(tokens: &Tokens) -> bool {
    tokens
        .expires_at
        .is_some_and(|at| at - Utc::now() < RENEWED_AHEAD)
}

/// The tokens of a row, if they are good for a while or can be renewed.
fn renewable<R: TokenHolder>(row: &R, keyring: &Keyring) -> Result<Tokens> {
    let tokens = row.tokens(keyring)?;
    if runs_out_soon(&tokens) && tokens.refresh_token.is_none() {
        return Err(lacks(
            R::TABLE,
            row.stored().id,
            "there is no refresh token",
        ));
    }
    Ok(tokens)
}

fn lacks(table: &'static str, id: i32, reason: &'static str) -> Error {
    Error::AuthorizationRequired { table, id, reason }
}

/// That no key opens a token: its key is missing, or it is damaged; which of the two, where its key was recorded.
fn unreadable(
    table: &'static str,
    id: i32,
    column: &'static str,
    key_version: i32,
    keyring: &Keyring,
) -> Error {
    let is_recorded = column == ACCESS_TOKEN && key_version != EncryptedToken::UNRECORDED;
    let reason = if !is_recorded {
        "no key of ENCRYPTION_KEY opens it: its key is missing, or it is damaged".to_owned()
    } else if keyring.versions().contains(&key_version) {
        format!("it is damaged: the key of version {key_version} does not open it")
    } else {
        format!("ENCRYPTION_KEY lacks its key, which has version {key_version}")
    };
    Error::UnreadableToken {
        place: TokenPlace { table, id, column },
        reason,
    }
}
