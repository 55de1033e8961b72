//! What goes into a column comes out of it: money, instants, JSON, arrays, words.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use chrono::{DateTime, FixedOffset, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::json;
use spending_db::Error;
use spending_db::models::legacy::NewTransaction;
use spending_db::models::system::NewWebhookEvent;
use spending_db::models::truelayer::{
    NewTrueLayerBalance, NewTrueLayerEnrichmentJob, NewTrueLayerImportJob, TrueLayerBalance,
    TrueLayerImportJob, TrueLayerImportJobChanges,
};
use spending_db::types::List;

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_invalid, at, day, decimal};

/// One value of one row as the server prints it.
fn printed(conn: &mut PgConnection, expression: &str, table: &str) -> String {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let query =
        format!("SELECT ({expression})::text AS line FROM {table} ORDER BY id DESC LIMIT 1");
    let Line { line } = diesel::sql_query(query).get_result(conn).unwrap();
    line
}

#[test]
fn decimals_keep_value_and_scale() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for text in [
        "12.50",
        "12.5",
        "0",
        "-0.01",
        "100",
        "1000000.000",
        "9999.9999",
        "10000.00001",
        "12345678901234567890.12345678901234567890",
        "-99999999999999999999.99",
        "0.00000000000000000001",
    ] {
        let amount = decimal(text);
        let new = NewTransaction::new(day("2026-03-01"), "scale", &amount);
        let row = new.insert(conn).unwrap();
        assert_eq!(row.amount, amount);
        assert_eq!(row.amount.to_plain_string(), text);
        assert_eq!(printed(conn, "amount", "transactions"), text);
    }
}

/// Diesel writes every zero as `0`, and `BigDecimal` shows every zero so: a zero has a value but no scale.
#[test]
fn zero_has_no_scale() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let row = NewTransaction::new(day("2026-03-01"), "scale", &decimal("0.00"))
        .insert(conn)
        .unwrap();
    assert_eq!(row.amount, decimal("0.00"));
    assert_eq!(row.amount.to_string(), "0");
    assert_eq!(printed(conn, "amount", "transactions"), "0");
}

#[test]
fn decimals_in_scientific_notation_keep_their_value() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for (text, plain) in [("1e3", "1000"), ("1.5E-3", "0.0015"), ("-2.50e+1", "-25.0")] {
        let amount = BigDecimal::from_str(text).unwrap();
        let row = NewTransaction::new(day("2026-03-01"), "scale", &amount)
            .insert(conn)
            .unwrap();
        assert_eq!(row.amount, amount);
        assert_eq!(printed(conn, "amount", "transactions"), plain);
    }
}

#[test]
fn costs_have_four_decimals_and_ten_digits() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let mut store = |cost: &str| {
        let job = NewTrueLayerEnrichmentJob {
            total_cost: Some(&decimal(cost)),
            ..NewTrueLayerEnrichmentJob::new(home.user)
        };
        job.insert(conn)
    };
    for (given, stored) in [
        ("0.1", "0.1000"),
        ("0.00005", "0.0001"),
        ("-0.00005", "-0.0001"),
    ] {
        let row = store(given).unwrap();
        assert_eq!(row.total_cost.to_plain_string(), stored);
    }
    let refused = store("1000000");
    assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
}

#[test]
fn instants_are_the_same_whatever_the_offset_and_the_session() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let amount = decimal("1");
    for (given, utc) in [
        (
            "2026-03-29T02:30:00.123456+02:00",
            "2026-03-29 00:30:00.123456",
        ),
        ("2026-03-29T00:30:00+00:00", "2026-03-29 00:30:00"),
        ("2026-10-25T01:30:00+01:00", "2026-10-25 00:30:00"),
        (
            "2026-12-31T23:59:59.999999-11:30",
            "2027-01-01 11:29:59.999999",
        ),
        ("1970-01-01T05:45:00+05:45", "1970-01-01 00:00:00"),
    ] {
        let instant: DateTime<FixedOffset> = given.parse().unwrap();
        let new = NewTrueLayerBalance::new(home.account, &amount, "GBP", instant.to_utc());
        let id = new.insert(conn).unwrap().id;
        assert_eq!(
            printed(conn, "snapshot_at AT TIME ZONE 'UTC'", "truelayer_balances"),
            utc
        );
        for zone in ["UTC", "Europe/London", "Asia/Kathmandu", "America/St_Johns"] {
            diesel::sql_query(format!("SET TIME ZONE '{zone}'"))
                .execute(conn)
                .unwrap();
            let row = TrueLayerBalance::find(conn, home.user, id).unwrap();
            assert_eq!(row.snapshot_at, instant, "{zone}");
        }
    }
}

#[test]
fn nanoseconds_are_cut_to_what_the_database_holds() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let precise: DateTime<Utc> = at("2026-03-01T12:00:00.123456789Z");
    let row = NewTrueLayerBalance::new(home.account, &decimal("1"), "GBP", precise)
        .insert(conn)
        .unwrap();
    assert_eq!(row.snapshot_at, at("2026-03-01T12:00:00.123456Z"));
}

#[test]
fn json_comes_back_equal() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for (number, value) in [
        json!({}),
        json!([]),
        json!("text"),
        json!(0.1),
        json!([i64::MAX, i64::MIN, u64::MAX, 1e-7, -0.5]),
        json!({"a": {"b": [{"c": null}, true, "é ☕ \u{1f980} \" \\ \n"]}, "": "empty key"}),
    ]
    .into_iter()
    .enumerate()
    {
        let new = NewWebhookEvent::new(&number.to_string(), "sync", &value)
            .insert(conn)
            .unwrap();
        assert_eq!(new.payload, value);
    }
}

#[test]
fn lists_come_back_equal_and_hold_no_null() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for texts in [
        vec![],
        vec![""],
        vec!["NULL", "null", "a,b", "{}", "\"", "\\", "é ☕"],
    ] {
        let ids = List(texts.into_iter().map(str::to_owned).collect());
        let new = NewTrueLayerImportJob {
            account_ids: Some(&ids),
            ..NewTrueLayerImportJob::new(home.user)
        };
        let row = new.insert(conn).unwrap();
        assert_eq!(row.account_ids, ids);
        assert_eq!(row.card_ids, List(vec![]));
    }
    for (table, column, value) in [
        ("truelayer_import_jobs", "account_ids", "ARRAY['a', NULL]"),
        ("truelayer_import_jobs", "card_ids", "ARRAY[NULL::text]"),
        (
            "truelayer_enrichment_jobs",
            "transaction_ids",
            "ARRAY[1, NULL]",
        ),
    ] {
        let statement = format!("UPDATE {table} SET {column} = {value}");
        let refused = diesel::sql_query(statement).execute(conn);
        assert_invalid(
            refused.map_err(Error::from),
            &format!("{table}_{column}_no_null_check"),
        );
    }
}

#[test]
fn a_range_of_days_does_not_end_before_it_starts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let range = |first, last| TrueLayerImportJobChanges {
        from_date: Some(Some(day(first))),
        to_date: Some(Some(day(last))),
        ..Default::default()
    };
    let one_day = range("2026-03-01", "2026-03-01");
    TrueLayerImportJob::update(conn, home.user, home.import_job, &one_day).unwrap();
    let backwards = range("2026-03-02", "2026-03-01");
    assert_invalid(
        TrueLayerImportJob::update(conn, home.user, home.import_job, &backwards),
        "truelayer_import_jobs_from_date_to_date_check",
    );
    let open = TrueLayerImportJobChanges {
        from_date: Some(Some(day("2026-03-02"))),
        to_date: Some(None),
        ..Default::default()
    };
    TrueLayerImportJob::update(conn, home.user, home.import_job, &open).unwrap();
}
