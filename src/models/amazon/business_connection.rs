//! `amazon_business_connections`: authorised connections to the Amazon selling/business API; tokens encrypted.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use diesel::sql_types::Integer;
use serde::Serialize;

use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::amazon_business_connections;
use crate::types::{AmazonBusinessConnectionId, EncryptedToken, UserId};

/// Authorised connections to the Amazon selling/business API; tokens encrypted: a row of `amazon_business_connections`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = amazon_business_connections, check_for_backend(Pg))]
pub struct AmazonBusinessConnection {
    /// Identity.
    pub id: AmazonBusinessConnectionId,
    /// The owner.
    pub user_id: UserId,
    /// Ciphertext of the access token; never plain.
    pub access_token: EncryptedToken,
    /// Ciphertext of the refresh token; never plain.
    pub refresh_token: EncryptedToken,
    /// When the access token runs out.
    pub token_expires_at: Option<DateTime<Utc>>,
    /// Marketplace region: UK, DE, US, …
    pub region: Option<String>,
    /// `active` while it is in use.
    pub status: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
    /// Whether it talks to the sandbox.
    pub is_sandbox: bool,
    /// Amazon's id of the marketplace.
    pub marketplace_id: Option<String>,
    /// When it was last fetched in full.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// Version of the key that the access token is encrypted with; 1: not recorded.
    pub encryption_version: i32,
}

/// A row for `amazon_business_connections`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = amazon_business_connections, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `AmazonBusinessConnection`"
)]
pub struct NewAmazonBusinessConnection<'a> {
    pub user_id: UserId,
    pub access_token: &'a EncryptedToken,
    pub refresh_token: &'a EncryptedToken,
    pub token_expires_at: Option<DateTime<Utc>>,
    pub region: Option<&'a str>,
    pub status: Option<&'a str>,
    pub is_sandbox: Option<bool>,
    pub marketplace_id: Option<&'a str>,
    pub last_synced_at: Option<DateTime<Utc>>,
    /// `None`: that of `access_token`.
    pub encryption_version: Option<i32>,
}

/// What to change in a row of `amazon_business_connections`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = amazon_business_connections, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `AmazonBusinessConnection`"
)]
pub struct AmazonBusinessConnectionChanges<'a> {
    pub access_token: Option<&'a EncryptedToken>,
    pub refresh_token: Option<&'a EncryptedToken>,
    pub token_expires_at: Option<Option<DateTime<Utc>>>,
    pub region: Option<Option<&'a str>>,
    pub status: Option<Option<&'a str>>,
    pub is_sandbox: Option<bool>,
    pub marketplace_id: Option<Option<&'a str>>,
    pub last_synced_at: Option<Option<DateTime<Utc>>>,
    /// `None`: that of `access_token`.
    pub encryption_version: Option<i32>,
}

/// The state of a connection that is in use.
pub(crate) const ACTIVE: &str = "active";
/// The state of a connection that was given up; its tokens are gone.
const DISCONNECTED: &str = "disconnected";

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<amazon_business_connections::table> {
    owned(owner, |owner| {
        amazon_business_connections::user_id.eq(owner).nullable()
    })
}

/// Rows that were not given up.
#[dsl::auto_type]
pub(crate) fn is_connected() -> _ {
    let disconnected: &'static str = DISCONNECTED;
    amazon_business_connections::status.is_distinct_from(disconnected)
}

impl<'a> NewAmazonBusinessConnection<'a> {
    /// A row with what has no default.
    pub const fn new(
        user_id: UserId,
        access_token: &'a EncryptedToken,
        refresh_token: &'a EncryptedToken,
    ) -> Self {
        Self {
            user_id,
            access_token,
            refresh_token,
            token_expires_at: None,
            region: None,
            status: None,
            is_sandbox: None,
            marketplace_id: None,
            last_synced_at: None,
            encryption_version: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AmazonBusinessConnection> {
        let version = || self.access_token.key_version();
        let row = Self {
            encryption_version: self.encryption_version.or_else(|| Some(version())),
            ..*self
        };
        Ok(row
            .insert_into(amazon_business_connections::table)
            .returning(AmazonBusinessConnection::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row in the place of what the user had: earlier active connections of the same region and sandbox flag are
    /// disconnected, in one transaction.
    ///
    /// Takes over `save_amazon_business_connection`.
    pub fn connect(&self, conn: &mut PgConnection) -> Result<AmazonBusinessConnection> {
        conn.transaction(|conn| {
            lock_connections_of(conn, self.user_id)?;
            let row = self.insert(conn)?;
            diesel::update(amazon_business_connections::table)
                .filter(amazon_business_connections::user_id.eq(row.user_id))
                .filter(amazon_business_connections::region.is_not_distinct_from(&row.region))
                .filter(amazon_business_connections::is_sandbox.eq(row.is_sandbox))
                .filter(amazon_business_connections::status.eq(ACTIVE))
                .filter(amazon_business_connections::id.ne(row.id))
                .set((
                    GIVEN_UP,
                    amazon_business_connections::updated_at.eq(dsl::now),
                ))
                .execute(conn)?;
            Ok(row)
        })
    }
}

/// Lets one transaction at a time connect for a user.
fn lock_connections_of(conn: &mut PgConnection, user: UserId) -> Result<()> {
    diesel::sql_query(
        "SELECT pg_advisory_xact_lock(hashtext('spending-db: amazon business connections'), $1)",
    )
    .bind::<Integer, _>(user)
    .execute(conn)?;
    Ok(())
}

/// What a connection is changed to when it is given up.
#[derive(AsChangeset)]
#[diesel(table_name = amazon_business_connections)]
struct GivenUp {
    status: &'static str,
    access_token: &'static str,
    refresh_token: &'static str,
    encryption_version: i32,
}

const GIVEN_UP: GivenUp = GivenUp {
    status: DISCONNECTED,
    access_token: "",
    refresh_token: "",
    encryption_version: EncryptedToken::UNRECORDED,
};

impl AmazonBusinessConnection {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: AmazonBusinessConnectionId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(amazon_business_connections::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The active connection of the owner that was made last, if any.
    ///
    /// Takes over `get_amazon_business_connection`.
    pub fn find_active(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(amazon_business_connections::status.eq(ACTIVE))
            .filter(owned_by(owner.into()))
            .order((
                amazon_business_connections::created_at.desc(),
                amazon_business_connections::id.desc(),
            ))
            .first(conn)
            .optional()?)
    }

    /// The row of the owner with this id, locked until the transaction ends: who refreshes its tokens by hand locks it first, so
    /// that no refresh token is used twice. [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find_locked(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: AmazonBusinessConnectionId,
    ) -> Result<Self> {
        Ok(amazon_business_connections::table
            .find(id)
            .filter(owned_by(owner.into()))
            .for_no_key_update()
            .select(Self::as_select())
            .first(conn)?)
    }

    /// Replaces both tokens and the time at which the access token runs out; `None` where that
    /// is not known. [`Error::NotFound`](crate::Error::NotFound) where the owner has no such connection or it was
    /// disconnected.
    ///
    /// Takes over `update_amazon_business_tokens`.
    pub fn set_tokens(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: AmazonBusinessConnectionId,
        access_token: &EncryptedToken,
        refresh_token: &EncryptedToken,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        let updated = diesel::update(amazon_business_connections::table.find(id))
            .filter(is_connected())
            .filter(owned_by(owner.into()))
            .set((
                amazon_business_connections::access_token.eq(access_token),
                amazon_business_connections::encryption_version.eq(access_token.key_version()),
                amazon_business_connections::refresh_token.eq(refresh_token),
                amazon_business_connections::token_expires_at.eq(expires_at),
                amazon_business_connections::updated_at.eq(dsl::now),
            ))
            .execute(conn)?;
        one_row(updated)
    }

    /// Gives the owner's connection up: its state becomes `disconnected` and its tokens are overwritten with nothing. Again
    /// is no error. [`Error::NotFound`](crate::Error::NotFound) without such a connection.
    ///
    /// Takes over `delete_amazon_business_connection`.
    pub fn disconnect(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: AmazonBusinessConnectionId,
    ) -> Result<()> {
        let updated = diesel::update(amazon_business_connections::table.find(id))
            .filter(owned_by(owner.into()))
            .set((
                GIVEN_UP,
                amazon_business_connections::updated_at.eq(dsl::now),
            ))
            .execute(conn)?;
        one_row(updated)
    }

    /// All rows of a user. Newest first.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order((
                amazon_business_connections::created_at.desc(),
                amazon_business_connections::id.desc(),
            ))
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: AmazonBusinessConnectionId,
        changes: &AmazonBusinessConnectionChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let version = || changes.access_token.map(EncryptedToken::key_version);
        let changes = AmazonBusinessConnectionChanges {
            encryption_version: changes.encryption_version.or_else(version),
            ..*changes
        };
        let row = diesel::update(
            amazon_business_connections::table
                .find(id)
                .filter(owned_by(owner)),
        )
        .set(changes)
        .returning(Self::as_returning())
        .get_result(conn)
        .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: AmazonBusinessConnectionId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            amazon_business_connections::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
