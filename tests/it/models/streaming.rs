//! Long lists, read row by row.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use spending_db::models::Page;
use spending_db::models::truelayer::EnrichedTransaction;
use spending_db::types::{EVERYONE, UserId};

use crate::support::TestDatabase;
use crate::support::wire::Wire;

#[test]
fn a_hundred_thousand_transactions_are_read_as_they_come() {
    const ROWS: usize = 100_000;

    let database = TestDatabase::filled();
    let wire = Wire::to(&database);
    let mut conn = PgConnection::establish(wire.url()).unwrap();
    wire.take();
    let mut rows = EnrichedTransaction::stream(&mut conn, EVERYONE, None).unwrap();
    let mut last = rows.next().unwrap().unwrap();
    // What lies in the buffers of the system, and no more.
    let at_first = wire.take().received;
    let mut read = 1;
    for row in rows {
        let row = row.unwrap();
        let key = |row: &EnrichedTransaction| (row.transaction.timestamp, row.transaction.id);
        assert!(key(&row) < key(&last), "newest first");
        last = row;
        read += 1;
    }
    let later = wire.take().received;
    assert_eq!(read, ROWS);
    assert!(
        at_first < later,
        "{at_first} of {} bytes came at once",
        at_first + later
    );
}

#[test]
fn a_stream_gives_what_the_list_gives_and_may_be_dropped() {
    let database = TestDatabase::filled();
    let conn = &mut database.conn();
    let owner = UserId(17);
    let list = EnrichedTransaction::list(conn, owner, None, Page::ALL).unwrap();
    let streamed: Result<Vec<_>, _> = EnrichedTransaction::stream(conn, owner, None)
        .unwrap()
        .collect();
    assert_eq!(streamed.unwrap(), list);
    let mut rows = EnrichedTransaction::stream(conn, owner, None).unwrap();
    assert_eq!(rows.next().unwrap().unwrap(), list[0]);
    drop(rows);
    let again = EnrichedTransaction::list(conn, owner, None, Page::first(1)).unwrap();
    assert_eq!(again, list[..1]);
}

/// Whatever stands in the metadata, a field is the text that `->>` gives.
#[test]
fn an_enrichment_is_read_as_the_server_reads_it() {
    const STORED: [&str; 8] = [
        r#"{"enrichment": {"primary_category": "Caf\u00e9 \"x\"\n", "subcategory": 0.90, "merchant_type": true, "llm_model": null,
            "merchant_clean_name": {"b": [1, 2.50], "a": "x"}, "payment_method": [], "confidence_score": 12345678901234567890.10}}"#,
        r#"{"enrichment": {"llm_provider": "", "extra": {"primary_category": 1}}}"#,
        r#"{"enrichment": {}}"#,
        r#"{"enrichment": "text"}"#,
        r#"{"enrichment": [{"primary_category": "x"}]}"#,
        r#"{"enrichment": null}"#,
        "{}",
        "[1]",
    ];

    let database = TestDatabase::filled();
    let conn = &mut database.conn();
    for stored in STORED {
        let owner = UserId(17);
        diesel::sql_query(
            "UPDATE truelayer_transactions SET metadata = $1::text::jsonb WHERE id = 17",
        )
        .bind::<Text, _>(stored)
        .execute(conn)
        .unwrap();
        let rows = EnrichedTransaction::list(conn, owner, None, Page::ALL).unwrap();
        let row = rows
            .into_iter()
            .find(|row| row.transaction.id.0 == 17)
            .unwrap();
        let enrichment = serde_json::to_value(&row.enrichment).unwrap();
        for (field, read) in enrichment.as_object().unwrap() {
            let by_server: Option<String> = diesel::dsl::sql::<Nullable<Text>>(&format!(
                "SELECT metadata -> 'enrichment' ->> '{field}' FROM truelayer_transactions WHERE id = 17"
            ))
            .get_result(conn)
            .unwrap();
            assert_eq!(read.as_str(), by_server.as_deref(), "{field} of {stored}");
        }
    }
}
