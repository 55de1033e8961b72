//! Setting the statuses anew.

use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text};
use serde::Serialize;

use crate::Result;
use crate::models::truelayer::transaction;
use crate::operations::pre_enrichment::detect_anywhere;
use crate::types::{PreEnrichmentStatus, TransactionType, TrueLayerTransactionId, UserId};

/// How many transactions were given each status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the fields are those of `PreEnrichmentStatus`")]
pub struct StatusCounts {
    pub none: i64,
    pub apple: i64,
    pub amazon: i64,
    pub amazon_return: i64,
    pub matched: i64,
    pub gmail: i64,
}

/// A transaction with what decides its status.
#[derive(QueryableByName)]
pub(super) struct Transaction {
    #[diesel(sql_type = Integer)]
    pub(super) id: TrueLayerTransactionId,
    #[diesel(sql_type = Text)]
    pub(super) description: String,
    #[diesel(sql_type = Text)]
    pub(super) merchant: String,
    #[diesel(sql_type = Text)]
    pub(super) transaction_type: TransactionType,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) status: Option<PreEnrichmentStatus>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) matched: Option<PreEnrichmentStatus>,
}

/// A status to write, where the row still has the one that was read.
#[derive(Default)]
pub(super) struct Changes {
    ids: Vec<TrueLayerTransactionId>,
    read: Vec<Option<PreEnrichmentStatus>>,
    decided: Vec<PreEnrichmentStatus>,
}

/// Sets `pre_enrichment_status` of all the owner's transactions anew and counts what each was given: `Matched` for what is
/// matched to an Amazon order, an Amazon Business order or an App Store purchase and for refunds of Amazon returns; else what
/// description and merchant say (`Apple`, `AMZN`, and `AMZN RTN` for a credit); else `Gmail` for what is matched to a receipt;
/// else `None`.
///
/// Only rows whose status changes are written, in one statement. A status or a match that another session writes meanwhile
/// is kept.
///
/// Takes over `backfill_pre_enrichment_status`.
pub fn backfill(conn: &mut PgConnection, owner: impl Into<Option<UserId>>) -> Result<StatusCounts> {
    let owner = owner.into();
    conn.transaction(|conn| {
        let mut counts = StatusCounts::default();
        let mut changes = Changes::default();
        let transactions = diesel::sql_query(include_str!("read.sql"))
            .bind::<Nullable<Integer>, _>(owner)
            .load_iter::<Transaction, PgRowByRowLoadingMode>(conn)?;
        for row in transactions {
            let row = row?;
            let decided = row.decide();
            counts.add(decided);
            if row.status != Some(decided) {
                changes.push(&row, decided);
            }
        }
        changes.write(conn)?;
        Ok(counts)
    })
}

impl Transaction {
    fn decide(&self) -> PreEnrichmentStatus {
        if self.matched == Some(PreEnrichmentStatus::Matched) {
            return PreEnrichmentStatus::Matched;
        }
        match detect_anywhere(&self.description, &self.merchant, self.transaction_type) {
            PreEnrichmentStatus::None => self.matched.unwrap_or(PreEnrichmentStatus::None),
            vendor => vendor,
        }
    }
}

impl StatusCounts {
    fn add(&mut self, status: PreEnrichmentStatus) {
        *match status {
            PreEnrichmentStatus::None => &mut self.none,
            PreEnrichmentStatus::Apple => &mut self.apple,
            PreEnrichmentStatus::Amazon => &mut self.amazon,
            PreEnrichmentStatus::AmazonReturn => &mut self.amazon_return,
            PreEnrichmentStatus::Matched | PreEnrichmentStatus::AmazonBusiness => &mut self.matched,
            PreEnrichmentStatus::Gmail => &mut self.gmail,
        } += 1;
    }
}

impl Changes {
    pub(super) fn push(&mut self, row: &Transaction, decided: PreEnrichmentStatus) {
        self.ids.push(row.id);
        self.read.push(row.status);
        self.decided.push(decided);
    }

    pub(super) fn write(self, conn: &mut PgConnection) -> Result<()> {
        if self.ids.is_empty() {
            return Ok(());
        }
        transaction::lock(conn, None, &self.ids)?;
        diesel::sql_query(include_str!("write.sql"))
            .bind::<Array<Integer>, _>(self.ids)
            .bind::<Array<Nullable<Text>>, _>(self.read)
            .bind::<Array<Text>, _>(self.decided)
            .execute(conn)?;
        Ok(())
    }
}
