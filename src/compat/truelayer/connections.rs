//! Connections to banks and their accounts.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::function::functions;
use crate::compat::{found, optional};
use crate::models::truelayer::{
    BankConnection, BankConnectionChanges, ConnectionTokens, ListedConnection, NewTrueLayerAccount,
    TrueLayerAccount, TrueLayerAccountChanges,
};
use crate::types::{
    BankConnectionId, BankConnectionStatus, EVERYONE, EncryptedToken, TrueLayerAccountId, UserId,
};

fn listed(row: ListedConnection) -> Answer {
    let connection = row.connection;
    object! {
        "id" => connection.id,
        "user_id" => connection.user_id,
        "provider_id" => connection.provider_id,
        "provider_name" => connection.provider_name,
        "access_token" => connection.access_token,
        "refresh_token" => connection.refresh_token,
        "token_expires_at" => connection.token_expires_at,
        "connection_status" => connection.connection_status,
        "last_synced_at" => connection.last_synced_at,
        "created_at" => connection.created_at,
        "is_token_expired" => row.is_token_expired,
    }
}

row_answer!(
    fn single(BankConnection) {
        id, user_id, provider_id, access_token, refresh_token, token_expires_at, connection_status, last_synced_at,
        created_at,
    }
);

row_answer!(
    fn account_in_list(TrueLayerAccount) {
        id, connection_id, account_id, display_name, account_type, currency, last_synced_at, created_at,
    }
);

row_answer!(
    fn account(TrueLayerAccount) {
        id, connection_id, account_id, display_name, account_type, currency, created_at,
    }
);

/// What is given and not empty.
fn filled(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

functions! {
    /// Connections and accounts.
    FUNCTIONS:

    get_user_connections(user_id: UserId) => |conn| Answer::list(ListedConnection::list_for_user(conn, user_id)?, listed),

    get_connection(connection_id: BankConnectionId) => |conn|
        optional(BankConnection::find(conn, EVERYONE, connection_id))?.map(single),

    get_connection_accounts(connection_id: BankConnectionId) => |conn|
        Answer::list(TrueLayerAccount::list_for_connection(conn, EVERYONE, connection_id)?, account_in_list),

    get_account_by_truelayer_id(truelayer_account_id: String) => |conn|
        TrueLayerAccount::find_by_account_id(conn, EVERYONE, &truelayer_account_id)?.map(account),

    save_bank_connection(
        user_id: UserId,
        provider_id: String,
        access_token: Option<EncryptedToken>,
        refresh_token: Option<EncryptedToken>,
        expires_at: Option<DateTime<Utc>>
    ) => |conn| {
        let tokens = ConnectionTokens {
            access_token: access_token.as_ref(),
            refresh_token: refresh_token.as_ref(),
            expires_at,
        };
        BankConnection::authorise(conn, user_id, &provider_id, &tokens)?.id
    },

    update_connection_status(connection_id: BankConnectionId, status: BankConnectionStatus) => |conn| {
        let changes = BankConnectionChanges { connection_status: Some(status), ..BankConnectionChanges::default() };
        found(BankConnection::update(conn, EVERYONE, connection_id, &changes))?
    },

    update_connection_provider_name(connection_id: BankConnectionId, provider_name: String) => |conn| {
        let changes = BankConnectionChanges { provider_name: Some(&provider_name), ..BankConnectionChanges::default() };
        found(BankConnection::update(conn, EVERYONE, connection_id, &changes))?
    },

    update_connection_provider(
        connection_id: BankConnectionId,
        provider_id: Option<String> = null,
        provider_name: Option<String> = null
    ) => |conn| {
        let changes = BankConnectionChanges {
            provider_id: filled(provider_id.as_ref()),
            provider_name: filled(provider_name.as_ref()),
            ..BankConnectionChanges::default()
        };
        let something = changes.provider_id.is_some() || changes.provider_name.is_some();
        something && found(BankConnection::update(conn, EVERYONE, connection_id, &changes))?
    },

    update_connection_last_synced(connection_id: BankConnectionId, timestamp: Option<DateTime<Utc>>) => |conn| {
        let changes = BankConnectionChanges { last_synced_at: Some(timestamp), ..BankConnectionChanges::default() };
        found(BankConnection::update(conn, EVERYONE, connection_id, &changes))?
    },

    update_connection_tokens(
        connection_id: BankConnectionId,
        access_token: Option<EncryptedToken>,
        refresh_token: Option<EncryptedToken>,
        expires_at: Option<DateTime<Utc>>
    ) => |conn| {
        let tokens = ConnectionTokens {
            access_token: access_token.as_ref(),
            refresh_token: refresh_token.as_ref(),
            expires_at,
        };
        found(BankConnection::set_tokens(conn, EVERYONE, connection_id, &tokens))?
    },

    update_account_last_synced(account_id: TrueLayerAccountId, timestamp: Option<DateTime<Utc>>) => |conn| {
        let changes = TrueLayerAccountChanges { last_synced_at: Some(timestamp), ..TrueLayerAccountChanges::default() };
        found(TrueLayerAccount::update(conn, EVERYONE, account_id, &changes))?
    },

    save_connection_account(
        connection_id: BankConnectionId,
        account_id: String,
        display_name: String,
        account_type: String,
        account_subtype: Option<Value> = null,
        currency: String
    ) => |conn| {
        // There has never been a place for it.
        drop(account_subtype);
        NewTrueLayerAccount::new(connection_id, &account_id, &account_type, &display_name, &currency).save(conn)?.id
    },
}
