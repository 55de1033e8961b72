//! A user with an account, and payments on it.

use std::sync::atomic::{AtomicU32, Ordering};

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use serde_json::Value;
use spending_db::models::core::NewUser;
use spending_db::models::truelayer::{
    NewBankConnection, NewTrueLayerAccount, NewTrueLayerTransaction, TrueLayerTransaction,
};
use spending_db::types::{
    EVERYONE, TransactionType, TrueLayerAccountId, TrueLayerTransactionId, UserId,
};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A user with one account.
pub(super) struct Household {
    pub(super) user: UserId,
    account: TrueLayerAccountId,
}

/// A payment; by default 10 pounds spent at noon of 1 March 2024.
pub(super) struct Payment<'p> {
    pub(super) time: &'p str,
    pub(super) amount: &'p str,
    pub(super) currency: &'p str,
    pub(super) metadata: Option<Value>,
}

impl Default for Payment<'_> {
    fn default() -> Self {
        Self {
            time: "2024-03-01T12:00:00Z",
            amount: "10.00",
            currency: "GBP",
            metadata: None,
        }
    }
}

impl Household {
    pub(super) fn new(conn: &mut PgConnection) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let email = format!("user{number}@household.example");
        let user = NewUser::new(&email).insert(conn).unwrap().id;
        let connection = NewBankConnection::new(user, "bank", "A bank");
        let connection = connection.insert(conn).unwrap().id;
        let account =
            NewTrueLayerAccount::new(connection, "current", "TRANSACTION", "Current", "GBP");
        Self {
            user,
            account: account.insert(conn).unwrap().id,
        }
    }

    pub(super) fn pays(
        &self,
        conn: &mut PgConnection,
        payment: &Payment<'_>,
    ) -> TrueLayerTransactionId {
        let id = format!("payment-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let amount: BigDecimal = payment.amount.parse().unwrap();
        let new = NewTrueLayerTransaction {
            metadata: payment.metadata.as_ref(),
            ..NewTrueLayerTransaction::new(
                self.account,
                &id,
                &id,
                payment.time.parse().unwrap(),
                "A shop",
                &amount,
                payment.currency,
                TransactionType::Debit,
            )
        };
        new.insert(conn).unwrap().id
    }

    /// A payment with this metadata.
    pub(super) fn pays_with(
        &self,
        conn: &mut PgConnection,
        metadata: Value,
    ) -> TrueLayerTransactionId {
        let payment = Payment {
            metadata: Some(metadata),
            ..Payment::default()
        };
        self.pays(conn, &payment)
    }
}

/// The metadata of a transaction as it is now.
pub(super) fn metadata(conn: &mut PgConnection, id: TrueLayerTransactionId) -> Value {
    let transaction = TrueLayerTransaction::find(conn, EVERYONE, id).unwrap();
    transaction.metadata.unwrap_or_default()
}
