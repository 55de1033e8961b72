//! `truelayer_balances`: balance snapshots of accounts.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use super::TrueLayerAccount;
use super::account;
use crate::Result;
use crate::models::{Filter, at_most, given, one_row, owned};
use crate::schema::truelayer_balances;
use crate::types::{TrueLayerAccountId, TrueLayerBalanceId, UserId};

/// Balance snapshots of accounts: a row of `truelayer_balances`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_balances, belongs_to(TrueLayerAccount, foreign_key = account_id), check_for_backend(Pg))]
pub struct TrueLayerBalance {
    /// Identity.
    pub id: TrueLayerBalanceId,
    /// `truelayer_accounts.id`.
    pub account_id: TrueLayerAccountId,
    /// Balance in `currency`.
    pub current_balance: BigDecimal,
    /// Balance plus overdraft, less what is reserved, in `currency`.
    pub available_balance: Option<BigDecimal>,
    /// Granted overdraft in `currency`.
    pub overdraft: Option<BigDecimal>,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// The instant of the balance.
    pub snapshot_at: DateTime<Utc>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `truelayer_balances`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = truelayer_balances, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `TrueLayerBalance`")]
pub struct NewTrueLayerBalance<'a> {
    pub account_id: TrueLayerAccountId,
    pub current_balance: &'a BigDecimal,
    pub available_balance: Option<&'a BigDecimal>,
    pub overdraft: Option<&'a BigDecimal>,
    pub currency: &'a str,
    pub snapshot_at: DateTime<Utc>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_balances::table> {
    owned(owner, |owner| {
        truelayer_balances::account_id
            .eq_any(account::ids_of(owner))
            .nullable()
    })
}

fn of_account(account: Option<TrueLayerAccountId>) -> Filter<truelayer_balances::table> {
    given(account, |account| {
        truelayer_balances::account_id.eq(account).nullable()
    })
}

impl<'a> NewTrueLayerBalance<'a> {
    /// A row with what has no default.
    pub const fn new(
        account_id: TrueLayerAccountId,
        current_balance: &'a BigDecimal,
        currency: &'a str,
        snapshot_at: DateTime<Utc>,
    ) -> Self {
        Self {
            account_id,
            current_balance,
            available_balance: None,
            overdraft: None,
            currency,
            snapshot_at,
        }
    }

    /// Inserts the row. The same values again are another row. [`Error::Reference`](crate::Error::Reference) without such an account.
    ///
    /// Takes over `insert_balance_snapshot`.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerBalance> {
        Ok(self
            .insert_into(truelayer_balances::table)
            .returning(TrueLayerBalance::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerBalance {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerBalanceId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_balances::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The newest balances of one account of the owner, or of all accounts together, at most `limit`; not one an account.
    ///
    /// Takes over `get_latest_balance_snapshots`.
    pub fn latest(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        account: Option<TrueLayerAccountId>,
        limit: Option<u32>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(of_account(account))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_balances::snapshot_at.desc(),
                truelayer_balances::id.desc(),
            ))
            .limit(at_most(limit))
            .load(conn)?)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerBalanceId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_balances::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
