//! The look-ups of `core`.

use diesel::prelude::*;
use spending_db::models::core::{
    AccountMapping, AccountMappingChanges, Category, CategoryKeyword, NewAccountMapping, User,
};
use spending_db::models::enrichment::{EnrichmentCache, LlmEnrichmentFailure};
use spending_db::models::truelayer::{
    ClassifiedTransaction, HuququllahSummary, TrueLayerTransaction,
};
use spending_db::operations::flat_categories;
use spending_db::types::{
    AccountMappingId, EVERYONE, Enrichment, HuququllahClassification, Period,
    TrueLayerTransactionId, UserId,
};

use crate::support::explain::assert_indexed;
use crate::support::rows::{at, day};

const USER: UserId = UserId(17);

/// A transaction of that user.
const TRANSACTION: TrueLayerTransactionId = TrueLayerTransactionId(17);

pub(super) fn look_up(conn: &mut PgConnection) {
    for owner in [EVERYONE, Some(USER)] {
        transactions(conn, owner);
        writes(conn, owner);
    }
    assert_indexed(conn, "unclassified", |c| {
        ClassifiedTransaction::list_unclassified(c, USER).unwrap()
    });
    assert_indexed(conn, "transactions", |c| {
        ClassifiedTransaction::list(c, USER).unwrap()
    });
    cache(conn);
    names(conn);
    users(conn);
}

fn transactions(conn: &mut PgConnection, owner: Option<UserId>) {
    assert_indexed(conn, "transaction", |c| {
        ClassifiedTransaction::find(c, owner, TRANSACTION).unwrap()
    });
    for after in [None, Some((at("2022-01-01T00:00:00Z"), TRANSACTION))] {
        assert_indexed(conn, "page", |c| {
            ClassifiedTransaction::list_page(c, owner, after, 50).unwrap()
        });
    }
    let week = Period::days(day("2022-01-01"), day("2022-01-07"));
    assert_indexed(conn, "summary of a week", |c| {
        HuququllahSummary::list(c, owner, week).unwrap()
    });
    assert_indexed(conn, "enriched", |c| {
        assert!(TrueLayerTransaction::is_enriched(c, owner, TRANSACTION).unwrap());
    });
}

fn writes(conn: &mut PgConnection, owner: Option<UserId>) {
    let essential = Some(HuququllahClassification::Essential);
    assert_indexed(conn, "classification", |c| {
        TrueLayerTransaction::set_huququllah_classification(c, owner, TRANSACTION, essential)
            .unwrap();
    });
    assert_indexed(conn, "merchant", |c| {
        TrueLayerTransaction::set_merchant_name(c, owner, TRANSACTION, Some("Tesco")).unwrap();
    });
    assert_indexed(conn, "merchants", |c| {
        let names = [(TRANSACTION, Some("Tesco"))];
        let renamed = TrueLayerTransaction::set_merchant_names(c, owner, &names);
        assert_eq!(renamed.unwrap(), 1);
    });
    let enrichment = Enrichment {
        primary_category: Some("Groceries".to_owned()),
        ..Enrichment::default()
    };
    assert_indexed(conn, "enrichment", |c| {
        TrueLayerTransaction::set_enrichment(c, owner, TRANSACTION, &enrichment).unwrap();
    });
    assert_indexed(conn, "failure", |c| {
        LlmEnrichmentFailure::record(c, owner, TRANSACTION, "timeout", 1).unwrap();
    });
    assert_indexed(conn, "failure again", |c| {
        LlmEnrichmentFailure::record_retry(c, owner, TRANSACTION, "timeout").unwrap();
    });
}

fn cache(conn: &mut PgConnection) {
    let enrichment = Enrichment {
        subcategory: Some("Books".to_owned()),
        ..Enrichment::default()
    };
    assert_indexed(conn, "cached", |c| {
        EnrichmentCache::store(c, "PAYMENT 17", "out", &enrichment).unwrap()
    });
    assert_indexed(conn, "cache", |c| {
        let cached = EnrichmentCache::lookup(c, "PAYMENT 17", "out").unwrap();
        assert_eq!(cached.as_ref(), Some(&enrichment));
    });
}

fn names(conn: &mut PgConnection) {
    assert_indexed(conn, "known category", |c| {
        assert_eq!(Category::create(c, "category17").unwrap(), None);
    });
    assert_indexed(conn, "known keyword", |c| {
        assert_eq!(
            CategoryKeyword::add(c, "category17", "keyword17").unwrap(),
            None
        );
    });
    assert_indexed(conn, "removed keyword", |c| {
        CategoryKeyword::remove(c, "category17", "keyword17").unwrap();
    });
    assert_indexed(conn, "removed category", |c| {
        let removal = flat_categories::remove(c, "category17").unwrap();
        assert_eq!(removal, flat_categories::Removal::Removed { keywords: 9 });
    });
    let known = NewAccountMapping {
        sort_code: "17",
        account_number: "17",
        friendly_name: "Rent",
    };
    assert_indexed(conn, "known account", |c| {
        assert_eq!(known.insert_if_new(c).unwrap(), None);
    });
    assert_indexed(conn, "account", |c| {
        AccountMapping::find_by_sort_code_and_account_number(c, "17", "17")
            .unwrap()
            .unwrap()
    });
    let renamed = AccountMappingChanges {
        friendly_name: Some("Rent"),
    };
    let id = AccountMappingId(18);
    assert_indexed(conn, "renamed account", |c| {
        AccountMapping::update(c, id, &renamed).unwrap()
    });
    assert_indexed(conn, "deleted account", |c| {
        AccountMapping::delete(c, id).unwrap();
    });
}

fn users(conn: &mut PgConnection) {
    assert_indexed(conn, "user", |c| User::find_active(c, USER).unwrap());
    assert_indexed(conn, "user by name", |c| {
        assert_eq!(User::find_by_username(c, "user17").unwrap(), None);
    });
    assert_indexed(conn, "user by address", |c| {
        User::find_by_email(c, "user17@example.com")
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "login", |c| {
        User::record_login(c, USER, at("2025-01-01T00:00:00Z")).unwrap();
    });
}
