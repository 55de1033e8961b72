//! `gmail_transaction_matches`: which receipts belong to which bank transaction.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use super::GmailReceipt;
use crate::Result;
use crate::models::truelayer::TrueLayerTransaction;
use crate::models::truelayer::transaction;
use crate::models::{Filter, one_row, owned};
use crate::schema::gmail_transaction_matches;
use crate::types::{
    GmailMatchType, GmailReceiptId, GmailTransactionMatchId, TrueLayerTransactionId, UserId,
};

/// Which receipts belong to which bank transaction: a row of `gmail_transaction_matches`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = gmail_transaction_matches, belongs_to(GmailReceipt, foreign_key = gmail_receipt_id), belongs_to(TrueLayerTransaction, foreign_key = truelayer_transaction_id), check_for_backend(Pg))]
pub struct GmailTransactionMatch {
    /// Identity.
    pub id: GmailTransactionMatchId,
    /// `truelayer_transactions.id`.
    pub truelayer_transaction_id: TrueLayerTransactionId,
    /// `gmail_receipts.id`.
    pub gmail_receipt_id: GmailReceiptId,
    /// 0 to 100.
    pub match_confidence: i32,
    /// How receipt and payment relate.
    pub match_type: GmailMatchType,
    /// The rule that matched.
    pub match_method: Option<String>,
    /// Whether the payment is in another currency.
    pub currency_converted: bool,
    /// Receipt currency for one unit of the payment's.
    pub conversion_rate: Option<BigDecimal>,
    /// A person confirmed it; never replaced.
    pub user_confirmed: bool,
    /// When the match was made.
    pub matched_at: Option<DateTime<Utc>>,
}

/// A row for `gmail_transaction_matches`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = gmail_transaction_matches, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `GmailTransactionMatch`"
)]
pub struct NewGmailTransactionMatch<'a> {
    pub truelayer_transaction_id: TrueLayerTransactionId,
    pub gmail_receipt_id: GmailReceiptId,
    pub match_confidence: i32,
    pub match_type: Option<GmailMatchType>,
    pub match_method: Option<&'a str>,
    pub currency_converted: Option<bool>,
    pub conversion_rate: Option<&'a BigDecimal>,
    pub user_confirmed: Option<bool>,
    pub matched_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `gmail_transaction_matches`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = gmail_transaction_matches, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `GmailTransactionMatch`"
)]
pub struct GmailTransactionMatchChanges<'a> {
    pub match_confidence: Option<i32>,
    pub match_type: Option<GmailMatchType>,
    pub match_method: Option<Option<&'a str>>,
    pub currency_converted: Option<bool>,
    pub conversion_rate: Option<Option<&'a BigDecimal>>,
    pub user_confirmed: Option<bool>,
    pub matched_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<gmail_transaction_matches::table> {
    owned(owner, |owner| {
        gmail_transaction_matches::truelayer_transaction_id
            .eq_any(transaction::ids_of(owner))
            .nullable()
    })
}

impl NewGmailTransactionMatch<'_> {
    /// A row with what has no default.
    pub const fn new(
        truelayer_transaction_id: TrueLayerTransactionId,
        gmail_receipt_id: GmailReceiptId,
        match_confidence: i32,
    ) -> Self {
        Self {
            truelayer_transaction_id,
            gmail_receipt_id,
            match_confidence,
            match_type: None,
            match_method: None,
            currency_converted: None,
            conversion_rate: None,
            user_confirmed: None,
            matched_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `truelayer_transaction_id` and `gmail_receipt_id` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailTransactionMatch> {
        Ok(self
            .insert_into(gmail_transaction_matches::table)
            .returning(GmailTransactionMatch::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `truelayer_transaction_id` and `gmail_receipt_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<GmailTransactionMatch> {
        Ok(self
            .insert_into(gmail_transaction_matches::table)
            .on_conflict((
                gmail_transaction_matches::truelayer_transaction_id,
                gmail_transaction_matches::gmail_receipt_id,
            ))
            .do_update()
            .set(self)
            .returning(GmailTransactionMatch::as_returning())
            .get_result(conn)?)
    }
}

impl GmailTransactionMatch {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailTransactionMatchId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_transaction_matches::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `truelayer_transaction_id` and `gmail_receipt_id`, if any.
    pub fn find_by_truelayer_transaction_id_and_gmail_receipt_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        truelayer_transaction_id: TrueLayerTransactionId,
        gmail_receipt_id: GmailReceiptId,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(
                gmail_transaction_matches::truelayer_transaction_id.eq(truelayer_transaction_id),
            )
            .filter(gmail_transaction_matches::gmail_receipt_id.eq(gmail_receipt_id))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The rows of one transaction of the owner. Newest first.
    pub fn list_for_transaction(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transaction: TrueLayerTransactionId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(gmail_transaction_matches::truelayer_transaction_id.eq(transaction))
            .filter(owned_by(owner.into()))
            .order((
                gmail_transaction_matches::matched_at.desc(),
                gmail_transaction_matches::id.desc(),
            ))
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailTransactionMatchId,
        changes: &GmailTransactionMatchChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            gmail_transaction_matches::table
                .find(id)
                .filter(owned_by(owner)),
        )
        .set(changes)
        .returning(Self::as_returning())
        .get_result(conn)
        .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Notes that a person confirmed the match of the owner; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `confirm_gmail_match`.
    pub fn confirm(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailTransactionMatchId,
    ) -> Result<Self> {
        let changes = GmailTransactionMatchChanges {
            user_confirmed: Some(true),
            ..GmailTransactionMatchChanges::default()
        };
        Self::update(conn, owner, id, &changes)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without. What the receipt told
    /// of the transaction stays: see [`remove`](crate::operations::gmail::matches::remove).
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailTransactionMatchId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            gmail_transaction_matches::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
