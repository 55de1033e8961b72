//! Direct debits and their mappings.

use super::super::answer::{Answer, object};
use super::super::found;
use super::super::function::functions;
use super::isoformat;
use crate::models::rules::{MerchantNormalization, NewDirectDebitMapping};
use crate::operations::rules::{self, DirectDebitPayee, NewPayee};
use crate::types::{EVERYONE, MerchantNormalizationId};

fn payee(payee: DirectDebitPayee) -> Answer {
    let mapping = payee.mapping.as_ref();
    let name = mapping.map(|mapping| mapping.normalized_name.as_str());
    object! {
        "payee" => payee.payee,
        "transaction_count" => payee.transaction_count,
        "sample_description" => payee.sample_description,
        "current_category" => payee.current_category,
        "current_subcategory" => payee.current_subcategory,
        "mapping_id" => mapping.map(|mapping| mapping.id),
        "mapped_name" => name,
        "mapped_category" => mapping.and_then(|mapping| mapping.default_category.as_deref()),
        "mapped_subcategory" => name,
    }
}

fn new_payee(payee: NewPayee) -> Answer {
    object! {
        "payee" => payee.payee,
        "first_seen" => isoformat(payee.first_seen),
        "transaction_count" => payee.transaction_count,
        "mandate_numbers" => payee.mandate_numbers.into_iter().collect::<Vec<_>>(),
    }
}

functions! {
    /// The direct debits.
    FUNCTIONS:

    get_direct_debit_payees() => |conn| Answer::list(rules::list_payees(conn, EVERYONE)?, payee),

    get_direct_debit_mappings() => |conn| MerchantNormalization::list_direct_debit(conn)?,

    save_direct_debit_mapping(
        payee_pattern: String,
        normalized_name: String,
        category: String,
        subcategory: Option<String> = null,
        merchant_type: Option<String> = null
    ) => |conn| {
        drop(subcategory);
        let mapping = NewDirectDebitMapping {
            payee: &payee_pattern,
            normalized_name: &normalized_name,
            category: &category,
            merchant_type: merchant_type.as_deref(),
        };
        mapping.save(conn)?.id
    },

    delete_direct_debit_mapping(mapping_id: MerchantNormalizationId) => |conn|
        found(MerchantNormalization::delete_direct_debit(conn, mapping_id))?,

    apply_direct_debit_mappings() => |conn| {
        let transactions = rules::apply_mappings(conn, EVERYONE)?;
        object! { "updated_count" => transactions.len(), "transactions" => transactions }
    },

    detect_new_direct_debits() => |conn| {
        let payees = rules::new_payees(conn, EVERYONE)?;
        let total = payees.len();
        object! { "new_payees" => Answer::list(payees, new_payee), "total_unmapped" => total }
    },
}
