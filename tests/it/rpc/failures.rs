//! The crate's errors, with what a program can act on.

use diesel::prelude::*;

use super::Service;
use crate::support::{execute, wait_until};

const USER: &str = r#"["maple", "maple@example.com", "hash"]"#;

#[test]
fn a_conflict_names_its_constraint() {
    let service = Service::new();
    service.call("insert_user", USER).unwrap();
    let error = service.call("insert_user", USER).unwrap_err();
    assert_eq!(error["code"], -32002);
    assert_eq!(error["data"]["kind"], "conflict");
    assert_eq!(error["data"]["constraint"], "users_email_key");
}

#[test]
fn a_missing_reference_names_its_constraint() {
    let service = Service::new();
    let error = service
        .call("log_security_event", r#"[4711, "logout", true]"#)
        .unwrap_err();
    assert_eq!(error["code"], -32003);
    assert_eq!(error["data"]["kind"], "reference");
    assert_eq!(
        error["data"]["constraint"],
        "security_audit_log_user_id_fkey"
    );
}

#[test]
fn a_missing_row_that_matters_is_told() {
    let service = Service::new();
    let error = service
        .call("log_enrichment_failure", r#"[4711, "timeout"]"#)
        .unwrap_err();
    assert_eq!(error["code"], -32001);
    assert_eq!(error["data"]["kind"], "not_found");
}

#[test]
fn a_value_that_does_not_fit_names_its_field() {
    let service = Service::new();
    let error = service
        .call("create_custom_category", r#"[" "]"#)
        .unwrap_err();
    assert_eq!(error["code"], -32004);
    assert_eq!(error["data"]["kind"], "invalid_input");
    assert_eq!(error["data"]["field"], "name");
}

#[test]
fn a_fault_of_the_database_is_told_and_the_service_goes_on() {
    let service = Service::new();
    let conn = &mut service.test_database.conn();
    execute(conn, "ALTER TABLE categories RENAME TO elsewhere");
    let error = service.call("get_all_categories", "{}").unwrap_err();
    assert_eq!(error["code"], -32000);
    assert_eq!(error["data"]["kind"], "database");
    execute(conn, "ALTER TABLE elsewhere RENAME TO categories");
    assert!(service.call("get_all_categories", "{}").is_ok());
}

#[test]
fn a_lost_connection_is_replaced() {
    let service = Service::new();
    assert!(service.call("get_all_categories", "{}").is_ok());
    let conn = &mut service.test_database.conn();
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let killed = diesel::sql_query(kill).execute(conn).unwrap();
    assert!(killed > 0);
    // A call may come between the end of the server's process and that of its socket.
    wait_until(|| service.call("get_all_categories", "{}").is_ok());
}

#[test]
fn errors_carry_the_sqlstate_that_old_callers_look_at() {
    let service = Service::new();
    service.call("insert_user", USER).unwrap();
    for (method, params, sqlstate) in [
        ("insert_user", USER, "23505"),
        ("log_security_event", r#"[4711, "logout", true]"#, "23503"),
        ("insert_user", "[null, null, null]", "23502"),
        ("insert_user", "[]", "23502"),
        ("update_pre_enrichment_status", r#"[1, "Unheard"]"#, "23514"),
        ("create_custom_category", r#"[" "]"#, "23514"),
        ("get_user_by_id", r#"["x"]"#, "22P02"),
        ("get_huququllah_summary", r#"["2024-02-30"]"#, "22007"),
        (
            "get_required_unenriched_transactions",
            r#"{"limit": -1}"#,
            "2201W",
        ),
    ] {
        let error = service.call(method, params).unwrap_err();
        assert_eq!(error["data"]["sqlstate"], sqlstate, "{error}");
    }
}
