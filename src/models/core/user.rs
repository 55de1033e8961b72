//! `users`: people who own the data.

#[cfg(feature = "secrets")]
mod password;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::one_row;
use crate::schema::users;
use crate::types::{Secret, UserId};

/// People who own the data: a row of `users`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = users, check_for_backend(Pg))]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// Address; unique, compared with case.
    pub email: String,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
    /// Name to sign in with.
    pub username: Option<String>,
    /// Hash of the password, never the password.
    pub password_hash: Option<Secret>,
    /// May administer.
    pub is_admin: bool,
    /// May sign in.
    pub is_active: bool,
    /// Last successful sign-in.
    pub last_login_at: Option<DateTime<Utc>>,
}

/// A row for `users`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = users, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `User`")]
pub struct NewUser<'a> {
    pub email: &'a str,
    pub username: Option<&'a str>,
    pub password_hash: Option<&'a Secret>,
    pub is_admin: Option<bool>,
    pub is_active: Option<bool>,
    pub last_login_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `users`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = users, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `User`")]
pub struct UserChanges<'a> {
    pub email: Option<&'a str>,
    pub username: Option<Option<&'a str>>,
    pub password_hash: Option<Option<&'a Secret>>,
    pub is_admin: Option<bool>,
    pub is_active: Option<bool>,
    pub last_login_at: Option<Option<DateTime<Utc>>>,
}

impl<'a> NewUser<'a> {
    /// A row with what has no default.
    pub const fn new(email: &'a str) -> Self {
        Self {
            email,
            username: None,
            password_hash: None,
            is_admin: None,
            is_active: None,
            last_login_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `email` or its `username` is there already:
    /// the constraint is `users_email_key` or `users_username_key`. Both are compared with case.
    ///
    /// Takes over `insert_user`.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<User> {
        Ok(self
            .insert_into(users::table)
            .returning(User::as_returning())
            .get_result(conn)?)
    }
}

impl User {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: UserId) -> Result<Self> {
        Ok(Self::query().filter(users::id.eq(id)).get_result(conn)?)
    }

    /// The user of exactly this address, active or not, if any.
    ///
    /// Takes over `get_user_by_email`.
    pub fn find_by_email(conn: &mut PgConnection, email: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(users::email.eq(email))
            .get_result(conn)
            .optional()?)
    }

    /// The user of exactly this name, active or not, if any: whoever signs a user in checks `is_active`.
    ///
    /// Takes over `get_user_by_username`.
    pub fn find_by_username(conn: &mut PgConnection, username: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(users::username.eq(username))
            .get_result(conn)
            .optional()?)
    }

    /// The user with this id who may sign in; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `get_user_by_id`.
    pub fn find_active(conn: &mut PgConnection, id: UserId) -> Result<Self> {
        Ok(Self::query()
            .filter(users::id.eq(id))
            .filter(users::is_active)
            .first(conn)?)
    }

    /// All rows. By `id`.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query().order(users::id).load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(conn: &mut PgConnection, id: UserId, changes: &UserChanges<'_>) -> Result<Self> {
        let row = diesel::update(users::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Notes a sign-in, also one before the last that is known; [`Error::NotFound`](crate::Error::NotFound) without the user.
    ///
    /// Takes over `update_user_last_login`.
    pub fn record_login(conn: &mut PgConnection, id: UserId, at: DateTime<Utc>) -> Result<()> {
        let update = diesel::update(users::table.find(id)).set(users::last_login_at.eq(at));
        one_row(update.execute(conn)?)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: UserId) -> Result<()> {
        let deleted = diesel::delete(users::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
