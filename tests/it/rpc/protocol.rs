//! Requests, notifications and batches.

use serde_json::{Value, json};
use spending_db::compat::functions;

use super::Service;

fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap()
}

#[test]
fn an_id_comes_back_as_it_was_written() {
    let service = Service::new();
    for id in [
        r#""a\u0062""#,
        "1",
        "1.0",
        "-7",
        "12345678901234567890123",
        "null",
        r#""""#,
    ] {
        let line = format!(r#"{{"jsonrpc":"2.0","method":"get_all_categories","id":{id}}}"#);
        let expected = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":[]}}"#);
        assert_eq!(service.answer_text(&line), Some(expected));
    }
}

#[test]
fn an_id_is_a_text_a_number_or_null() {
    let service = Service::new();
    for id in ["true", "[1]", r#"{"a": 1}"#] {
        let line = format!(r#"{{"jsonrpc":"2.0","method":"get_all_categories","id":{id}}}"#);
        let answer = service.answer(&line);
        assert_eq!((code(&answer), &answer["id"]), (-32600, &Value::Null));
    }
}

#[test]
fn what_is_no_request_is_answered_with_its_id() {
    let service = Service::new();
    for (line, id) in [
        (r#"{"id": 7}"#, json!(7)),
        (r#"{"id": 7, "method": "get_all_categories"}"#, json!(7)),
        (
            r#"{"id": 7, "jsonrpc": "1.0", "method": "get_all_categories"}"#,
            json!(7),
        ),
        (
            r#"{"id": 7, "jsonrpc": 2.0, "method": "get_all_categories"}"#,
            json!(7),
        ),
        (r#"{"id": 7, "jsonrpc": "2.0"}"#, json!(7)),
        (r#"{"id": 7, "jsonrpc": "2.0", "method": 1}"#, json!(7)),
        (
            r#"{"id": 7, "jsonrpc": "2.0", "method": "get_all_categories", "typed": 1}"#,
            json!(7),
        ),
        (
            r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#,
            json!(null),
        ),
        (
            r#"{"id": 7, "id": 8, "jsonrpc": "2.0", "method": "get_all_categories"}"#,
            json!(null),
        ),
        ("1", json!(null)),
        (r#""get_all_categories""#, json!(null)),
        ("null", json!(null)),
        ("[]", json!(null)),
    ] {
        let answer = service.answer(line);
        assert_eq!((code(&answer), &answer["id"]), (-32600, &id), "{line}");
    }
}

#[test]
fn what_is_no_json_is_answered() {
    let service = Service::new();
    for line in [
        &b"{"[..],
        b"[1,",
        b"get_all_categories",
        b"{} {}",
        b"\xff",
        b"{\"jsonrpc\": \"\xff\"}",
        b"{\"a\": NaN}",
    ] {
        let answer = spending_db::compat::rpc::answer_line(&service.database, line).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!((code(&answer), &answer["id"]), (-32700, &Value::Null));
    }
}

#[test]
fn deep_nesting_is_answered() {
    let service = Service::new();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let params = format!(
        r#"{{"user_id": null, "event_type": "x", "success": true, "metadata": {{"deep": {deep}}}}}"#
    );
    let error = service.call("log_security_event", &params).unwrap_err();
    assert_eq!(error["data"]["argument"], "metadata");
    assert_eq!(code(&service.answer(&deep)[0]), -32600);
}

#[test]
fn an_empty_line_is_not_answered() {
    let service = Service::new();
    for line in ["", " ", "\r\n", "\t\n"] {
        assert_eq!(service.answer_text(line), None);
    }
}

#[test]
fn a_notification_is_carried_out_and_not_answered() {
    let service = Service::new();
    for line in [
        r#"{"jsonrpc": "2.0", "method": "create_custom_category", "params": {"name": "Pets"}}"#,
        r#"{"jsonrpc": "2.0", "method": "create_custom_category", "params": {"name": 5}}"#,
        r#"{"jsonrpc": "2.0", "method": "no_such_function"}"#,
    ] {
        assert_eq!(service.answer_text(line), None);
    }
    let categories = service.call("get_all_categories", "{}").unwrap();
    assert_eq!(categories[0]["name"], "Pets");
    assert_eq!(categories.as_array().unwrap().len(), 1);
}

#[test]
fn a_batch_is_answered_in_its_order_without_its_notifications() {
    let service = Service::new();
    let batch = r#"[
        {"jsonrpc": "2.0", "id": "a", "method": "create_custom_category", "params": ["Pets"]},
        {"jsonrpc": "2.0", "method": "create_custom_category", "params": ["Art"]},
        {"jsonrpc": "2.0", "id": "b", "method": "no_such_function"},
        1,
        ["2.0", "create_custom_category", ["Music"], "d"],
        {"jsonrpc": "2.0", "id": "c", "method": "get_all_categories"}
    ]"#;
    let answers = service.answer(&batch.replace('\n', " "));
    let answers = answers.as_array().unwrap();
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert_eq!(
        ids,
        [
            &json!("a"),
            &json!("b"),
            &json!(null),
            &json!(null),
            &json!("c")
        ]
    );
    assert_eq!(answers[0]["result"], true);
    assert_eq!(code(&answers[1]), -32601);
    assert_eq!(code(&answers[2]), -32600);
    assert_eq!(code(&answers[3]), -32600);
    let categories = answers[4]["result"].as_array().unwrap();
    let names: Vec<&Value> = categories.iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["Art", "Pets"]);
}

#[test]
fn a_batch_of_notifications_is_not_answered() {
    let service = Service::new();
    let batch = r#"[{"jsonrpc": "2.0", "method": "create_custom_category", "params": ["Pets"]}]"#;
    assert_eq!(service.answer_text(batch), None);
    let categories = service.call("get_all_categories", "[]").unwrap();
    assert_eq!(categories[0]["name"], "Pets");
}

#[test]
fn answers_have_a_result_or_an_error_and_null_is_a_result() {
    let service = Service::new();
    let request = |method: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{"email":"x"}}}}"#)
    };
    let found_nobody = r#"{"jsonrpc":"2.0","id":1,"result":null}"#;
    let answer = service.answer_text(&request("get_user_by_email"));
    assert_eq!(answer.as_deref(), Some(found_nobody));
    let unknown = service.answer(&request("no_such_function"));
    assert!(unknown.get("result").is_none());
    assert_eq!(code(&unknown), -32601);
    assert_eq!(unknown["error"]["data"]["kind"], "method_not_found");
}

#[test]
fn the_methods_are_listed_with_what_they_take() {
    let service = Service::new();
    let methods = service.call("rpc.methods", "{}").unwrap();
    let listed: Vec<&str> = methods
        .as_array()
        .unwrap()
        .iter()
        .map(|method| method["name"].as_str().unwrap())
        .collect();
    let registered: Vec<&str> = functions().map(|function| function.name).collect();
    assert_eq!(listed, registered);
    let place = listed
        .iter()
        .position(|name| *name == "update_transaction_huququllah");
    let expected = json!({
        "name": "update_transaction_huququllah",
        "params": [
            {
                "name": "transaction_id", "takes": "a whole number, an id",
                "nullable": false, "required": true,
            },
            {
                "name": "classification", "takes": "one of 'essential', 'discretionary'",
                "nullable": true, "required": true,
            },
        ],
        "rest": false,
        "returns": "value",
    });
    assert_eq!(methods[place.unwrap()], expected);
    let method = |name| {
        let place = listed.iter().position(|listed| *listed == name);
        &methods[place.unwrap()]
    };
    assert_eq!(
        method("get_batch_llm_enrichment_context")["returns"],
        "int_keys"
    );
    assert_eq!(method("log_enrichment_failure")["rest"], true);
    let place = listed.iter().position(|name| *name == "insert_user");
    let is_admin = &methods[place.unwrap()]["params"][3];
    assert_eq!(is_admin["default"], json!(false));
    assert_eq!(is_admin["required"], json!(false));
    let place = listed
        .iter()
        .position(|name| *name == "update_category_rule");
    let left_alone = &methods[place.unwrap()]["params"][1];
    let expected = json!({
        "name": "rule_name", "takes": "a text", "nullable": false, "required": false,
    });
    assert_eq!(*left_alone, expected);
    let left_or_emptied = &methods[place.unwrap()]["params"][2];
    assert_eq!(left_or_emptied["name"], "transaction_type");
    assert_eq!(left_or_emptied["nullable"], true);
}

#[test]
fn typed_answers_name_their_types_and_plain_ones_do_not() {
    let service = Service::new();
    let typed = |typed: &str, method: &str, params: &str| {
        let line = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params},"typed":{typed}}}"#
        );
        service.answer(&line)["result"].take()
    };
    let summary = typed("true", "get_huququllah_summary", "{}");
    assert_eq!(summary["essential_expenses"], json!({"$numeric": "0.00"}));
    assert_eq!(summary["unclassified_count"], 0);
    let summary = typed("false", "get_huququllah_summary", "{}");
    assert_eq!(summary["essential_expenses"], "0.00");
    typed(
        "true",
        "insert_user",
        r#"["maple", "maple@example.com", "hash"]"#,
    );
    let time = r#"{"user_id": 1, "timestamp": "2025-07-01T12:00:00.5+02:00"}"#;
    assert_eq!(typed("true", "update_user_last_login", time), true);
    let user = typed("true", "get_user_by_id", "[1]");
    assert_eq!(
        user["last_login_at"],
        json!({"$time": "2025-07-01T10:00:00.500Z"})
    );
    assert_eq!(user["username"], "maple");
    let user = typed("false", "get_user_by_id", "[1]");
    assert_eq!(user["last_login_at"], "2025-07-01T10:00:00.500Z");
}
