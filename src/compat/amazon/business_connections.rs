//! Connections to Amazon Business.

use chrono::{DateTime, TimeDelta, Utc};

use crate::compat::answer::row_answer;
use crate::compat::function::functions;
use crate::compat::{found, optional};
use crate::models::amazon::{AmazonBusinessConnection, NewAmazonBusinessConnection};
use crate::types::{AmazonBusinessConnectionId, EVERYONE, EncryptedToken, UserId};

row_answer!(AmazonBusinessConnection {
    id,
    user_id,
    access_token,
    refresh_token,
    token_expires_at,
    region,
    status,
    marketplace_id,
    is_sandbox,
    last_synced_at,
    created_at,
    updated_at
});

/// The marketplace of a region as the old callers know it: of those that they do not know, the British one.
fn marketplace(region: &str) -> &'static str {
    match region {
        "US" => "ATVPDKIKX0DER",
        "DE" => "A1PA6795UKMFR9",
        _ => "A1F83G8C2ARO7P",
    }
}

functions! {
    /// Connections.
    FUNCTIONS:

    save_amazon_business_connection(
        access_token: EncryptedToken,
        refresh_token: EncryptedToken,
        expires_in: i32,
        region: String = "UK",
        user_id: UserId = 1,
        marketplace_id: Option<String> = null,
        is_sandbox: bool = true
    ) => |conn| {
        let new = NewAmazonBusinessConnection {
            token_expires_at: Some(Utc::now() + TimeDelta::seconds(expires_in.into())),
            region: Some(&region),
            is_sandbox: Some(is_sandbox),
            marketplace_id: Some(marketplace_id.as_deref().unwrap_or_else(|| marketplace(&region))),
            ..NewAmazonBusinessConnection::new(user_id, &access_token, &refresh_token)
        };
        new.connect(conn)?.id
    },

    get_amazon_business_connection(connection_id: Option<AmazonBusinessConnectionId> = null, user_id: UserId = 1) => |conn|
        match connection_id {
            Some(id) if id.0 != 0 => optional(AmazonBusinessConnection::find(conn, user_id, id))?,
            _ => AmazonBusinessConnection::find_active(conn, user_id)?,
        },

    update_amazon_business_tokens(
        connection_id: AmazonBusinessConnectionId,
        access_token: EncryptedToken,
        refresh_token: EncryptedToken,
        expires_at: Option<DateTime<Utc>>
    ) => |conn| found(AmazonBusinessConnection::set_tokens(
        conn, EVERYONE, connection_id, &access_token, &refresh_token, expires_at,
    ))?,

    delete_amazon_business_connection(connection_id: AmazonBusinessConnectionId) => |conn|
        found(AmazonBusinessConnection::disconnect(conn, EVERYONE, connection_id))?,
}
