//! Mails as arguments.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::compat::arguments::{Argument, Members};
use crate::compat::failure::Failure;
use crate::models::gmail::NewGmailEmailContent;
use crate::types::GmailConnectionId;

/// A mail as it was fetched; unknown members are ignored.
pub(super) struct Mail {
    message_id: String,
    connection_id: Option<GmailConnectionId>,
    thread_id: Option<String>,
    subject: Option<String>,
    from: Option<String>,
    to: Option<String>,
    date: Option<String>,
    list_unsubscribe: Option<String>,
    x_mailer: Option<String>,
    body_html: Option<Body>,
    body_text: Option<Body>,
    snippet: Option<String>,
    attachments: Value,
    size_estimate: Option<i32>,
    received_at: Option<DateTime<Utc>>,
}

/// A text that may have NUL characters: they are taken out of it before it is stored.
struct Body(String);

impl Argument for Body {
    const TAKES: &'static str = String::TAKES;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let body = serde_json::from_str(text).map_err(|_| Failure::takes::<Self>(name))?;
        Ok(Self(body))
    }
}

impl Argument for Mail {
    const TAKES: &'static str = "an object with message_id and any of connection_id, thread_id, subject, from, to, date, \
                                 list_unsubscribe, x_mailer, body_html, body_text, snippet, attachments, size_estimate, \
                                 received_at";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let mut members = Members::read(name, text)?;
        Ok(Self {
            message_id: members.needed("message_id")?,
            connection_id: members.take("connection_id")?,
            thread_id: members.take("thread_id")?,
            subject: members.take("subject")?,
            from: members.take("from")?,
            to: members.take("to")?,
            date: members.take("date")?,
            list_unsubscribe: members.take("list_unsubscribe")?,
            x_mailer: members.take("x_mailer")?,
            body_html: members.take("body_html")?,
            body_text: members.take("body_text")?,
            snippet: members.take("snippet")?,
            attachments: members.take_or("attachments", json!([]))?,
            size_estimate: members.take("size_estimate")?,
            received_at: members.take("received_at")?,
        })
    }
}

impl Mail {
    /// The mail as a row.
    pub(super) fn row(&self) -> NewGmailEmailContent<'_> {
        NewGmailEmailContent {
            connection_id: self.connection_id,
            thread_id: self.thread_id.as_deref(),
            subject: self.subject.as_deref(),
            from_header: self.from.as_deref(),
            to_header: self.to.as_deref(),
            date_header: self.date.as_deref(),
            list_unsubscribe: self.list_unsubscribe.as_deref(),
            x_mailer: self.x_mailer.as_deref(),
            body_html: self.body_html.as_ref().map(|body| &*body.0),
            body_text: self.body_text.as_ref().map(|body| &*body.0),
            snippet: self.snippet.as_deref(),
            attachments: Some(&self.attachments),
            size_estimate: self.size_estimate,
            received_at: self.received_at,
            ..NewGmailEmailContent::new(&self.message_id)
        }
    }
}
