//! `gmail_email_content`: stored message bodies and headers, for parsing again.

mod save;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use super::GmailConnection;
use super::{connection, receipt};
use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::gmail_email_content;
use crate::types::{GmailConnectionId, GmailEmailContentId, UserId};

/// Stored message bodies and headers, for parsing again: a row of `gmail_email_content`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = gmail_email_content, belongs_to(GmailConnection, foreign_key = connection_id), check_for_backend(Pg))]
pub struct GmailEmailContent {
    /// Identity.
    pub id: GmailEmailContentId,
    /// Gmail's id of the message; as `gmail_receipts.message_id`.
    pub message_id: String,
    /// Gmail's id of the thread.
    pub thread_id: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// Header From.
    pub from_header: Option<String>,
    /// Header To.
    pub to_header: Option<String>,
    /// Header Date, as sent.
    pub date_header: Option<String>,
    /// Header List-Unsubscribe.
    pub list_unsubscribe: Option<String>,
    /// Header X-Mailer.
    pub x_mailer: Option<String>,
    /// HTML body.
    pub body_html: Option<String>,
    /// Plain body.
    pub body_text: Option<String>,
    /// Gmail's excerpt.
    pub snippet: Option<String>,
    /// Array of `{filename, mime_type, size, attachment_id}`.
    pub attachments: Option<Value>,
    /// Bytes.
    pub size_estimate: Option<i32>,
    /// When it arrived.
    pub received_at: Option<DateTime<Utc>>,
    /// When it was fetched.
    pub fetched_at: Option<DateTime<Utc>>,
    /// The mailbox; null where the writer did not tell it: then that of the receipt of this message.
    pub connection_id: Option<GmailConnectionId>,
}

/// A row for `gmail_email_content`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = gmail_email_content, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailEmailContent`")]
pub struct NewGmailEmailContent<'a> {
    pub message_id: &'a str,
    pub thread_id: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub from_header: Option<&'a str>,
    pub to_header: Option<&'a str>,
    pub date_header: Option<&'a str>,
    pub list_unsubscribe: Option<&'a str>,
    pub x_mailer: Option<&'a str>,
    pub body_html: Option<&'a str>,
    pub body_text: Option<&'a str>,
    pub snippet: Option<&'a str>,
    pub attachments: Option<&'a Value>,
    pub size_estimate: Option<i32>,
    pub received_at: Option<DateTime<Utc>>,
    pub fetched_at: Option<DateTime<Utc>>,
    pub connection_id: Option<GmailConnectionId>,
}

/// What to change in a row of `gmail_email_content`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = gmail_email_content, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailEmailContent`")]
pub struct GmailEmailContentChanges<'a> {
    pub thread_id: Option<Option<&'a str>>,
    pub subject: Option<Option<&'a str>>,
    pub from_header: Option<Option<&'a str>>,
    pub to_header: Option<Option<&'a str>>,
    pub date_header: Option<Option<&'a str>>,
    pub list_unsubscribe: Option<Option<&'a str>>,
    pub x_mailer: Option<Option<&'a str>>,
    pub body_html: Option<Option<&'a str>>,
    pub body_text: Option<Option<&'a str>>,
    pub snippet: Option<Option<&'a str>>,
    pub attachments: Option<Option<&'a Value>>,
    pub size_estimate: Option<Option<i32>>,
    pub received_at: Option<Option<DateTime<Utc>>>,
    pub fetched_at: Option<Option<DateTime<Utc>>>,
}

impl<'a> NewGmailEmailContent<'a> {
    /// A row with what has no default.
    pub const fn new(message_id: &'a str) -> Self {
        Self {
            message_id,
            thread_id: None,
            subject: None,
            from_header: None,
            to_header: None,
            date_header: None,
            list_unsubscribe: None,
            x_mailer: None,
            body_html: None,
            body_text: None,
            snippet: None,
            attachments: None,
            size_estimate: None,
            received_at: None,
            fetched_at: None,
            connection_id: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `message_id` is there already in this mailbox.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailEmailContent> {
        Ok(self
            .insert_into(gmail_email_content::table)
            .returning(GmailEmailContent::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `message_id` and mailbox.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<GmailEmailContent> {
        Ok(self
            .insert_into(gmail_email_content::table)
            .on_conflict((
                gmail_email_content::message_id,
                gmail_email_content::connection_id,
            ))
            .do_update()
            .set(self)
            .returning(GmailEmailContent::as_returning())
            .get_result(conn)?)
    }
}

/// Rows that belong to a user, or all. A mail without a mailbox belongs to whoever has a receipt of that message.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<gmail_email_content::table> {
    owned(owner, |owner| {
        let unassigned = gmail_email_content::connection_id
            .is_null()
            .and(gmail_email_content::message_id.eq_any(receipt::message_ids_of(owner)));
        gmail_email_content::connection_id
            .eq_any(connection::nullable_ids_of(owner))
            .or(unassigned)
    })
}

impl GmailEmailContent {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailEmailContentId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_email_content::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The stored mail of the owner with this `message_id`, if any; where several mailboxes have one, that of the oldest.
    ///
    /// Takes over `get_gmail_email_content`.
    pub fn find_by_message_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        message_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(gmail_email_content::message_id.eq(message_id))
            .filter(owned_by(owner.into()))
            .order((gmail_email_content::connection_id, gmail_email_content::id))
            .first(conn)
            .optional()?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailEmailContentId,
        changes: &GmailEmailContentChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(gmail_email_content::table.find(id).filter(owned_by(owner)))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailEmailContentId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            gmail_email_content::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
