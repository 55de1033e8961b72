//! The functions of `core`: categories, account names, enrichment, users.

use super::answer::row_answer;
use super::found;
use super::function::functions;
use crate::Error;
use crate::models::core::{AccountMapping, AccountMappingChanges, NewAccountMapping};
use crate::types::AccountMappingId;

row_answer!(AccountMapping {
    id,
    sort_code,
    account_number,
    friendly_name,
    created_at
});

functions! {
    /// The functions of `core`.
    FUNCTIONS:

    get_all_account_mappings() => |conn| AccountMapping::list(conn)?,

    add_account_mapping(sort_code: String, account_number: String, friendly_name: String) => |conn| {
        let mapping = NewAccountMapping {
            sort_code: &sort_code,
            account_number: &account_number,
            friendly_name: &friendly_name,
        };
        match mapping.insert(conn) {
            Err(Error::Conflict { .. }) => None,
            mapping => Some(mapping?.id),
        }
    },

    update_account_mapping(mapping_id: AccountMappingId, friendly_name: String) => |conn| {
        let changes = AccountMappingChanges { friendly_name: Some(&friendly_name) };
        found(AccountMapping::update(conn, mapping_id, &changes))?
    },

    delete_account_mapping(mapping_id: AccountMappingId) => |conn| found(AccountMapping::delete(conn, mapping_id))?,

    get_account_mapping_by_details(sort_code: String, account_number: String) => |conn|
        AccountMapping::find_by_sort_code_and_account_number(conn, &sort_code, &account_number)?,
}
