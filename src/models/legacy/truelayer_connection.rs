//! `truelayer_connections`: the first form of bank connections (deprecated).

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::core::User;
use crate::models::{Filter, one_row, owned};
use crate::schema::truelayer_connections;
use crate::types::{EncryptedToken, TrueLayerConnectionId, UserId};

/// The first form of bank connections (deprecated): a row of `truelayer_connections`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_connections, belongs_to(User, foreign_key = user_id), check_for_backend(Pg))]
pub struct TrueLayerConnection {
    /// Identity.
    pub id: TrueLayerConnectionId,
    /// The owner.
    pub user_id: UserId,
    /// TrueLayer's id of the bank.
    pub provider_id: Option<String>,
    /// Ciphertext of the access token; never plain.
    pub access_token: EncryptedToken,
    /// Ciphertext of the refresh token; never plain.
    pub refresh_token: Option<EncryptedToken>,
    /// When the access token runs out.
    pub token_expires_at: Option<DateTime<Utc>>,
    /// `active` while it is in use.
    pub connection_status: Option<String>,
    /// When it was last fetched in full.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `truelayer_connections`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = truelayer_connections, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `TrueLayerConnection`")]
pub struct NewTrueLayerConnection<'a> {
    pub user_id: UserId,
    pub provider_id: Option<&'a str>,
    pub access_token: &'a EncryptedToken,
    pub refresh_token: Option<&'a EncryptedToken>,
    pub token_expires_at: Option<DateTime<Utc>>,
    pub connection_status: Option<&'a str>,
    pub last_synced_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `truelayer_connections`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_connections, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `TrueLayerConnection`")]
pub struct TrueLayerConnectionChanges<'a> {
    pub provider_id: Option<Option<&'a str>>,
    pub access_token: Option<&'a EncryptedToken>,
    pub refresh_token: Option<Option<&'a EncryptedToken>>,
    pub token_expires_at: Option<Option<DateTime<Utc>>>,
    pub connection_status: Option<Option<&'a str>>,
    pub last_synced_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_connections::table> {
    owned(owner, |owner| {
        truelayer_connections::user_id.eq(owner).nullable()
    })
}

impl<'a> NewTrueLayerConnection<'a> {
    /// A row with what has no default.
    pub const fn new(user_id: UserId, access_token: &'a EncryptedToken) -> Self {
        Self {
            user_id,
            provider_id: None,
            access_token,
            refresh_token: None,
            token_expires_at: None,
            connection_status: None,
            last_synced_at: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerConnection> {
        Ok(self
            .insert_into(truelayer_connections::table)
            .returning(TrueLayerConnection::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerConnection {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerConnectionId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_connections::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// All rows of a user.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order(truelayer_connections::id)
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerConnectionId,
        changes: &TrueLayerConnectionChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            truelayer_connections::table
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
        id: TrueLayerConnectionId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_connections::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
