//! Households with payments.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use serde_json::Value;
use spending_db::models::core::NewUser;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource,
};
use spending_db::models::truelayer::{
    NewBankConnection, NewTrueLayerAccount, NewTrueLayerTransaction, TrueLayerTransaction,
};
use spending_db::types::{
    EVERYONE, EnrichmentSourceType, PreEnrichmentStatus, TransactionEnrichmentSourceId,
    TransactionType, TrueLayerAccountId, TrueLayerTransactionId, UserId,
};

/// A user with one bank account.
pub(super) struct Household {
    pub(super) user: UserId,
    pub(super) account: TrueLayerAccountId,
}

/// A bank transaction to store: 12.50 pounds paid at noon of 1 March 2026, if not said otherwise.
pub(super) struct Payment {
    pub(super) description: &'static str,
    pub(super) merchant: Option<&'static str>,
    pub(super) amount: &'static str,
    pub(super) currency: &'static str,
    pub(super) time: &'static str,
    pub(super) direction: TransactionType,
    pub(super) category: Option<&'static str>,
    pub(super) metadata: Option<Value>,
    pub(super) status: Option<PreEnrichmentStatus>,
    pub(super) required: bool,
}

impl Default for Payment {
    fn default() -> Self {
        Self {
            description: "CARD PAYMENT",
            merchant: None,
            amount: "12.50",
            currency: "GBP",
            time: "2026-03-01T12:00:00Z",
            direction: TransactionType::Debit,
            category: None,
            metadata: None,
            status: None,
            required: false,
        }
    }
}

impl Household {
    pub(super) fn new(conn: &mut PgConnection, name: &str) -> Self {
        let email = format!("{name}@fixture.example");
        let user = NewUser::new(&email).insert(conn).unwrap().id;
        let bank = NewBankConnection::new(user, name, "A bank")
            .insert(conn)
            .unwrap()
            .id;
        let account = NewTrueLayerAccount::new(bank, name, "TRANSACTION", "Current", "GBP");
        Self {
            user,
            account: account.insert(conn).unwrap().id,
        }
    }

    pub(super) fn pay(&self, conn: &mut PgConnection, payment: Payment) -> TrueLayerTransactionId {
        let id = diesel::select(sql::<Integer>(
            "(SELECT count(*)::int FROM truelayer_transactions)",
        ));
        let id = id.get_result::<i32>(conn).unwrap().to_string();
        let amount: BigDecimal = payment.amount.parse().unwrap();
        let new = NewTrueLayerTransaction {
            transaction_category: payment.category,
            merchant_name: payment.merchant,
            metadata: payment.metadata.as_ref(),
            pre_enrichment_status: payment.status.map(Some),
            enrichment_required: Some(payment.required),
            ..NewTrueLayerTransaction::new(
                self.account,
                &id,
                &id,
                payment.time.parse::<DateTime<Utc>>().unwrap(),
                payment.description,
                &amount,
                payment.currency,
                payment.direction,
            )
        };
        new.insert(conn).unwrap().id
    }
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn transaction(
    conn: &mut PgConnection,
    id: TrueLayerTransactionId,
) -> TrueLayerTransaction {
    TrueLayerTransaction::find(conn, EVERYONE, id).unwrap()
}

/// A source from the retail order with this id.
pub(super) fn order(
    transaction: TrueLayerTransactionId,
    source_id: i32,
) -> NewTransactionEnrichmentSource<'static> {
    NewTransactionEnrichmentSource {
        source_id: Some(source_id),
        ..NewTransactionEnrichmentSource::new(transaction, EnrichmentSourceType::Amazon, "A book")
    }
}

/// The ids of the transaction's primary sources.
pub(super) fn primaries(
    conn: &mut PgConnection,
    transaction: TrueLayerTransactionId,
) -> Vec<TransactionEnrichmentSourceId> {
    TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, transaction)
        .unwrap()
        .into_iter()
        .filter(|source| source.is_primary)
        .map(|source| source.id)
        .collect()
}

/// Runs statements that make rows no model is asked about.
pub(super) fn run(conn: &mut PgConnection, statements: &str) {
    diesel::connection::SimpleConnection::batch_execute(conn, statements).unwrap();
}
