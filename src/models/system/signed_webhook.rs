//! [`SignedWebhook`]: a webhook whose signature was found good.

use diesel::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::{NewWebhookEvent, WebhookEvent};
use crate::schema::webhook_events;
use crate::{Error, Result};

/// A webhook of the bank as it came over HTTP, whose signature was verified: the only way in for one that was not stored before.
#[derive(Debug, Clone)]
pub struct SignedWebhook {
    event: Event,
    signature: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Event {
    event_id: String,
    event_type: String,
    payload: Value,
}

impl SignedWebhook {
    /// Takes a body and its header `Tl-Signature` if `is_genuine` says that they belong together.
    ///
    /// The signature is a JSON Web Signature (ES512, the body detached) by one of the keys that the bank publishes. Fetching the keys
    /// and verifying is the HTTP side's: `is_genuine` gets the body byte by byte as it came and the header.
    /// [`Error::InvalidInput`] where it says no, and where the body is no event.
    pub fn verify(
        body: &[u8],
        signature: &str,
        is_genuine: impl FnOnce(&[u8], &str) -> bool,
    ) -> Result<Self> {
        if !is_genuine(body, signature) {
            return Err(Error::invalid(
                "Tl-Signature",
                "does not belong to the body",
            ));
        }
        let event: Event = serde_json::from_slice(body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let reason = format!("line {line}, column {column}: is no event");
            Error::invalid("body", reason)
        })?;
        if event.payload.is_null() {
            return Err(Error::invalid("payload", "a value is needed"));
        }
        Ok(Self {
            event,
            signature: signature.to_owned(),
        })
    }

    /// Stores the event, not yet processed; `None`, and nothing is changed, where it was delivered before.
    ///
    /// Its effect is for [`WebhookEvent::process_once`].
    pub fn store(&self, conn: &mut PgConnection) -> Result<Option<WebhookEvent>> {
        let Event {
            event_id,
            event_type,
            payload,
        } = &self.event;
        let new = NewWebhookEvent {
            signature: Some(&self.signature),
            ..NewWebhookEvent::new(event_id, event_type, payload)
        };
        Ok(new
            .insert_into(webhook_events::table)
            .on_conflict(webhook_events::event_id)
            .do_nothing()
            .returning(WebhookEvent::as_returning())
            .get_result(conn)
            .optional()?)
    }
}
