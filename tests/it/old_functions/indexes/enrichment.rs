//! The look-ups of `enrichment`.

use std::collections::BTreeMap;

use diesel::prelude::*;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource,
};
use spending_db::models::rules::{
    CategoryRule, CategoryRuleChanges, CustomCategory, MerchantNormalization,
    MerchantNormalizationChanges, NewCategoryRule, NewMerchantNormalization, SubcategoryMapping,
};
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::operations::{category_spending, custom_categories, enrichment_sources};
use spending_db::types::{
    CategoryRuleId, CustomCategoryType, EVERYONE, EnrichmentSourceType, MerchantNormalizationId,
    Period, PreEnrichmentStatus, TransactionEnrichmentSourceId, TransactionType,
    TrueLayerTransactionId, UserId,
};

use crate::support::explain::{assert_indexed, plans};
use crate::support::rows::day;

const USER: UserId = UserId(17);

/// A transaction of that user, explained by a retail order.
const TRANSACTION: TrueLayerTransactionId = TrueLayerTransactionId(17);

/// What explains it.
const SOURCE: TransactionEnrichmentSourceId = TransactionEnrichmentSourceId(17);

pub(super) fn look_up(conn: &mut PgConnection) {
    for owner in [EVERYONE, Some(USER)] {
        sources(conn, owner);
        statuses(conn, owner);
        spending(conn, owner);
    }
    purchases(conn);
    categories(conn);
    rules(conn);
}

fn sources(conn: &mut PgConnection, owner: Option<UserId>) {
    assert_indexed(conn, "sources", |c| {
        let sources = TransactionEnrichmentSource::list_for_transaction(c, owner, TRANSACTION);
        assert_eq!(sources.unwrap().len(), 1);
    });
    assert_indexed(conn, "sources of many", |c| {
        TransactionEnrichmentSource::list_for_transactions(c, owner, &[TRANSACTION]).unwrap()
    });
    assert_indexed(conn, "description", |c| {
        TransactionEnrichmentSource::find_description(c, owner, TRANSACTION)
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "context", |c| {
        enrichment_sources::llm_context(c, owner, TRANSACTION)
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "contexts", |c| {
        enrichment_sources::llm_contexts(c, owner, &[TRANSACTION]).unwrap()
    });
    assert_indexed(conn, "primary", |c| {
        enrichment_sources::set_primary(c, owner, TRANSACTION, SOURCE).unwrap();
    });
    let added = NewTransactionEnrichmentSource {
        source_id: Some(18),
        ..NewTransactionEnrichmentSource::new(TRANSACTION, EnrichmentSourceType::Amazon, "A book")
    };
    let mut id = None;
    assert_indexed(conn, "added", |c| {
        id = Some(enrichment_sources::add(c, owner, &added).unwrap().id);
    });
    assert_indexed(conn, "deleted", |c| {
        TransactionEnrichmentSource::delete(c, owner, id.unwrap()).unwrap();
    });
}

/// The sources 17 to 20 are of the four kinds that have a purchase.
fn purchases(conn: &mut PgConnection) {
    for source in 17..=20 {
        let (source, owner) = (TransactionEnrichmentSourceId(source), UserId(source));
        for owner in [EVERYONE, Some(owner)] {
            assert_indexed(conn, "details", |c| {
                let details = enrichment_sources::find_details(c, owner, source).unwrap();
                assert!(details.purchase.is_some(), "{details:?}");
            });
        }
    }
}

fn statuses(conn: &mut PgConnection, owner: Option<UserId>) {
    assert_indexed(conn, "status", |c| {
        let status = PreEnrichmentStatus::Apple;
        TrueLayerTransaction::set_pre_enrichment_status(c, owner, TRANSACTION, status).unwrap();
    });
    assert_indexed(conn, "turned round", |c| {
        TrueLayerTransaction::toggle_enrichment_required(c, owner, TRANSACTION).unwrap()
    });
    assert_indexed(conn, "not required", |c| {
        TrueLayerTransaction::set_enrichment_required(c, owner, TRANSACTION, false).unwrap();
    });
    for direction in [None, Some(TransactionType::Debit)] {
        for limit in [None, Some(50)] {
            assert_indexed(conn, "required", |c| {
                TrueLayerTransaction::list_unenriched(c, owner, direction, limit).unwrap()
            });
        }
    }
}

/// All accounts and connections may be read for everybody, but never all transactions.
fn spending(conn: &mut PgConnection, owner: Option<UserId>) {
    let week = Period::days(day("2022-01-01"), day("2022-01-07"));
    let by_category = plans(conn, |c| {
        category_spending::by_category(c, owner, week).unwrap()
    });
    let by_subcategory = plans(conn, |c| {
        category_spending::by_subcategory(c, owner, "category17", week).unwrap()
    });
    for plan in by_category.iter().chain(&by_subcategory) {
        assert!(!plan.scanned().contains(&"truelayer_transactions"));
        let of_transactions = |index: &&str| index.starts_with("truelayer_transactions_");
        assert!(plan.indexes().iter().any(of_transactions));
    }
    assert_eq!((by_category.len(), by_subcategory.len()), (1, 1));
}

fn categories(conn: &mut PgConnection) {
    for category_type in [None, Some(CustomCategoryType::Hidden)] {
        assert_indexed(conn, "own categories", |c| {
            CustomCategory::list_of_type(c, USER, category_type).unwrap()
        });
    }
    for category in [None, Some("custom1")] {
        assert_indexed(conn, "subcategories", |c| {
            SubcategoryMapping::list_promoted(c, USER, category).unwrap()
        });
    }
    let books = custom_categories::GatheredSubcategory {
        name: "Books".to_owned(),
        original_category: None,
    };
    assert_indexed(conn, "promoted", |c| {
        custom_categories::promote(c, USER, "Reading", &[books]).unwrap()
    });
    for category in ["Reading", "category16"] {
        assert_indexed(conn, "hidden", |c| {
            custom_categories::hide(c, USER, category).unwrap()
        });
        assert_indexed(conn, "shown again", |c| {
            custom_categories::unhide(c, USER, category).unwrap();
        });
    }
}

fn rules(conn: &mut PgConnection) {
    let rule = CategoryRuleId(17);
    assert_indexed(conn, "rule's use", |c| {
        CategoryRule::count_use(c, rule).unwrap();
    });
    assert_indexed(conn, "rules' uses", |c| {
        CategoryRule::count_uses(c, &BTreeMap::from([(rule, 2)])).unwrap();
    });
    assert_indexed(conn, "new rule", |c| {
        NewCategoryRule::new("rule", "pattern", "Shopping")
            .insert(c)
            .unwrap()
    });
    let idle = CategoryRuleChanges {
        is_active: Some(false),
        ..CategoryRuleChanges::default()
    };
    assert_indexed(conn, "changed rule", |c| {
        CategoryRule::update(c, rule, &idle).unwrap()
    });
    assert_indexed(conn, "deleted rule", |c| {
        CategoryRule::delete(c, rule).unwrap();
    });

    let name = MerchantNormalizationId(17);
    assert_indexed(conn, "name's use", |c| {
        MerchantNormalization::count_use(c, name).unwrap();
    });
    assert_indexed(conn, "names' uses", |c| {
        MerchantNormalization::count_uses(c, &BTreeMap::from([(name, 2)])).unwrap();
    });
    assert_indexed(conn, "known name", |c| {
        let known = NewMerchantNormalization::new("pattern17", "Another shop");
        known.enter(c).unwrap()
    });
    let renamed = MerchantNormalizationChanges {
        normalized_name: Some("A shop"),
        ..MerchantNormalizationChanges::default()
    };
    assert_indexed(conn, "renamed", |c| {
        MerchantNormalization::update(c, name, &renamed).unwrap()
    });
    assert_indexed(conn, "deleted name", |c| {
        MerchantNormalization::delete(c, name).unwrap();
    });
}
