//! Pending authorisations.

use crate::compat::answer::{Answer, object};
use crate::compat::function::functions;
use crate::models::core::OAuthState;
use crate::types::{Secret, UserId};

fn pending(row: OAuthState) -> Answer {
    object! {
        "user_id" => row.user_id,
        "state" => row.state.expose(),
        "code_verifier" => row.code_verifier.expose(),
    }
}

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
