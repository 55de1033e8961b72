//! The worker threads of an import: each takes the next file and a connection of the pool.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use diesel::prelude::*;

use super::balances::{import_balance, import_card_balance};
use super::card_transaction::CardTransaction;
use super::job;
use super::plan::{Content, Task};
use super::transaction::Transaction;
use crate::operations::import::export::Export;
use crate::operations::import::{ImportReport, Progress};
use crate::types::{TrueLayerAccountId, TrueLayerImportJobId};
use crate::{Database, Error, Result};

pub(super) struct Workers<'a> {
    database: &'a Database,
    job: TrueLayerImportJobId,
    progress: &'a dyn Progress,
    out_of_reach: AtomicBool,
}

impl<'a> Workers<'a> {
    pub(super) fn new(
        database: &'a Database,
        job: TrueLayerImportJobId,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            database,
            job,
            progress,
            out_of_reach: AtomicBool::new(false),
        }
    }

    /// Whether no connection could be had at some time; files that were still to come have not been tried.
    pub(super) fn out_of_reach(&self) -> bool {
        self.out_of_reach.load(Ordering::Relaxed)
    }

    /// Imports the files; the results are in the order of the tasks.
    pub(super) fn run(&self, tasks: &[Task]) -> Vec<Result<ImportReport>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut results = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(task) = tasks.get(place) else {
                    return results;
                };
                results.push((place, self.import(task)));
            }
        };
        let mut results = thread::scope(|scope| {
            let workers: Vec<_> = (0..self.count().min(tasks.len()))
                .map(|_| scope.spawn(work))
                .collect();
            let finished = workers.into_iter().map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            finished.flatten().collect::<Vec<_>>()
        });
        results.sort_by_key(|(place, _)| *place);
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn count(&self) -> usize {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let pool = usize::try_from(self.database.state().size).unwrap_or(1);
        processors.min(pool)
    }

    fn import(&self, task: &Task) -> Result<ImportReport> {
        if self.out_of_reach() {
            return Err(Error::Connect("not tried again for this file".to_owned()));
        }
        let mut conn = self.conn()?;
        let outcome = self.store(&mut conn, task);
        drop(conn);
        if let (Err(error), Content::Transactions(Some(account))) = (&outcome, task.content) {
            self.fail_account(account, &error.to_string());
        }
        outcome
    }

    fn store(&self, conn: &mut PgConnection, task: &Task) -> Result<ImportReport> {
        let file = Export::new(&task.path, self.progress);
        let no_account = || file.fault("accounts.json names no account that it could belong to");
        let no_card = || file.fault("there is no cards.json that names the card");
        let report = match task.content {
            Content::Transactions(account) => {
                self.store_transactions(conn, &file, account.ok_or_else(no_account)?)?
            }
            Content::CardTransactions(card) => {
                let card = card.ok_or_else(no_card)?;
                conn.transaction(|conn| {
                    file.store(conn, |position, raw| {
                        CardTransaction::read(card, position, raw)
                    })
                })?
            }
            Content::Balance(account) => {
                import_balance(conn, &file, account.ok_or_else(no_account)?)?
            }
            Content::CardBalance(card) => {
                import_card_balance(conn, &file, card.ok_or_else(no_card)?)?
            }
        };
        self.progress.finished(&report);
        Ok(report)
    }

    fn store_transactions(
        &self,
        conn: &mut PgConnection,
        file: &Export<'_>,
        account: TrueLayerAccountId,
    ) -> Result<ImportReport> {
        conn.transaction(|conn| {
            let report = file.store(conn, |position, raw| {
                Transaction::read(account, self.job, position, raw)
            })?;
            job::count(conn, self.job, account, &report)?;
            Ok(report)
        })
    }

    /// Notes that an account's file failed. The file's own error is the one to report, so nothing is said where this fails.
    fn fail_account(&self, account: TrueLayerAccountId, reason: &str) {
        if let Ok(mut conn) = self.conn() {
            let _ = job::fail_account(&mut conn, self.job, account, reason);
        }
    }

    fn conn(&self) -> Result<crate::database::PooledConnection> {
        self.database.conn().inspect_err(|_| {
            self.out_of_reach.store(true, Ordering::Relaxed);
        })
    }
}
