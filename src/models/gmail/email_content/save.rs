//! Storing mails as a mailbox sync brings them.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use diesel::ExecuteCopyFromDsl as _;
use diesel::connection::SimpleConnection;
use diesel::dsl;
use diesel::prelude::*;
use diesel::upsert::excluded;
use serde_json::Value;

use super::NewGmailEmailContent;
use crate::models::gmail::connection;
use crate::models::gmail::staging::last_of_each;
use crate::schema::gmail_email_content;
use crate::types::{GmailConnectionId, GmailEmailContentId, UserId};
use crate::{Error, Result};

diesel::table! {
    staged_mails (place) {
        place -> Integer,
        message_id -> Text,
        thread_id -> Nullable<Text>,
        subject -> Nullable<Text>,
        from_header -> Nullable<Text>,
        to_header -> Nullable<Text>,
        date_header -> Nullable<Text>,
        list_unsubscribe -> Nullable<Text>,
        x_mailer -> Nullable<Text>,
        body_html -> Nullable<Text>,
        body_text -> Nullable<Text>,
        snippet -> Nullable<Text>,
        attachments -> Nullable<Jsonb>,
        size_estimate -> Nullable<Integer>,
        received_at -> Nullable<Timestamptz>,
        fetched_at -> Nullable<Timestamptz>,
        connection_id -> Nullable<Integer>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged_mails, treat_none_as_default_value = false)]
struct StagedMail<'a> {
    place: i32,
    message_id: &'a str,
    thread_id: Option<&'a str>,
    subject: Option<&'a str>,
    from_header: Option<&'a str>,
    to_header: Option<&'a str>,
    date_header: Option<&'a str>,
    list_unsubscribe: Option<&'a str>,
    x_mailer: Option<&'a str>,
    body_html: Option<&'a str>,
    body_text: Option<&'a str>,
    snippet: Option<&'a str>,
    attachments: Option<&'a Value>,
    size_estimate: Option<i32>,
    received_at: Option<DateTime<Utc>>,
    fetched_at: Option<DateTime<Utc>>,
    connection_id: Option<GmailConnectionId>,
}

/// The bodies of a mail as the database takes them.
struct Bodies<'a> {
    html: Option<Cow<'a, str>>,
    text: Option<Cow<'a, str>>,
}

impl<'a> Bodies<'a> {
    fn of(mail: &NewGmailEmailContent<'a>) -> Self {
        Self {
            html: mail.body_html.map(without_nul),
            text: mail.body_text.map(without_nul),
        }
    }
}

fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "").into()
    } else {
        text.into()
    }
}

impl NewGmailEmailContent<'_> {
    /// Stores the mail and gives its id. Where the mailbox has that message already, both bodies and the attachments are
    /// written anew, also where they are `None`, and the time of fetching; the rest stays.
    ///
    /// NUL characters are taken out of the bodies. A JSON null is stored as null. An owner has to name the mailbox: else
    /// [`Error::InvalidInput`]; [`Error::Reference`] where it is not theirs.
    ///
    /// Takes over `save_gmail_email_content`.
    pub fn save(
        &self,
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<GmailEmailContentId> {
        let owner = owner.into();
        if owner.is_some() {
            keep_mailboxes(conn, owner, &[*self])?;
        }
        let bodies = Bodies::of(self);
        let mail = NewGmailEmailContent {
            body_html: bodies.html.as_deref(),
            body_text: bodies.text.as_deref(),
            attachments: self.attachments.filter(|value| !value.is_null()),
            ..*self
        };
        Ok(mail
            .insert_into(gmail_email_content::table)
            .on_conflict((
                gmail_email_content::message_id,
                gmail_email_content::connection_id,
            ))
            .do_update()
            .set((
                gmail_email_content::body_html.eq(excluded(gmail_email_content::body_html)),
                gmail_email_content::body_text.eq(excluded(gmail_email_content::body_text)),
                gmail_email_content::attachments.eq(excluded(gmail_email_content::attachments)),
                gmail_email_content::fetched_at.eq(dsl::now),
            ))
            .returning(gmail_email_content::id)
            .get_result(conn)?)
    }

    /// Stores the mails as [`save`](Self::save) does, all or none, and says how many messages that were. Of several mails
    /// of one message of one mailbox the last counts.
    ///
    /// Errors as of [`save`](Self::save); one bad mail refuses all.
    ///
    /// Takes over `save_gmail_email_content_bulk`.
    pub fn save_all(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        mails: &[Self],
    ) -> Result<usize> {
        if mails.is_empty() {
            return Ok(0);
        }
        let owner = owner.into();
        let distinct = last_of_each(mails, |mail| (mail.connection_id, mail.message_id));
        let bodies: Vec<_> = distinct.iter().map(Bodies::of).collect();
        let staged: Vec<_> = (0..)
            .zip(distinct.iter().zip(&bodies))
            .map(|(place, (mail, bodies))| staged(place, mail, bodies))
            .collect();
        conn.transaction(|conn| {
            keep_mailboxes(conn, owner, &distinct)?;
            conn.batch_execute(include_str!("staged.sql"))?;
            diesel::copy_from(staged_mails::table)
                .from_insertable(&staged)
                .execute(conn)?;
            let saved = diesel::sql_query(include_str!("save_all.sql")).execute(conn)?;
            conn.batch_execute("DROP TABLE pg_temp.staged_mails")?;
            Ok(saved)
        })
    }
}

fn keep_mailboxes(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    mails: &[NewGmailEmailContent<'_>],
) -> Result<()> {
    let mailboxes: Vec<_> = mails.iter().filter_map(|mail| mail.connection_id).collect();
    if owner.is_some() && mailboxes.len() < mails.len() {
        return Err(Error::invalid(
            "connection_id",
            "an owner names the mailbox",
        ));
    }
    connection::keep(conn, owner, &mailboxes)
}

fn staged<'a>(
    place: i32,
    mail: &NewGmailEmailContent<'a>,
    bodies: &'a Bodies<'_>,
) -> StagedMail<'a> {
    StagedMail {
        place,
        message_id: mail.message_id,
        thread_id: mail.thread_id,
        subject: mail.subject,
        from_header: mail.from_header,
        to_header: mail.to_header,
        date_header: mail.date_header,
        list_unsubscribe: mail.list_unsubscribe,
        x_mailer: mail.x_mailer,
        body_html: bodies.html.as_deref(),
        body_text: bodies.text.as_deref(),
        snippet: mail.snippet,
        attachments: mail.attachments.filter(|value| !value.is_null()),
        size_estimate: mail.size_estimate,
        received_at: mail.received_at,
        fetched_at: mail.fetched_at,
        connection_id: mail.connection_id,
    }
}
