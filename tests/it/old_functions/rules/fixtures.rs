//! Bank accounts with payments, and rules for them.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::Value;
use spending_db::models::core::NewUser;
use spending_db::models::rules::{
    CategoryRule, MerchantNormalization, NewCategoryRule, NewMerchantNormalization,
    NewNormalizedCategory, NewNormalizedSubcategory,
};
use spending_db::models::truelayer::{
    NewBankConnection, NewTrueLayerAccount, NewTrueLayerTransaction, TrueLayerTransaction,
};
use spending_db::types::{
    EVERYONE, NormalizedCategoryId, NormalizedSubcategoryId, PatternType, TransactionType,
    TrueLayerAccountId, TrueLayerTransactionId, UserId,
};

/// A user with one bank account.
pub(super) struct Household {
    pub(super) user: UserId,
    account: TrueLayerAccountId,
}

/// A payment of 12.50 pounds at noon of 1 March 2026, if not said otherwise.
pub(super) struct Payment<'a> {
    pub(super) description: &'a str,
    pub(super) time: &'a str,
    pub(super) direction: TransactionType,
    pub(super) metadata: Option<Value>,
    pub(super) category: Option<NormalizedCategoryId>,
    pub(super) subcategory: Option<NormalizedSubcategoryId>,
}

impl Default for Payment<'_> {
    fn default() -> Self {
        Self {
            description: "CARD PAYMENT",
            time: "2026-03-01T12:00:00Z",
            direction: TransactionType::Debit,
            metadata: None,
            category: None,
            subcategory: None,
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
        let account = account.insert(conn).unwrap().id;
        Self { user, account }
    }

    pub(super) fn pay(
        &self,
        conn: &mut PgConnection,
        payment: &Payment<'_>,
    ) -> TrueLayerTransactionId {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        let amount = "12.50".parse().unwrap();
        let new = NewTrueLayerTransaction {
            metadata: payment.metadata.as_ref(),
            category_id: payment.category,
            subcategory_id: payment.subcategory,
            ..NewTrueLayerTransaction::new(
                self.account,
                &id,
                &id,
                payment.time.parse::<DateTime<Utc>>().unwrap(),
                payment.description,
                &amount,
                "GBP",
                payment.direction,
            )
        };
        new.insert(conn).unwrap().id
    }

    /// A payment with this description.
    pub(super) fn pay_for(
        &self,
        conn: &mut PgConnection,
        description: &str,
    ) -> TrueLayerTransactionId {
        self.pay(
            conn,
            &Payment {
                description,
                ..Payment::default()
            },
        )
    }
}

pub(super) fn transaction(
    conn: &mut PgConnection,
    id: TrueLayerTransactionId,
) -> TrueLayerTransaction {
    TrueLayerTransaction::find(conn, EVERYONE, id).unwrap()
}

/// The enrichment of a transaction; null where it has none.
pub(super) fn enrichment(conn: &mut PgConnection, id: TrueLayerTransactionId) -> Value {
    let metadata = transaction(conn, id).metadata;
    metadata.map_or(Value::Null, |metadata| metadata["enrichment"].clone())
}

/// What changes whenever the row is written.
pub(super) fn version(conn: &mut PgConnection, id: TrueLayerTransactionId) -> String {
    let version = format!("SELECT xmin::text FROM truelayer_transactions WHERE id = {id}");
    sql::<Text>(&version).get_result(conn).unwrap()
}

/// A category rule that is called as its pattern.
pub(super) fn rule(
    conn: &mut PgConnection,
    kind: PatternType,
    pattern: &str,
    category: &str,
    priority: i32,
) -> CategoryRule {
    let new = NewCategoryRule {
        pattern_type: Some(kind),
        priority: Some(priority),
        ..NewCategoryRule::new(pattern, pattern, category)
    };
    new.insert(conn).unwrap()
}

/// A mapping of direct debits of any kind and priority.
pub(super) fn mapping(
    conn: &mut PgConnection,
    kind: PatternType,
    pattern: &str,
    category: Option<&str>,
    priority: i32,
) -> MerchantNormalization {
    let name = format!("{kind} {pattern}");
    let new = NewMerchantNormalization {
        pattern_type: Some(kind),
        default_category: category,
        priority: Some(priority),
        source: Some("direct_debit"),
        ..NewMerchantNormalization::new(pattern, &name)
    };
    new.insert(conn).unwrap()
}

pub(super) fn category(conn: &mut PgConnection, name: &str) -> NormalizedCategoryId {
    NewNormalizedCategory::new(name).insert(conn).unwrap().id
}

pub(super) fn subcategory(
    conn: &mut PgConnection,
    category: NormalizedCategoryId,
    name: &str,
) -> NormalizedSubcategoryId {
    let new = NewNormalizedSubcategory::new(category, name);
    new.insert(conn).unwrap().id
}

/// Runs statements that no model has.
pub(super) fn run(conn: &mut PgConnection, statements: &str) {
    conn.batch_execute(statements).unwrap();
}
