//! Indexes that do not work or do nothing.

use super::*;
use crate::support::TestDatabase;

const DOUBLES: &str = "INSERT INTO webhook_events (event_id, event_type, payload) VALUES ('a', 'ping', '{}'), ('b', 'ping', '{}')";

#[test]
fn an_index_that_failed_is_dropped() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    execute(conn, DOUBLES);
    let failed = diesel::sql_query(
        "CREATE UNIQUE INDEX CONCURRENTLY one_a_type ON webhook_events (event_type)",
    );
    failed.execute(conn).unwrap_err();

    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Indexes,
        "the index one_a_type of webhook_events is invalid",
    );
    assert_eq!(finding.severity, Severity::Warning);
    mend(conn, finding);
    assert!(is_well(&look(conn), Area::Indexes));
}

#[test]
fn an_index_of_the_migrations_that_failed_is_built_again() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    execute(conn, DOUBLES);
    execute(
        conn,
        "ALTER TABLE webhook_events DROP CONSTRAINT webhook_events_event_id_key",
    );
    execute(conn, "UPDATE webhook_events SET event_id = 'a'");
    let failed = diesel::sql_query(
        "CREATE UNIQUE INDEX CONCURRENTLY webhook_events_event_id_key ON webhook_events (event_id)",
    );
    failed.execute(conn).unwrap_err();

    let findings = look(conn);
    let finding = only(&findings, Area::Indexes, "webhook_events_event_id_key");
    assert!(
        finding.steps[0]
            == Step::Advice("remove the doubles, if that is what it failed at".to_owned())
    );
    execute(
        conn,
        "DELETE FROM webhook_events WHERE id = (SELECT min(id) FROM webhook_events)",
    );
    mend(conn, finding);
    assert!(is_well(&look(conn), Area::Indexes));
}

#[test]
fn of_two_alike_the_one_of_the_migrations_stays() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    assert!(
        look(conn)
            .iter()
            .all(|finding| finding.area != Area::Indexes || finding.severity == Severity::Ok)
    );
    execute(
        conn,
        "CREATE INDEX logs_by_time ON connection_logs (created_at)",
    );
    execute(conn, "CREATE INDEX by_mail ON users (email)");
    execute(conn, "CREATE INDEX by_mail_backwards ON users (email DESC)");
    execute(
        conn,
        "CREATE INDEX active_by_mail ON users (email) WHERE is_active",
    );

    let findings = look(conn);
    for words in [
        "the index logs_by_time of connection_logs (8192 bytes) does what connection_logs_created_at_idx does",
        "the index by_mail of users (8192 bytes) does what users_email_key does",
    ] {
        let finding = only(&findings, Area::Indexes, words);
        assert_eq!(finding.severity, Severity::Note);
        mend(conn, finding);
    }
    let findings = look(conn);
    only(
        &findings,
        Area::Indexes,
        "no index does what another one does",
    );
}

#[test]
fn large_indexes_that_nobody_used() {
    let database = TestDatabase::filled();
    let conn = &mut database.conn();
    execute(
        conn,
        "CREATE INDEX by_merchant ON truelayer_transactions (merchant_name, description)",
    );
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Indexes,
        "1 index that the migrations do not make",
    );
    assert_eq!(finding.severity, Severity::Note);
    assert_eq!(statements(finding), ["DROP INDEX CONCURRENTLY by_merchant"]);
    mend(conn, finding);
    let findings = look(conn);
    let ours = only(&findings, Area::Indexes, "of the migrations");
    assert!(
        statements(ours).is_empty(),
        "what the migrations made is not dropped"
    );
    assert!(!format!("{findings:?}").contains("by_merchant"));
}
