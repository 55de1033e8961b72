//! `gmail_sender_patterns`: how mails of a sender domain are parsed.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use crate::Result;
use crate::models::one_row;
use crate::schema::gmail_sender_patterns;
use crate::types::{GmailSenderPatternId, SenderParseType};

/// How mails of a sender domain are parsed: a row of `gmail_sender_patterns`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = gmail_sender_patterns, check_for_backend(Pg))]
pub struct GmailSenderPattern {
    /// Identity.
    pub id: GmailSenderPatternId,
    /// Domain of the sender.
    pub sender_domain: String,
    /// Pattern on the address, where the domain has several senders.
    pub sender_pattern: Option<String>,
    /// The shop.
    pub merchant_name: String,
    /// The shop, lower-case.
    pub normalized_name: String,
    /// How its mails are parsed.
    pub parse_type: SenderParseType,
    /// Patterns by field.
    pub pattern_config: Option<Value>,
    /// Days between receipt and payment.
    pub date_tolerance_days: i32,
    /// Whether it is in use.
    pub is_active: bool,
    /// Mails parsed by it.
    pub usage_count: i32,
    /// When it last fitted.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `gmail_sender_patterns`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = gmail_sender_patterns, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailSenderPattern`")]
pub struct NewGmailSenderPattern<'a> {
    pub sender_domain: &'a str,
    pub sender_pattern: Option<&'a str>,
    pub merchant_name: &'a str,
    pub normalized_name: &'a str,
    pub parse_type: SenderParseType,
    pub pattern_config: Option<&'a Value>,
    pub date_tolerance_days: Option<i32>,
    pub is_active: Option<bool>,
    pub usage_count: Option<i32>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `gmail_sender_patterns`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = gmail_sender_patterns, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailSenderPattern`")]
pub struct GmailSenderPatternChanges<'a> {
    pub sender_domain: Option<&'a str>,
    pub sender_pattern: Option<Option<&'a str>>,
    pub merchant_name: Option<&'a str>,
    pub normalized_name: Option<&'a str>,
    pub parse_type: Option<SenderParseType>,
    pub pattern_config: Option<Option<&'a Value>>,
    pub date_tolerance_days: Option<i32>,
    pub is_active: Option<bool>,
    pub usage_count: Option<i32>,
    pub last_used_at: Option<Option<DateTime<Utc>>>,
}

impl<'a> NewGmailSenderPattern<'a> {
    /// A row with what has no default.
    pub const fn new(
        sender_domain: &'a str,
        merchant_name: &'a str,
        normalized_name: &'a str,
        parse_type: SenderParseType,
    ) -> Self {
        Self {
            sender_domain,
            sender_pattern: None,
            merchant_name,
            normalized_name,
            parse_type,
            pattern_config: None,
            date_tolerance_days: None,
            is_active: None,
            usage_count: None,
            last_used_at: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailSenderPattern> {
        Ok(self
            .insert_into(gmail_sender_patterns::table)
            .returning(GmailSenderPattern::as_returning())
            .get_result(conn)?)
    }
}

impl GmailSenderPattern {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: GmailSenderPatternId) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_sender_patterns::id.eq(id))
            .get_result(conn)?)
    }

    /// All rows. By `sender_domain`.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order(gmail_sender_patterns::sender_domain)
            .load(conn)?)
    }

    /// All patterns, in use or not: the most used first, then by `merchant_name`.
    ///
    /// Takes over `get_gmail_sender_patterns_list`.
    pub fn list_by_usage(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order((
                gmail_sender_patterns::usage_count.desc(),
                gmail_sender_patterns::merchant_name,
                gmail_sender_patterns::id,
            ))
            .load(conn)?)
    }

    /// The pattern in use for mails from exactly this domain, of several the one with the lowest id, if any. Being found
    /// counts as a use.
    ///
    /// Takes over `get_gmail_sender_pattern`.
    pub fn use_for_domain(conn: &mut PgConnection, sender_domain: &str) -> Result<Option<Self>> {
        let candidates = diesel::alias!(gmail_sender_patterns as candidates);
        let first = candidates
            .filter(
                candidates
                    .field(gmail_sender_patterns::sender_domain)
                    .eq(sender_domain),
            )
            .filter(candidates.field(gmail_sender_patterns::is_active))
            .order(candidates.field(gmail_sender_patterns::id))
            .select(candidates.field(gmail_sender_patterns::id))
            .limit(1);
        let row = gmail_sender_patterns::table
            .filter(gmail_sender_patterns::id.eq_any(first))
            .filter(gmail_sender_patterns::is_active);
        Ok(diesel::update(row)
            .set((
                gmail_sender_patterns::usage_count.eq(gmail_sender_patterns::usage_count + 1),
                gmail_sender_patterns::last_used_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: GmailSenderPatternId,
        changes: &GmailSenderPatternChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(gmail_sender_patterns::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: GmailSenderPatternId) -> Result<()> {
        let deleted = diesel::delete(gmail_sender_patterns::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
