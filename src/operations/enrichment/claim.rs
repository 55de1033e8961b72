//! Taking transactions that wait for enrichment.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Jsonb, Nullable, Text, Timestamptz};

use super::{EnrichmentOptions, EnrichmentRequest, MatchedSource, MerchantHint};
use crate::Result;
use crate::types::{Document, EnrichmentCacheId, TransactionType, TrueLayerTransactionId, UserId};

/// A transaction that is taken for enrichment.
#[derive(QueryableByName)]
pub(super) struct Claimed {
    #[diesel(sql_type = Integer)]
    pub(super) id: TrueLayerTransactionId,
    #[diesel(sql_type = Timestamptz)]
    pub(super) timestamp: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub(super) description: String,
    #[diesel(sql_type = Text)]
    pub(super) transaction_type: TransactionType,
    #[diesel(sql_type = Nullable<Text>)]
    merchant_name: Option<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    sources: Option<Document<Vec<MatchedSource>>>,
    #[diesel(sql_type = Text)]
    question: String,
    #[diesel(sql_type = Text)]
    direction: String,
    /// The entry of the cache for the question.
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) cache_id: Option<EnrichmentCacheId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) cached: Option<String>,
}

/// What the cache knows an answer by: the description, with a digest of what explains the transaction where something does,
/// and `in` or `out`.
pub(super) type Question = (String, String);

impl Claimed {
    pub(super) fn question(&self) -> Question {
        (self.question.clone(), self.direction.clone())
    }

    /// What an enricher is told.
    pub(super) fn request(self, hint: Option<MerchantHint>) -> EnrichmentRequest {
        EnrichmentRequest {
            description: self.description,
            direction: self.transaction_type,
            timestamp: self.timestamp,
            merchant_name: self.merchant_name,
            hint,
            sources: self.sources.map(|sources| sources.0).unwrap_or_default(),
        }
    }
}

/// Which transactions are taken next.
pub(super) struct Choice<'a> {
    pub(super) user: UserId,
    pub(super) options: &'a EnrichmentOptions,
    /// Only these.
    pub(super) among: Option<&'a [TrueLayerTransactionId]>,
    /// Only what comes after this one.
    pub(super) after: Option<(DateTime<Utc>, TrueLayerTransactionId)>,
    /// At most so many.
    pub(super) rows: usize,
}

impl Choice<'_> {
    /// Takes transactions: their rows are locked until the end of the database transaction.
    pub(super) fn claim(&self, conn: &mut PgConnection) -> Result<Vec<Claimed>> {
        let options = self.options;
        let (timestamp, id) = self.after.unzip();
        let claim = include_str!("claim.sql").replace("$waiting", include_str!("waiting.sql"));
        Ok(diesel::sql_query(claim)
            .bind::<Integer, _>(self.user)
            .bind::<Nullable<Array<Integer>>, _>(self.among)
            .bind::<Nullable<Text>, _>(options.direction)
            .bind::<Bool, _>(options.force)
            .bind::<Bool, _>(options.retry_failed)
            .bind::<Double, _>(options.retry_after.as_secs_f64())
            .bind::<Integer, _>(i32::try_from(options.most_retries).unwrap_or(i32::MAX))
            .bind::<Nullable<Timestamptz>, _>(timestamp)
            .bind::<Nullable<Integer>, _>(id)
            .bind::<BigInt, _>(i64::try_from(self.rows).unwrap_or(i64::MAX))
            .load(conn)?)
    }
}
