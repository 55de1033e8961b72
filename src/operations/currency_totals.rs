//! Sums that do not mix currencies.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;

/// One sum a currency (ISO 4217 code, three letters), in its major units.
pub type CurrencyTotals = BTreeMap<String, BigDecimal>;

/// From the two arrays of a row: the currencies and, in their order, the sums.
pub(super) fn totals(currencies: Vec<String>, sums: Vec<BigDecimal>) -> CurrencyTotals {
    currencies.into_iter().zip(sums).collect()
}
