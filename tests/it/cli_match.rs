//! The command `match` as a person or a script sees it.

use serde_json::{Value, json};

use crate::cli_import::{json_of, spending_db};
use crate::household::{ANN, Household};

fn matching(household: &Household, arguments: &[&str]) -> Value {
    let arguments = [&["match", "--json"][..], arguments].concat();
    let (code, answer) = json_of(&spending_db(&household.test.url(), &arguments));
    assert_eq!(code, 0);
    answer
}

#[test]
fn each_matcher_answers_in_its_shape() {
    let household = Household::of_all_samples();
    let before = matching(&household, &["returns"]);
    assert_eq!(before["matched"], json!([]));
    assert_eq!(
        before["unmatched"][0],
        json!({ "return": "RVS-7000003", "reason": "Original transaction not found" })
    );
    matching(&household, &["amazon"]);
    let returns = matching(&household, &["returns", "--user", ANN]);
    let first = &returns["matched"][0];
    assert_eq!(first["return"], "RVS-7000001");
    assert_eq!(first["order_id"], "202-1000007-0000007");
    let payment = first["original_transaction"].as_str().unwrap();
    let refund = first["refund_transaction"].as_str().unwrap();
    assert_eq!(
        (household.reference(payment), household.reference(refund)),
        ("T31".to_owned(), "T39".to_owned())
    );
    assert_eq!(first.as_object().unwrap().len(), 4);
    let business = matching(&household, &["business"]);
    assert_eq!(business["matched"], json!([]));
    let apple = matching(&household, &["apple"]);
    assert_eq!(apple["matched"].as_array().unwrap().len(), 5);
    let names: Vec<_> = apple["matched"][0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["confidence", "order_id", "transaction"]);
    assert_eq!(apple["unmatched"], json!([]));
}

#[test]
fn all_answers_the_parts_by_name_and_the_totals() {
    let household = Household::of_all_samples();
    let all = matching(&household, &["all", "--user", ANN]);
    assert_eq!(all["amazon"]["matched"].as_array().unwrap().len(), 9);
    assert_eq!(all["returns"]["matched"].as_array().unwrap().len(), 2);
    assert_eq!(all["apple"]["matched"].as_array().unwrap().len(), 5);
    assert_eq!(all["totals"]["matched"], 16);
    let before = household.dump();
    let again = matching(&household, &["all"]);
    assert_eq!(again["totals"]["matched"], 0);
    assert_eq!(again["amazon"]["unmatched"], all["amazon"]["unmatched"]);
    assert_eq!(household.dump(), before);
}

#[test]
fn people_get_tables_and_a_failed_part_is_an_exit_code() {
    let household = Household::of_all_samples();
    let url = household.test.url();
    let output = spending_db(&url, &["match", "all"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    for said in [
        "RVS-7000004: Order not found",
        "MSAMPLE0005",
        "9 new, 5 payments to Amazon without an order:",
        "16 new",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    household.execute("ALTER TABLE apple_transactions RENAME COLUMN total_amount TO gone");
    let output = spending_db(&url, &["match", "all", "--json"]);
    let (code, answer) = json_of(&output);
    assert_eq!((code, &answer["status"]), (1, &json!("failed")));
    assert!(answer["apple"]["error"].is_string());
    assert!(!output.stderr.is_empty());
    let output = spending_db(&url, &["match", "returns", "--user", "nobody@example.org"]);
    assert_eq!(output.status.code(), Some(1));
}
