//! Bank transactions.

use bigdecimal::BigDecimal;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer};
use serde_json::{Value, json};
use spending_db::models::Page;
use spending_db::models::truelayer::{
    NewTrueLayerImportJob, NewTrueLayerTransaction, TrueLayerTransaction,
};
use spending_db::types::{EVERYONE, TrueLayerTransactionId};
use spending_db::{Error, operations};

use super::{Feed, at, call, payment, refusal};
use crate::support::TestDatabase;
use crate::support::threads::at_once;

fn arguments(feed: &Feed, id: &str) -> Value {
    json!({
        "account_id": feed.account, "transaction_id": id, "normalised_provider_id": id,
        "timestamp": "2025-03-01T18:30:15.250+02:00", "description": "PAYMENT", "amount": "12.345", "currency": "GBP",
        "transaction_type": "DEBIT", "transaction_category": null, "merchant_name": null, "running_balance": null,
        "metadata": null,
    })
}

#[test]
fn a_transaction_is_found_by_its_id_as_text_or_number_and_not_by_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let one = BigDecimal::from(1);
    for id in ["None", "null", "100234"] {
        payment(feed.account, id, "2025-01-01T00:00:00Z", &one)
            .insert(conn)
            .unwrap();
    }
    let mut find = |id: Value| {
        let arguments = json!({"normalised_provider_id": id});
        call(conn, "get_truelayer_transaction_by_id", arguments).unwrap()
    };
    assert_eq!(find(Value::Null), Value::Null);
    assert_eq!(
        find(json!(100_234))["normalised_provider_transaction_id"],
        "100234"
    );
    assert_eq!(find(json!("None"))["description"], "PAYMENT");
}

#[test]
fn a_transaction_has_the_keys_that_it_always_had() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let id = call(conn, "insert_truelayer_transaction", arguments(&feed, "p")).unwrap();
    let row = call(
        conn,
        "get_truelayer_transaction_by_pk",
        json!({"transaction_id": id}),
    )
    .unwrap();
    let mut keys: Vec<_> = row
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    let mut known = vec![
        "id",
        "account_id",
        "transaction_id",
        "normalised_provider_transaction_id",
        "timestamp",
        "description",
        "amount",
        "currency",
        "transaction_type",
        "transaction_category",
        "merchant_name",
        "running_balance",
        "metadata",
        "created_at",
        "account_type",
        "lookup_description",
        "pre_enrichment_status",
        "enrichment_required",
        "category_id",
        "subcategory_id",
        "import_job_id",
    ];
    known.sort_unstable();
    assert_eq!(keys, known);
    assert_eq!(row["timestamp"], "2025-03-01T16:30:15.250Z");
    assert_eq!(row["amount"], "12.345");
}

#[test]
fn only_a_transaction_that_is_there_already_answers_null() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for (argument, value, kind, named) in [
        (
            "account_id",
            json!(424_242),
            "reference",
            "truelayer_transactions_account_id_fkey",
        ),
        (
            "transaction_type",
            json!("debit"),
            "invalid_params",
            "transaction_type",
        ),
        ("description", Value::Null, "invalid_params", "description"),
        ("amount", json!("a lot"), "invalid_params", "amount"),
        (
            "currency",
            json!("POUND"),
            "invalid_input",
            "truelayer_transactions_currency_check",
        ),
        (
            "pre_enrichment_status",
            json!("Maybe"),
            "invalid_params",
            "pre_enrichment_status",
        ),
        (
            "import_job_id",
            json!(424_242),
            "reference",
            "truelayer_transactions_import_job_id_fkey",
        ),
    ] {
        let mut arguments = arguments(&feed, "p");
        arguments[argument] = value;
        let refused = refusal(conn, "insert_truelayer_transaction", arguments);
        assert_eq!(refused, (kind.to_owned(), named.to_owned()), "{argument}");
    }
    let first = call(conn, "insert_truelayer_transaction", arguments(&feed, "p")).unwrap();
    assert!(first.is_i64());
    let again = call(conn, "insert_truelayer_transaction", arguments(&feed, "p")).unwrap();
    assert_eq!(again, Value::Null);
}

#[test]
fn a_lost_connection_is_no_duplicate() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let mut lost = db.conn();
    let server: i32 = sql::<Integer>("SELECT pg_backend_pid()")
        .get_result(&mut lost)
        .unwrap();
    let end = format!("SELECT pg_terminate_backend({server}, 10000)");
    assert!(sql::<Bool>(&end).get_result::<bool>(conn).unwrap());
    let (kind, _) = refusal(
        &mut lost,
        "insert_truelayer_transaction",
        arguments(&feed, "p"),
    );
    assert_ne!(kind, "conflict");
    let stored = TrueLayerTransaction::list(conn, feed.user, None, Page::ALL).unwrap();
    assert_eq!(stored, []);
}

#[test]
fn no_metadata_is_an_sql_null() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    call(conn, "insert_truelayer_transaction", arguments(&feed, "p")).unwrap();
    let null = sql::<Bool>("SELECT metadata IS NULL FROM truelayer_transactions");
    assert!(null.get_result::<bool>(conn).unwrap());
}

#[test]
fn of_threads_that_insert_one_transaction_one_gets_its_id() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for round in 0..24 {
        let id = format!("p-{round}");
        let answers = at_once(&db, 4, |conn, _| {
            call(conn, "insert_truelayer_transaction", arguments(&feed, &id)).unwrap()
        });
        assert_eq!(
            answers.iter().filter(|answer| answer.is_i64()).count(),
            1,
            "{answers:?}"
        );
    }
    let stored = TrueLayerTransaction::list(conn, feed.user, None, Page::ALL).unwrap();
    assert_eq!(stored.len(), 24);
}

#[test]
fn an_import_is_told_by_its_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let job = NewTrueLayerImportJob::new(feed.user);
    let job = operations::import_jobs::create(conn, &job).unwrap().id;
    let mut ids = Vec::new();
    for (id, job) in [("b", Some(job)), ("x", None), ("a", Some(job))] {
        let mut arguments = arguments(&feed, id);
        arguments["import_job_id"] = json!(job);
        let id = call(conn, "insert_truelayer_transaction", arguments).unwrap();
        ids.extend(job.map(|_| id));
    }
    let found = call(conn, "get_job_transaction_ids", json!({"job_id": job})).unwrap();
    assert_eq!(found, json!(ids));
}

#[test]
fn a_batch_stores_what_is_new_or_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let one = BigDecimal::from(1);
    let row = |id| payment(feed.account, id, "2025-01-01T00:00:00Z", &one);
    row("b").insert(conn).unwrap();

    let euros = NewTrueLayerTransaction {
        currency: "EURO",
        ..row("e")
    };
    let refused = NewTrueLayerTransaction::insert_all_new(&[row("c"), euros], conn);
    assert!(
        matches!(&refused, Err(Error::InvalidInput { field, .. }) if field == "truelayer_transactions_currency_check"),
        "{refused:?}"
    );

    let batch = [row("d"), row("b"), row("c"), row("d"), row("a")];
    let new = NewTrueLayerTransaction::insert_all_new(&batch, conn).unwrap();
    assert_eq!(new.len(), 3);
    assert!(
        NewTrueLayerTransaction::insert_all_new(&batch, conn)
            .unwrap()
            .is_empty()
    );
    assert!(
        NewTrueLayerTransaction::insert_all_new(&[], conn)
            .unwrap()
            .is_empty()
    );

    let ids: Vec<_> = (0..7_000).map(|number| format!("n{number}")).collect();
    let many: Vec<_> = ids.iter().map(|id| row(id)).collect();
    assert_eq!(
        NewTrueLayerTransaction::insert_all_new(&many, conn)
            .unwrap()
            .len(),
        7_000
    );
    let stored = TrueLayerTransaction::list(conn, feed.user, None, Page::ALL).unwrap();
    assert_eq!(stored.len(), 7_004);
}

#[test]
fn batches_at_once_store_each_transaction_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let one = BigDecimal::from(1);
    for round in 0..24 {
        let ids: Vec<_> = (0..40).map(|number| format!("{round}-{number}")).collect();
        let new = at_once(&db, 4, |conn, number| {
            let mut batch: Vec<_> = ids
                .iter()
                .map(|id| payment(feed.account, id, "2025-01-01T00:00:00Z", &one))
                .collect();
            if number % 2 == 1 {
                batch.reverse();
            }
            NewTrueLayerTransaction::insert_all_new(&batch, conn)
                .unwrap()
                .len()
        });
        assert_eq!(new.iter().sum::<usize>(), 40, "{new:?}");
    }
}

#[test]
fn pages_go_on_where_the_last_one_ended_also_within_one_midnight() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let one = BigDecimal::from(1);
    let midnight = "2025-01-02T00:00:00Z";
    for (id, timestamp) in [
        ("a", midnight),
        ("b", midnight),
        ("c", "2025-01-01T09:00:00Z"),
        ("d", midnight),
        ("e", midnight),
    ] {
        payment(feed.account, id, timestamp, &one)
            .insert(conn)
            .unwrap();
    }
    let all = TrueLayerTransaction::list(conn, feed.user, Some(feed.account), Page::ALL).unwrap();
    let order: String = all.iter().map(|row| &*row.transaction_id).collect();
    assert_eq!(order, "edbac");

    let mut read = Vec::new();
    let mut page = Page::first(2);
    loop {
        let rows = TrueLayerTransaction::list(conn, EVERYONE, None, page).unwrap();
        let Some(last) = rows.last() else { break };
        page = Page::after((last.timestamp, last.id), 2);
        read.extend(rows);
        // What comes in meanwhile is newer and moves nothing.
        let id = format!("new-{}", read.len());
        payment(feed.account, &id, "2025-02-01T00:00:00Z", &one)
            .insert(conn)
            .unwrap();
    }
    assert_eq!(read, all);
    let end = Page::after((at(midnight), TrueLayerTransactionId(0)), 9);
    let rest = TrueLayerTransaction::list(conn, feed.user, None, end).unwrap();
    assert_eq!(rest, all[4..]);
}
