//! `gmail_parse_statistics`: what one parse attempt got out of a message.

mod merchants;

pub use merchants::{MerchantStatistics, StatisticsFilter};

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use super::GmailConnection;
use super::GmailSyncJob;
use super::connection;
use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::gmail_parse_statistics;
use crate::types::{
    GmailConnectionId, GmailParseStatisticId, GmailSyncJobId, ParseOutcome, UserId,
};

/// What one parse attempt got out of a message: a row of `gmail_parse_statistics`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = gmail_parse_statistics, belongs_to(GmailConnection, foreign_key = connection_id), belongs_to(GmailSyncJob, foreign_key = sync_job_id), check_for_backend(Pg))]
pub struct GmailParseStatistic {
    /// Identity.
    pub id: GmailParseStatisticId,
    /// The mailbox.
    pub connection_id: GmailConnectionId,
    /// The sync.
    pub sync_job_id: Option<GmailSyncJobId>,
    /// Gmail's id of the message.
    pub message_id: String,
    /// Domain of the sender.
    pub sender_domain: String,
    /// The shop, lower-case.
    pub merchant_normalized: Option<String>,
    /// The parser.
    pub parse_method: Option<String>,
    /// Whether the shop was found.
    pub merchant_extracted: Option<bool>,
    /// Whether the brand was found.
    pub brand_extracted: Option<bool>,
    /// Whether the amount was found.
    pub amount_extracted: Option<bool>,
    /// Whether the day was found.
    pub date_extracted: Option<bool>,
    /// Whether the order number was found.
    pub order_id_extracted: Option<bool>,
    /// Whether items were found.
    pub line_items_extracted: Option<bool>,
    /// Whether a match was tried.
    pub match_attempted: Option<bool>,
    /// Whether it matched.
    pub match_success: Option<bool>,
    /// 0 to 100.
    pub match_confidence: Option<i32>,
    /// Milliseconds.
    pub parse_duration_ms: Option<i32>,
    /// US cents.
    pub llm_cost_cents: Option<i32>,
    /// What came of it.
    pub parsing_status: ParseOutcome,
    /// Why it failed.
    pub parsing_error: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `gmail_parse_statistics`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = gmail_parse_statistics, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailParseStatistic`")]
pub struct NewGmailParseStatistic<'a> {
    pub connection_id: GmailConnectionId,
    pub sync_job_id: Option<GmailSyncJobId>,
    pub message_id: &'a str,
    pub sender_domain: &'a str,
    pub merchant_normalized: Option<&'a str>,
    pub parse_method: Option<&'a str>,
    pub merchant_extracted: Option<bool>,
    pub brand_extracted: Option<bool>,
    pub amount_extracted: Option<bool>,
    pub date_extracted: Option<bool>,
    pub order_id_extracted: Option<bool>,
    pub line_items_extracted: Option<bool>,
    pub match_attempted: Option<Option<bool>>,
    pub match_success: Option<bool>,
    pub match_confidence: Option<i32>,
    pub parse_duration_ms: Option<i32>,
    pub llm_cost_cents: Option<i32>,
    pub parsing_status: ParseOutcome,
    pub parsing_error: Option<&'a str>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<gmail_parse_statistics::table> {
    owned(owner, |owner| {
        gmail_parse_statistics::connection_id
            .eq_any(connection::ids_of(owner))
            .nullable()
    })
}

impl<'a> NewGmailParseStatistic<'a> {
    /// A row with what has no default.
    pub const fn new(
        connection_id: GmailConnectionId,
        message_id: &'a str,
        sender_domain: &'a str,
        parsing_status: ParseOutcome,
    ) -> Self {
        Self {
            connection_id,
            sync_job_id: None,
            message_id,
            sender_domain,
            merchant_normalized: None,
            parse_method: None,
            merchant_extracted: None,
            brand_extracted: None,
            amount_extracted: None,
            date_extracted: None,
            order_id_extracted: None,
            line_items_extracted: None,
            match_attempted: None,
            match_success: None,
            match_confidence: None,
            parse_duration_ms: None,
            llm_cost_cents: None,
            parsing_status,
            parsing_error: None,
        }
    }

    /// Inserts the row, also where there is one of the same message.
    ///
    /// [`Error::Reference`](crate::Error::Reference) where there is no such mailbox or sync.
    ///
    /// Takes over `save_gmail_parse_statistic`.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailParseStatistic> {
        Ok(self
            .insert_into(gmail_parse_statistics::table)
            .returning(GmailParseStatistic::as_returning())
            .get_result(conn)?)
    }
}

impl GmailParseStatistic {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailParseStatisticId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_parse_statistics::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The rows of one connection of the owner. Newest first.
    pub fn list_for_connection(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: GmailConnectionId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(gmail_parse_statistics::connection_id.eq(connection))
            .filter(owned_by(owner.into()))
            .order((
                gmail_parse_statistics::created_at.desc(),
                gmail_parse_statistics::id.desc(),
            ))
            .load(conn)?)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailParseStatisticId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            gmail_parse_statistics::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
