//! Direct debits by payee, and the mappings that know them.
//!
//! A payment is one where its description begins with `DIRECT DEBIT PAYMENT TO`. Payees are one where they are equal in
//! upper case; a mapping knows the payee that equals its pattern in upper case, whatever its kind of pattern. Of several
//! that know one the greatest priority counts, then the smallest id.

mod apply;
mod payees;

use std::collections::HashMap;

use diesel::prelude::*;

pub use apply::apply_mappings;
pub use payees::{DirectDebitPayee, NewPayee, list_payees, new_payees};

use crate::Result;
use crate::models::rules::MerchantNormalization;

/// `LIKE` this are the descriptions of direct debits.
const DIRECT_DEBITS: &str = "DIRECT DEBIT PAYMENT TO%";

/// The mappings of direct debits by the payee that they know, in upper case.
struct Mappings(HashMap<String, MerchantNormalization>);

impl Mappings {
    fn load(conn: &mut PgConnection) -> Result<Self> {
        let mut mappings = MerchantNormalization::list_direct_debit(conn)?;
        mappings.sort_by_key(|mapping| (-i64::from(mapping.priority), mapping.id));
        let mut by_payee = HashMap::with_capacity(mappings.len());
        for mapping in mappings {
            by_payee
                .entry(mapping.pattern.to_uppercase())
                .or_insert(mapping);
        }
        Ok(Self(by_payee))
    }

    fn find(&self, payee: &str) -> Option<&MerchantNormalization> {
        self.0.get(payee)
    }
}
