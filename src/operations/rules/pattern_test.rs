//! Trying one pattern on all transactions.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use serde::Serialize;

use super::matcher::{Matcher, Text};
use crate::Result;
use crate::models::truelayer::transaction::owned_by;
use crate::schema::truelayer_transactions;
use crate::types::{PatternType, TrueLayerTransactionId, UserId};

/// What a pattern fits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PatternTest {
    /// How many transactions it fits.
    pub matches: i64,
    /// The newest of them.
    pub samples: Vec<SampleTransaction>,
}

/// A transaction that a pattern fits.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize)]
#[diesel(table_name = truelayer_transactions, check_for_backend(diesel::pg::Pg))]
pub struct SampleTransaction {
    /// `truelayer_transactions.id`.
    pub id: TrueLayerTransactionId,
    /// The bank's text.
    pub description: String,
    /// In `currency`, as stored.
    pub amount: BigDecimal,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// When it was made.
    pub timestamp: DateTime<Utc>,
}

/// Tries a pattern on the descriptions of the owner's transactions, as a rule would: counts those that it fits and shows the
/// newest, at most that many. A regular expression that does not compile fits nothing.
///
/// Takes over `test_rule_pattern`.
pub fn test_pattern(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    pattern: &str,
    pattern_type: PatternType,
    shown: u32,
) -> Result<PatternTest> {
    let matcher = Matcher::new([(Some(pattern_type.as_str()), pattern)])?;
    let mut test = PatternTest::default();
    let transactions = truelayer_transactions::table
        .filter(owned_by(owner.into()))
        .order((
            truelayer_transactions::timestamp.desc(),
            truelayer_transactions::id.desc(),
        ))
        .select(SampleTransaction::as_select())
        .load_iter::<SampleTransaction, PgRowByRowLoadingMode>(conn)?;
    for transaction in transactions {
        let transaction = transaction?;
        if matcher
            .first(&Text::new(&transaction.description), |_| true)
            .is_some()
        {
            test.matches += 1;
            if test.matches <= i64::from(shown) {
                test.samples.push(transaction);
            }
        }
    }
    Ok(test)
}
