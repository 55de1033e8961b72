//! `security_audit_log`: sign-ins and other security events.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;

use crate::Result;
use crate::models::core::User;
use crate::models::{Filter, one_row, owned};
use crate::schema::security_audit_log;
use crate::types::{SecurityAuditEventId, UserId};

/// Sign-ins and other security events: a row of `security_audit_log`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = security_audit_log, belongs_to(User, foreign_key = user_id), check_for_backend(Pg))]
pub struct SecurityAuditEvent {
    /// Identity.
    pub id: SecurityAuditEventId,
    /// Whom it concerns; null where unknown or deleted.
    pub user_id: Option<UserId>,
    /// `login_success`, `login_failed`, `login_blocked_ip`, `rate_limit_exceeded`, `logout`, …
    pub event_type: String,
    /// Where it came from.
    pub ip_address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// When it happened.
    pub timestamp: DateTime<Utc>,
    /// Anything else.
    pub metadata: Value,
    /// Whether it was allowed.
    pub success: bool,
}

/// A row for `security_audit_log`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = security_audit_log, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `SecurityAuditEvent`")]
pub struct NewSecurityAuditEvent<'a> {
    pub user_id: Option<UserId>,
    pub event_type: &'a str,
    pub ip_address: Option<&'a str>,
    pub user_agent: Option<&'a str>,
    pub timestamp: Option<DateTime<Utc>>,
    pub metadata: Option<&'a Value>,
    pub success: Option<bool>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<security_audit_log::table> {
    owned(owner, |owner| {
        security_audit_log::user_id.eq(owner).nullable()
    })
}

impl<'a> NewSecurityAuditEvent<'a> {
    /// A row with what has no default.
    pub const fn new(event_type: &'a str) -> Self {
        Self {
            user_id: None,
            event_type,
            ip_address: None,
            user_agent: None,
            timestamp: None,
            metadata: None,
            success: None,
        }
    }

    /// Inserts the row. [`Error::Reference`](crate::Error::Reference) where there is no such user.
    ///
    /// Takes over `log_security_event`.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<SecurityAuditEvent> {
        Ok(self
            .insert_into(security_audit_log::table)
            .returning(SecurityAuditEvent::as_returning())
            .get_result(conn)?)
    }
}

impl SecurityAuditEvent {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: SecurityAuditEventId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(security_audit_log::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// All rows of a user. Newest first.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order((
                security_audit_log::timestamp.desc(),
                security_audit_log::id.desc(),
            ))
            .load(conn)?)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: SecurityAuditEventId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            security_audit_log::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
