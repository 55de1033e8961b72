//! Ills of a whole server, on one of its own.

use spending_db::embedded::Server;
use spending_db::migrations;
use spending_db::secrets::{EncryptionKey, Keyring};

use super::*;
use crate::server::{Scratch, durable};
use crate::support::{program, wait_until};

fn connect(server: &Server, database: &str) -> PgConnection {
    PgConnection::establish(&server.url(database)).unwrap()
}

#[test]
fn a_server_of_its_own() {
    let scratch = Scratch::new();
    let options = durable(&scratch.path().join("server"));
    let server = Server::open(&options).unwrap();
    migrations::run(
        &mut connect(&server, "spending_db"),
        &migrations::Options::default(),
    )
    .unwrap();
    a_healthy_one(&server);
    settings(&server);
    replication_slots(&server);
    encodings(&server);
    collations(&server);

    let conn = &mut connect(&server, "spending_db");
    let findings = look(conn);
    let kept = only(&findings, Area::Statements, "pg_stat_statements");
    let [preload, create] = statements(kept)[..] else {
        panic!("{kept:#?}");
    };
    execute(conn, preload);
    execute(conn, "ALTER SYSTEM SET max_prepared_transactions = 5");
    drop(server);
    let server = Server::open(&options).unwrap();
    let conn = &mut connect(&server, "spending_db");
    let findings = look(conn);
    let kept = only(&findings, Area::Statements, "pg_stat_statements");
    assert_eq!(statements(kept), [create], "the library is there now");
    execute(conn, create);
    slow_statements(conn);
    prepared_transactions(conn);
}

fn a_healthy_one(server: &Server) {
    let conn = &mut connect(server, "spending_db");
    let mut options = patient();
    options.keyring = Ok(Keyring::new(EncryptionKey::generate().unwrap()));
    options.pool_size = 10;
    let findings = examine(conn, &options).unwrap();
    let ill: Vec<_> = findings
        .iter()
        .filter(|finding| ![Severity::Ok, Severity::Note].contains(&finding.severity))
        .collect();
    assert_eq!(ill, [] as [&Finding; 0]);

    let output = program(&["doctor"])
        .env("DATABASE_URL", server.url("spending_db"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("ok            versions, connections, migrations, tables, indexes"),
        "{text}"
    );
}

/// Bad values, and the good ones by what the findings say.
fn settings(server: &Server) {
    let conn = &mut connect(server, "spending_db");
    let switches = [
        "fsync",
        "full_page_writes",
        "synchronous_commit",
        "autovacuum",
        "track_counts",
    ];
    for name in switches {
        execute(conn, &format!("ALTER SYSTEM SET {name} = off"));
    }
    execute(conn, "ALTER SYSTEM SET shared_buffers = '64MB'");
    execute(
        conn,
        "ALTER DATABASE spending_db SET timezone = 'Europe/London'",
    );
    execute(conn, "SELECT pg_reload_conf()");
    let mut findings = Vec::new();
    wait_until(|| {
        findings = look(&mut connect(server, "spending_db"));
        findings
            .iter()
            .any(|finding| finding.found == "track_counts is off")
    });
    for (name, severity) in switches.iter().zip([
        Severity::Error,
        Severity::Error,
        Severity::Warning,
        Severity::Warning,
        Severity::Warning,
    ]) {
        let finding = only(&findings, Area::Settings, &format!("{name} is off"));
        assert_eq!(finding.severity, severity);
        mend(conn, finding);
    }
    let zone = only(
        &findings,
        Area::Settings,
        "sessions of this role begin with TimeZone Europe/London",
    );
    assert_eq!(zone.severity, Severity::Note);
    mend(conn, zone);
    only(
        &findings,
        Area::Settings,
        "waiting for a restart of the server: shared_buffers",
    );
    execute(conn, "ALTER SYSTEM RESET shared_buffers");
    execute(conn, "SELECT pg_reload_conf()");
    wait_until(|| {
        findings = look(&mut connect(server, "spending_db"));
        is_well(&findings, Area::Settings)
    });
    assert!(!format!("{findings:?}").contains("TimeZone"));
}

fn replication_slots(server: &Server) {
    let conn = &mut connect(server, "spending_db");
    execute(
        conn,
        "SELECT pg_create_physical_replication_slot('gone', true)",
    );
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Connections,
        "nobody reads the replication slot 'gone'",
    );
    assert_eq!(finding.severity, Severity::Warning);
    mend(conn, finding);
    assert!(is_well(&look(conn), Area::Connections));
}

fn encodings(server: &Server) {
    let conn = &mut connect(server, "spending_db");
    execute(
        conn,
        "CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'",
    );
    let findings = look(&mut connect(server, "bytes"));
    let finding = only(&findings, Area::Settings, "encoding is SQL_ASCII, not UTF8");
    assert_eq!(finding.severity, Severity::Error);
}

/// A database that was made with an older library of collations.
fn collations(server: &Server) {
    let conn = &mut connect(server, "spending_db");
    execute(
        conn,
        "CREATE DATABASE sorted TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en'",
    );
    execute(
        conn,
        "UPDATE pg_database SET datcollversion = '1' WHERE datname = 'sorted'",
    );
    let conn = &mut connect(server, "sorted");
    let findings = look(conn);
    let finding = only(&findings, Area::Settings, "the collation was of version 1 ");
    assert_eq!(finding.severity, Severity::Warning);
    mend(conn, finding);
    assert!(is_well(&look(conn), Area::Settings));
}

fn slow_statements(conn: &mut PgConnection) {
    execute(conn, "SELECT pg_sleep(1.1), 'made-up-secret'");
    execute(
        conn,
        "DO $$ BEGIN PERFORM pg_sleep(1.2), 'made-up-secret'; END $$",
    );
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Statements,
        "that take a second or more on average",
    );
    assert_eq!(finding.severity, Severity::Note);
    let told = finding.details.join("\n");
    assert!(told.contains(" 1 call: SELECT pg_sleep("), "{told}");
    assert!(told.contains(" 1 call: DO '…'"), "{told}");
    assert!(!told.contains("made-up-secret"), "{told}");
}

fn prepared_transactions(conn: &mut PgConnection) {
    execute(conn, "BEGIN");
    execute(conn, "INSERT INTO users (email) VALUES ('a@example.com')");
    execute(conn, "PREPARE TRANSACTION 'it''s forgotten'");
    assert!(
        is_well(&look(conn), Area::Connections),
        "a quarter of an hour is allowed"
    );
    let mut options = Options::default();
    options.long_transaction = Duration::ZERO;
    let findings = examine(conn, &options).unwrap();
    let finding = only(
        &findings,
        Area::Connections,
        "the prepared transaction 'it''s forgotten'",
    );
    assert_eq!(finding.severity, Severity::Warning);
    mend(conn, finding);
    assert!(is_well(
        &examine(conn, &options).unwrap(),
        Area::Connections
    ));
}
