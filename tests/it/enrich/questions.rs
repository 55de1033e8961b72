//! What an enricher is told.

use spending_db::models::enrichment::NewTransactionEnrichmentSource;
use spending_db::models::rules::NewMerchantNormalization;
use spending_db::types::EnrichmentSourceType;

use super::home::{Home, Model};
use crate::support::log::logged;

// D16
#[test]
fn purchases_merchant_and_hints_are_told_and_amounts_are_not() {
    let home = Home::new();
    let conn = &mut home.conn();
    NewMerchantNormalization {
        merchant_type: Some("online_retail"),
        default_category: Some("Shopping"),
        ..NewMerchantNormalization::new("AMZN", "Amazon")
    }
    .insert(conn)
    .unwrap();
    let paid = home.pay("AMZN");
    home.execute("UPDATE truelayer_transactions SET merchant_name = 'AMZN MKTP'");
    for (source_type, text, confidence) in [
        (EnrichmentSourceType::Gmail, "Amazon: Desk lamp", 80),
        (EnrichmentSourceType::Amazon, "Desk lamp", 95),
    ] {
        NewTransactionEnrichmentSource {
            match_confidence: Some(confidence),
            ..NewTransactionEnrichmentSource::new(paid, source_type, text)
        }
        .insert(conn)
        .unwrap();
    }
    let model = Model::shopping();
    home.enrich(&model);
    let request = model.batches().remove(0).remove(0);
    assert_eq!(request.merchant_name.as_deref(), Some("AMZN MKTP"));
    let hint = request.hint.clone().unwrap();
    assert_eq!(
        (&*hint.name, hint.category.as_deref()),
        ("Amazon", Some("Shopping"))
    );
    let told: Vec<_> = request
        .sources
        .iter()
        .map(|told| &*told.description)
        .collect();
    assert_eq!(told, ["Desk lamp", "Amazon: Desk lamp"], "the surest first");
    let text = serde_json::to_string(&request).unwrap();
    assert!(
        !text.contains("13.37") && !text.contains("amount"),
        "{text}"
    );
}

#[test]
fn what_purchases_say_of_one_payment_is_not_said_of_another() {
    let home = Home::new();
    let conn = &mut home.conn();
    let (lamp, bare) = (home.pay("AMZN"), home.pay("AMZN"));
    NewTransactionEnrichmentSource::new(lamp, EnrichmentSourceType::Amazon, "Desk lamp")
        .insert(conn)
        .unwrap();
    let model = Model::new(|request, _| {
        let category = if request.sources.is_empty() {
            "Shopping"
        } else {
            "Home"
        };
        Ok(super::home::answer(category))
    });
    assert_eq!(home.enrich(&model).state.by_enricher, 2);
    assert_eq!(home.enrichment(lamp)["primary_category"], "Home");
    assert_eq!(home.enrichment(bare)["primary_category"], "Shopping");
    let kept =
        home.ask("SELECT string_agg(transaction_description, '|') AS answer FROM enrichment_cache");
    assert!(
        !kept.contains("lamp"),
        "no purchase lies open in the cache: {kept}"
    );
}

#[test]
fn the_same_question_is_asked_once_in_a_run() {
    let home = Home::new();
    let ids: Vec<_> = (0..30)
        .map(|number| home.pay(&format!("SHOP {}", number % 3)))
        .collect();
    let model = Model::shopping();
    let run = home.enrich(&model);
    assert_eq!(model.descriptions(), ["SHOP 0", "SHOP 1", "SHOP 2"]);
    assert_eq!(run.state.successful(), 30);
    assert_eq!(run.state.usage.tokens(), 3 * 120);
    assert!(ids.into_iter().all(|id| !home.enrichment(id).is_null()));
}

// D26
#[test]
fn the_number_of_statements_follows_the_batches() {
    let statements = |transactions: usize| {
        let home = Home::new();
        for number in 0..transactions {
            home.pay(&format!("SHOP {number}"));
        }
        let model = Model::shopping();
        let lines = logged(tracing::Level::DEBUG, || {
            home.enrich(&model);
        });
        assert_eq!(model.batches().len(), transactions.div_ceil(10));
        let sent = lines
            .iter()
            .filter(|line| line.contains("spending_db::sql"));
        sent.count()
    };
    let (one, two, ten) = (statements(10), statements(20), statements(100));
    assert!(one > 10, "statements are heard");
    let each = two - one;
    assert_eq!(ten - one, 9 * each, "each batch takes the same");
    assert!(each <= 30, "{each} statements a batch");
}
