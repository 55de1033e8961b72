//! Having a bank transaction and its sources beside old code.

use std::thread;
use std::time::Duration;

use diesel::prelude::*;
use diesel::result::Error as DieselError;

use crate::models::one_row;
use crate::models::truelayer::transaction;
use crate::schema::transaction_enrichment_sources as sources;
use crate::types::{TransactionEnrichmentSourceId, TrueLayerTransactionId, UserId};
use crate::{Error, Result};

/// How long it waits for sources that are in use, in milliseconds, before it waits for them in the server.
const PAUSES: [u64; 12] = [1, 2, 4, 8, 16, 32, 64, 64, 64, 64, 64, 64];

/// Does the work in a transaction that has locked the owner's bank transaction and its sources.
///
/// An `UPDATE` by old code that makes a source primary has the source before it asks for the bank transaction. So the bank
/// transaction is given up where a source is in use, or both would wait for each other.
///
/// [`Error::NotFound`] where the owner has no such transaction.
pub(super) fn alone_with<T>(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    id: TrueLayerTransactionId,
    work: impl Fn(&mut PgConnection) -> Result<T>,
) -> Result<T> {
    let lock = |conn: &mut PgConnection| one_row(transaction::lock(conn, owner, &[id])?.len());
    for pause in PAUSES {
        let done = conn.transaction(|conn| {
            lock(conn)?;
            if has_sources(conn, id)? {
                work(conn)
            } else {
                Err(DieselError::RollbackTransaction.into())
            }
        });
        match done {
            Err(Error::Database(DieselError::RollbackTransaction)) => {
                thread::sleep(Duration::from_millis(pause));
            }
            done => return done,
        }
    }
    conn.transaction(|conn| {
        lock(conn)?;
        work(conn)
    })
}

/// Locks the sources of a transaction, without waiting, and tells whether that were all.
fn has_sources(conn: &mut PgConnection, id: TrueLayerTransactionId) -> Result<bool> {
    let of_transaction = sources::table.filter(sources::truelayer_transaction_id.eq(id));
    let free: Vec<TransactionEnrichmentSourceId> = of_transaction
        .select(sources::id)
        .for_no_key_update()
        .skip_locked()
        .load(conn)?;
    let all: i64 = of_transaction.count().get_result(conn)?;
    Ok(usize::try_from(all) == Ok(free.len()))
}
