//! Mappings of direct debits: entries that know a payee.

use diesel::dsl;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{MerchantNormalization, NewMerchantNormalization};
use crate::Result;
use crate::models::one_row;
use crate::schema::merchant_normalizations;
use crate::types::{MerchantNormalizationId, PatternType};

/// The `source` of mappings.
const SOURCE: &str = "direct_debit";
/// The `priority` of mappings.
const PRIORITY: i32 = 100;

/// What the payments to a payee by direct debit are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDirectDebitMapping<'a> {
    /// The payee; case and white space around it are of no account.
    pub payee: &'a str,
    /// The clean name, which is the subcategory too.
    pub normalized_name: &'a str,
    /// Name of the category.
    pub category: &'a str,
    /// Kind of shop.
    pub merchant_type: Option<&'a str>,
}

impl NewDirectDebitMapping<'_> {
    /// Stores the mapping as an `exact` entry for the trimmed, upper-cased payee, with priority 100 and the source
    /// `direct_debit`. An entry with that pattern, of whatever source, becomes this mapping and keeps its id, its count and
    /// its age.
    ///
    /// Takes over `save_direct_debit_mapping`.
    pub fn save(&self, conn: &mut PgConnection) -> Result<MerchantNormalization> {
        let pattern = self.payee.trim().to_uppercase();
        let exact = PatternType::Exact;
        conn.transaction(|conn| {
            let before = MerchantNormalization::find_by_pattern_and_pattern_type(
                conn,
                &pattern,
                exact.as_str(),
            )?;
            if let Some(entry) = before.filter(|entry| !entry.is_direct_debit()) {
                tracing::warn!(id = %entry.id, source = ?entry.source, "an entry becomes a mapping of direct debits");
            }
            let new = NewMerchantNormalization {
                pattern_type: Some(exact),
                merchant_type: self.merchant_type,
                default_category: Some(self.category),
                priority: Some(PRIORITY),
                source: Some(SOURCE),
                ..NewMerchantNormalization::new(&pattern, self.normalized_name)
            };
            Ok(new
                .insert_into(merchant_normalizations::table)
                .on_conflict((
                    merchant_normalizations::pattern,
                    merchant_normalizations::pattern_type,
                ))
                .do_update()
                .set((
                    merchant_normalizations::normalized_name
                        .eq(excluded(merchant_normalizations::normalized_name)),
                    merchant_normalizations::merchant_type
                        .eq(excluded(merchant_normalizations::merchant_type)),
                    merchant_normalizations::default_category
                        .eq(excluded(merchant_normalizations::default_category)),
                    merchant_normalizations::priority
                        .eq(excluded(merchant_normalizations::priority)),
                    merchant_normalizations::source.eq(excluded(merchant_normalizations::source)),
                    merchant_normalizations::updated_at.eq(dsl::now),
                ))
                .returning(MerchantNormalization::as_returning())
                .get_result(conn)?)
        })
    }
}

impl MerchantNormalization {
    /// Whether it is a mapping of direct debits.
    pub fn is_direct_debit(&self) -> bool {
        self.source.as_deref() == Some(SOURCE)
    }

    /// The mappings of direct debits. The greatest priority first, then by pattern.
    ///
    /// Takes over `get_direct_debit_mappings`.
    pub fn list_direct_debit(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(merchant_normalizations::source.eq(SOURCE))
            .order((
                merchant_normalizations::priority.desc(),
                merchant_normalizations::pattern,
                merchant_normalizations::id,
            ))
            .load(conn)?)
    }

    /// Deletes the mapping of direct debits with this id; [`Error::NotFound`](crate::Error::NotFound) without, also for an
    /// entry of another source. Transactions keep what it gave them.
    ///
    /// Takes over `delete_direct_debit_mapping`.
    pub fn delete_direct_debit(conn: &mut PgConnection, id: MerchantNormalizationId) -> Result<()> {
        let mapping = merchant_normalizations::table
            .find(id)
            .filter(merchant_normalizations::source.eq(SOURCE));
        one_row(diesel::delete(mapping).execute(conn)?)
    }
}
