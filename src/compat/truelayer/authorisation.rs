//! Pending authorisations.

use crate::compat::answer::row_answer;
use crate::compat::function::functions;
use crate::models::core::OAuthState;
use crate::types::{Secret, UserId};

row_answer!(
    fn pending(OAuthState) {
        user_id, state, code_verifier,
    }
);

functions! {
    /// Pending authorisations.
    FUNCTIONS:

    store_oauth_state(user_id: UserId, state: Secret, code_verifier: Secret) => |conn|
        OAuthState::store(conn, user_id, &state, &code_verifier)?,

    get_oauth_state(state: Secret) => |conn| OAuthState::find_valid(conn, &state)?.map(pending),

    delete_oauth_state(state: Secret) => |conn| {
        OAuthState::delete_by_state(conn, &state)?;
    },
}
