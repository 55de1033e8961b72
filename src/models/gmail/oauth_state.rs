//! `gmail_oauth_state`: pending mailbox authorisations, short-lived.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel::upsert::excluded;
use serde::Serialize;

use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::gmail_oauth_state;
use crate::types::{GmailOAuthStateId, Secret, UserId};

/// Pending mailbox authorisations, short-lived: a row of `gmail_oauth_state`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = gmail_oauth_state, check_for_backend(Pg))]
pub struct GmailOAuthState {
    /// Identity.
    pub id: GmailOAuthStateId,
    /// The owner.
    pub user_id: UserId,
    /// Random text that Google gives back.
    pub state: Secret,
    /// PKCE secret of the pending authorisation.
    pub code_verifier: Secret,
    /// The authorisation is void from then on.
    pub expires_at: DateTime<Utc>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `gmail_oauth_state`.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = gmail_oauth_state, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailOAuthState`")]
pub struct NewGmailOAuthState<'a> {
    pub user_id: UserId,
    pub state: &'a Secret,
    pub code_verifier: &'a Secret,
    pub expires_at: DateTime<Utc>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<gmail_oauth_state::table> {
    owned(owner, |owner| {
        gmail_oauth_state::user_id.eq(owner).nullable()
    })
}

impl NewGmailOAuthState<'_> {
    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `state` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailOAuthState> {
        Ok(self
            .insert_into(gmail_oauth_state::table)
            .returning(GmailOAuthState::as_returning())
            .get_result(conn)?)
    }
}

impl GmailOAuthState {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailOAuthStateId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_oauth_state::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// Keeps a state and its verifier for ten minutes; a state that is there already, expired or not, goes to the user with
    /// the new verifier and another ten minutes.
    ///
    /// Takes over `store_gmail_oauth_state`.
    pub fn store(
        conn: &mut PgConnection,
        user_id: UserId,
        state: &Secret,
        code_verifier: &Secret,
    ) -> Result<()> {
        let in_ten_minutes = dsl::sql::<Timestamptz>("now() + interval '10 minutes'");
        diesel::insert_into(gmail_oauth_state::table)
            .values((
                gmail_oauth_state::user_id.eq(user_id),
                gmail_oauth_state::state.eq(state),
                gmail_oauth_state::code_verifier.eq(code_verifier),
                gmail_oauth_state::expires_at.eq(in_ten_minutes),
            ))
            .on_conflict(gmail_oauth_state::state)
            .do_update()
            .set((
                gmail_oauth_state::user_id.eq(excluded(gmail_oauth_state::user_id)),
                gmail_oauth_state::code_verifier.eq(excluded(gmail_oauth_state::code_verifier)),
                gmail_oauth_state::expires_at.eq(excluded(gmail_oauth_state::expires_at)),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// The row with this `state` that has not expired, if any. To use it up take it by [`consume`](Self::consume).
    ///
    /// Takes over `get_gmail_oauth_state`.
    pub fn find_valid(conn: &mut PgConnection, state: &Secret) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(gmail_oauth_state::state.eq(state))
            .filter(gmail_oauth_state::expires_at.gt(dsl::now))
            .first(conn)
            .optional()?)
    }

    /// Deletes the row with this `state`, expired or not; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `delete_gmail_oauth_state`.
    pub fn delete_by_state(conn: &mut PgConnection, state: &Secret) -> Result<()> {
        let of_state = gmail_oauth_state::table.filter(gmail_oauth_state::state.eq(state));
        one_row(diesel::delete(of_state).execute(conn)?)
    }

    /// The row with this `state`, if any.
    pub fn find_by_state(conn: &mut PgConnection, state: &Secret) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(gmail_oauth_state::state.eq(state))
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
            .order((
                gmail_oauth_state::created_at.desc(),
                gmail_oauth_state::id.desc(),
            ))
            .load(conn)?)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailOAuthStateId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            gmail_oauth_state::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }

    /// Deletes the row with this `state` and gives it, if it is there and has not expired: a state is good for one use.
    pub fn consume(conn: &mut PgConnection, state: &Secret) -> Result<Option<Self>> {
        let usable = gmail_oauth_state::table
            .filter(gmail_oauth_state::state.eq(state))
            .filter(gmail_oauth_state::expires_at.gt(dsl::now));
        Ok(diesel::delete(usable)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// Deletes what has expired, of whomever, and says how many that were.
    ///
    /// Takes over `cleanup_expired_gmail_oauth_states`.
    pub fn delete_expired(conn: &mut PgConnection) -> Result<usize> {
        let expired = gmail_oauth_state::table.filter(gmail_oauth_state::expires_at.le(dsl::now));
        Ok(diesel::delete(expired).execute(conn)?)
    }
}
