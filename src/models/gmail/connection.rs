//! `gmail_connections`: a user's authorised mailbox; tokens encrypted.

mod access;

pub use access::{GmailTokens, ShownErrors};

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::models::core::User;
use crate::models::{Filter, Ids, one_row, owned};
use crate::schema::gmail_connections;
use crate::types::{EncryptedToken, GmailConnectionId, GmailConnectionStatus, UserId};
use crate::{Error, Result};

/// A user's authorised mailbox; tokens encrypted: a row of `gmail_connections`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = gmail_connections, belongs_to(User, foreign_key = user_id), check_for_backend(Pg))]
pub struct GmailConnection {
    /// Identity.
    pub id: GmailConnectionId,
    /// The owner.
    pub user_id: UserId,
    /// The mailbox.
    pub email_address: String,
    /// Ciphertext of the access token; never plain.
    pub access_token: EncryptedToken,
    /// Ciphertext of the refresh token; never plain.
    pub refresh_token: EncryptedToken,
    /// When the access token runs out.
    pub token_expires_at: Option<DateTime<Utc>>,
    /// Version of the key that the access token is encrypted with; 1: not recorded.
    pub encryption_version: i32,
    /// What the user allowed.
    pub scopes: Option<String>,
    /// State.
    pub connection_status: GmailConnectionStatus,
    /// Gmail's mark up to which changes have been read.
    pub history_id: Option<String>,
    /// When it was last fetched in full.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// First day of a full sync.
    pub sync_from_date: Option<NaiveDate>,
    /// Failures since the last success.
    pub error_count: i32,
    /// The last failure.
    pub last_error: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
}

/// A row for `gmail_connections`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = gmail_connections, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailConnection`")]
pub struct NewGmailConnection<'a> {
    pub user_id: UserId,
    pub email_address: &'a str,
    pub access_token: &'a EncryptedToken,
    pub refresh_token: &'a EncryptedToken,
    pub token_expires_at: Option<DateTime<Utc>>,
    /// `None`: that of `access_token`.
    pub encryption_version: Option<i32>,
    pub scopes: Option<&'a str>,
    pub connection_status: Option<GmailConnectionStatus>,
    pub history_id: Option<&'a str>,
    pub last_synced_at: Option<DateTime<Utc>>,
    pub sync_from_date: Option<NaiveDate>,
    pub error_count: Option<i32>,
    pub last_error: Option<&'a str>,
}

/// What to change in a row of `gmail_connections`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = gmail_connections, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailConnection`")]
pub struct GmailConnectionChanges<'a> {
    pub access_token: Option<&'a EncryptedToken>,
    pub refresh_token: Option<&'a EncryptedToken>,
    pub token_expires_at: Option<Option<DateTime<Utc>>>,
    /// `None`: that of `access_token`.
    pub encryption_version: Option<i32>,
    pub scopes: Option<Option<&'a str>>,
    pub connection_status: Option<GmailConnectionStatus>,
    pub history_id: Option<Option<&'a str>>,
    pub last_synced_at: Option<Option<DateTime<Utc>>>,
    pub sync_from_date: Option<Option<NaiveDate>>,
    pub error_count: Option<i32>,
    pub last_error: Option<Option<&'a str>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<gmail_connections::table> {
    owned(owner, |owner| {
        gmail_connections::user_id.eq(owner).nullable()
    })
}

/// The ids of a user's rows.
pub(crate) fn ids_of(owner: UserId) -> Ids<gmail_connections::table, gmail_connections::id> {
    gmail_connections::table
        .select(gmail_connections::id)
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

/// The ids of a user's rows, to compare with a column that may be null.
pub(crate) fn nullable_ids_of(
    owner: UserId,
) -> Ids<gmail_connections::table, dsl::Nullable<gmail_connections::id>> {
    gmail_connections::table
        .select(gmail_connections::id.nullable())
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

/// [`Error::Reference`] unless this mailbox is the owner's. Without an owner the foreign keys see to it.
pub(super) fn require(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    id: GmailConnectionId,
) -> Result<()> {
    if owner.is_none() {
        return Ok(());
    }
    keep(conn, owner, &[id])
}

/// Keeps these mailboxes from being removed until the transaction ends, so that many rows can refer to them.
/// [`Error::Reference`] unless all are the owner's. Without an owner the foreign keys see to it.
pub(super) fn keep(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    ids: &[GmailConnectionId],
) -> Result<()> {
    let kept: HashSet<GmailConnectionId> = gmail_connections::table
        .filter(gmail_connections::id.eq_any(ids))
        .filter(owned_by(owner))
        .order(gmail_connections::id)
        .select(gmail_connections::id)
        .for_key_share()
        .load(conn)?
        .into_iter()
        .collect();
    if owner.is_none() || ids.iter().all(|id| kept.contains(id)) {
        Ok(())
    } else {
        Err(Error::Reference {
            constraint: "gmail_connections_pkey".to_owned(),
        })
    }
}

impl<'a> NewGmailConnection<'a> {
    /// A row with what has no default.
    pub const fn new(
        user_id: UserId,
        email_address: &'a str,
        access_token: &'a EncryptedToken,
        refresh_token: &'a EncryptedToken,
    ) -> Self {
        Self {
            user_id,
            email_address,
            access_token,
            refresh_token,
            token_expires_at: None,
            encryption_version: None,
            scopes: None,
            connection_status: None,
            history_id: None,
            last_synced_at: None,
            sync_from_date: None,
            error_count: None,
            last_error: None,
        }
    }

    /// The row with the version of its key.
    fn versioned(&self) -> Self {
        let version = || self.access_token.key_version();
        Self {
            encryption_version: self.encryption_version.or_else(|| Some(version())),
            ..*self
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `user_id` and `email_address` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailConnection> {
        Ok(self
            .versioned()
            .insert_into(gmail_connections::table)
            .returning(GmailConnection::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `user_id` and `email_address`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<GmailConnection> {
        let row = self.versioned();
        Ok(row
            .insert_into(gmail_connections::table)
            .on_conflict((gmail_connections::user_id, gmail_connections::email_address))
            .do_update()
            .set(row)
            .returning(GmailConnection::as_returning())
            .get_result(conn)?)
    }
}

impl GmailConnection {
    /// The row of the owner with this id, whatever its status; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `get_gmail_connection_by_id`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailConnectionId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_connections::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `email_address`, if any.
    pub fn find_by_email_address(
        conn: &mut PgConnection,
        owner: UserId,
        email_address: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(gmail_connections::user_id.eq(owner))
            .filter(gmail_connections::email_address.eq(email_address))
            .get_result(conn)
            .optional()?)
    }

    /// All rows of a user.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order(gmail_connections::id)
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailConnectionId,
        changes: &GmailConnectionChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let version = || changes.access_token.map(EncryptedToken::key_version);
        let changes = GmailConnectionChanges {
            encryption_version: changes.encryption_version.or_else(version),
            ..*changes
        };
        let row = diesel::update(gmail_connections::table.find(id).filter(owned_by(owner)))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Deletes the row of the owner with this id, and what refers to it; [`Error::NotFound`](crate::Error::NotFound)
    /// without. What its receipts told of bank transactions stays: see [`remove`](crate::operations::gmail::connections::remove).
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailConnectionId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            gmail_connections::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
