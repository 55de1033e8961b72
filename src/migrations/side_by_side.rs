//! The time in which old code runs beside the new, where it stores Gmail receipts and mails itself.
//!
//! Old code knows a message by its id alone and says `ON CONFLICT (message_id)`; here the key is the message within its
//! mailbox. PostgreSQL takes such a clause only where a unique index has exactly that column, and such an index keeps a message
//! from being in two mailboxes. So [`switch_on`] makes it for as long as both run, and [`switch_off`] takes it away.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Text};
use serde::Serialize;

use super::Options;
use super::lock::MigrationLock;
use crate::types::GmailConnectionId;
use crate::{Error, Result};

/// What [`switch_on`] makes, as PostgreSQL writes it.
const INDEXES_AND_TRIGGERS: [&str; 5] = [
    "CREATE UNIQUE INDEX gmail_receipts_side_by_side_key ON gmail_receipts USING btree (message_id)",
    "CREATE UNIQUE INDEX gmail_email_content_side_by_side_key ON gmail_email_content USING btree (message_id)",
    "CREATE TRIGGER side_by_side_take_turns BEFORE INSERT ON gmail_receipts FOR EACH STATEMENT EXECUTE FUNCTION side_by_side_take_turns()",
    "CREATE TRIGGER side_by_side_take_turns BEFORE INSERT ON gmail_email_content FOR EACH STATEMENT EXECUTE FUNCTION side_by_side_take_turns()",
    "CREATE TRIGGER side_by_side_find_mailbox BEFORE INSERT ON gmail_email_content FOR EACH ROW EXECUTE FUNCTION side_by_side_find_mailbox()",
];

const FUNCTIONS: [&str; 2] = ["side_by_side_take_turns()", "side_by_side_find_mailbox()"];

/// How many messages an error names.
const NAMED: usize = 10;

diesel::define_sql_function! {
    /// The object of that name, where there is one.
    #[sql_name = "to_regclass"]
    fn found_index(name: Text) -> Nullable<Oid>;
}

/// A message that is in several mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct SharedMessage {
    /// `gmail_receipts` or `gmail_email_content`.
    #[diesel(sql_type = Text)]
    pub table: String,
    /// Gmail's id of the message.
    #[diesel(sql_type = Text)]
    pub message_id: String,
    /// The mailboxes that are known, ascending.
    #[diesel(sql_type = Array<Integer>)]
    pub connection_ids: Vec<GmailConnectionId>,
}

/// Whether old code can store receipts and mails now.
pub fn is_on(conn: &mut PgConnection) -> Result<bool> {
    let index: Option<u32> =
        diesel::select(found_index("gmail_receipts_side_by_side_key")).get_result(conn)?;
    Ok(index.is_some())
}

/// Refuses to take back the migration whose columns the triggers use.
pub(super) fn refuse_reversal(conn: &mut PgConnection, versions: &[String]) -> Result<()> {
    const OF_MAILBOXES: &str = "20261122001120";

    if versions.iter().any(|version| version == OF_MAILBOXES) && is_on(conn)? {
        return Err(Error::Migration(
            "old code stores Gmail receipts beside the new, by what this would take away: spending-db migrate side-by-side off \
             ends that"
                .to_owned(),
        ));
    }
    Ok(())
}

/// The messages that are in several mailboxes, by table and id: old code cannot tell them apart.
pub fn shared_messages(conn: &mut PgConnection) -> Result<Vec<SharedMessage>> {
    Ok(diesel::sql_query(include_str!("side_by_side/shared.sql")).load(conn)?)
}

/// Lets old code store receipts and mails; `false` where it could already.
///
/// Until [`switch_off`] a message is in one mailbox only: storing it in another one is
/// [`Error::Conflict`]. Inserts into both tables take turns. It takes the lock of migrations and one on both tables, and
/// their writers wait while the indexes are made.
///
/// [`Error::Migration`] where [`shared_messages`] has any, with their names; an error where a lock is not had in time.
pub fn switch_on(conn: &mut PgConnection, options: &Options) -> Result<bool> {
    let mut conn = MigrationLock::take(conn, options)?;
    conn.transaction(|conn| {
        if is_on(conn)? {
            return Ok(false);
        }
        conn.batch_execute(
            "LOCK TABLE gmail_receipts, gmail_email_content IN SHARE ROW EXCLUSIVE MODE",
        )?;
        let shared = shared_messages(conn)?;
        if !shared.is_empty() {
            return Err(Error::Migration(refusal(&shared)));
        }
        conn.batch_execute(include_str!("side_by_side/on.sql"))?;
        Ok(true)
    })
}

/// Ends that time; `false` where it had ended. Mails of which old code did not tell the mailbox get that of their receipt.
/// An error where a lock is not had in time.
pub fn switch_off(conn: &mut PgConnection, options: &Options) -> Result<bool> {
    let mut conn = MigrationLock::take(conn, options)?;
    conn.transaction(|conn| {
        if !is_on(conn)? {
            return Ok(false);
        }
        conn.batch_execute(include_str!("side_by_side/off.sql"))?;
        Ok(true)
    })
}

/// Whether it is an index or a trigger of [`switch_on`], by its definition, or a function of it, by its name.
pub(crate) fn made(name_or_definition: &str) -> bool {
    INDEXES_AND_TRIGGERS.contains(&name_or_definition) || FUNCTIONS.contains(&name_or_definition)
}

fn refusal(shared: &[SharedMessage]) -> String {
    let mut named: Vec<String> = shared
        .iter()
        .take(NAMED)
        .map(|message| {
            let mailboxes: Vec<String> = message
                .connection_ids
                .iter()
                .map(ToString::to_string)
                .collect();
            format!(
                "{} of {} (mailboxes {})",
                message.message_id,
                message.table,
                mailboxes.join(", ")
            )
        })
        .collect();
    if shared.len() > NAMED {
        named.push(format!("{} more", shared.len() - NAMED));
    }
    format!(
        "old code cannot tell messages apart that are in several mailboxes: {}",
        named.join("; ")
    )
}
