//! The user that `--user` names.

use diesel::PgConnection;
use spending_db::models::core::User;
use spending_db::types::UserId;
use spending_db::{Error, Result};

/// The user with this e-mail address; `None` where no address is given.
pub(crate) fn find_user(conn: &mut PgConnection, email: Option<&str>) -> Result<Option<UserId>> {
    let Some(email) = email else { return Ok(None) };
    let user = User::find_by_email(conn, email.trim())?;
    let user =
        user.ok_or_else(|| Error::invalid("--user", "there is no user with this address"))?;
    Ok(Some(user.id))
}
