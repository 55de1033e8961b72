//! Jobs that do not get on, mended by real workers.

use super::*;
use crate::support::fixtures::user;
use crate::support::{TestDatabase, program};

/// Types what a finding says, or something like it.
fn type_in(database: &TestDatabase, arguments: &[&str]) {
    let output = program(arguments)
        .env("DATABASE_URL", database.url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn jobs_that_nobody_works_on() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    for (kind, columns, values) in [
        (
            "delete_expired_states",
            "state, attempts, started_at, locked_by, locked_until",
            "'running', 1, now() - interval '1 hour', 'gone', now() - interval '50 minutes'",
        ),
        ("prune_jobs", "run_at", "now() - interval '1 hour'"),
        (
            "fail_stale_jobs",
            "run_at, unique_key",
            "now() - interval '2 hours', 'schedule:stale jobs'",
        ),
        (
            "delete_expired_states",
            "state, attempts, finished_at, last_error",
            "'failed', 5, now(), 'made-up-secret'",
        ),
        // These are well.
        ("prune_jobs", "run_at", "now() + interval '1 hour'"),
        (
            "prune_jobs",
            "state, locked_by, locked_until",
            "'running', 'here', now() + interval '1 minute'",
        ),
    ] {
        execute(
            conn,
            &format!("INSERT INTO sync_jobs (kind, {columns}) VALUES ('{kind}', {values})"),
        );
    }
    let findings = look(conn);
    for (words, kind) in [
        ("1 job whose worker was lost", "1 delete_expired_states"),
        ("1 job due, the oldest for 60 min", "1 prune_jobs"),
        ("1 job of the schedule overdue", "1 fail_stale_jobs"),
        (
            "1 job failed for good within a week",
            "1 delete_expired_states",
        ),
    ] {
        let finding = only(&findings, Area::Jobs, words);
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(finding.details, [kind]);
        assert!(commands(finding)[0].starts_with("spending-db jobs "));
    }
    assert!(!format!("{findings:?}").contains("made-up-secret"));

    execute(conn, "DELETE FROM sync_jobs WHERE locked_by = 'here'");
    type_in(&database, &["jobs", "retry", "4"]);
    type_in(&database, &["jobs", "work", "--until-empty"]);
    let findings = look(conn);
    assert!(is_well(&findings, Area::Jobs), "{findings:#?}");
    only(&findings, Area::Jobs, "0 jobs running");
}

#[test]
fn runs_of_the_old_application_without_a_sign_of_life() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let ada = user(conn, "ada");
    execute(
        conn,
        &format!(
            "INSERT INTO matching_jobs (user_id, job_type, status, created_at, started_at) VALUES
             ({ada}, 'amazon', 'running', now() - interval '1 day', now() - interval '1 day'),
             ({ada}, 'amazon', 'queued', now() - interval '1 day', NULL),
             ({ada}, 'amazon', 'running', now() - interval '1 day', now())"
        ),
    );
    execute(
        conn,
        &format!(
            "INSERT INTO truelayer_import_jobs (user_id, job_status, created_at) VALUES ({ada}, 'running', now() - interval '1 day')"
        ),
    );
    let findings = look(conn);
    let finding = only(&findings, Area::Jobs, "3 runs without a sign of life");
    assert_eq!(
        finding.details,
        ["2 matching_jobs", "1 truelayer_import_jobs"]
    );
    for command in commands(finding) {
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        type_in(&database, &arguments);
    }
    assert!(is_well(&look(conn), Area::Jobs));
}

#[test]
fn what_could_not_be_enriched() {
    let database = TestDatabase::filled();
    let findings = look(&mut database.conn());
    let finding = only(
        &findings,
        Area::Jobs,
        "20000 transactions could not be enriched",
    );
    assert_eq!(finding.severity, Severity::Note);
    assert_eq!(commands(finding), ["spending-db enrich --retry-failed"]);
}
