//! `webhook_events`: webhooks received, for idempotent processing.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use crate::Result;
use crate::models::{at_most, given, one_row};
use crate::schema::webhook_events;
use crate::types::WebhookEventId;

/// Webhooks received, for idempotent processing: a row of `webhook_events`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = webhook_events, check_for_backend(Pg))]
pub struct WebhookEvent {
    /// Identity.
    pub id: WebhookEventId,
    /// TrueLayer's id; an event is kept once.
    pub event_id: String,
    /// What it announces.
    pub event_type: String,
    /// The event.
    pub payload: Value,
    /// Header Tl-Signature.
    pub signature: Option<String>,
    /// Whether its effect is stored.
    pub processed: bool,
    /// When that was.
    pub processed_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `webhook_events`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = webhook_events, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `WebhookEvent`")]
pub struct NewWebhookEvent<'a> {
    pub event_id: &'a str,
    pub event_type: &'a str,
    pub payload: &'a Value,
    pub signature: Option<&'a str>,
    pub processed: Option<bool>,
    pub processed_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `webhook_events`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = webhook_events, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `WebhookEvent`")]
pub struct WebhookEventChanges<'a> {
    pub event_type: Option<&'a str>,
    pub payload: Option<&'a Value>,
    pub signature: Option<Option<&'a str>>,
    pub processed: Option<bool>,
    pub processed_at: Option<Option<DateTime<Utc>>>,
}

impl<'a> NewWebhookEvent<'a> {
    /// A row with what has no default.
    pub const fn new(event_id: &'a str, event_type: &'a str, payload: &'a Value) -> Self {
        Self {
            event_id,
            event_type,
            payload,
            signature: None,
            processed: None,
            processed_at: None,
        }
    }

    /// Inserts the row, whose signature nobody has looked at: what comes from outside goes through
    /// [`SignedWebhook`](super::SignedWebhook). `processed` alone does not set `processed_at`. [`Error::Conflict`](crate::Error::Conflict) where its `event_id` is there already:
    /// a webhook may be delivered more than once.
    ///
    /// Takes over `insert_webhook_event`.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<WebhookEvent> {
        Ok(self
            .insert_into(webhook_events::table)
            .returning(WebhookEvent::as_returning())
            .get_result(conn)?)
    }
}

impl WebhookEvent {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: WebhookEventId) -> Result<Self> {
        Ok(Self::query()
            .filter(webhook_events::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with this `event_id`, if any.
    pub fn find_by_event_id(conn: &mut PgConnection, event_id: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(webhook_events::event_id.eq(event_id))
            .get_result(conn)
            .optional()?)
    }

    /// At most `limit` rows, all or those that are processed. Newest first.
    ///
    /// Takes over `get_webhook_events`.
    pub fn list(conn: &mut PgConnection, only_processed: bool, limit: u32) -> Result<Vec<Self>> {
        let processed = only_processed.then_some(true);
        Ok(Self::query()
            .filter(given(processed, |processed| {
                webhook_events::processed.eq(processed).nullable()
            }))
            .order((webhook_events::created_at.desc(), webhook_events::id.desc()))
            .limit(at_most(Some(limit)))
            .load(conn)?)
    }

    /// At most `limit` rows that are not processed. Oldest first.
    pub fn list_unprocessed(conn: &mut PgConnection, limit: i64) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(dsl::not(webhook_events::processed))
            .order((webhook_events::created_at, webhook_events::id))
            .limit(limit)
            .load(conn)?)
    }

    /// Marks the event as processed now, also if it was before; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `mark_webhook_processed`.
    pub fn mark_processed(conn: &mut PgConnection, event_id: &str) -> Result<Self> {
        let event = webhook_events::table.filter(webhook_events::event_id.eq(event_id));
        Ok(diesel::update(event)
            .set((
                webhook_events::processed.eq(true),
                webhook_events::processed_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Marks the event as processed now if it was not; `None` where another worker was first, or there is no such event.
    ///
    /// In the transaction that stores the event's effect: the others wait for its end, and where it fails one of them takes
    /// the event.
    pub fn claim(conn: &mut PgConnection, event_id: &str) -> Result<Option<Self>> {
        let unprocessed = webhook_events::table
            .filter(webhook_events::event_id.eq(event_id))
            .filter(dsl::not(webhook_events::processed));
        Ok(diesel::update(unprocessed)
            .set((
                webhook_events::processed.eq(true),
                webhook_events::processed_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// Has an event take effect once: claims it and runs `effect`, in one transaction. `None`, and nothing is run, where the event
    /// has been processed or there is no such event.
    ///
    /// Of several workers one runs `effect`; the others wait for its end. Where it fails nothing is kept, and the event waits
    /// for whoever comes next.
    pub fn process_once<T, E>(
        conn: &mut PgConnection,
        event_id: &str,
        effect: impl FnOnce(&mut PgConnection, &Self) -> Result<T, E>,
    ) -> Result<Option<T>, E>
    where
        E: From<crate::Error> + From<diesel::result::Error>,
    {
        conn.transaction(|conn| match Self::claim(conn, event_id)? {
            Some(event) => effect(conn, &event).map(Some),
            None => Ok(None),
        })
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: WebhookEventId,
        changes: &WebhookEventChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(webhook_events::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: WebhookEventId) -> Result<()> {
        let deleted = diesel::delete(webhook_events::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
