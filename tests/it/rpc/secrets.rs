//! What was asked is never told by an error.

use super::Service;

/// Stands for a token or a password wherever one may be written by mistake.
const SECRET: &str = "made-up-secret";

#[track_caller]
fn assert_silent(service: &Service, line: &str) {
    let answer = service.answer_text(line).unwrap();
    assert!(answer.contains(r#""error":"#), "{answer}");
    assert!(!answer.contains(SECRET), "{answer}");
}

#[test]
fn an_argument_of_the_wrong_type_is_not_told() {
    let service = Service::new();
    for (method, params) in [
        (
            "insert_user",
            format!(r#"["a", "b", {{"hash": "{SECRET}"}}]"#),
        ),
        ("insert_user", format!(r#"["a", "b", ["{SECRET}"]]"#)),
        ("insert_user", format!(r#"["a", "b", "c", "{SECRET}"]"#)),
        ("insert_user", format!(r#""{SECRET}""#)),
        (
            "insert_user",
            format!(r#"["a", "b", "c", false, "{SECRET}"]"#),
        ),
        ("get_user_by_id", format!(r#"["{SECRET}"]"#)),
        (
            "get_user_by_id",
            format!(r#"{{"user_id": 1, "token": "{SECRET}"}}"#),
        ),
        ("update_user_last_login", format!(r#"[1, "{SECRET}"]"#)),
        ("get_huququllah_summary", format!(r#"["{SECRET}"]"#)),
        (
            "update_transaction_huququllah",
            format!(r#"[1, "{SECRET}"]"#),
        ),
        (
            "update_transaction_with_enrichment",
            format!(r#"[1, {{"confidence_score": "{SECRET}"}}]"#),
        ),
        (
            "log_security_event",
            format!(r#"[null, "x", true, null, null, "{SECRET}"]"#),
        ),
    ] {
        let line =
            format!(r#"{{"jsonrpc": "2.0", "id": 1, "method": "{method}", "params": {params}}}"#);
        assert_silent(&service, &line);
    }
}

#[test]
fn what_is_no_request_is_not_told() {
    let service = Service::new();
    for line in [
        format!(r#""{SECRET}""#),
        format!(r#"{{"jsonrpc": "{SECRET}", "id": 1, "method": "get_all_categories"}}"#),
        format!(r#"{{"jsonrpc": "2.0", "id": 1, "method": ["{SECRET}"]}}"#),
        format!(r#"{{"jsonrpc": "2.0", "id": ["{SECRET}"], "method": "get_all_categories"}}"#),
        format!(
            r#"{{"jsonrpc": "2.0", "id": 1, "method": "get_all_categories", "typed": "{SECRET}"}}"#
        ),
        format!(r#"{{"token": "{SECRET}""#),
        SECRET.to_owned(),
    ] {
        assert_silent(&service, &line);
    }
}

#[test]
fn what_cannot_be_stored_is_not_told() {
    let service = Service::new();
    let known = format!(r#"["maple", "maple@example.com", "{SECRET}"]"#);
    service.call("insert_user", &known).unwrap();
    // No index takes a name that is so long and cannot be compressed.
    let noise: String = (1..2_000_u32)
        .map(|n| n.wrapping_mul(2_654_435_761).to_string())
        .collect();
    for params in [
        known,
        format!(r#"["{SECRET}{noise}", "other@example.com", "{SECRET}"]"#),
        format!(r#"["other", "other@example.com", "{SECRET}\u0000"]"#),
    ] {
        let line = format!(
            r#"{{"jsonrpc": "2.0", "id": 1, "method": "insert_user", "params": {params}}}"#
        );
        assert_silent(&service, &line);
    }
}

#[test]
fn names_are_told_in_part() {
    let service = Service::new();
    let long = "x".repeat(10_000);
    for line in [
        format!(r#"{{"jsonrpc": "2.0", "id": 1, "method": "{long}"}}"#),
        format!(
            r#"{{"jsonrpc": "2.0", "id": 1, "method": "get_all_categories", "params": {{"{long}": 1}}}}"#
        ),
    ] {
        let answer = service.answer_text(&line).unwrap();
        assert!(answer.contains("xxx") && answer.len() < 1_000, "{answer}");
    }
}
