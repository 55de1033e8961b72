//! A role that may see little.

use diesel::dsl::sql;
use diesel::sql_types::{Array, Text};

use super::*;
use crate::support::TestDatabase;

/// A role of this test alone, which goes with it.
struct Role<'d> {
    database: &'d TestDatabase,
    name: String,
}

impl<'d> Role<'d> {
    fn new(database: &'d TestDatabase) -> Self {
        let conn = &mut database.conn();
        let name = diesel::select(sql::<Text>("'doctor of ' || current_database()"));
        let name: String = name.get_result(conn).unwrap();
        execute(conn, &format!("CREATE ROLE \"{name}\""));
        Self { database, name }
    }

    /// A connection that has the rights of this role only.
    fn conn(&self) -> PgConnection {
        let mut conn = self.database.conn();
        execute(&mut conn, &format!("SET ROLE \"{}\"", self.name));
        conn
    }
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        let conn = &mut self.database.conn();
        execute(conn, &format!("DROP OWNED BY \"{}\"", self.name));
        execute(conn, &format!("DROP ROLE \"{}\"", self.name));
    }
}

fn refused(findings: &[Finding]) -> Vec<&Finding> {
    findings
        .iter()
        .filter(|finding| finding.severity == Severity::NotExamined)
        .collect()
}

#[test]
fn what_a_role_may_not_see_costs_the_rest_nothing() {
    let database = TestDatabase::new();
    let role = Role::new(&database);
    let _other = database.conn();
    execute(
        &mut database.conn(),
        "DROP INDEX connection_logs_created_at_idx",
    );

    let findings = look(&mut role.conn());
    for (area, words) in [
        (Area::Connections, "of other roles: needs pg_monitor"),
        (
            Area::Migrations,
            "migrations: permission denied for table __diesel_schema_migrations",
        ),
        (Area::Migrations, "sequences: permission denied"),
        (Area::Secrets, "tokens: permission denied"),
        (
            Area::Jobs,
            "the queue: permission denied for table sync_jobs",
        ),
    ] {
        let finding = only(&findings, area, words);
        assert_eq!(finding.severity, Severity::NotExamined);
        assert!(!statements(finding).is_empty(), "{finding:#?}");
    }
    only(&findings, Area::Versions, "PostgreSQL ");
    only(&findings, Area::Indexes, "all indexes are valid");

    let owner = &mut database.conn();
    for finding in refused(&findings) {
        if !statements(finding).is_empty() {
            mend(owner, finding);
        }
    }
    let findings = look(&mut role.conn());
    assert_eq!(refused(&findings), [] as [&Finding; 0]);
    only(&findings, Area::Migrations, "1 difference from");
}

#[test]
fn a_time_limit_for_a_role() {
    let database = TestDatabase::new();
    let role = Role::new(&database);
    let findings = look(&mut role.conn());
    for name in [
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
    ] {
        let finding = only(
            &findings,
            Area::Settings,
            &format!("{name} is off for this role"),
        );
        assert_eq!(finding.severity, Severity::Note);
        mend(&mut database.conn(), finding);
    }
    let settings = sql::<Array<Text>>(&format!(
        "SELECT rolconfig FROM pg_roles WHERE rolname = '{}'",
        role.name
    ));
    let settings: Vec<String> = settings.get_result(&mut database.conn()).unwrap();
    assert_eq!(
        settings,
        [
            "statement_timeout=5min",
            "lock_timeout=10s",
            "idle_in_transaction_session_timeout=10min"
        ]
    );
}
