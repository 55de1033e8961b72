//! Suggestions whether payments are a necessity.

use spending_db::operations::huququllah::{patterns, suggest};
use spending_db::operations::recategorisation::preview;
use spending_db::types::{HuququllahClassification as Class, TransactionType};

use super::home::{Home, Model};
use crate::support::explain::statements;
use crate::support::rows::decimal;

// D24, D26
#[test]
fn merchants_go_before_categories_and_categories_before_sizes() {
    let home = Home::new();
    let conn = &mut home.conn();
    let learn = |merchant: &str, category: &str, amount: &str, class: &str| {
        let id = home.pay("LEARN");
        home.execute(&format!(
            "UPDATE truelayer_transactions SET merchant_name = '{merchant}', transaction_category = '{category}', amount = {amount},
                metadata = jsonb_build_object('huququllah_classification', '{class}') WHERE id = {id}"
        ));
    };
    learn("Tesco", "Groceries", "19.99", "essential");
    learn("Tesco", "Groceries", "20", "essential");
    learn("Tesco", "Groceries", "99.99", "discretionary");
    learn("Asda", "Groceries", "100", "discretionary");
    let about = |merchant: &str, category: &str, amount: &str, direction| {
        let id = home.book("ASK", direction);
        home.execute(&format!(
            "UPDATE truelayer_transactions SET merchant_name = nullif('{merchant}', ''), transaction_category = nullif('{category}', ''), amount = {amount} WHERE id = {id}"
        ));
        id
    };
    let (debit, credit) = (TransactionType::Debit, TransactionType::Credit);
    let ids = [
        about("Tesco", "Dining", "5", debit),
        about("Lidl", "Groceries", "5", debit),
        about("", "", "19.99", debit),
        about("tesco", "Dining", "20", debit),
        about("", "", "100", debit),
        about("Tesco", "Groceries", "5", credit),
    ];
    let mut suggestions = Vec::new();
    let sent = statements(conn, |conn| {
        suggestions = suggest(conn, home.user, &ids).unwrap();
    });
    assert_eq!(sent.len(), 1, "all at once");
    let told: Vec<_> = suggestions
        .iter()
        .map(|told| (told.classification, told.confidence.to_string()))
        .collect();
    let expected = [
        (Some(Class::Essential), "0.67"),
        // Two of each: that of the newest payment.
        (Some(Class::Discretionary), "0.35"),
        (Some(Class::Essential), "0.50"),
        (Some(Class::Discretionary), "0.25"),
        (Some(Class::Discretionary), "0.50"),
        (None, "0"),
    ];
    assert_eq!(
        told,
        expected.map(|(class, share)| (class, share.to_owned()))
    );
    assert_eq!(
        suggestions
            .iter()
            .map(|told| told.transaction)
            .collect::<Vec<_>>(),
        ids
    );
    let stranger = crate::support::fixtures::user(conn, "bob");
    assert!(suggest(conn, stranger, &ids).unwrap().is_empty());
    let groceries = patterns(conn, home.user).unwrap().remove(0);
    assert_eq!((groceries.essential, groceries.discretionary), (2, 2));
    assert_eq!(groceries.essential_percent, decimal("50.0"));
    assert_eq!(groceries.mostly, Class::Discretionary, "a draw");
}

#[test]
fn a_preview_lists_what_would_change_and_writes_nothing() {
    let home = Home::new();
    let tesco = home.pay("TESCO STORES");
    home.pay("NOTHING KNOWN");
    home.enrich(&Model::new(|_, _| Ok(super::home::answer("Other"))));
    let conn = &mut home.conn();
    let listed = preview(conn, home.user, None).unwrap();
    let [change] = &listed[..] else {
        panic!("{listed:?}");
    };
    assert_eq!(
        (change.transaction.id, &*change.new_category),
        (tesco, "Groceries")
    );
    assert_eq!(
        home.row(tesco).transaction_category.as_deref(),
        Some("Other")
    );
    assert!(
        preview(conn, home.user, Some(&["Shopping"]))
            .unwrap()
            .is_empty()
    );
}
