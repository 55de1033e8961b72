//! `amazon_business_connections`: authorised connections to the Amazon selling/business API; tokens encrypted.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::amazon_business_connections;
use crate::types::{AmazonBusinessConnectionId, Secret, UserId};

/// Authorised connections to the Amazon selling/business API; tokens encrypted: a row of `amazon_business_connections`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = amazon_business_connections, check_for_backend(Pg))]
pub struct AmazonBusinessConnection {
    /// Identity.
    pub id: AmazonBusinessConnectionId,
    /// The owner.
    pub user_id: UserId,
    /// Ciphertext of the access token; never plain.
    pub access_token: Secret,
    /// Ciphertext of the refresh token; never plain.
    pub refresh_token: Secret,
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
    pub access_token: &'a Secret,
    pub refresh_token: &'a Secret,
    pub token_expires_at: Option<DateTime<Utc>>,
    pub region: Option<&'a str>,
    pub status: Option<&'a str>,
    pub is_sandbox: Option<bool>,
    pub marketplace_id: Option<&'a str>,
    pub last_synced_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `amazon_business_connections`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = amazon_business_connections, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `AmazonBusinessConnection`"
)]
pub struct AmazonBusinessConnectionChanges<'a> {
    pub access_token: Option<&'a Secret>,
    pub refresh_token: Option<&'a Secret>,
    pub token_expires_at: Option<Option<DateTime<Utc>>>,
    pub region: Option<Option<&'a str>>,
    pub status: Option<Option<&'a str>>,
    pub is_sandbox: Option<bool>,
    pub marketplace_id: Option<Option<&'a str>>,
    pub last_synced_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<amazon_business_connections::table> {
    owned(owner, |owner| {
        amazon_business_connections::user_id.eq(owner).nullable()
    })
}

impl<'a> NewAmazonBusinessConnection<'a> {
    /// A row with what has no default.
    pub const fn new(user_id: UserId, access_token: &'a Secret, refresh_token: &'a Secret) -> Self {
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
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AmazonBusinessConnection> {
        Ok(self
            .insert_into(amazon_business_connections::table)
            .returning(AmazonBusinessConnection::as_returning())
            .get_result(conn)?)
    }
}

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
            .first(conn)?)
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
