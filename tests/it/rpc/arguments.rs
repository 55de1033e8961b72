//! Arguments by name and by place, and those that do not fit.

use serde_json::json;

use super::Service;

#[test]
fn arguments_go_by_name_or_by_place() {
    let service = Service::new();
    let by_name = r#"{"friendly_name": "A", "account_number": "1", "sort_code": "200415"}"#;
    assert!(
        service
            .call("add_account_mapping", by_name)
            .unwrap()
            .is_i64()
    );
    let by_place = r#"["200415", "2", "B"]"#;
    assert!(
        service
            .call("add_account_mapping", by_place)
            .unwrap()
            .is_i64()
    );
    let listed = service.call("get_all_account_mappings", "null").unwrap();
    assert_eq!(listed[0]["account_number"], "1");
    assert_eq!(listed[1]["account_number"], "2");
    assert_eq!(listed[1]["friendly_name"], "B");
}

#[test]
fn what_is_left_out_has_its_default() {
    let service = Service::new();
    let short = r#"["maple", "maple@example.com", "hash"]"#;
    let id = service.call("insert_user", short).unwrap();
    let user = service.call("get_user_by_id", &json!([id]).to_string());
    assert_eq!(user.unwrap()["is_admin"], false);
}

#[test]
fn further_arguments_are_ignored_only_where_the_function_says_so() {
    let service = Service::new();
    let params = r#"{"transaction_id": 1, "error_message": "x", "provider": "anthropic"}"#;
    let error = service.call("log_enrichment_failure", params).unwrap_err();
    assert_eq!(error["data"]["kind"], "not_found");
    let error = service
        .call("get_user_by_id", r#"{"user_id": 1, "provider": "x"}"#)
        .unwrap_err();
    assert_eq!(error["data"]["argument"], "provider");
}

#[test]
fn an_argument_that_does_not_fit_is_named() {
    let service = Service::new();
    for (method, params, argument) in [
        ("get_user_by_id", "{}", "user_id"),
        ("get_user_by_id", "[]", "user_id"),
        ("get_user_by_id", r#"{"user_id": "1"}"#, "user_id"),
        ("get_user_by_id", r#"{"user_id": 1.5}"#, "user_id"),
        ("get_user_by_id", r#"{"user_id": true}"#, "user_id"),
        ("get_user_by_id", r#"{"user_id": null}"#, "user_id"),
        ("get_user_by_id", r#"{"user_id": 3000000000}"#, "user_id"),
        ("get_user_by_id", "[1, 2]", "params"),
        ("get_user_by_id", "5", "params"),
        ("get_user_by_id", r#""text""#, "params"),
        ("get_user_by_email", r#"{"email": 5}"#, "email"),
        ("insert_user", r#"["a", "b", "c", "yes"]"#, "is_admin"),
        ("insert_user", r#"["a", "b", "c", null]"#, "is_admin"),
        ("update_user_last_login", r#"[1, "soon"]"#, "timestamp"),
        ("update_user_last_login", "[1, 1740819600]", "timestamp"),
        ("get_huququllah_summary", r#"["2024-02-30"]"#, "date_from"),
        ("get_huququllah_summary", r#"[null, "tomorrow"]"#, "date_to"),
        (
            "update_transaction_huququllah",
            r#"[1, "Essential"]"#,
            "classification",
        ),
        (
            "update_transaction_with_enrichment",
            "[1, []]",
            "enrichment_data",
        ),
        (
            "update_transaction_with_enrichment",
            r#"[1, {"confidence_score": "high"}]"#,
            "enrichment_data.confidence_score",
        ),
        (
            "cache_enrichment",
            r#"["a", "out", {"primary_category": "Dining"}, "p", "m"]"#,
            "enrichment.subcategory",
        ),
    ] {
        let error = service.call(method, params).unwrap_err();
        assert_eq!(error["code"], -32602, "{method} {params}: {error}");
        assert_eq!(error["data"]["kind"], "invalid_params");
        assert_eq!(error["data"]["argument"], argument, "{method} {params}");
        let message = error["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("{argument}: ")), "{message}");
    }
}

#[test]
fn an_argument_that_is_given_twice_is_refused() {
    let service = Service::new();
    for (method, params, argument) in [
        (
            "create_custom_category",
            r#"{"name": "Pets", "name": "Art"}"#,
            "name",
        ),
        (
            "create_custom_category",
            r#"{"name": "Pets", "n\u0061me": "Pets"}"#,
            "name",
        ),
        (
            "update_transaction_with_enrichment",
            r#"[1, {"subcategory": "Fuel", "subcategory": null}]"#,
            "enrichment_data.subcategory",
        ),
    ] {
        let error = service.call(method, params).unwrap_err();
        assert_eq!(error["code"], -32602, "{method} {params}: {error}");
        assert_eq!(error["data"]["argument"], argument);
    }
    let categories = service.call("get_all_categories", "{}").unwrap();
    assert_eq!(categories, json!([]));
}

#[test]
fn a_nul_character_is_refused_before_the_database_sees_it() {
    let service = Service::new();
    for (method, params, argument) in [
        ("get_user_by_email", r#"["maple\u0000"]"#, "email"),
        (
            "insert_user",
            r#"["a", "b", "hash\u0000"]"#,
            "password_hash",
        ),
        (
            "log_enrichment_failure",
            r#"[1, "\u0000"]"#,
            "error_message",
        ),
    ] {
        let error = service.call(method, params).unwrap_err();
        assert_eq!(error["code"], -32602, "{method} {params}: {error}");
        assert_eq!(error["data"]["argument"], argument);
    }
}

#[test]
fn numbers_of_absurd_size_are_refused_at_once() {
    let service = Service::new();
    let long = "9".repeat(10_000_000);
    for number in ["1e999999999", "1e-999999999", r#""1e999999999""#, &long] {
        let params = format!(r#"[1, {{"confidence_score": {number}}}]"#);
        let error = service
            .call("update_transaction_with_enrichment", &params)
            .unwrap_err();
        assert_eq!(
            error["data"]["argument"],
            "enrichment_data.confidence_score"
        );
    }
}
