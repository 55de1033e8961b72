//! Webhooks and balances of accounts.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::compat::answer::{Answer, row_answer};
use crate::compat::failure::Failure;
use crate::compat::found;
use crate::compat::function::functions;
use crate::models::system::{NewWebhookEvent, WebhookEvent};
use crate::models::truelayer::{NewTrueLayerBalance, TrueLayerBalance};
use crate::types::{EVERYONE, TrueLayerAccountId};

/// As many as the old function ever gave.
const EVENTS: u32 = 100;

row_answer!(
    fn event(WebhookEvent) {
        id, event_id, event_type, payload, signature, processed, created_at, processed_at,
    }
);

row_answer!(
    fn balance(TrueLayerBalance) {
        id, account_id, current_balance, currency, snapshot_at,
    }
);

functions! {
    /// Webhooks and balances.
    FUNCTIONS:

    insert_webhook_event(
        event_id: String,
        event_type: String,
        payload: Value,
        signature: Option<String> = null,
        processed: bool = false
    ) => |conn| {
        if payload.is_null() {
            return Err(Failure::argument("payload", "a value is needed"));
        }
        let new = NewWebhookEvent {
            signature: signature.as_deref(),
            processed: Some(processed),
            ..NewWebhookEvent::new(&event_id, &event_type, &payload)
        };
        new.insert(conn)?.id
    },

    mark_webhook_processed(event_id: String) => |conn| found(WebhookEvent::mark_processed(conn, &event_id))?,

    get_webhook_events(processed_only: bool = false) => |conn|
        Answer::list(WebhookEvent::list(conn, processed_only, EVENTS)?, event),

    insert_balance_snapshot(
        account_id: TrueLayerAccountId,
        current_balance: BigDecimal,
        currency: String,
        snapshot_at: DateTime<Utc>
    ) => |conn| NewTrueLayerBalance::new(account_id, &current_balance, &currency, snapshot_at).insert(conn)?.id,

    get_latest_balance_snapshots(account_id: Option<TrueLayerAccountId> = null, limit: Option<u32> = 10) => |conn|
        Answer::list(TrueLayerBalance::latest(conn, EVERYONE, account_id, limit)?, balance),
}
