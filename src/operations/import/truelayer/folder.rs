//! Importing a folder of exports: accounts first, then the rest on worker threads.

use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use diesel::prelude::*;

use super::accounts::{Accounts, StoredCard, find_or_make_user, import_accounts, import_cards};
use super::balances::{import_balance, import_card_balance};
use super::card_transaction::CardTransaction;
use super::job::{self, Scope};
use super::plan::{Content, Task, json_files, tasks};
use super::transaction::Transaction;
use crate::operations::import::export::Export;
use crate::operations::import::{ImportReport, Progress, file_name};
use crate::types::{BankConnectionId, TrueLayerImportJobId};
use crate::{Database, Error, Result};

/// What became of the files of a folder.
#[derive(Debug)]
pub struct FolderImport {
    /// The row of the import in `truelayer_import_jobs`.
    pub job: TrueLayerImportJobId,
    /// The files that were read to their end: accounts, cards, then the rest by name.
    pub files: Vec<ImportReport>,
    /// The files that failed as a whole; nothing of them is stored.
    pub failed: Vec<FailedFile>,
}

/// A file of which nothing is stored.
#[derive(Debug)]
pub struct FailedFile {
    /// The file's name, without its folder.
    pub file: String,
    /// Why.
    pub error: Error,
}

/// Imports a folder of TrueLayer exports for a user, who is made where the address is new.
///
/// `accounts.json` names the accounts and their bank; the user's connection to that bank is found or made (without
/// tokens: it cannot be synced before it is authorised). Then `cards.json`, and on worker threads with a connection each
/// `transactions*.json`, `balance*.json`, `card_transactions*.json` and `card_balance*.json`. A file whose name holds the
/// id of an account or a card belongs to that one; else to the first account of type TRANSACTION, or the first card.
/// Other files are left alone.
///
/// Each file is one transaction: it is stored with all its good records or, where it cannot be read to its end or the
/// connection is lost, not at all. Importing again stores what is missing. `truelayer_import_jobs` and
/// `truelayer_import_progress` keep the counts of bank transactions.
///
/// An error where the accounts cannot be stored; nothing else is tried then.
pub fn import_folder(
    database: &Database,
    folder: &Path,
    email: &str,
    progress: &dyn Progress,
) -> Result<FolderImport> {
    let files = json_files(folder)?;
    let mut conn = database.conn()?;
    let path = folder.join("accounts.json");
    let (owner, accounts) = conn.transaction(|conn| {
        let owner = find_or_make_user(conn, email)?;
        let accounts = import_accounts(conn, &Export::new(&path, progress), owner)?;
        Ok::<_, Error>((owner, accounts))
    })?;
    let Accounts {
        report,
        connection,
        accounts,
    } = accounts;
    progress.finished(&report);
    let mut outcome = Outcome::default();
    outcome.files.push(report);
    let cards = outcome.import_cards(&mut conn, folder, connection, progress);
    let tasks = tasks(&files, &accounts, &cards);
    let scope = Scope {
        owner,
        connection,
        accounts: accounts
            .into_iter()
            .map(|account| (account.id, account.account_id))
            .collect(),
        cards: cards.into_iter().map(|card| card.card_id).collect(),
    };
    let job = job::start(&mut conn, &scope)?;
    drop(conn);
    for (task, result) in tasks.iter().zip(run_all(database, &tasks, job, progress)) {
        outcome.add(database, job, task, result);
    }
    let failure = outcome
        .failed
        .first()
        .map(|failed| failed.error.to_string());
    let finished = database
        .conn()
        .and_then(|mut conn| job::finish(&mut conn, job, failure.as_deref()));
    match finished {
        Err(error) if outcome.failed.is_empty() => Err(error),
        // Where files failed, their errors say why the job cannot be closed either.
        _ => Ok(FolderImport {
            job,
            files: outcome.files,
            failed: outcome.failed,
        }),
    }
}

#[derive(Default)]
struct Outcome {
    files: Vec<ImportReport>,
    failed: Vec<FailedFile>,
}

impl Outcome {
    /// The cards of the folder; none where it has no `cards.json` or the file fails.
    fn import_cards(
        &mut self,
        conn: &mut PgConnection,
        folder: &Path,
        connection: BankConnectionId,
        progress: &dyn Progress,
    ) -> Vec<StoredCard> {
        let path = folder.join("cards.json");
        if !path.exists() {
            return Vec::new();
        }
        match import_cards(conn, &Export::new(&path, progress), connection) {
            Ok((report, cards)) => {
                progress.finished(&report);
                self.files.push(report);
                cards
            }
            Err(error) => {
                self.fail(&path, error);
                Vec::new()
            }
        }
    }

    fn add(
        &mut self,
        database: &Database,
        job: TrueLayerImportJobId,
        task: &Task,
        result: Result<ImportReport>,
    ) {
        let error = match result {
            Ok(report) => return self.files.push(report),
            Err(error) => error,
        };
        if let Content::Transactions(Some(account)) = task.content
            && let Ok(mut conn) = database.conn()
        {
            // The file's own error is the one to report.
            let _ = job::fail_account(&mut conn, job, account, &error.to_string());
        }
        self.fail(&task.path, error);
    }

    fn fail(&mut self, path: &Path, error: Error) {
        self.failed.push(FailedFile {
            file: file_name(path),
            error,
        });
    }
}

/// Runs the tasks on worker threads; the results are in the order of the tasks.
fn run_all(
    database: &Database,
    tasks: &[Task],
    job: TrueLayerImportJobId,
    progress: &dyn Progress,
) -> Vec<Result<ImportReport>> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let pool = usize::try_from(database.state().size).unwrap_or(1);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut results = Vec::new();
        while let Some((place, task)) = take(&next, tasks) {
            results.push((place, run(database, task, job, progress)));
        }
        results
    };
    let mut results = thread::scope(|scope| {
        let workers: Vec<_> = (0..processors.min(pool).min(tasks.len()))
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

fn take<'a>(next: &AtomicUsize, tasks: &'a [Task]) -> Option<(usize, &'a Task)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    Some((place, tasks.get(place)?))
}

fn run(
    database: &Database,
    task: &Task,
    job: TrueLayerImportJobId,
    progress: &dyn Progress,
) -> Result<ImportReport> {
    let conn = &mut *database.conn()?;
    let file = Export::new(&task.path, progress);
    let no_account = || file.fault("accounts.json names no account that it could belong to");
    let no_card = || file.fault("there is no cards.json that names the card");
    let report = match task.content {
        Content::Transactions(account) => {
            let account = account.ok_or_else(no_account)?;
            conn.transaction(|conn| {
                let report = file.store(conn, |position, raw| {
                    Transaction::read(account, job, position, raw)
                })?;
                job::count(conn, job, account, &report)?;
                Ok::<_, Error>(report)
            })?
        }
        Content::CardTransactions(card) => {
            let card = card.ok_or_else(no_card)?;
            conn.transaction(|conn| {
                file.store(conn, |position, raw| {
                    CardTransaction::read(card, position, raw)
                })
            })?
        }
        Content::Balance(account) => import_balance(conn, &file, account.ok_or_else(no_account)?)?,
        Content::CardBalance(card) => import_card_balance(conn, &file, card.ok_or_else(no_card)?)?,
    };
    progress.finished(&report);
    Ok(report)
}
