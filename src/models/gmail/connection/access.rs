//! A mailbox through its life: authorised, renewed, synced, failing.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::prelude::*;

use super::{GmailConnection, GmailConnectionChanges, owned_by};
use crate::schema::gmail_connections;
use crate::types::{EncryptedToken, GmailConnectionId, GmailConnectionStatus, UserId};
use crate::{Error, Result};

/// What an authorisation or a renewal gave, encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GmailTokens<'a> {
    /// Ciphertext of the access token.
    pub access_token: &'a EncryptedToken,
    /// Ciphertext of the refresh token; Google sends it at the first authorisation only. `None` keeps the stored one.
    pub refresh_token: Option<&'a EncryptedToken>,
    /// When the access token runs out.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What becomes of the errors that a mailbox shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownErrors<'a> {
    /// Count and text stay.
    Kept,
    /// One more, with this text.
    Added(&'a str),
    /// None any more, as after a good sync.
    Cleared,
}

impl GmailConnection {
    /// Makes the user's connection to a mailbox, or authorises the one that is there anew: tokens and scopes are replaced
    /// (scopes also by `None`), the status becomes `active`, whatever it was, and its errors are cleared. Addresses are
    /// compared as they are written.
    ///
    /// [`Error::InvalidInput`] where the first authorisation brings no refresh token, [`Error::Reference`] without such a
    /// user.
    ///
    /// Takes over `save_gmail_connection`.
    pub fn authorise(
        conn: &mut PgConnection,
        user_id: UserId,
        email_address: &str,
        tokens: &GmailTokens<'_>,
        scopes: Option<&str>,
    ) -> Result<Self> {
        let renewed = (
            gmail_connections::access_token.eq(tokens.access_token),
            gmail_connections::encryption_version.eq(tokens.access_token.key_version()),
            gmail_connections::token_expires_at.eq(tokens.expires_at),
            gmail_connections::scopes.eq(scopes),
            gmail_connections::connection_status.eq(GmailConnectionStatus::Active),
            gmail_connections::error_count.eq(0),
            gmail_connections::last_error.eq(None::<&str>),
            gmail_connections::updated_at.eq(dsl::now),
        );
        let Some(refresh_token) = tokens.refresh_token else {
            let known = gmail_connections::table
                .filter(gmail_connections::user_id.eq(user_id))
                .filter(gmail_connections::email_address.eq(email_address));
            let row = diesel::update(known)
                .set(renewed)
                .returning(Self::as_returning())
                .get_result(conn)
                .optional()?;
            return row.ok_or_else(|| Error::invalid("refresh_token", "a value is needed"));
        };
        let refresh_token = gmail_connections::refresh_token.eq(refresh_token);
        Ok(diesel::insert_into(gmail_connections::table)
            .values((
                gmail_connections::user_id.eq(user_id),
                gmail_connections::email_address.eq(email_address),
                refresh_token,
                renewed,
            ))
            .on_conflict((gmail_connections::user_id, gmail_connections::email_address))
            .do_update()
            .set((refresh_token, renewed))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// The user's active connection that was made last, if any.
    ///
    /// Takes over `get_gmail_connection`.
    pub fn find_active(conn: &mut PgConnection, user_id: UserId) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(gmail_connections::user_id.eq(user_id))
            .filter(gmail_connections::connection_status.eq(GmailConnectionStatus::Active))
            .order((
                gmail_connections::created_at.desc(),
                gmail_connections::id.desc(),
            ))
            .first(conn)
            .optional()?)
    }

    /// Replaces the tokens of the row of the owner after a renewal: it becomes `active` and its errors are cleared.
    ///
    /// [`Error::NotFound`] where there is no such row, and where the user has taken the permission back meanwhile: a
    /// `revoked` row stays as it is.
    ///
    /// Takes over `update_gmail_tokens`.
    pub fn set_tokens(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailConnectionId,
        tokens: &GmailTokens<'_>,
    ) -> Result<Self> {
        let refresh_token = tokens
            .refresh_token
            .map(|token| gmail_connections::refresh_token.eq(token));
        let granted = gmail_connections::table
            .find(id)
            .filter(gmail_connections::connection_status.ne(GmailConnectionStatus::Revoked))
            .filter(owned_by(owner.into()));
        Ok(diesel::update(granted)
            .set((
                gmail_connections::access_token.eq(tokens.access_token),
                gmail_connections::encryption_version.eq(tokens.access_token.key_version()),
                refresh_token,
                gmail_connections::token_expires_at.eq(tokens.expires_at),
                gmail_connections::connection_status.eq(GmailConnectionStatus::Active),
                gmail_connections::error_count.eq(0),
                gmail_connections::last_error.eq(None::<&str>),
                gmail_connections::updated_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Sets the status of the row of the owner, and what becomes of the errors that it shows; [`Error::NotFound`] without
    /// such a row.
    ///
    /// Takes over `update_gmail_connection_status`.
    pub fn set_status(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailConnectionId,
        status: GmailConnectionStatus,
        errors: ShownErrors<'_>,
    ) -> Result<Self> {
        let (added, cleared) = match errors {
            ShownErrors::Kept => (None, false),
            ShownErrors::Added(text) => (Some(text), false),
            ShownErrors::Cleared => (None, true),
        };
        let one_more = added.map(|text| {
            (
                gmail_connections::error_count.eq(gmail_connections::error_count + 1),
                gmail_connections::last_error.eq(text),
            )
        });
        let changes = GmailConnectionChanges {
            connection_status: Some(status),
            error_count: cleared.then_some(0),
            last_error: cleared.then_some(None),
            ..GmailConnectionChanges::default()
        };
        let row = gmail_connections::table
            .find(id)
            .filter(owned_by(owner.into()));
        Ok(diesel::update(row)
            .set((
                changes,
                one_more,
                gmail_connections::updated_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Notes for the row of the owner up to which of Gmail's changes it has been read, as of now; [`Error::NotFound`]
    /// without such a row. The last of several syncs counts, also with a smaller mark.
    ///
    /// Takes over `update_gmail_history_id`.
    pub fn set_history_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailConnectionId,
        history_id: &str,
    ) -> Result<Self> {
        let row = gmail_connections::table
            .find(id)
            .filter(owned_by(owner.into()));
        Ok(diesel::update(row)
            .set((
                gmail_connections::history_id.eq(history_id),
                gmail_connections::last_synced_at.eq(dsl::now),
                gmail_connections::updated_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }
}
