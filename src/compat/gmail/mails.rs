//! Stored mails.

use super::mail_argument::Mail;
use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::function::functions;
use crate::models::gmail::{GmailEmailContent, NewGmailEmailContent};
use crate::types::EVERYONE;

row_answer!(
    fn mail(GmailEmailContent) {
        id, message_id, thread_id, subject, from_header, to_header, date_header, list_unsubscribe, x_mailer, body_html,
        body_text, snippet, attachments, size_estimate, received_at, fetched_at,
    }
);

functions! {
    /// Stored mails.
    FUNCTIONS:

    save_gmail_email_content(message: Mail) => |conn| message.row().save(conn, EVERYONE)?,

    save_gmail_email_content_bulk(messages: Vec<Mail>) => |conn| {
        let mails: Vec<_> = messages.iter().map(Mail::row).collect();
        let inserted = NewGmailEmailContent::save_all(conn, EVERYONE, &mails)?;
        object! { "inserted" => inserted, "failed" => Answer::List(Vec::new()) }
    },

    get_gmail_email_content(message_id: String) => |conn|
        GmailEmailContent::find_by_message_id(conn, EVERYONE, &message_id)?.map(mail),
}
