//! `oauth_state`: pending TrueLayer authorisations (PKCE), short-lived.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use serde::Serialize;

use super::User;
use crate::models::{Filter, one_row, owned};
use crate::schema::oauth_state;
use crate::types::{OAuthStateId, Secret, UserId};
use crate::{Error, Result};

/// Pending TrueLayer authorisations (PKCE), short-lived: a row of `oauth_state`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = oauth_state, belongs_to(User, foreign_key = user_id), check_for_backend(Pg))]
pub struct OAuthState {
    /// Identity.
    pub id: OAuthStateId,
    /// The owner.
    pub user_id: UserId,
    /// Random text that the bank gives back.
    pub state: Secret,
    /// PKCE secret of the pending authorisation.
    pub code_verifier: Secret,
    /// The authorisation is void from then on.
    pub expires_at: DateTime<Utc>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `oauth_state`.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = oauth_state, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `OAuthState`")]
pub struct NewOAuthState<'a> {
    pub user_id: UserId,
    pub state: &'a Secret,
    pub code_verifier: &'a Secret,
    pub expires_at: DateTime<Utc>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<oauth_state::table> {
    owned(owner, |owner| oauth_state::user_id.eq(owner).nullable())
}

impl NewOAuthState<'_> {
    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `state` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<OAuthState> {
        Ok(self
            .insert_into(oauth_state::table)
            .returning(OAuthState::as_returning())
            .get_result(conn)?)
    }
}

impl OAuthState {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: OAuthStateId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(oauth_state::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// Keeps a state and its verifier for ten minutes; a state of the user that is there already gets the new verifier and
    /// another ten minutes. Expired states, of whomever, go.
    ///
    /// [`Error::Conflict`](crate::Error::Conflict), and nothing is changed, where the state is another user's;
    /// [`Error::Reference`](crate::Error::Reference) without such a user.
    ///
    /// Takes over `store_oauth_state`.
    pub fn store(
        conn: &mut PgConnection,
        user: UserId,
        state: &Secret,
        code_verifier: &Secret,
    ) -> Result<()> {
        let store = diesel::sql_query(include_str!("store_oauth_state.sql"))
            .bind::<Integer, _>(user)
            .bind::<Text, _>(state)
            .bind::<Text, _>(code_verifier);
        if store.execute(conn)? == 0 {
            return Err(Error::Conflict {
                constraint: "oauth_state_state_key".to_owned(),
            });
        }
        Ok(())
    }

    /// The row with this `state` that has not expired, if any. To use it up take it by [`consume`](Self::consume).
    ///
    /// Takes over `get_oauth_state`.
    pub fn find_valid(conn: &mut PgConnection, state: &Secret) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(oauth_state::state.eq(state))
            .filter(oauth_state::expires_at.gt(dsl::now))
            .first(conn)
            .optional()?)
    }

    /// Deletes the row with this `state`, expired or not; whether there was one.
    ///
    /// Takes over `delete_oauth_state`.
    pub fn delete_by_state(conn: &mut PgConnection, state: &Secret) -> Result<bool> {
        let deleted = diesel::delete(oauth_state::table.filter(oauth_state::state.eq(state)))
            .execute(conn)?;
        Ok(deleted > 0)
    }

    /// The row with this `state`, if any.
    pub fn find_by_state(conn: &mut PgConnection, state: &Secret) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(oauth_state::state.eq(state))
            .get_result(conn)
            .optional()?)
    }

    /// All rows of a user. Newest first.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order((oauth_state::created_at.desc(), oauth_state::id.desc()))
            .load(conn)?)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: OAuthStateId,
    ) -> Result<()> {
        let deleted = diesel::delete(oauth_state::table.find(id).filter(owned_by(owner.into())))
            .execute(conn)?;
        one_row(deleted)
    }

    /// Deletes the row with this `state` and gives it, if it is there and has not expired: a state is good for one use.
    pub fn consume(conn: &mut PgConnection, state: &Secret) -> Result<Option<Self>> {
        let usable = oauth_state::table
            .filter(oauth_state::state.eq(state))
            .filter(oauth_state::expires_at.gt(dsl::now));
        Ok(diesel::delete(usable)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// Deletes what has expired and says how many that were.
    pub fn delete_expired(conn: &mut PgConnection) -> Result<usize> {
        let expired = oauth_state::table.filter(oauth_state::expires_at.le(dsl::now));
        Ok(diesel::delete(expired).execute(conn)?)
    }
}
