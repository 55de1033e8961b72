//! `gmail_parsing`: how receipts are parsed, and what comes of it.

mod attachments;
mod coverage;
mod indexes;
mod llm;
mod merchants;
mod owners;
mod payments;
mod pdf;
mod receipts;
mod reports;
mod senders;

use diesel::PgConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Jsonb;
use serde::Serialize;
use serde_json::Value;
use spending_db::models::gmail::NewGmailReceipt;
use spending_db::types::{GmailConnectionId, GmailReceiptId};

use super::call;
use crate::support::explain::statements;
use crate::support::rows::at;

/// A session whose days are not those of UTC.
const FAR_EAST: &str = "SET TIME ZONE 'Pacific/Kiritimati'";

/// A receipt that arrived then from this address.
fn received(
    conn: &mut PgConnection,
    mailbox: GmailConnectionId,
    message: &str,
    time: &str,
    sender: &str,
) -> GmailReceiptId {
    let new = NewGmailReceipt::new(mailbox, message, sender, at(time), 0);
    new.insert(conn).unwrap().id
}

/// A whole row as JSON, null without.
fn row(conn: &mut PgConnection, table: &str, id: impl Serialize) -> Value {
    let id = serde_json::to_value(id).unwrap();
    let row = format!("SELECT to_jsonb(t) FROM {table} t WHERE id = {id}");
    sql::<Jsonb>(&row)
        .get_result(conn)
        .optional()
        .unwrap()
        .unwrap_or_default()
}

/// The argument that a call is refused for.
fn refused(conn: &mut PgConnection, name: &str, arguments: Value) -> Value {
    let failure = call(conn, name, arguments).unwrap_err();
    assert_eq!(failure.code, -32602, "{failure:?}");
    failure.data["argument"].clone()
}

/// The field or constraint that a call is refused for by the database.
fn refused_by_database(conn: &mut PgConnection, name: &str, arguments: Value) -> Value {
    let failure = call(conn, name, arguments).unwrap_err();
    let named = failure
        .data
        .get("field")
        .or_else(|| failure.data.get("constraint"));
    named
        .unwrap_or_else(|| panic!("names nothing: {failure:?}"))
        .clone()
}

/// One question is one statement.
#[track_caller]
fn assert_one_statement<T>(conn: &mut PgConnection, work: impl FnOnce(&mut PgConnection) -> T) {
    assert_eq!(statements(conn, work).len(), 1);
}
