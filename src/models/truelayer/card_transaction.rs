//! `truelayer_card_transactions`: card transactions.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use super::TrueLayerCard;
use super::card;
use crate::Result;
use crate::models::{Filter, Page, given, one_row, owned};
use crate::schema::truelayer_card_transactions;
use crate::types::{TrueLayerCardId, TrueLayerCardTransactionId, UserId};

/// Card transactions: a row of `truelayer_card_transactions`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_card_transactions, belongs_to(TrueLayerCard, foreign_key = card_id), check_for_backend(Pg))]
pub struct TrueLayerCardTransaction {
    /// Identity.
    pub id: TrueLayerCardTransactionId,
    /// `truelayer_cards.id`.
    pub card_id: TrueLayerCardId,
    /// TrueLayer's id; may change between requests.
    pub transaction_id: Option<String>,
    /// Stable between requests; what imports deduplicate by.
    pub normalised_provider_id: Option<String>,
    /// The full instant that the bank gave, in UTC.
    pub timestamp: Option<DateTime<Utc>>,
    /// The bank's text.
    pub description: Option<String>,
    /// Without sign, in `currency`; `transaction_type` carries the direction.
    pub amount: Option<BigDecimal>,
    /// ISO 4217 code, three letters.
    pub currency: Option<String>,
    /// `DEBIT` or `CREDIT`, as sent.
    pub transaction_type: Option<String>,
    /// The bank's category, as sent.
    pub category: Option<String>,
    /// As sent.
    pub merchant_name: Option<String>,
    /// Balance of the card after it, in `currency`.
    pub running_balance: Option<BigDecimal>,
    /// What the bank sent beside the columns.
    pub metadata: Option<Value>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// Where a row stands in the list of card transactions: its `timestamp`, then its `id`.
pub type CardTransactionKey = (Option<DateTime<Utc>>, TrueLayerCardTransactionId);

/// A row for `truelayer_card_transactions`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = truelayer_card_transactions, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerCardTransaction`"
)]
pub struct NewTrueLayerCardTransaction<'a> {
    pub card_id: TrueLayerCardId,
    pub transaction_id: Option<&'a str>,
    pub normalised_provider_id: Option<&'a str>,
    pub timestamp: Option<DateTime<Utc>>,
    pub description: Option<&'a str>,
    pub amount: Option<&'a BigDecimal>,
    pub currency: Option<&'a str>,
    pub transaction_type: Option<&'a str>,
    pub category: Option<&'a str>,
    pub merchant_name: Option<&'a str>,
    pub running_balance: Option<&'a BigDecimal>,
    pub metadata: Option<&'a Value>,
}

/// What to change in a row of `truelayer_card_transactions`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_card_transactions, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerCardTransaction`"
)]
pub struct TrueLayerCardTransactionChanges<'a> {
    pub transaction_id: Option<Option<&'a str>>,
    pub normalised_provider_id: Option<Option<&'a str>>,
    pub timestamp: Option<Option<DateTime<Utc>>>,
    pub description: Option<Option<&'a str>>,
    pub amount: Option<Option<&'a BigDecimal>>,
    pub currency: Option<Option<&'a str>>,
    pub transaction_type: Option<Option<&'a str>>,
    pub category: Option<Option<&'a str>>,
    pub merchant_name: Option<Option<&'a str>>,
    pub running_balance: Option<Option<&'a BigDecimal>>,
    pub metadata: Option<Option<&'a Value>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_card_transactions::table> {
    owned(owner, |owner| {
        truelayer_card_transactions::card_id
            .eq_any(card::ids_of(owner))
            .nullable()
    })
}

fn of_card(card: Option<TrueLayerCardId>) -> Filter<truelayer_card_transactions::table> {
    given(card, |card| {
        truelayer_card_transactions::card_id.eq(card).nullable()
    })
}

/// Rows that come after a row where the newest are first, or all.
fn after(key: Option<CardTransactionKey>) -> Filter<truelayer_card_transactions::table> {
    use truelayer_card_transactions::{id, timestamp};
    match key {
        Some((Some(moment), last)) => given(Some((moment, last)), |(moment, last)| {
            timestamp
                .le(moment)
                .and(timestamp.lt(moment).or(id.nullable().lt(last)))
        }),
        undated => given(undated, |(_, last)| {
            timestamp.is_not_null().or(id.lt(last)).nullable()
        }),
    }
}

impl NewTrueLayerCardTransaction<'_> {
    /// A row with what has no default.
    pub const fn new(card_id: TrueLayerCardId) -> Self {
        Self {
            card_id,
            transaction_id: None,
            normalised_provider_id: None,
            timestamp: None,
            description: None,
            amount: None,
            currency: None,
            transaction_type: None,
            category: None,
            merchant_name: None,
            running_balance: None,
            metadata: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `normalised_provider_id` is there already,
    /// or, without one, its `card_id` and `transaction_id` are.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerCardTransaction> {
        Ok(self
            .insert_into(truelayer_card_transactions::table)
            .returning(TrueLayerCardTransaction::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row unless its `normalised_provider_id` is there already, or, without one, its `card_id` and
    /// `transaction_id` are; `None` then. The amounts are in major units of `currency` and keep their decimals.
    ///
    /// Takes over `insert_truelayer_card_transaction`.
    pub fn insert_if_new(
        &self,
        conn: &mut PgConnection,
    ) -> Result<Option<TrueLayerCardTransaction>> {
        Ok(self
            .insert_into(truelayer_card_transactions::table)
            .on_conflict_do_nothing()
            .returning(TrueLayerCardTransaction::as_returning())
            .get_result(conn)
            .optional()?)
    }
}

impl TrueLayerCardTransaction {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerCardTransactionId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_card_transactions::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `normalised_provider_id`, if any.
    ///
    /// Takes over `get_card_transaction_by_id`.
    pub fn find_by_normalised_provider_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        normalised_provider_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(truelayer_card_transactions::normalised_provider_id.eq(normalised_provider_id))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The rows of the owner, of one card or of all. Newest first, those without a time before them.
    ///
    /// Takes over `get_all_truelayer_card_transactions`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        card: Option<TrueLayerCardId>,
        page: Page<CardTransactionKey>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(of_card(card))
            .filter(after(page.after))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_card_transactions::timestamp.desc(),
                truelayer_card_transactions::id.desc(),
            ))
            .limit(page.rows())
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerCardTransactionId,
        changes: &TrueLayerCardTransactionChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            truelayer_card_transactions::table
                .find(id)
                .filter(owned_by(owner)),
        )
        .set(changes)
        .returning(Self::as_returning())
        .get_result(conn)
        .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerCardTransactionId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_card_transactions::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
