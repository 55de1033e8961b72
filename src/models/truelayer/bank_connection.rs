//! `bank_connections`: a user's authorised connection to one bank provider; tokens are stored encrypted.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use super::provider_name::provider_name;
use crate::Result;
use crate::models::core::User;
use crate::models::{Filter, Ids, one_row, owned};
use crate::schema::bank_connections;
use crate::types::{BankConnectionId, BankConnectionStatus, EncryptedToken, UserId};

/// A user's authorised connection to one bank provider; tokens are stored encrypted: a row of `bank_connections`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = bank_connections, belongs_to(User, foreign_key = user_id), check_for_backend(Pg))]
pub struct BankConnection {
    /// Identity.
    pub id: BankConnectionId,
    /// The owner.
    pub user_id: UserId,
    /// TrueLayer's id of the bank; `truelayer` is a placeholder until the first sync.
    pub provider_id: String,
    /// The bank's name.
    pub provider_name: String,
    /// Ciphertext of the access token; never plain.
    pub access_token: Option<EncryptedToken>,
    /// Ciphertext of the refresh token; never plain.
    pub refresh_token: Option<EncryptedToken>,
    /// When the access token runs out.
    pub token_expires_at: Option<DateTime<Utc>>,
    /// When the refresh token runs out.
    pub refresh_token_expires_at: Option<DateTime<Utc>>,
    /// State.
    pub connection_status: BankConnectionStatus,
    /// When it was last fetched in full.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
    /// Version of the key that the access token is encrypted with; 1: not recorded.
    pub encryption_version: i32,
}

/// A row for `bank_connections`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = bank_connections, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `BankConnection`")]
pub struct NewBankConnection<'a> {
    pub user_id: UserId,
    pub provider_id: &'a str,
    pub provider_name: &'a str,
    pub access_token: Option<&'a EncryptedToken>,
    pub refresh_token: Option<&'a EncryptedToken>,
    pub token_expires_at: Option<DateTime<Utc>>,
    pub refresh_token_expires_at: Option<DateTime<Utc>>,
    pub connection_status: Option<BankConnectionStatus>,
    pub last_synced_at: Option<DateTime<Utc>>,
    /// `None`: that of `access_token`.
    pub encryption_version: Option<i32>,
}

/// What to change in a row of `bank_connections`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = bank_connections, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `BankConnection`")]
pub struct BankConnectionChanges<'a> {
    pub provider_id: Option<&'a str>,
    pub provider_name: Option<&'a str>,
    pub access_token: Option<Option<&'a EncryptedToken>>,
    pub refresh_token: Option<Option<&'a EncryptedToken>>,
    pub token_expires_at: Option<Option<DateTime<Utc>>>,
    pub refresh_token_expires_at: Option<Option<DateTime<Utc>>>,
    pub connection_status: Option<BankConnectionStatus>,
    pub last_synced_at: Option<Option<DateTime<Utc>>>,
    /// `None`: that of `access_token`.
    pub encryption_version: Option<i32>,
}

/// What an authorisation gave, encrypted; `None` empties the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = bank_connections, check_for_backend(Pg), treat_none_as_null = true)]
pub struct ConnectionTokens<'a> {
    /// Ciphertext of the access token.
    pub access_token: Option<&'a EncryptedToken>,
    /// Ciphertext of the refresh token; without it the access token cannot be renewed.
    pub refresh_token: Option<&'a EncryptedToken>,
    /// When the access token runs out.
    #[diesel(column_name = token_expires_at)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A connection, and whether its access token has run out.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(table_name = bank_connections, check_for_backend(Pg))]
pub struct ListedConnection {
    /// The connection.
    #[diesel(embed)]
    pub connection: BankConnection,
    /// Whether `token_expires_at` has passed by the database's clock; false where it is not known. Says nothing of the status.
    #[diesel(select_expression = is_token_expired())]
    pub is_token_expired: bool,
}

#[dsl::auto_type]
fn is_token_expired() -> _ {
    bank_connections::token_expires_at.is_not_null().and(
        bank_connections::token_expires_at
            .assume_not_null()
            .lt(dsl::now),
    )
}

impl ListedConnection {
    /// The connections of a user, whatever their status. Newest first.
    ///
    /// Takes over `get_user_connections`.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order((
                bank_connections::created_at.desc(),
                bank_connections::id.desc(),
            ))
            .load(conn)?)
    }
}

/// The version of the key to record beside an access token that is written.
fn version(given: Option<i32>, access_token: Option<&EncryptedToken>) -> Option<i32> {
    given.or_else(|| access_token.map(EncryptedToken::key_version))
}

impl ConnectionTokens<'_> {
    fn key_version(&self) -> i32 {
        version(None, self.access_token).unwrap_or(EncryptedToken::UNRECORDED)
    }
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<bank_connections::table> {
    owned(owner, |owner| {
        bank_connections::user_id.eq(owner).nullable()
    })
}

/// The ids of a user's rows.
pub(crate) fn ids_of(owner: UserId) -> Ids<bank_connections::table, bank_connections::id> {
    bank_connections::table
        .select(bank_connections::id)
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

/// The ids of a user's rows, to compare with a column that may be null.
pub(crate) fn nullable_ids_of(
    owner: UserId,
) -> Ids<bank_connections::table, dsl::Nullable<bank_connections::id>> {
    bank_connections::table
        .select(bank_connections::id.nullable())
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

impl<'a> NewBankConnection<'a> {
    /// A row with what has no default.
    pub const fn new(user_id: UserId, provider_id: &'a str, provider_name: &'a str) -> Self {
        Self {
            user_id,
            provider_id,
            provider_name,
            access_token: None,
            refresh_token: None,
            token_expires_at: None,
            refresh_token_expires_at: None,
            connection_status: None,
            last_synced_at: None,
            encryption_version: None,
        }
    }

    /// The row with the version of its key.
    fn versioned(&self) -> Self {
        Self {
            encryption_version: version(self.encryption_version, self.access_token),
            ..*self
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `user_id` and `provider_id` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<BankConnection> {
        Ok(self
            .versioned()
            .insert_into(bank_connections::table)
            .returning(BankConnection::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `user_id` and `provider_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<BankConnection> {
        let row = self.versioned();
        Ok(row
            .insert_into(bank_connections::table)
            .on_conflict((bank_connections::user_id, bank_connections::provider_id))
            .do_update()
            .set(row)
            .returning(BankConnection::as_returning())
            .get_result(conn)?)
    }
}

impl BankConnection {
    /// Makes the user's connection to a provider, or authorises the one that is there anew: the tokens are replaced (a
    /// missing one empties the column), the status becomes `active` and the name is derived from the provider's id as by
    /// [`provider_name`]. `updated_at` moves, whatever changed; `last_synced_at`, `refresh_token_expires_at` and `created_at` stay.
    ///
    /// Give the provider's real id: two authorisations under one placeholder replace each other.
    /// [`Error::Reference`](crate::Error::Reference) without such a user.
    ///
    /// Takes over `save_bank_connection`.
    pub fn authorise(
        conn: &mut PgConnection,
        user_id: UserId,
        provider_id: &str,
        tokens: &ConnectionTokens<'_>,
    ) -> Result<Self> {
        let name = provider_name(provider_id);
        let new = NewBankConnection {
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            token_expires_at: tokens.expires_at,
            connection_status: Some(BankConnectionStatus::Active),
            ..NewBankConnection::new(user_id, provider_id, &name)
        };
        Ok(new
            .versioned()
            .insert_into(bank_connections::table)
            .on_conflict((bank_connections::user_id, bank_connections::provider_id))
            .do_update()
            .set((
                tokens,
                bank_connections::encryption_version.eq(tokens.key_version()),
                bank_connections::provider_name.eq(&name),
                bank_connections::connection_status.eq(BankConnectionStatus::Active),
                bank_connections::updated_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Replaces the tokens of the row of the owner; a missing one empties the column. The status stays.
    /// [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Where several workers may renew the tokens use [`renew_tokens`](Self::renew_tokens).
    ///
    /// Takes over `update_connection_tokens`.
    pub fn set_tokens(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: BankConnectionId,
        tokens: &ConnectionTokens<'_>,
    ) -> Result<Self> {
        Ok(diesel::update(
            bank_connections::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .set((
            tokens,
            bank_connections::encryption_version.eq(tokens.key_version()),
        ))
        .returning(Self::as_returning())
        .get_result(conn)?)
    }

    /// Replaces the tokens if the stored refresh token is still `used`, the one that was spent on the new ones; `None`, and
    /// nothing is written, where another worker was first or there is no such row of the owner.
    pub fn renew_tokens(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: BankConnectionId,
        used: &EncryptedToken,
        tokens: &ConnectionTokens<'_>,
    ) -> Result<Option<Self>> {
        let unchanged = bank_connections::table
            .find(id)
            .filter(bank_connections::refresh_token.eq(used))
            .filter(owned_by(owner.into()));
        Ok(diesel::update(unchanged)
            .set((
                tokens,
                bank_connections::encryption_version.eq(tokens.key_version()),
            ))
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `get_connection`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: BankConnectionId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(bank_connections::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `provider_id`, if any.
    pub fn find_by_provider_id(
        conn: &mut PgConnection,
        owner: UserId,
        provider_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(bank_connections::user_id.eq(owner))
            .filter(bank_connections::provider_id.eq(provider_id))
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
            .order(bank_connections::id)
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound)
    /// without, [`Error::Conflict`](crate::Error::Conflict) where the user has another connection to the new provider.
    ///
    /// Takes over `update_connection_status`, `update_connection_provider_name`, `update_connection_provider` and
    /// `update_connection_last_synced`.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: BankConnectionId,
        changes: &BankConnectionChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let changes = BankConnectionChanges {
            encryption_version: version(changes.encryption_version, changes.access_token.flatten()),
            ..*changes
        };
        let row = diesel::update(bank_connections::table.find(id).filter(owned_by(owner)))
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
        id: BankConnectionId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            bank_connections::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
