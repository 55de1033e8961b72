//! Who is paid by direct debit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use serde::Serialize;

use super::super::payee::Payee;
use super::{DIRECT_DEBITS, Mappings};
use crate::Result;
use crate::models::rules::MerchantNormalization;
use crate::models::truelayer::transaction::owned_by;
use crate::schema::truelayer_transactions;
use crate::types::UserId;

/// A payee of direct debits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DirectDebitPayee {
    /// The name, as the newest payment spells it.
    pub payee: String,
    /// Number of payments.
    pub transaction_count: i64,
    /// The description of the newest.
    pub sample_description: String,
    /// The category that most of their enrichments give; of several the one of the newest payment; `None` where that is none
    /// or `Uncategorized`.
    pub current_category: Option<String>,
    /// Likewise the subcategory; `None` where that is none or `None`.
    pub current_subcategory: Option<String>,
    /// Numbers of their mandates, as they are written.
    pub mandate_numbers: BTreeSet<String>,
    /// The mapping that knows the payee.
    pub mapping: Option<MerchantNormalization>,
}

/// A payee of direct debits that no mapping knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPayee {
    /// The name, as the oldest payment spells it.
    pub payee: String,
    /// When that was made.
    pub first_seen: DateTime<Utc>,
    /// Number of payments.
    pub transaction_count: i64,
    /// Numbers of their mandates, as they are written.
    pub mandate_numbers: BTreeSet<String>,
}

/// Lists the payees of the owner's direct debits, by their names in upper case, code point by code point.
///
/// Takes over `get_direct_debit_payees`.
pub fn list_payees(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<Vec<DirectDebitPayee>> {
    let mappings = Mappings::load(conn)?;
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let payments = truelayer_transactions::table
        .filter(truelayer_transactions::description.like(DIRECT_DEBITS))
        .filter(owned_by(owner.into()))
        .order((
            truelayer_transactions::timestamp.desc(),
            truelayer_transactions::id.desc(),
        ))
        .select((
            truelayer_transactions::description,
            enrichment("truelayer_transactions.metadata #>> '{enrichment,primary_category}'"),
            enrichment("truelayer_transactions.metadata #>> '{enrichment,subcategory}'"),
        ))
        .load_iter::<(String, Option<String>, Option<String>), PgRowByRowLoadingMode>(conn)?;
    for payment in payments {
        let (description, category, subcategory) = payment?;
        let Some(payee) = Payee::of(&description) else {
            continue;
        };
        let group = groups
            .entry(payee.name.to_uppercase())
            .or_insert_with(|| Group::new(payee.name, description));
        group.transaction_count += 1;
        group.mandate_numbers.extend(payee.mandate);
        group.categories.add(category);
        group.subcategories.add(subcategory);
    }
    let groups = groups.into_iter();
    Ok(groups
        .map(|(upper, group)| DirectDebitPayee {
            payee: group.payee,
            transaction_count: group.transaction_count,
            sample_description: group.sample_description,
            current_category: group.categories.most_frequent(),
            current_subcategory: group.subcategories.most_frequent(),
            mandate_numbers: group.mandate_numbers,
            mapping: mappings.find(&upper).cloned(),
        })
        .collect())
}

/// Lists the payees of the owner's direct debits that no mapping knows, by their names in upper case, code point by code
/// point.
///
/// Takes over `detect_new_direct_debits`.
pub fn new_payees(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<Vec<NewPayee>> {
    let mappings = Mappings::load(conn)?;
    let mut groups: BTreeMap<String, NewPayee> = BTreeMap::new();
    let payments = truelayer_transactions::table
        .filter(truelayer_transactions::description.like(DIRECT_DEBITS))
        .filter(owned_by(owner.into()))
        .order((
            truelayer_transactions::timestamp,
            truelayer_transactions::id,
        ))
        .select((
            truelayer_transactions::description,
            truelayer_transactions::timestamp,
        ))
        .load_iter::<(String, DateTime<Utc>), PgRowByRowLoadingMode>(conn)?;
    for payment in payments {
        let (description, timestamp) = payment?;
        let Some(payee) = Payee::of(&description) else {
            continue;
        };
        let upper = payee.name.to_uppercase();
        if mappings.find(&upper).is_some() {
            continue;
        }
        let group = groups.entry(upper).or_insert_with(|| NewPayee {
            payee: payee.name,
            first_seen: timestamp,
            transaction_count: 0,
            mandate_numbers: BTreeSet::new(),
        });
        group.transaction_count += 1;
        group.mandate_numbers.extend(payee.mandate);
    }
    Ok(groups.into_values().collect())
}

fn enrichment(member: &str) -> diesel::expression::SqlLiteral<Nullable<Text>> {
    sql(member)
}

/// The payments to one payee.
struct Group {
    payee: String,
    sample_description: String,
    transaction_count: i64,
    mandate_numbers: BTreeSet<String>,
    categories: Frequencies,
    subcategories: Frequencies,
}

impl Group {
    fn new(payee: String, sample_description: String) -> Self {
        Self {
            payee,
            sample_description,
            transaction_count: 0,
            mandate_numbers: BTreeSet::new(),
            categories: Frequencies::new("Uncategorized"),
            subcategories: Frequencies::new("None"),
        }
    }
}

/// How often each word came, in the order of their first coming.
struct Frequencies {
    /// The word for none.
    none: &'static str,
    counts: Vec<(String, i64)>,
}

impl Frequencies {
    const fn new(none: &'static str) -> Self {
        Self {
            none,
            counts: Vec::new(),
        }
    }

    fn add(&mut self, word: Option<String>) {
        let word = word.filter(|word| !word.is_empty());
        let word = word.unwrap_or_else(|| self.none.to_owned());
        match self.counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((word, 1)),
        }
    }

    /// The most frequent word, of several the one that came first.
    fn most_frequent(self) -> Option<String> {
        let backwards = self.counts.into_iter().rev();
        let (word, _) = backwards.max_by_key(|(_, count)| *count)?;
        (word != self.none).then_some(word)
    }
}
