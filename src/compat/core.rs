//! The functions of `core`: categories, account names, enrichment, Huqúqu'lláh, users.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::answer::{Answer, object, row_answer};
use super::arguments::{Since, Until};
use super::enrichment_argument::{PartialEnrichment, WholeEnrichment};
use super::function::functions;
use super::printed::Printed;
use super::{found, optional};
use crate::models::core::{
    AccountMapping, AccountMappingChanges, Category, CategoryKeyword, NewAccountMapping, NewUser,
    User,
};
use crate::models::enrichment::{EnrichmentCache, LlmEnrichmentFailure};
use crate::models::system::NewSecurityAuditEvent;
use crate::models::truelayer::{ClassifiedTransaction, HuququllahSummary, TrueLayerTransaction};
use crate::operations::flat_categories::{self, Removal};
use crate::types::{
    AccountMappingId, EVERYONE, Enrichment, HuququllahClassification, Period, Secret,
    TrueLayerTransactionId, UserId,
};

row_answer!(AccountMapping {
    id,
    sort_code,
    account_number,
    friendly_name,
    created_at
});

row_answer!(Category {
    id,
    name,
    rule_pattern,
    ai_suggested
});

row_answer!(ClassifiedTransaction {
    id,
    timestamp,
    description,
    amount,
    currency,
    transaction_type,
    category: transaction_category,
    merchant: merchant_name,
    metadata,
    huququllah_classification
});

row_answer!(HuququllahSummary {
    currency,
    essential_expenses,
    discretionary_expenses,
    huququllah_due,
    unclassified_count
});

row_answer!(User {
    id,
    username,
    email,
    password_hash,
    is_admin,
    is_active,
    last_login_at,
    created_at,
    updated_at
});

/// A transaction as the list of unclassified ones shows it.
fn unclassified(transaction: ClassifiedTransaction) -> Answer {
    object! {
        "id" => transaction.id,
        "date" => transaction.timestamp,
        "description" => transaction.description,
        "amount" => transaction.amount,
        "currency" => transaction.currency,
        "merchant" => transaction.merchant_name,
        "metadata" => transaction.metadata,
    }
}

/// The sums of the currency with the most debits, the count of all, and each currency under `by_currency`.
fn summary(lines: Vec<HuququllahSummary>) -> Answer {
    let nothing = || BigDecimal::new(0.into(), 2);
    let amount = |of: fn(&HuququllahSummary) -> &BigDecimal| {
        lines.first().map_or_else(nothing, |line| of(line).clone())
    };
    let unclassified_count: i64 = lines.iter().map(|line| line.unclassified_count).sum();
    object! {
        "essential_expenses" => amount(|line| &line.essential_expenses),
        "discretionary_expenses" => amount(|line| &line.discretionary_expenses),
        "huququllah_due" => amount(|line| &line.huququllah_due),
        "unclassified_count" => unclassified_count,
        "currency" => lines.first().map(|line| line.currency.clone()),
        "by_currency" => lines,
    }
}

functions! {
    /// The functions of `core`.
    FUNCTIONS:

    get_all_categories() => |conn| Category::list(conn)?,

    update_transaction_with_enrichment(
        transaction_id: TrueLayerTransactionId,
        enrichment_data: PartialEnrichment,
        enrichment_source: String = "llm"
    ) => |conn| {
        let enrichment = Enrichment { llm_provider: Some(enrichment_source), ..enrichment_data.0 };
        found(TrueLayerTransaction::set_enrichment(conn, EVERYONE, transaction_id, &enrichment))?
    },

    is_transaction_enriched(transaction_id: TrueLayerTransactionId) => |conn|
        TrueLayerTransaction::is_enriched(conn, EVERYONE, transaction_id)?,

    get_enrichment_from_cache(description: String, direction: String) => |conn|
        EnrichmentCache::lookup(conn, &description, &direction)?,

    cache_enrichment(
        description: String,
        direction: String,
        enrichment: WholeEnrichment,
        provider: String,
        model: String
    ) => |conn| {
        let enrichment = Enrichment { llm_provider: Some(provider), llm_model: Some(model), ..enrichment.0 };
        EnrichmentCache::store(conn, &description, &direction, &enrichment)?;
    },

    log_enrichment_failure(
        transaction_id: TrueLayerTransactionId,
        error_message: Printed,
        retry_count: i32 = 0;
        ..
    ) => |conn| LlmEnrichmentFailure::record(conn, EVERYONE, transaction_id, &error_message.0, retry_count)?,

    get_category_keywords() => |conn| CategoryKeyword::by_category(conn)?,

    add_category_keyword(category_name: String, keyword: String) => |conn|
        CategoryKeyword::add(conn, &category_name, &keyword)?.is_some(),

    remove_category_keyword(category_name: String, keyword: String) => |conn|
        found(CategoryKeyword::remove(conn, &category_name, &keyword))?,

    create_custom_category(name: String) => |conn| Category::create(conn, &name)?.is_some(),

    delete_custom_category(name: String) => |conn|
        matches!(flat_categories::remove(conn, &name)?, Removal::Removed { .. }),

    get_all_account_mappings() => |conn| AccountMapping::list(conn)?,

    add_account_mapping(sort_code: String, account_number: String, friendly_name: String) => |conn| {
        let mapping = NewAccountMapping {
            sort_code: &sort_code,
            account_number: &account_number,
            friendly_name: &friendly_name,
        };
        mapping.insert_if_new(conn)?.map(|mapping| mapping.id)
    },

    update_account_mapping(mapping_id: AccountMappingId, friendly_name: String) => |conn| {
        let changes = AccountMappingChanges { friendly_name: Some(&friendly_name) };
        found(AccountMapping::update(conn, mapping_id, &changes))?
    },

    delete_account_mapping(mapping_id: AccountMappingId) => |conn| found(AccountMapping::delete(conn, mapping_id))?,

    get_account_mapping_by_details(sort_code: String, account_number: String) => |conn|
        AccountMapping::find_by_sort_code_and_account_number(conn, &sort_code, &account_number)?,

    update_truelayer_transaction_merchant(
        transaction_id: TrueLayerTransactionId,
        merchant_name: Option<String>
    ) => |conn| {
        let name = merchant_name.as_deref();
        found(TrueLayerTransaction::set_merchant_name(conn, EVERYONE, transaction_id, name))?
    },

    update_transaction_huququllah(
        transaction_id: TrueLayerTransactionId,
        classification: Option<HuququllahClassification>
    ) => |conn| found(TrueLayerTransaction::set_huququllah_classification(
        conn,
        EVERYONE,
        transaction_id,
        classification,
    ))?,

    get_unclassified_transactions() => |conn| {
        let transactions = ClassifiedTransaction::list_unclassified(conn, EVERYONE)?;
        Answer::List(transactions.into_iter().map(unclassified).collect())
    },

    get_huququllah_summary(date_from: Option<Since> = null, date_to: Option<Until> = null) => |conn| {
        let period = Period {
            from: date_from.and_then(|since| since.0),
            before: date_to.and_then(|until| until.0),
        };
        summary(HuququllahSummary::list(conn, EVERYONE, period)?)
    },

    get_transaction_by_id(transaction_id: TrueLayerTransactionId) => |conn|
        optional(ClassifiedTransaction::find(conn, EVERYONE, transaction_id))?,

    get_all_transactions() => |conn| ClassifiedTransaction::list(conn, EVERYONE)?,

    insert_user(username: String, email: String, password_hash: Secret, is_admin: bool = false) => |conn| {
        let user = NewUser {
            username: Some(&username),
            password_hash: Some(&password_hash),
            is_admin: Some(is_admin),
            ..NewUser::new(&email)
        };
        user.insert(conn)?.id
    },

    get_user_by_id(user_id: UserId) => |conn| optional(User::find_active(conn, user_id))?,

    get_user_by_username(username: String) => |conn| User::find_by_username(conn, &username)?,

    get_user_by_email(email: String) => |conn| User::find_by_email(conn, &email)?,

    update_user_last_login(user_id: UserId, timestamp: DateTime<Utc>) => |conn|
        found(User::record_login(conn, user_id, timestamp))?,

    log_security_event(
        user_id: Option<UserId>,
        event_type: String,
        success: bool,
        ip_address: Option<String> = null,
        user_agent: Option<String> = null,
        metadata: Option<Map<String, Value>> = null
    ) => |conn| {
        let metadata = Value::Object(metadata.unwrap_or_default());
        let event = NewSecurityAuditEvent {
            user_id,
            ip_address: ip_address.as_deref(),
            user_agent: user_agent.as_deref(),
            metadata: Some(&metadata),
            success: Some(success),
            ..NewSecurityAuditEvent::new(&event_type)
        };
        event.insert(conn)?.id
    },
}
