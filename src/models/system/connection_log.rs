//! `connection_logs`: events of a bank connection.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;

use crate::Result;
use crate::models::truelayer::BankConnection;
use crate::models::truelayer::bank_connection;
use crate::models::{Filter, one_row, owned};
use crate::schema::connection_logs;
use crate::types::{BankConnectionId, ConnectionLogId, UserId};

/// Events of a bank connection: a row of `connection_logs`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = connection_logs, belongs_to(BankConnection, foreign_key = connection_id), check_for_backend(Pg))]
pub struct ConnectionLog {
    /// Identity.
    pub id: ConnectionLogId,
    /// The connection.
    pub connection_id: Option<BankConnectionId>,
    /// What happened.
    pub event_type: String,
    /// Anything that belongs to it; never a token.
    pub details: Option<Value>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `connection_logs`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = connection_logs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `ConnectionLog`")]
pub struct NewConnectionLog<'a> {
    pub connection_id: Option<BankConnectionId>,
    pub event_type: &'a str,
    pub details: Option<&'a Value>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<connection_logs::table> {
    owned(owner, |owner| {
        connection_logs::connection_id
            .eq_any(bank_connection::nullable_ids_of(owner))
            .nullable()
    })
}

impl<'a> NewConnectionLog<'a> {
    /// A row with what has no default.
    pub const fn new(event_type: &'a str) -> Self {
        Self {
            connection_id: None,
            event_type,
            details: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<ConnectionLog> {
        Ok(self
            .insert_into(connection_logs::table)
            .returning(ConnectionLog::as_returning())
            .get_result(conn)?)
    }
}

impl ConnectionLog {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: ConnectionLogId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(connection_logs::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The rows of one connection of the owner. Newest first.
    pub fn list_for_connection(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: BankConnectionId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(connection_logs::connection_id.eq(connection))
            .filter(owned_by(owner.into()))
            .order((
                connection_logs::created_at.desc(),
                connection_logs::id.desc(),
            ))
            .load(conn)?)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: ConnectionLogId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            connection_logs::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
