//! The old database as a whole.

use diesel::connection::SimpleConnection;
use spending_db::adoption::{Options, State, Work, plan};
use spending_db::catalog::check;

use super::{adopt, count, old, text};
use crate::support::TestDatabase;

#[test]
fn the_old_database_becomes_what_the_migrations_make() {
    let database = TestDatabase::old();
    let report = adopt(&database, &Options::default());
    assert_eq!((report.removed, report.overwritten), (0, 0));
    assert_eq!(report.tables.len(), 51);
    for table in &report.tables {
        assert!(table.rows_before > 0, "{}", table.table);
        assert_eq!(table.rows_before, table.rows_after, "{}", table.table);
    }
    let conn = &mut database.conn();
    assert_eq!(check(conn).unwrap(), []);
    // No sequence of an old column stays beside the identity that took its place.
    assert_eq!(count(conn, "pg_class WHERE relkind = 'S'"), 52);
    assert_eq!(
        count(conn, "pg_class WHERE relkind = 'S' AND relname !~ '_seq$'"),
        0
    );
    assert_eq!(
        text(conn, "SELECT to_regclass('__spending_db_adoption_removed')"),
        None
    );
    conn.batch_execute("INSERT INTO users (email) VALUES ('new@example.org'); INSERT INTO llm_enrichment_cache (transaction_description, transaction_direction, enrichment_data) VALUES ('d', 'out', '{}')")
        .unwrap();
}

#[test]
fn the_plan_only_tells_and_its_statements_do_it() {
    let database = TestDatabase::old();
    let conn = &mut database.conn();
    let before = check(conn).unwrap();
    let plan = plan(conn, &Options::default()).unwrap();
    assert_eq!(plan.state, State::Differs);
    assert_eq!(plan.unresolved().count(), 0, "{:#?}", plan.blockers);
    assert_eq!(check(conn).unwrap(), before, "a plan changes nothing");
    let of_table: Vec<&str> = plan
        .steps
        .iter()
        .filter(|step| step.title == "change the columns of truelayer_transactions")
        .flat_map(|step| &step.sql)
        .map(String::as_str)
        .collect();
    assert_eq!(of_table.len(), 1, "one ALTER TABLE a table: {of_table:#?}");
    let rewrites: Vec<&str> = plan
        .steps
        .iter()
        .filter(|step| step.work == Work::Rewrites)
        .map(|step| step.title.as_str())
        .collect();
    assert_eq!(
        rewrites,
        ["change the columns of truelayer_card_transactions"]
    );

    // Printed dictionaries are read by the program, so there are none here.
    conn.batch_execute("UPDATE truelayer_card_transactions SET metadata = NULL; BEGIN")
        .unwrap();
    for statement in plan.steps.iter().flat_map(|step| &step.sql) {
        if !statement.contains("'…'") {
            conn.batch_execute(statement)
                .unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }
    conn.batch_execute("COMMIT").unwrap();
    let drift = check(conn).unwrap();
    assert!(
        drift.iter().all(|difference| !difference.is_drift),
        "{drift:#?}"
    );
}

#[test]
fn what_is_somebody_else_s_stays() {
    let database = old(
        "CREATE TABLE holidays (day date PRIMARY KEY, user_id integer REFERENCES users (id));
         INSERT INTO holidays SELECT '2026-12-25', min(id) FROM users;
         ALTER TABLE users ADD COLUMN nickname varchar(20) NOT NULL DEFAULT 'n';
         ALTER TABLE users ALTER COLUMN nickname DROP DEFAULT;
         CREATE INDEX by_login ON users (last_login_at);
         CREATE VIEW spent AS SELECT transaction_type, sum(amount) AS total FROM truelayer_transactions GROUP BY 1;
         CREATE VIEW spent_most AS SELECT * FROM spent ORDER BY total DESC LIMIT 1;
         COMMENT ON VIEW spent IS 'by kind';
         GRANT SELECT ON spent TO PUBLIC;
         GRANT SELECT ON llm_enrichment_cache TO PUBLIC",
    );
    let conn = &mut database.conn();
    let spent = text(conn, "SELECT array_agg(s ORDER BY s) FROM spent_most AS s");
    let plan = plan(conn, &Options::default()).unwrap();
    for kept in [
        "table holidays is not",
        "column users.nickname (character varying(20)) is not",
        "index by_login of users is not",
    ] {
        assert!(
            plan.kept.iter().any(|line| line.starts_with(kept)),
            "{kept}: {:#?}",
            plan.kept
        );
    }
    let notes: Vec<&String> = plan.steps.iter().flat_map(|step| &step.notes).collect();
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("nickname is not the crate's")),
        "{notes:#?}"
    );

    adopt(&database, &Options::default());
    assert_eq!(count(conn, "holidays"), 1);
    assert_eq!(
        count(conn, "users WHERE nickname = 'n'"),
        count(conn, "users")
    );
    assert_eq!(
        text(conn, "SELECT array_agg(s ORDER BY s) FROM spent_most AS s"),
        spent
    );
    assert_eq!(
        text(conn, "SELECT obj_description('spent'::regclass)").as_deref(),
        Some("by kind")
    );
    for (view, right) in [("spent", "SELECT"), ("llm_enrichment_cache", "SELECT")] {
        let acl = format!("SELECT has_table_privilege('public', '{view}', '{right}')");
        assert_eq!(text(conn, &acl).as_deref(), Some("true"), "{view}");
    }
}

#[test]
fn times_without_a_zone_are_of_the_zone_that_is_named() {
    let moment = "SELECT max(created_at) AT TIME ZONE 'UTC' FROM oauth_state";
    let set = "UPDATE oauth_state SET created_at = '2026-07-01 12:00'";
    for (zone, utc) in [
        ("UTC", "2026-07-01 12:00:00"),
        ("Europe/London", "2026-07-01 11:00:00"),
    ] {
        let database = old(set);
        let options = Options {
            time_zone: zone.to_owned(),
            ..Options::default()
        };
        adopt(&database, &options);
        assert_eq!(
            text(&mut database.conn(), moment).as_deref(),
            Some(utc),
            "{zone}"
        );
    }
}

#[test]
fn printed_dictionaries_become_json_and_what_is_neither_is_a_matter_of_choice() {
    use spending_db::adoption::Choice;

    let prepare = |neither: &str| {
        old(&format!(
            "UPDATE truelayer_card_transactions SET metadata = '{{\"a\": 1.50}}';
             UPDATE truelayer_card_transactions SET metadata = {neither} WHERE id = (SELECT min(id) FROM truelayer_card_transactions);
             UPDATE truelayer_card_transactions SET metadata = '{{''shop'': \"O''Neill\", ''n'': None}}'
             WHERE id = (SELECT max(id) FROM truelayer_card_transactions)"
        ))
    };
    let database = prepare("'gone {'");
    let conn = &mut database.conn();
    let told = plan(conn, &Options::default()).unwrap();
    let [blocker] = told.blockers.as_slice() else {
        panic!("{:#?}", told.blockers)
    };
    assert_eq!(blocker.count, 1);
    let query = blocker.query.clone().unwrap();
    assert_eq!(
        count(conn, &format!("({query}) AS q WHERE metadata = 'gone {{'")),
        1
    );

    let rows = count(conn, "truelayer_card_transactions");
    let report = adopt(&database, &super::with(&[Choice::TextString]));
    assert_eq!((report.removed, report.overwritten), (0, 1));
    assert_eq!(count(conn, "truelayer_card_transactions"), rows);
    assert_eq!(
        count(
            conn,
            "truelayer_card_transactions WHERE metadata = '\"gone {\"'"
        ),
        1
    );
    assert_eq!(
        count(
            conn,
            "truelayer_card_transactions WHERE metadata = '{\"shop\": \"O''Neill\", \"n\": null}'"
        ),
        1
    );
    assert_eq!(
        count(
            conn,
            "truelayer_card_transactions WHERE metadata ->> 'a' = '1.50'"
        ),
        rows - 2
    );

    let database = prepare("''");
    let report = adopt(&database, &super::with(&[Choice::TextNull]));
    assert_eq!((report.removed, report.overwritten), (0, 1));
    let conn = &mut database.conn();
    assert_eq!(
        count(conn, "truelayer_card_transactions WHERE metadata IS NULL"),
        1
    );
    assert_eq!(
        count(
            conn,
            "__spending_db_adoption_removed WHERE table_name = 'truelayer_card_transactions' AND \"row\" ->> 'metadata' = ''"
        ),
        1
    );
}
