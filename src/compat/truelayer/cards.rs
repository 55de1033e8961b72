//! Cards, their transactions and balances.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::compat::answer::{Answer, row_answer};
use crate::compat::found;
use crate::compat::function::functions;
use crate::models::Page;
use crate::models::truelayer::{
    NewTrueLayerCard, NewTrueLayerCardBalanceSnapshot, NewTrueLayerCardTransaction, TrueLayerCard,
    TrueLayerCardBalanceSnapshot, TrueLayerCardChanges, TrueLayerCardTransaction,
};
use crate::types::{BankConnectionId, EVERYONE, TrueLayerCardId};

row_answer!(
    fn card_in_list(TrueLayerCard) {
        id, connection_id, card_id, card_name, card_type, last_four, issuer, status, last_synced_at, created_at,
    }
);

row_answer!(
    fn card(TrueLayerCard) {
        id, connection_id, card_id, card_name, card_type, last_four, issuer, status, created_at,
    }
);

row_answer!(
    fn known(TrueLayerCardTransaction) {
        id, card_id, normalised_provider_id, timestamp, description, amount, merchant_name, category,
    }
);

row_answer!(
    fn in_list(TrueLayerCardTransaction) {
        id, card_id, transaction_id, normalised_provider_id, timestamp, description, amount, currency, transaction_type,
        category, merchant_name, running_balance, metadata, created_at,
    }
);

row_answer!(
    fn balance(TrueLayerCardBalanceSnapshot) {
        id, card_id, current_balance, currency, snapshot_at,
    }
);

functions! {
    /// Cards.
    FUNCTIONS:

    save_connection_card(
        connection_id: BankConnectionId,
        card_id: String,
        card_name: Option<String>,
        card_type: Option<String>,
        last_four: Option<String> = null,
        issuer: Option<String> = null
    ) => |conn| {
        let new = NewTrueLayerCard {
            card_name: card_name.as_deref(),
            card_type: card_type.as_deref(),
            last_four: last_four.as_deref(),
            issuer: issuer.as_deref(),
            status: Some("active"),
            ..NewTrueLayerCard::new(connection_id, &card_id)
        };
        new.save(conn)?.id
    },

    get_connection_cards(connection_id: BankConnectionId) => |conn|
        Answer::list(TrueLayerCard::list_for_connection(conn, EVERYONE, connection_id)?, card_in_list),

    get_card_by_truelayer_id(truelayer_card_id: String) => |conn|
        TrueLayerCard::find_by_card_id(conn, EVERYONE, &truelayer_card_id)?.map(card),

    update_card_last_synced(card_id: TrueLayerCardId, timestamp: Option<DateTime<Utc>>) => |conn| {
        let changes = TrueLayerCardChanges { last_synced_at: Some(timestamp), ..TrueLayerCardChanges::default() };
        found(TrueLayerCard::update(conn, EVERYONE, card_id, &changes))?
    },

    get_card_transaction_by_id(normalised_provider_id: Option<String>) => |conn|
        match normalised_provider_id {
            None => None,
            Some(id) => TrueLayerCardTransaction::find_by_normalised_provider_id(conn, EVERYONE, &id)?.map(known),
        },

    insert_truelayer_card_transaction(
        card_id: TrueLayerCardId,
        transaction_id: Option<String>,
        normalised_provider_id: Option<String>,
        timestamp: Option<DateTime<Utc>>,
        description: Option<String>,
        amount: Option<BigDecimal>,
        currency: Option<String>,
        transaction_type: Option<String>,
        transaction_category: Option<String>,
        merchant_name: Option<String>,
        running_balance: Option<BigDecimal>,
        metadata: Option<Value>
    ) => |conn| {
        let new = NewTrueLayerCardTransaction {
            card_id,
            transaction_id: transaction_id.as_deref(),
            normalised_provider_id: normalised_provider_id.as_deref(),
            timestamp,
            description: description.as_deref(),
            amount: amount.as_ref(),
            currency: currency.as_deref(),
            transaction_type: transaction_type.as_deref(),
            category: transaction_category.as_deref(),
            merchant_name: merchant_name.as_deref(),
            running_balance: running_balance.as_ref(),
            metadata: metadata.as_ref(),
        };
        new.insert_if_new(conn)?.map(|row| row.id)
    },

    get_all_truelayer_card_transactions(card_id: Option<TrueLayerCardId> = null) => |conn|
        Answer::list(TrueLayerCardTransaction::list(conn, EVERYONE, card_id, Page::ALL)?, in_list),

    insert_card_balance_snapshot(
        card_id: TrueLayerCardId,
        current_balance: BigDecimal,
        currency: String,
        snapshot_at: DateTime<Utc>
    ) => |conn|
        NewTrueLayerCardBalanceSnapshot::new(card_id, &current_balance, &currency, snapshot_at).insert(conn)?.id,

    get_latest_card_balance_snapshots(card_id: Option<TrueLayerCardId> = null, limit: Option<u32> = 10) => |conn|
        Answer::list(TrueLayerCardBalanceSnapshot::latest(conn, EVERYONE, card_id, limit)?, balance),
}
