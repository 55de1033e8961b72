//! Storing balances: one snapshot a file.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::balance::Balance;
use crate::Result;
use crate::models::truelayer::{NewTrueLayerBalance, NewTrueLayerCardBalanceSnapshot};
use crate::operations::import::export::Export;
use crate::operations::import::{ImportReport, Refusals, Refused};
use crate::schema::{
    truelayer_accounts, truelayer_balances, truelayer_card_balance_snapshots, truelayer_cards,
};
use crate::types::{TrueLayerAccountId, TrueLayerCardId};

/// Stores an account's balance; one of the same instant is there already.
pub(super) fn import_balance(
    conn: &mut PgConnection,
    file: &Export<'_>,
    account: TrueLayerAccountId,
) -> Result<ImportReport> {
    import(conn, file, |conn, balance, snapshot_at| {
        truelayer_accounts::table
            .find(account)
            .select(truelayer_accounts::id)
            .for_no_key_update()
            .first::<TrueLayerAccountId>(conn)?;
        let known = truelayer_balances::table
            .filter(truelayer_balances::account_id.eq(account))
            .filter(truelayer_balances::snapshot_at.eq(snapshot_at));
        if diesel::select(diesel::dsl::exists(known)).get_result(conn)? {
            return Ok(false);
        }
        NewTrueLayerBalance {
            available_balance: balance.available.as_ref(),
            overdraft: balance.overdraft.as_ref(),
            ..NewTrueLayerBalance::new(account, &balance.current, &balance.currency, snapshot_at)
        }
        .insert(conn)?;
        Ok(true)
    })
}

/// Stores a card's balance; one of the same instant is there already.
pub(super) fn import_card_balance(
    conn: &mut PgConnection,
    file: &Export<'_>,
    card: TrueLayerCardId,
) -> Result<ImportReport> {
    import(conn, file, |conn, balance, snapshot_at| {
        truelayer_cards::table
            .find(card)
            .select(truelayer_cards::id)
            .for_no_key_update()
            .first::<TrueLayerCardId>(conn)?;
        let known = truelayer_card_balance_snapshots::table
            .filter(truelayer_card_balance_snapshots::card_id.eq(card))
            .filter(truelayer_card_balance_snapshots::snapshot_at.eq(snapshot_at));
        if diesel::select(diesel::dsl::exists(known)).get_result(conn)? {
            return Ok(false);
        }
        NewTrueLayerCardBalanceSnapshot::new(
            card,
            &balance.current,
            &balance.currency,
            snapshot_at,
        )
        .insert(conn)?;
        Ok(true)
    })
}

/// The first record is the balance. Where the bank does not say when it stated it, the file's date counts.
fn import(
    conn: &mut PgConnection,
    file: &Export<'_>,
    store: impl FnOnce(&mut PgConnection, &Balance, DateTime<Utc>) -> Result<bool>,
) -> Result<ImportReport> {
    let mut balance = None;
    let mut refused = Refusals::default();
    file.records(|position, raw| {
        let outcome = if position == 1 {
            Balance::read(raw).map(|read| balance = Some(read))
        } else {
            Err("only the first balance of a file counts".to_owned())
        };
        if let Err(reason) = outcome {
            refused.push(Refused { position, reason });
        }
        Ok(())
    })?;
    let Some(balance) = balance else {
        return Ok(file.report(0, 0, refused));
    };
    let snapshot_at = match balance.stated_at {
        Some(stated_at) => stated_at,
        None => file.modified()?,
    };
    let is_new = conn.transaction(|conn| store(conn, &balance, snapshot_at))?;
    Ok(file.report(is_new.into(), (!is_new).into(), refused))
}
