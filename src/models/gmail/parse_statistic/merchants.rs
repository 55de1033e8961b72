//! [`MerchantStatistics`]: what parsing got out of the mails of each merchant.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Numeric, Text};
use serde::Serialize;

use crate::Result;
use crate::types::{GmailConnectionId, UserId};

/// Which attempts to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatisticsFilter<'a> {
    /// Those of one mailbox; `None` for all.
    pub connection: Option<GmailConnectionId>,
    /// Those of exactly this merchant; `None` for all.
    pub merchant_normalized: Option<&'a str>,
    /// Those of exactly this parser; `None` for all.
    pub parse_method: Option<&'a str>,
    /// Those of the last so many times 24 hours, by the database's clock.
    pub days: i32,
}

/// What one parser got out of the mails of one merchant from one sender.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct MerchantStatistics {
    /// The shop, lower-case.
    #[diesel(sql_type = Nullable<Text>)]
    pub merchant_normalized: Option<String>,
    /// Domain of the sender.
    #[diesel(sql_type = Text)]
    pub sender_domain: String,
    /// The parser.
    #[diesel(sql_type = Nullable<Text>)]
    pub parse_method: Option<String>,
    /// Messages that it tried.
    #[diesel(sql_type = BigInt)]
    pub attempts: i64,
    /// Messages from which a receipt came.
    #[diesel(sql_type = BigInt)]
    pub parsed: i64,
    /// Messages in which the shop was found.
    #[diesel(sql_type = BigInt)]
    pub merchant_extracted: i64,
    /// Messages in which the brand was found.
    #[diesel(sql_type = BigInt)]
    pub brand_extracted: i64,
    /// Messages in which the amount was found.
    #[diesel(sql_type = BigInt)]
    pub amount_extracted: i64,
    /// Messages in which the day was found.
    #[diesel(sql_type = BigInt)]
    pub date_extracted: i64,
    /// Messages in which the order number was found.
    #[diesel(sql_type = BigInt)]
    pub order_id_extracted: i64,
    /// Messages in which items were found.
    #[diesel(sql_type = BigInt)]
    pub line_items_extracted: i64,
    /// Messages for which a match was tried.
    #[diesel(sql_type = BigInt)]
    pub match_attempted: i64,
    /// Messages that matched.
    #[diesel(sql_type = BigInt)]
    pub match_success: i64,
    /// 0 to 100, over the messages for which it is known.
    #[diesel(sql_type = Nullable<Numeric>)]
    pub average_match_confidence: Option<BigDecimal>,
    /// Milliseconds, over the messages for which it is known.
    #[diesel(sql_type = Nullable<Numeric>)]
    pub average_parse_duration_ms: Option<BigDecimal>,
    /// US cents.
    #[diesel(sql_type = BigInt)]
    pub llm_cost_cents: i64,
}

impl MerchantStatistics {
    /// Adds up the attempts on the owner's mail: a line a merchant, sender and parser, the one with the most attempts first.
    ///
    /// Takes over `get_gmail_merchant_statistics`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        filter: &StatisticsFilter<'_>,
    ) -> Result<Vec<Self>> {
        Ok(diesel::sql_query(include_str!("merchants.sql"))
            .bind::<Nullable<Integer>, _>(owner.into())
            .bind::<Nullable<Integer>, _>(filter.connection)
            .bind::<Nullable<Text>, _>(filter.merchant_normalized)
            .bind::<Nullable<Text>, _>(filter.parse_method)
            .bind::<Integer, _>(filter.days)
            .load(conn)?)
    }

    /// Messages from which no receipt came, also those that were filtered out.
    pub const fn failed(&self) -> i64 {
        self.attempts - self.parsed
    }

    /// How many of the attempts these are, in per cent to one place; a tie goes to the even digit.
    pub fn rate(&self, messages: i64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of messages are far below 2^53"
        )]
        let percent = messages as f64 / self.attempts as f64 * 100.0;
        let exact = format!("{percent:.1}");
        exact.parse().unwrap_or(percent)
    }
}
