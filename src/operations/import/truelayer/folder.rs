//! Importing a folder of exports: accounts first, then the rest on worker threads.

use std::path::Path;

use diesel::prelude::*;

use super::accounts::{Accounts, StoredCard, find_or_make_user, import_accounts, import_cards};
use super::job::{self, Scope};
use super::plan::{json_files, tasks};
use super::workers::Workers;
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
    let workers = Workers::new(database, job, progress);
    let results = workers.run(&tasks);
    for (task, result) in tasks.iter().zip(results) {
        match result {
            Ok(report) => outcome.files.push(report),
            Err(error) => outcome.fail(&task.path, error),
        }
    }
    let failure = outcome
        .failed
        .first()
        .map(|failed| failed.error.to_string());
    if !workers.out_of_reach() {
        let closed = database
            .conn()
            .and_then(|mut conn| job::finish(&mut conn, job, failure.as_deref()));
        match closed {
            // What became of each file is still told; the clean-up of stale jobs ends the row.
            Err(error) if error.is_out_of_reach() && !outcome.failed.is_empty() => {
                tracing::warn!(target: "spending_db::import", job = job.0, %error, "the job of an import is not closed");
            }
            closed => closed?,
        }
    }
    Ok(FolderImport {
        job,
        files: outcome.files,
        failed: outcome.failed,
    })
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

    fn fail(&mut self, path: &Path, error: Error) {
        self.failed.push(FailedFile {
            file: file_name(path),
            error,
        });
    }
}
