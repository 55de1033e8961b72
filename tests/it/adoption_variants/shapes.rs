//! Tables and columns that are missing, others than known, or somebody else's.

use super::session;
use super::variant::adopt;
use crate::support::old_database::{Change, changed};
use crate::support::sql::lines;

#[test]
fn tables_that_are_missing_are_there_afterwards() {
    let database = changed(&[
        Change::NoTable("gmail_parse_statistics"),
        Change::NoTable("truelayer_card_balance_snapshots"),
        Change::NoTable("llm_enrichment_cache"),
        Change::NoTable("security_audit_log"),
    ]);
    let (_, named) = adopt(&database);
    assert!(named.is_empty(), "{named:?}");
}

#[test]
fn columns_that_are_missing_are_there_afterwards() {
    let database = changed(&[
        Change::NoColumn("users", "is_admin"),
        Change::NoColumn("users", "last_login_at"),
        Change::NoColumn("truelayer_transactions", "enrichment_required"),
        Change::NoColumn("truelayer_transactions", "import_job_id"),
        Change::NoColumn("gmail_receipts", "llm_parse_status"),
        Change::NoColumn("truelayer_import_jobs", "metadata"),
    ]);
    let (_, named) = adopt(&database);
    assert!(named.is_empty(), "{named:?}");
    let defaults = "SELECT string_agg(DISTINCT is_admin::text, ',') AS line FROM users
                    UNION ALL SELECT string_agg(DISTINCT enrichment_required::text, ',') FROM truelayer_transactions
                    UNION ALL SELECT string_agg(DISTINCT metadata::text, ',') FROM truelayer_import_jobs";
    assert_eq!(
        lines(&mut session(&database), defaults),
        ["false", "true", "{}"]
    );
}

#[test]
fn what_is_somebody_elses_stays() {
    let database = changed(&[
        Change::Table(
            "holidays",
            "day date PRIMARY KEY, user_id integer REFERENCES users (id)",
        ),
        Change::Sql("INSERT INTO holidays VALUES ('2025-12-25', 1)"),
        Change::Column("users", "nickname varchar(20)"),
        Change::Column("users", "points integer NOT NULL DEFAULT 7"),
        Change::Sql("UPDATE users SET nickname = 'Hassan' WHERE id = 1"),
        Change::Sql("CREATE VIEW active_users AS SELECT id, nickname FROM users WHERE is_active"),
    ]);
    let (planned, named) = adopt(&database);
    for what in ["holidays", "nickname", "points"] {
        assert!(
            planned.kept.iter().any(|line| line.contains(what)),
            "{:?}",
            planned.kept
        );
        assert!(named.iter().any(|line| line.contains(what)), "{named:?}");
    }
    let kept = "SELECT format('%s %s %s', h.day, u.nickname, u.points) AS line FROM holidays h
                JOIN users u ON u.id = h.user_id";
    let conn = &mut session(&database);
    assert_eq!(lines(conn, kept), ["2025-12-25 Hassan 7"]);
    let viewed = "SELECT format('%s %s', id, nickname) AS line FROM active_users ORDER BY id";
    assert_eq!(lines(conn, viewed), ["1 Hassan", "2 "]);
}

#[test]
fn older_widths_become_the_new_types() {
    let database = changed(&[
        Change::Type("users", "email", "varchar(50)"),
        Change::Type("amazon_orders", "total_owed", "numeric(10,2)"),
        Change::Type("truelayer_accounts", "display_name", "varchar(50)"),
        Change::Type("gmail_receipts", "retry_count", "smallint"),
        Change::Type("webhook_events", "id", "bigint"),
        Change::Type("amazon_business_line_items", "quantity", "bigint"),
        Change::Type("truelayer_transactions", "created_at", "timestamp"),
        Change::Type("webhook_events", "payload", "json"),
    ]);
    let (_, named) = adopt(&database);
    assert!(named.is_empty(), "{named:?}");
}

#[test]
fn other_keys_and_indexes_become_the_new_ones() {
    let database = changed(&[
        Change::Sql("ALTER TABLE users DROP CONSTRAINT users_username_key"),
        Change::Sql("DROP INDEX idx_truelayer_transactions_timestamp"),
        Change::Sql("CREATE UNIQUE INDEX one_more ON users (lower(email))"),
        Change::Sql(
            "ALTER TABLE truelayer_balances DROP CONSTRAINT truelayer_balances_account_id_fkey",
        ),
        Change::Sql(
            "ALTER TABLE truelayer_balances ADD CONSTRAINT truelayer_balances_account_id_fkey FOREIGN KEY (account_id) REFERENCES truelayer_accounts (id) NOT VALID",
        ),
    ]);
    adopt(&database);
}

#[test]
fn sequences_that_are_behind_are_mended() {
    let database = changed(&[Change::Sql("SELECT setval('webhook_events_id_seq', 1)")]);
    let conn = &mut session(&database);
    spending_db::adoption::apply(conn, &super::choosing(&[])).unwrap();
    assert_eq!(spending_db::catalog::behind(conn).unwrap(), []);
    let next = "INSERT INTO webhook_events (event_id, event_type, payload) VALUES ('new', 'x', '{}') RETURNING id::text AS line";
    assert_eq!(lines(conn, next), ["4"]);
}
