//! Mailboxes.

use chrono::{DateTime, Utc};

use crate::compat::answer::row_answer;
use crate::compat::function::functions;
use crate::compat::given::OrBlank;
use crate::compat::{found, optional};
use crate::models::gmail::{GmailConnection, GmailTokens, ShownErrors};
use crate::operations::gmail::connections;
use crate::types::{EVERYONE, EncryptedToken, GmailConnectionId, GmailConnectionStatus, UserId};

row_answer!(
    fn connection(GmailConnection) {
        id, user_id, email_address, access_token, refresh_token, token_expires_at, scopes, connection_status, history_id,
        last_synced_at, sync_from_date, error_count, last_error, created_at, updated_at,
    }
);

functions! {
    /// Mailboxes.
    FUNCTIONS:

    save_gmail_connection(
        user_id: UserId,
        email_address: String,
        access_token: EncryptedToken,
        refresh_token: Option<EncryptedToken>,
        token_expires_at: Option<DateTime<Utc>>,
        scopes: Option<String> = null
    ) => |conn| {
        let tokens = GmailTokens {
            access_token: &access_token,
            refresh_token: refresh_token.as_ref(),
            expires_at: token_expires_at,
        };
        GmailConnection::authorise(conn, user_id, &email_address, &tokens, scopes.as_deref())?.id
    },

    get_gmail_connection(user_id: UserId) => |conn| GmailConnection::find_active(conn, user_id)?.map(connection),

    get_gmail_connection_by_id(connection_id: GmailConnectionId) => |conn|
        optional(GmailConnection::find(conn, EVERYONE, connection_id))?.map(connection),

    update_gmail_tokens(
        connection_id: GmailConnectionId,
        access_token: EncryptedToken,
        refresh_token: Option<EncryptedToken>,
        token_expires_at: Option<DateTime<Utc>>
    ) => |conn| {
        let tokens = GmailTokens {
            access_token: &access_token,
            refresh_token: refresh_token.as_ref(),
            expires_at: token_expires_at,
        };
        found(GmailConnection::set_tokens(conn, EVERYONE, connection_id, &tokens))?
    },

    update_gmail_connection_status(
        connection_id: GmailConnectionId,
        status: GmailConnectionStatus,
        error: OrBlank<String> = null
    ) => |conn| {
        let errors = error.0.as_deref().map_or(ShownErrors::Kept, ShownErrors::Added);
        found(GmailConnection::set_status(conn, EVERYONE, connection_id, status, errors))?
    },

    update_gmail_history_id(connection_id: GmailConnectionId, history_id: String) => |conn|
        found(GmailConnection::set_history_id(conn, EVERYONE, connection_id, &history_id))?,

    delete_gmail_connection(connection_id: GmailConnectionId) => |conn|
        found(connections::remove(conn, EVERYONE, connection_id))?,
}
