//! The password of a user.

use diesel::prelude::*;

use super::User;
use crate::models::one_row;
use crate::schema::users;
use crate::secrets::{Password, PasswordHash};
use crate::types::{Secret, UserId};
use crate::{Error, Result};

impl User {
    /// Gives the user a new password, of which only an Argon2id hash is stored.
    ///
    /// [`Error::InvalidInput`] where it is empty, [`Error::NotFound`] without the user.
    pub fn set_password(conn: &mut PgConnection, id: UserId, password: &Password) -> Result<()> {
        let hash = PasswordHash::of(password)?;
        let updated = diesel::update(users::table.find(id))
            .set(users::password_hash.eq(hash.to_store()))
            .execute(conn)?;
        one_row(updated)
    }

    /// The active user of exactly this address, if that is the user's password; `None` where it is not, and where there is
    /// no such user, or one without a password or who may not sign in. Takes as long for these as for a wrong password.
    ///
    /// A hash that the old application made, or one with older parameters, is replaced after it was right.
    /// [`Error::UnknownPasswordFormat`] where the stored hash is of a kind that cannot be checked.
    pub fn verify_password(
        conn: &mut PgConnection,
        email: &str,
        password: &Password,
    ) -> Result<Option<Self>> {
        let user = Self::find_by_email(conn, email)?.filter(|user| user.is_active);
        let Some((user, stored)) =
            user.and_then(|user| user.password_hash.clone().map(|stored| (user, stored)))
        else {
            PasswordHash::verify_nobody(password);
            return Ok(None);
        };
        let Some(hash) = PasswordHash::from_stored(&stored) else {
            PasswordHash::verify_nobody(password);
            return Err(Error::UnknownPasswordFormat { user: user.id });
        };
        if !hash.verify(password) {
            return Ok(None);
        }
        if hash.is_outdated() {
            return renew_hash(conn, user, &stored, password).map(Some);
        }
        Ok(Some(user))
    }
}

/// Replaces a hash by a new one of the same password, unless the user got another password meanwhile.
fn renew_hash(
    conn: &mut PgConnection,
    user: User,
    stored: &Secret,
    password: &Password,
) -> Result<User> {
    let hash = PasswordHash::of(password)?;
    let unchanged = users::table
        .find(user.id)
        .filter(users::password_hash.eq(stored));
    let renewed = diesel::update(unchanged)
        .set(users::password_hash.eq(hash.to_store()))
        .returning(User::as_returning())
        .get_result(conn)
        .optional()?;
    Ok(renewed.unwrap_or(user))
}
