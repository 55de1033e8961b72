//! How each table of connections keeps its tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::EncryptedTokens;
use crate::Result;
use crate::models::amazon::AmazonBusinessConnection;
use crate::models::amazon::business_connection as amazon;
use crate::models::gmail::{GmailConnection, GmailTokens, ShownErrors, connection as gmail};
use crate::models::one_row;
use crate::models::truelayer::{BankConnection, ConnectionTokens, bank_connection as bank};
use crate::schema::{amazon_business_connections, bank_connections, gmail_connections};
use crate::types::{
    AmazonBusinessConnectionId, BankConnectionId, BankConnectionStatus, EVERYONE, EncryptedToken,
    GmailConnectionId, GmailConnectionStatus, UserId,
};

/// The tokens of a row.
pub struct Stored<'r> {
    pub(super) id: i32,
    pub(super) access_token: Option<&'r EncryptedToken>,
    pub(super) refresh_token: Option<&'r EncryptedToken>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) key_version: i32,
}

/// A row of a table of connections. Rows that were disconnected or revoked are not found.
pub trait Row: Sized {
    /// The id of a connection.
    type Id: Copy;
    /// The table.
    const TABLE: &'static str;

    /// The owner's row.
    fn by_id(conn: &mut PgConnection, owner: Option<UserId>, id: Self::Id) -> Result<Self>;

    /// The owner's row, locked until the transaction ends.
    fn by_id_locked(conn: &mut PgConnection, owner: Option<UserId>, id: Self::Id) -> Result<Self>;

    /// Its tokens.
    fn stored(&self) -> Stored<'_>;

    /// Stores renewed tokens; a missing refresh token leaves none.
    fn store(conn: &mut PgConnection, id: Self::Id, tokens: &EncryptedTokens) -> Result<()>;

    /// Notes that its user has to authorise it again.
    fn suspend(
        conn: &mut PgConnection,
        owner: Option<UserId>,
        id: Self::Id,
        reason: &str,
    ) -> Result<()>;
}

/// Finds the owner's row whose tokens are in use, or finds it and locks it.
macro_rules! finds_rows {
    ($table:ident, $rows:ident, $in_use:expr) => {
        fn by_id(conn: &mut PgConnection, owner: Option<UserId>, id: Self::Id) -> Result<Self> {
            Ok($table::table
                .find(id)
                .filter($in_use)
                .filter($rows::owned_by(owner))
                .select(Self::as_select())
                .first(conn)?)
        }

        fn by_id_locked(
            conn: &mut PgConnection,
            owner: Option<UserId>,
            id: Self::Id,
        ) -> Result<Self> {
            Ok($table::table
                .find(id)
                .filter($in_use)
                .filter($rows::owned_by(owner))
                .for_no_key_update()
                .select(Self::as_select())
                .first(conn)?)
        }
    };
}

impl<'a> From<&'a EncryptedTokens> for ConnectionTokens<'a> {
    fn from(tokens: &'a EncryptedTokens) -> Self {
        Self {
            access_token: Some(&tokens.access_token),
            refresh_token: tokens.refresh_token.as_ref(),
            expires_at: tokens.expires_at,
        }
    }
}

impl<'a> From<&'a EncryptedTokens> for GmailTokens<'a> {
    fn from(tokens: &'a EncryptedTokens) -> Self {
        Self {
            access_token: &tokens.access_token,
            refresh_token: tokens.refresh_token.as_ref(),
            expires_at: tokens.expires_at,
        }
    }
}

impl Row for BankConnection {
    type Id = BankConnectionId;
    const TABLE: &'static str = "bank_connections";

    finds_rows!(
        bank_connections,
        bank,
        bank_connections::connection_status.ne(BankConnectionStatus::Disconnected)
    );

    fn stored(&self) -> Stored<'_> {
        Stored {
            id: self.id.0,
            access_token: self.access_token.as_ref(),
            refresh_token: self.refresh_token.as_ref(),
            expires_at: self.token_expires_at,
            key_version: self.encryption_version,
        }
    }

    fn store(conn: &mut PgConnection, id: Self::Id, tokens: &EncryptedTokens) -> Result<()> {
        let updated = diesel::update(bank_connections::table.find(id))
            .set((
                ConnectionTokens::from(tokens),
                bank_connections::encryption_version.eq(tokens.access_token.key_version()),
                bank_connections::connection_status.eq(BankConnectionStatus::Active),
            ))
            .execute(conn)?;
        one_row(updated)
    }

    fn suspend(
        conn: &mut PgConnection,
        owner: Option<UserId>,
        id: Self::Id,
        _reason: &str,
    ) -> Result<()> {
        let connected = bank_connections::table
            .find(id)
            .filter(bank_connections::connection_status.ne(BankConnectionStatus::Disconnected))
            .filter(bank::owned_by(owner));
        let status = BankConnectionStatus::AuthorizationRequired;
        let updated = diesel::update(connected)
            .set(bank_connections::connection_status.eq(status))
            .execute(conn)?;
        one_row(updated)
    }
}

impl Row for GmailConnection {
    type Id = GmailConnectionId;
    const TABLE: &'static str = "gmail_connections";

    finds_rows!(
        gmail_connections,
        gmail,
        gmail_connections::connection_status.ne(GmailConnectionStatus::Revoked)
    );

    fn stored(&self) -> Stored<'_> {
        Stored {
            id: self.id.0,
            access_token: Some(&self.access_token),
            refresh_token: Some(&self.refresh_token),
            expires_at: self.token_expires_at,
            key_version: self.encryption_version,
        }
    }

    fn store(conn: &mut PgConnection, id: Self::Id, tokens: &EncryptedTokens) -> Result<()> {
        Self::set_tokens(conn, EVERYONE, id, &tokens.into()).map(drop)
    }

    fn suspend(
        conn: &mut PgConnection,
        owner: Option<UserId>,
        id: Self::Id,
        reason: &str,
    ) -> Result<()> {
        let row = Self::by_id(conn, owner, id)?;
        let (expired, shown) = (GmailConnectionStatus::Expired, ShownErrors::Added(reason));
        Self::set_status(conn, owner, row.id, expired, shown).map(drop)
    }
}

impl Row for AmazonBusinessConnection {
    type Id = AmazonBusinessConnectionId;
    const TABLE: &'static str = "amazon_business_connections";

    finds_rows!(amazon_business_connections, amazon, amazon::is_connected());

    fn stored(&self) -> Stored<'_> {
        Stored {
            id: self.id.0,
            access_token: Some(&self.access_token),
            refresh_token: Some(&self.refresh_token),
            expires_at: self.token_expires_at,
            key_version: self.encryption_version,
        }
    }

    fn store(conn: &mut PgConnection, id: Self::Id, tokens: &EncryptedTokens) -> Result<()> {
        let updated = diesel::update(amazon_business_connections::table.find(id))
            .set((
                amazon_business_connections::access_token.eq(&tokens.access_token),
                tokens
                    .refresh_token
                    .as_ref()
                    .map(|token| amazon_business_connections::refresh_token.eq(token)),
                amazon_business_connections::token_expires_at.eq(tokens.expires_at),
                amazon_business_connections::encryption_version
                    .eq(tokens.access_token.key_version()),
                amazon_business_connections::status.eq(amazon::ACTIVE),
            ))
            .execute(conn)?;
        one_row(updated)
    }

    fn suspend(
        conn: &mut PgConnection,
        owner: Option<UserId>,
        id: Self::Id,
        _reason: &str,
    ) -> Result<()> {
        let connected = amazon_business_connections::table
            .find(id)
            .filter(amazon::is_connected())
            .filter(amazon::owned_by(owner));
        let status = BankConnectionStatus::AuthorizationRequired.as_str();
        let updated = diesel::update(connected)
            .set(amazon_business_connections::status.eq(status))
            .execute(conn)?;
        one_row(updated)
    }
}
