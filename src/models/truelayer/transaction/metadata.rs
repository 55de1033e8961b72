//! Members of the `metadata` of bank transactions.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Nullable, Text};
use serde::Serialize;
use serde_json::{Value, json};

use super::{TrueLayerTransaction, TrueLayerTransactionChanges, owned_by};
use crate::Result;
use crate::models::one_row;
use crate::schema::truelayer_transactions;
use crate::types::{Json, TrueLayerTransactionId, UserId};

define_sql_function! {
    /// The text of a member of a JSON object, if it is there and not null.
    #[sql_name = "jsonb_extract_path_text"]
    fn member_text(document: Nullable<Jsonb>, key: Text) -> Nullable<Text>;
}

define_sql_function! {
    /// The text of a member of a member of a JSON object, if it is there and not null.
    #[sql_name = "jsonb_extract_path_text"]
    fn inner_text(document: Nullable<Jsonb>, key: Text, inner: Text) -> Nullable<Text>;
}

define_sql_function! {
    fn jsonb_typeof(document: Nullable<Jsonb>) -> Nullable<Text>;
}

impl TrueLayerTransaction {
    /// Changes a row of the owner and sets one member of its metadata, in one statement. The other members stay;
    /// metadata that is no object is taken as an empty one.
    pub(in crate::models::truelayer) fn update_with_metadata(
        conn: &mut PgConnection,
        owner: Option<UserId>,
        id: TrueLayerTransactionId,
        changes: &TrueLayerTransactionChanges<'_>,
        key: &str,
        value: &impl Serialize,
    ) -> Result<()> {
        let is_object = jsonb_typeof(truelayer_transactions::metadata).eq("object");
        let object: Option<Value> = Some(json!({}));
        let metadata = case_when(is_object, truelayer_transactions::metadata)
            .otherwise(object)
            .concat(Json::object(key, value)?);
        let update = diesel::update(
            truelayer_transactions::table
                .find(id)
                .filter(owned_by(owner)),
        )
        .set((changes, truelayer_transactions::metadata.eq(metadata)));
        one_row(update.execute(conn)?)
    }
}
