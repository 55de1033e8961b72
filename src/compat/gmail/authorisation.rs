//! Pending authorisations of mailboxes.

use crate::compat::answer::row_answer;
use crate::compat::found;
use crate::compat::function::functions;
use crate::models::gmail::GmailOAuthState;
use crate::types::{Secret, UserId};

row_answer!(
    fn pending(GmailOAuthState) {
        user_id, state, code_verifier, expires_at,
    }
);

functions! {
    /// Pending authorisations.
    FUNCTIONS:

    store_gmail_oauth_state(user_id: UserId, state: Secret, code_verifier: Secret) => |conn| {
        GmailOAuthState::store(conn, user_id, &state, &code_verifier)?;
        true
    },

    get_gmail_oauth_state(state: Secret) => |conn| GmailOAuthState::find_valid(conn, &state)?.map(pending),

    delete_gmail_oauth_state(state: Secret) => |conn| found(GmailOAuthState::delete_by_state(conn, &state))?,

    cleanup_expired_gmail_oauth_states() => |conn| GmailOAuthState::delete_expired(conn)?,
}
