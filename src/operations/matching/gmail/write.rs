//! Storing what a batch of receipts was matched to.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::{Candidate, GmailMatch};
use crate::Result;
use crate::models::gmail::{GmailReceipt, NewGmailTransactionMatch};
use crate::models::truelayer::transaction;
use crate::operations::gmail::matches::{Found, store};
use crate::schema::{gmail_receipts, gmail_transaction_matches as matches};
use crate::types::{EVERYONE, GmailReceiptId};

/// Stores the chosen pairs in one transaction, and answers those whose receipt nobody has matched or changed meanwhile.
pub(super) fn write(conn: &mut PgConnection, chosen: &[Candidate<'_>]) -> Result<Vec<GmailMatch>> {
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    conn.transaction(|conn| {
        let open = lock(conn, chosen)?;
        let payments: Vec<_> = chosen.iter().map(|pair| pair.payment.id).collect();
        let payments: HashSet<_> = transaction::lock(conn, EVERYONE, &payments)?
            .into_iter()
            .collect();
        let methods: Vec<_> = chosen.iter().map(|pair| pair.score.method()).collect();
        let (mut found, mut answer) = (Vec::new(), Vec::new());
        for (pair, method) in chosen.iter().zip(&methods) {
            let unchanged = open
                .get(&pair.receipt.id)
                .filter(|receipt| receipt.updated_at == pair.receipt.updated_at);
            if let Some(receipt) = unchanged.filter(|_| payments.contains(&pair.payment.id)) {
                let new = new_match(pair, method);
                found.push(Found { receipt, new });
                answer.push(pair.answer());
            }
        }
        store(conn, &found)?;
        Ok(answer)
    })
}

fn new_match<'a>(pair: &'a Candidate<'_>, method: &'a str) -> NewGmailTransactionMatch<'a> {
    let conversion = pair.charge.conversion.as_ref();
    NewGmailTransactionMatch {
        match_method: Some(method),
        currency_converted: Some(conversion.is_some()),
        conversion_rate: conversion.and_then(|rate| rate.0.as_ref()),
        ..NewGmailTransactionMatch::new(pair.payment.id, pair.receipt.id, pair.score.confidence())
    }
}

/// The chosen receipts that have no match, locked. What another run matched shows only after it has let go of them.
fn lock(
    conn: &mut PgConnection,
    chosen: &[Candidate<'_>],
) -> Result<HashMap<GmailReceiptId, GmailReceipt>> {
    let ids: Vec<_> = chosen.iter().map(|pair| pair.receipt.id).collect();
    let locked: Vec<GmailReceipt> = gmail_receipts::table
        .filter(gmail_receipts::id.eq_any(&ids))
        .filter(gmail_receipts::deleted_at.is_null())
        .order(gmail_receipts::id)
        .for_no_key_update()
        .select(GmailReceipt::as_select())
        .load(conn)?;
    let matched: HashSet<GmailReceiptId> = matches::table
        .filter(matches::gmail_receipt_id.eq_any(&ids))
        .select(matches::gmail_receipt_id)
        .load(conn)?
        .into_iter()
        .collect();
    Ok(locked
        .into_iter()
        .map(|receipt| (receipt.id, receipt))
        .filter(|(id, _)| !matched.contains(id))
        .collect())
}
