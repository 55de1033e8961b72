//! What the schema refuses: it is counted, shown, and settled as chosen.

use diesel::prelude::*;
use spending_db::adoption::{Blocker, Choice, Options, Rule, apply, plan};

use super::{adopt, count, old, text, with};
use crate::support::TestDatabase;
use crate::support::old_database::{Change, changed};

/// The only blocker, whose query shows as many rows as it counts.
fn only(database: &TestDatabase, options: &Options) -> Blocker {
    let conn = &mut database.conn();
    let plan = plan(conn, options).unwrap();
    let [blocker] = plan.blockers.as_slice() else {
        panic!("{:#?}", plan.blockers);
    };
    let query = blocker.query.clone().unwrap();
    assert_eq!(
        count(conn, &format!("({query}) AS q")),
        blocker.count,
        "{query}"
    );
    blocker.clone()
}

fn refuses(conn: &mut PgConnection, options: &Options) -> String {
    apply(conn, options).unwrap_err().to_string()
}

#[test]
fn null_in_a_flag_becomes_its_default() {
    let database = changed(&[Change::Null(
        "truelayer_transactions",
        "enrichment_required",
    )]);
    let conn = &mut database.conn();
    let id = text(
        conn,
        "SELECT id FROM truelayer_transactions WHERE enrichment_required IS NULL",
    )
    .unwrap();
    let blocker = only(&database, &Options::default());
    assert_eq!(
        (blocker.rule, blocker.count, &blocker.resolved_by),
        (Rule::Nulls, 1, &None)
    );
    assert!(refuses(conn, &Options::default()).contains("enrichment_required refuses NULL (1)"));

    let options = with(&[Choice::NullsDefault]);
    assert_eq!(
        only(&database, &options).resolved_by,
        Some(Choice::NullsDefault.into())
    );
    let report = adopt(&database, &options);
    assert_eq!((report.removed, report.overwritten), (0, 0));
    let default = text(conn, "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum \
        WHERE attrelid = 'truelayer_transactions'::regclass AND attname = 'enrichment_required'").unwrap();
    assert_eq!(
        text(
            conn,
            &format!("SELECT enrichment_required FROM truelayer_transactions WHERE id = {id}")
        ),
        Some(default)
    );
}

#[test]
fn null_without_a_default_is_no_matter_of_defaults() {
    let database = changed(&[Change::Null("amazon_orders", "order_date")]);
    let conn = &mut database.conn();
    let rows = count(conn, "amazon_orders");
    assert_eq!(
        only(&database, &with(&[Choice::NullsDefault])).resolved_by,
        None
    );
    let report = adopt(&database, &with(&[Choice::NullsMove]));
    assert!(report.removed >= 1);
    assert_eq!(count(conn, "amazon_orders"), rows - 1);
    assert_eq!(
        count(
            conn,
            "__spending_db_adoption_removed WHERE table_name = 'amazon_orders' AND \"row\" -> 'order_date' = 'null' AND reason = 'order_date is NULL'"
        ),
        1
    );
}

#[test]
fn orphans_are_moved_or_lose_their_reference() {
    for (choice, moved, overwritten) in [(Choice::OrphansMove, 1, 0), (Choice::OrphansNull, 0, 1)] {
        let database = changed(&[Change::Orphan("amazon_returns", "original_transaction_id")]);
        let conn = &mut database.conn();
        let rows = count(conn, "amazon_returns");
        assert_eq!(only(&database, &Options::default()).rule, Rule::Orphans);
        let report = adopt(&database, &with(&[choice]));
        assert_eq!((report.removed, report.overwritten), (moved, overwritten));
        assert_eq!(count(conn, "amazon_returns"), rows - moved);
        assert_eq!(
            count(
                conn,
                "__spending_db_adoption_removed WHERE table_name = 'amazon_returns' AND \"row\" ->> 'original_transaction_id' = '999999'"
            ),
            1
        );
    }
}

#[test]
fn what_hangs_on_a_moved_row_goes_with_it() {
    let database = changed(&[Change::Orphan("truelayer_accounts", "connection_id")]);
    let conn = &mut database.conn();
    let account = text(conn, "SELECT max(id) FROM truelayer_accounts").unwrap();
    let hanging = count(
        conn,
        &format!("truelayer_transactions WHERE account_id = {account}"),
    );
    let all = count(conn, "truelayer_transactions");
    assert!(
        refuses(conn, &with(&[Choice::OrphansNull])).contains("blocked"),
        "the column refuses NULL"
    );
    let report = adopt(&database, &with(&[Choice::OrphansMove]));
    assert!(report.removed > hanging);
    assert_eq!(count(conn, "truelayer_transactions"), all - hanging);
    assert_eq!(
        count(
            conn,
            "__spending_db_adoption_removed WHERE table_name = 'truelayer_transactions'"
        ),
        hanging
    );
    assert_eq!(
        count(conn, "__spending_db_adoption_removed"),
        report.removed + report.overwritten
    );
    for table in &report.tables {
        assert_eq!(
            table.rows_before,
            table.rows_after + table.removed,
            "{}",
            table.table
        );
    }
}

#[test]
fn of_duplicates_the_oldest_or_the_newest_stays() {
    for (choice, kept) in [
        (Choice::DuplicatesKeepOldest, "min"),
        (Choice::DuplicatesKeepNewest, "max"),
    ] {
        let database = changed(&[Change::Duplicate(
            "pdf_attachments",
            &["message_id", "filename"],
            &["object_key"],
        )]);
        let conn = &mut database.conn();
        let blocker = only(&database, &Options::default());
        assert_eq!((blocker.rule, blocker.count), (Rule::Duplicates, 2));
        let query = blocker.query.unwrap();
        let id = text(conn, &format!("SELECT {kept}(id) FROM ({query}) AS q")).unwrap();
        let report = adopt(&database, &with(&[choice]));
        assert_eq!((report.removed, report.overwritten), (1, 0));
        assert_eq!(count(conn, &format!("pdf_attachments WHERE id = {id}")), 1);
        assert_eq!(
            count(
                conn,
                &format!("__spending_db_adoption_removed WHERE \"row\" ->> 'id' <> '{id}'")
            ),
            1
        );
    }
}

#[test]
fn of_several_primary_sources_the_others_stay_as_further_ones() {
    let database = old(
        "INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description, match_confidence, match_method, is_primary)
         SELECT truelayer_transaction_id, 'manual', 900000 + id, description, 50, 'by hand', true
         FROM transaction_enrichment_sources WHERE is_primary ORDER BY id LIMIT 1",
    );
    let conn = &mut database.conn();
    let rows = count(conn, "transaction_enrichment_sources");
    assert_eq!(only(&database, &Options::default()).rule, Rule::Duplicates);
    let report = adopt(&database, &with(&[Choice::DuplicatesKeepOldest]));
    assert_eq!((report.removed, report.overwritten), (0, 1));
    assert_eq!(count(conn, "transaction_enrichment_sources"), rows);
    assert_eq!(
        count(
            conn,
            "transaction_enrichment_sources WHERE source_id >= 900000 AND NOT is_primary"
        ),
        1
    );
    assert_eq!(
        count(
            conn,
            "__spending_db_adoption_removed WHERE \"row\" ->> 'is_primary' = 'true'"
        ),
        1
    );
}

#[test]
fn a_value_that_a_check_refuses() {
    let database = changed(&[Change::Value("amazon_orders", "currency", "'£'")]);
    let conn = &mut database.conn();
    let blocker = only(&database, &Options::default());
    assert_eq!((blocker.rule, blocker.count), (Rule::Checks, 1));
    let report = adopt(&database, &with(&[Choice::ChecksMove]));
    assert!(report.removed >= 1);
    assert_eq!(count(conn, "amazon_orders WHERE currency = '£'"), 0);
}

#[test]
fn a_column_that_is_missing_without_a_default_is_for_people() {
    let database = changed(&[Change::NoColumn("truelayer_transactions", "amount")]);
    let conn = &mut database.conn();
    let told = plan(conn, &Options::default()).unwrap();
    let blocker = told.unresolved().next().unwrap();
    assert_eq!(blocker.rule, Rule::Other);
    assert!(
        blocker
            .message
            .contains("truelayer_transactions.amount is missing"),
        "{blocker:#?}"
    );
}

#[test]
fn both_names_of_a_table_at_once() {
    let database = old("CREATE TABLE enrichment_cache (id integer)");
    let told = plan(&mut database.conn(), &Options::default()).unwrap();
    assert!(
        told.unresolved()
            .any(|blocker| blocker.message.contains("llm_enrichment_cache")),
        "{:#?}",
        told.blockers
    );
}
