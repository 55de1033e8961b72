//! Rules first, then the cache, then the enricher.

use serde_json::{Value, json};
use spending_db::models::enrichment::EnrichmentCache;
use spending_db::models::rules::{NewCategoryRule, NewMerchantNormalization};
use spending_db::operations::enrichment::{EnrichmentOptions, KeywordEnricher, pending};
use spending_db::types::{Enrichment, TransactionType};

use super::home::{Home, Model, quick};
use crate::support::rows::at;

#[test]
fn what_a_rule_knows_is_not_asked() {
    let home = Home::new();
    let rule = NewCategoryRule::new("Coffee", "coffee", "Dining");
    let rule = rule.insert(&mut home.conn()).unwrap();
    // Of two rules with one name, the one that decided is counted.
    let other = NewCategoryRule::new("Coffee", "tea", "Dining");
    let other = other.insert(&mut home.conn()).unwrap();
    let merchant = NewMerchantNormalization::new("COFFEE", "The Coffee House");
    let merchant = merchant.insert(&mut home.conn()).unwrap();
    let (coffee, shop) = (home.pay("COFFEE 1"), home.pay("SHOP"));
    home.pay("COFFEE 2");
    let model = Model::shopping();
    let run = home.enrich(&model);
    assert_eq!(model.descriptions(), ["SHOP"]);
    assert_eq!(
        (
            run.state.by_rules,
            run.state.by_cache,
            run.state.by_enricher
        ),
        (2, 0, 1)
    );
    let by_rule = home.enrichment(coffee);
    assert_eq!(by_rule["enrichment_source"], "rule");
    assert_eq!(by_rule["llm_provider"], "rule");
    assert_eq!(by_rule["llm_model"], "consistency_rule");
    assert_eq!(by_rule["matched_rule"], "Coffee");
    assert_eq!(by_rule["matched_merchant"], "The Coffee House");
    assert_eq!(home.enrichment(shop)["enrichment_source"], "llm");
    let uses = |table: &str, id: i32| {
        home.ask(&format!(
            "SELECT usage_count::text AS answer FROM {table} WHERE id = {id}"
        ))
    };
    assert_eq!(uses("category_rules", rule.id.0), "2");
    assert_eq!(uses("category_rules", other.id.0), "0");
    assert_eq!(uses("merchant_normalizations", merchant.id.0), "2");
    // Again: nothing waits, so nothing is counted or asked.
    assert_eq!(home.enrich(&model).state.total, 0);
    assert_eq!(uses("category_rules", rule.id.0), "2");
}

// D15
#[test]
fn the_cache_answers_by_description_and_direction() {
    let home = Home::new();
    let cached = Enrichment {
        primary_category: Some("Gifts".to_owned()),
        llm_provider: Some("anthropic".to_owned()),
        llm_model: Some("old-model".to_owned()),
        ..Enrichment::default()
    };
    EnrichmentCache::store(&mut home.conn(), "SHOP", "in", &cached).unwrap();
    let refund = home.book("SHOP", TransactionType::Credit);
    let payment = home.pay("SHOP");
    let model = Model::shopping();
    let run = home.enrich(&model);
    assert_eq!((run.state.by_cache, run.state.by_enricher), (1, 1));
    let by_cache = home.enrichment(refund);
    assert_eq!(by_cache["primary_category"], "Gifts");
    assert_eq!(by_cache["llm_provider"], "cache");
    assert_eq!(by_cache["llm_model"], "old-model");
    assert_eq!(home.enrichment(payment)["primary_category"], "Shopping");
    let asked = &model.batches()[0][0];
    assert_eq!(asked.direction, TransactionType::Debit);
    let kept = EnrichmentCache::lookup(&mut home.conn(), "SHOP", "out");
    let kept = kept.unwrap().unwrap();
    assert_eq!(kept.llm_provider.as_deref(), Some("test"));
    assert_eq!(kept.llm_model.as_deref(), Some("model-1"));
    // What was paid once is not paid again.
    let later = home.pay("SHOP");
    assert_eq!(home.enrich(&model).state.by_cache, 1);
    assert_eq!(home.enrichment(later)["primary_category"], "Shopping");
    assert_eq!(model.batches().len(), 1);
}

#[test]
fn an_entry_of_the_cache_that_is_none_is_replaced() {
    for broken in ["NULL", "''", "'[]'", "'{}'", "'{\"primary_category\"'"] {
        let home = Home::new();
        home.execute(&format!(
            "INSERT INTO enrichment_cache (transaction_description, transaction_direction, enrichment_data) VALUES ('SHOP', 'out', {broken})"
        ));
        home.pay("SHOP");
        assert_eq!(home.enrich(&Model::shopping()).state.by_enricher, 1);
        let kept = EnrichmentCache::lookup(&mut home.conn(), "SHOP", "out").unwrap();
        assert!(kept.is_some(), "{broken}");
    }
}

// D40
#[test]
fn what_is_stored_is_complete_and_has_a_real_time() {
    let home = Home::new();
    home.execute("INSERT INTO normalized_categories (name) VALUES ('Shopping')");
    let paid = home.pay("SHOP");
    home.execute(
        "UPDATE truelayer_transactions SET metadata = '{\"digits\": 0.12345678901234567890123}'",
    );
    home.enrich(&Model::shopping());
    let row = home.row(paid);
    assert_eq!(row.transaction_category.as_deref(), Some("Shopping"));
    assert_eq!(row.merchant_name.as_deref(), Some("The Shop"));
    assert!(!row.enrichment_required);
    assert!(row.category_id.is_some());
    assert_eq!(
        home.ask("SELECT metadata ->> 'digits' AS answer FROM truelayer_transactions"),
        "0.12345678901234567890123",
        "other members of the metadata stay as they are"
    );
    let mut stored = home.enrichment(paid);
    let enriched_at = stored["enriched_at"].take();
    let age = chrono::Utc::now() - at(enriched_at.as_str().unwrap());
    assert!(age.num_seconds().abs() < 60, "{enriched_at}");
    assert_eq!(
        stored,
        json!({
            "primary_category": "Shopping", "subcategory": null, "merchant_clean_name": "The Shop",
            "merchant_type": null, "essential_discretionary": null, "payment_method": null,
            "payment_method_subtype": null, "confidence_score": 0.875, "llm_provider": "llm",
            "llm_model": "model-1", "enrichment_source": "llm", "enriched_at": Value::Null,
        })
    );
}

#[test]
fn options_choose_what_is_enriched() {
    let home = Home::new();
    let first = home.pay("A");
    let refund = home.book("B", TransactionType::Credit);
    let last = home.pay("C");
    let model = Model::shopping();
    let of = |change: fn(EnrichmentOptions) -> EnrichmentOptions| change(quick());
    let newest = of(|options| EnrichmentOptions {
        limit: Some(1),
        direction: Some(TransactionType::Debit),
        ..options
    });
    let run = home.enrich_with(&model, &newest);
    assert_eq!((run.state.total, run.state.current), (1, 1));
    assert!(home.enrichment(first).is_null() && !home.enrichment(last).is_null());
    let only = EnrichmentOptions {
        transactions: Some(vec![refund, last]),
        ..quick()
    };
    assert_eq!(home.enrich_with(&model, &only).state.by_enricher, 1);
    assert!(home.enrichment(first).is_null());
    home.execute(&format!(
        "UPDATE truelayer_transactions SET enrichment_required = false WHERE id = {first}"
    ));
    assert_eq!(home.enrich(&model).state.total, 0, "it does not wait");
    let counts = pending(&mut home.conn(), home.user).unwrap();
    assert_eq!((counts.waiting, counts.enriched, counts.total), (0, 2, 3));
    // Anew: also what does not wait; the cache still answers what was paid.
    let force = of(|options| EnrichmentOptions {
        force: true,
        ..options
    });
    let asked = model.batches().len();
    let run = home.enrich_with(&model, &force);
    assert_eq!((run.state.by_cache, run.state.by_enricher), (2, 1));
    assert_eq!(model.batches().len(), asked + 1);
}

#[test]
fn without_a_model_the_words_decide_and_the_cache_stays_empty() {
    let home = Home::new();
    home.execute(
        "INSERT INTO account_mappings (sort_code, account_number, friendly_name) VALUES ('112233', '12345678', 'Mother')",
    );
    let hint = NewMerchantNormalization {
        default_category: Some("Pets"),
        ..NewMerchantNormalization::new("FLUFFY", "Fluffy & Co")
    };
    hint.insert(&mut home.conn()).unwrap();
    let expected = [
        ("CARD PAYMENT TO TESCO STORES", "Groceries", None),
        (
            "BILL PAYMENT TO ACCOUNT 112233 12345678",
            "Other",
            Some("Payment to Mother"),
        ),
        ("FLUFFY LTD", "Pets", Some("Fluffy & Co")),
        ("HIGH STREET LETTINGS", "Other", None),
    ];
    let ids: Vec<_> = expected.iter().map(|(text, ..)| home.pay(text)).collect();
    let enricher = KeywordEnricher::load(&mut home.conn()).unwrap();
    let run = home.enrich(&enricher);
    assert_eq!((run.state.by_enricher, run.state.batches), (4, 1));
    for (id, (_, category, name)) in ids.into_iter().zip(expected) {
        let row = home.row(id);
        assert_eq!(row.transaction_category.as_deref(), Some(category));
        if let Some(name) = name {
            assert_eq!(row.merchant_name.as_deref(), Some(name));
        }
    }
    assert_eq!(
        home.ask("SELECT count(*)::text AS answer FROM enrichment_cache"),
        "0"
    );
}
