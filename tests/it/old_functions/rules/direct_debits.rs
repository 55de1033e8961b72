//! Payees of direct debits and their mappings.

use serde_json::json;
use spending_db::Error;
use spending_db::models::rules::{MerchantNormalization, NewMerchantNormalization};
use spending_db::operations::rules::{list_payees, new_payees};
use spending_db::types::{EVERYONE, PatternType};

use super::super::call;
use super::fixtures::{Household, Payment, mapping, run};
use crate::support::TestDatabase;

#[test]
fn a_mapping_is_saved_trimmed_and_takes_over_an_exact_entry() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let manual = NewMerchantNormalization {
        pattern_type: Some(PatternType::Exact),
        merchant_type: Some("shop"),
        usage_count: Some(7),
        ..NewMerchantNormalization::new("STRASSE", "Old")
    };
    let manual = manual.insert(conn).unwrap();
    let arguments =
        json!({"payee_pattern": "\t straße ", "normalized_name": "New", "category": "Travel"});
    assert_eq!(
        call(conn, "save_direct_debit_mapping", arguments),
        Ok(json!(manual.id))
    );
    let saved = MerchantNormalization::find(conn, manual.id).unwrap();
    assert!(saved.updated_at > manual.updated_at);
    assert_eq!(
        saved,
        MerchantNormalization {
            normalized_name: "New".to_owned(),
            merchant_type: None,
            default_category: Some("Travel".to_owned()),
            priority: 100,
            source: Some("direct_debit".to_owned()),
            updated_at: saved.updated_at,
            ..manual
        }
    );
    assert_eq!(
        MerchantNormalization::list_direct_debit(conn).unwrap(),
        [saved]
    );
}

#[test]
fn only_mappings_are_deleted_as_such() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let merchant = NewMerchantNormalization::new("SHOP", "Shop")
        .insert(conn)
        .unwrap();
    let mapping = mapping(conn, PatternType::Exact, "GYM", Some("Sport"), 1);
    let refused = MerchantNormalization::delete_direct_debit(conn, merchant.id);
    assert!(matches!(refused, Err(Error::NotFound)));
    MerchantNormalization::delete_direct_debit(conn, mapping.id).unwrap();
    assert_eq!(MerchantNormalization::list(conn).unwrap(), [merchant]);
}

#[test]
fn mappings_are_listed_by_priority_then_pattern() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [b, a, low] = [("B", 5), ("A", 5), ("C", -1)]
        .map(|(pattern, priority)| mapping(conn, PatternType::Exact, pattern, None, priority));
    assert_eq!(
        MerchantNormalization::list_direct_debit(conn).unwrap(),
        [a, b, low]
    );
}

#[test]
fn of_several_mappings_the_greatest_priority_counts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.pay_for(conn, "DIRECT DEBIT PAYMENT TO Acme REF 1 MANDATE NO 7");
    mapping(conn, PatternType::Exact, "ACME", Some("Low"), 1);
    let first = mapping(conn, PatternType::Contains, "acme", Some("High"), 9);
    mapping(conn, PatternType::Exact, "Acme", Some("Later"), 9);
    let payees = list_payees(conn, EVERYONE).unwrap();
    assert_eq!(payees[0].mapping.as_ref(), Some(&first));
}

#[test]
fn categories_are_the_most_frequent_and_none_is_none() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let mut pay = |payee: &str, day: u32, category: serde_json::Value| {
        let payment = Payment {
            description: &format!("DIRECT DEBIT PAYMENT TO {payee}"),
            time: &format!("2026-03-{day:02}T12:00:00Z"),
            metadata: Some(
                json!({"enrichment": {"primary_category": category, "subcategory": "None"}}),
            ),
            ..Payment::default()
        };
        home.pay(conn, &payment);
    };
    pay("Éclair", 1, json!("Food"));
    pay("ÉCLAIR", 2, json!("Food"));
    pay("éclair", 3, json!("Sweets"));
    pay("Zoo", 1, json!("Old"));
    pay("Zoo", 2, json!("New"));
    pay("Bank", 1, json!("Fees"));
    pay("Bank", 2, json!(null));
    pay("Bank", 3, json!("Uncategorized"));
    pay("Club", 1, json!("Fun"));
    pay("Club", 2, json!(""));
    let payees = list_payees(conn, EVERYONE).unwrap();
    let shown: Vec<_> = payees
        .iter()
        .map(|payee| {
            (
                &*payee.payee,
                payee.transaction_count,
                payee.current_category.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("Bank", 3, None),
            ("Club", 2, None),
            ("Zoo", 2, Some("New")),
            ("éclair", 3, Some("Food")),
        ]
    );
    assert!(
        payees
            .iter()
            .all(|payee| payee.current_subcategory.is_none())
    );
}

#[test]
fn new_payees_are_those_that_no_mapping_knows_in_upper_case() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.pay_for(conn, "DIRECT DEBIT PAYMENT TO STRASSE REF 1 MANDATE NO 1");
    for (number, day) in [("0301", 2), ("300", 3), ("0301", 4)] {
        let payment = Payment {
            description: &format!("DIRECT DEBIT PAYMENT TO Council REF C MANDATE NO {number}"),
            time: &format!("2026-03-{day:02}T00:30:00+02:00"),
            ..Payment::default()
        };
        home.pay(conn, &payment);
    }
    mapping(conn, PatternType::Exact, "straße", None, 0);
    run(conn, "SET TIME ZONE 'America/New_York'");
    assert_eq!(
        call(conn, "detect_new_direct_debits", json!({})),
        Ok(json!({
            "new_payees": [{
                "payee": "Council",
                "first_seen": "2026-03-01T22:30:00+00:00",
                "transaction_count": 3,
                "mandate_numbers": ["0301", "300"],
            }],
            "total_unmapped": 1,
        }))
    );
}

#[test]
fn an_owner_sees_their_own_payees() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    ada.pay_for(conn, "DIRECT DEBIT PAYMENT TO ADAS GYM");
    bob.pay_for(conn, "DIRECT DEBIT PAYMENT TO BOBS GYM");
    assert_eq!(list_payees(conn, ada.user).unwrap()[0].payee, "ADAS GYM");
    assert_eq!(new_payees(conn, bob.user).unwrap()[0].payee, "BOBS GYM");
    assert_eq!(list_payees(conn, EVERYONE).unwrap().len(), 2);
    assert_eq!(new_payees(conn, ada.user).unwrap().len(), 1);
}
