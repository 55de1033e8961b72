//! The one writer: what it sets, and what it keeps.

use spending_db::models::rules::{
    NewCategoryRule, NewNormalizedCategory, NewNormalizedSubcategory,
};
use spending_db::models::truelayer::{TrueLayerTransaction, TrueLayerTransactionChanges};
use spending_db::operations::enrichment::{EnrichmentOptions, set_by_hand};
use spending_db::operations::rules::{apply, statistics};
use spending_db::types::{EVERYONE, Enrichment};

use super::home::{Home, Model, quick};
use crate::support::rows::{assert_invalid, assert_not_found};

fn by_hand(category: &str) -> Enrichment {
    Enrichment {
        primary_category: Some(category.to_owned()),
        ..Enrichment::default()
    }
}

#[test]
fn applying_rules_sets_the_managed_category_and_counts_what_it_saved() {
    let home = Home::new();
    let conn = &mut home.conn();
    let groceries = NewNormalizedCategory {
        is_essential: Some(true),
        ..NewNormalizedCategory::new("Groceries")
    };
    let groceries = groceries.insert(conn).unwrap().id;
    let market = NewNormalizedSubcategory::new(groceries, "Market");
    let market = market.insert(conn).unwrap().id;
    let rule = NewCategoryRule {
        subcategory: Some("Market"),
        ..NewCategoryRule::new("Markets", "market", "Groceries")
    };
    let rule = rule.insert(conn).unwrap().id;
    NewCategoryRule::new("Unmanaged", "shop", "Nowhere")
        .insert(conn)
        .unwrap();
    let (paid, unmanaged) = (home.pay("THE MARKET"), home.pay("THE SHOP"));
    let first = apply(conn, home.user).unwrap();
    assert_eq!(
        (first.enriched_transactions, first.written_transactions),
        (2, 2)
    );
    let row = home.row(paid);
    assert_eq!(
        (row.category_id, row.subcategory_id),
        (Some(groceries), Some(market))
    );
    assert_eq!(row.transaction_category.as_deref(), Some("Groceries"));
    assert!(!row.enrichment_required);
    assert_eq!(home.row(unmanaged).category_id, None);
    assert_eq!(
        home.enrichment(paid)["essential_discretionary"],
        "Essential"
    );
    let uses = format!("SELECT usage_count::text AS answer FROM category_rules WHERE id = {rule}");
    assert_eq!(home.ask(&uses), "1");
    let again = apply(conn, home.user).unwrap();
    assert_eq!(
        (again.enriched_transactions, again.written_transactions),
        (2, 0)
    );
    assert_eq!(home.ask(&uses), "1", "only what is saved is counted");
    // A category that becomes a managed one is set then.
    let nowhere = NewNormalizedCategory::new("Nowhere")
        .insert(conn)
        .unwrap()
        .id;
    assert_eq!(apply(conn, home.user).unwrap().written_transactions, 1);
    assert_eq!(home.row(unmanaged).category_id, Some(nowhere));
}

#[test]
fn what_a_person_set_is_kept_by_all_ways() {
    let home = Home::new();
    let conn = &mut home.conn();
    let gifts = NewNormalizedCategory::new("Gifts").insert(conn).unwrap().id;
    NewNormalizedCategory::new("Dining").insert(conn).unwrap();
    NewCategoryRule::new("Coffee", "coffee", "Dining")
        .insert(conn)
        .unwrap();
    // By the category column, before and after a rule; and by an enrichment by hand.
    let chosen = home.pay("COFFEE 1");
    let corrected = home.pay("COFFEE 2");
    let told = home.pay("COFFEE 3");
    let free = home.pay("COFFEE 4");
    let choose = |id| {
        let changes = TrueLayerTransactionChanges {
            category_id: Some(Some(gifts)),
            ..TrueLayerTransactionChanges::default()
        };
        TrueLayerTransaction::update(&mut home.conn(), EVERYONE, id, &changes).unwrap()
    };
    choose(chosen);
    set_by_hand(conn, home.user, told, &by_hand("Gifts")).unwrap();
    assert_eq!(home.row(told).category_id, Some(gifts));
    assert_eq!(apply(conn, home.user).unwrap().written_transactions, 2);
    choose(corrected);
    let kept = [chosen, corrected, told].map(|id| home.row(id));
    apply(conn, home.user).unwrap();
    let force = EnrichmentOptions {
        force: true,
        ..quick()
    };
    let run = home.enrich_with(&Model::shopping(), &force);
    assert_eq!(run.state.total, 1, "the one that is nobody's choice");
    assert_eq!([chosen, corrected, told].map(|id| home.row(id)), kept);
    assert_eq!(
        home.row(free).transaction_category.as_deref(),
        Some("Dining")
    );
    // A person changes their mind.
    set_by_hand(conn, home.user, told, &by_hand("Dining")).unwrap();
    assert_eq!(home.enrichment(told)["primary_category"], "Dining");
    assert_eq!(home.enrichment(told)["llm_provider"], "manual");
}

#[test]
fn only_ones_own_transactions_can_be_set_by_hand() {
    let home = Home::new();
    let conn = &mut home.conn();
    let paid = home.pay("SHOP");
    let stranger = crate::support::fixtures::user(conn, "bob");
    assert_not_found(set_by_hand(conn, stranger, paid, &by_hand("Gifts")));
    assert_invalid(
        set_by_hand(conn, home.user, paid, &by_hand(" ")),
        "primary_category",
    );
    assert!(home.enrichment(paid).is_null());
}

// D40
#[test]
fn coverage_counts_what_all_writers_wrote() {
    let home = Home::new();
    let conn = &mut home.conn();
    NewCategoryRule::new("Coffee", "coffee", "Dining")
        .insert(conn)
        .unwrap();
    home.pay("COFFEE 1");
    home.enrich(&Model::shopping());
    home.pay("COFFEE 2");
    apply(conn, home.user).unwrap();
    let old = home.pay("COFFEE 3");
    let told = Enrichment {
        llm_provider: Some("rule".to_owned()),
        ..by_hand("Dining")
    };
    TrueLayerTransaction::set_enrichment(conn, EVERYONE, old, &told).unwrap();
    home.pay("SHOP");
    home.enrich(&Model::shopping());
    let statistics = statistics(conn, home.user).unwrap();
    assert_eq!(
        (
            statistics.covered_transactions,
            statistics.total_transactions
        ),
        (3, 4)
    );
    assert_eq!(statistics.marked_transactions, 2);
    assert_eq!(statistics.total_usage, 2);
    assert!((statistics.coverage_percentage() - 75.0).abs() < f64::EPSILON);
}
