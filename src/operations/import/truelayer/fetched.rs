//! Storing what was fetched of one account.

use std::io::Read;
use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::job;
use super::transaction::Transaction;
use super::window::FetchWindow;
use crate::models::truelayer::{
    NewTrueLayerImportProgress, TrueLayerAccount, TrueLayerImportJob, account,
};
use crate::operations::import::ImportReport;
use crate::operations::import::export::for_each_record_of;
use crate::operations::import::staging;
use crate::schema::{truelayer_accounts, truelayer_import_progress};
use crate::types::{
    ImportProgressStatus, TrueLayerAccountId, TrueLayerImportJobId, UserId, end_of, start_of,
};
use crate::{Error, Result};

/// What was fetched.
#[derive(Debug, Clone, Copy)]
pub struct Fetched {
    /// The account that was asked for.
    pub account: TrueLayerAccountId,
    /// The import that it belongs to.
    pub job: TrueLayerImportJobId,
    /// The days that were asked for.
    pub window: FetchWindow,
    /// When the first page was asked for.
    pub at: DateTime<Utc>,
}

/// Stores the transactions of an account, all pages of one fetch as TrueLayer sent them, in one transaction: with the row of
/// its progress, and with the mark up to which the account is stored (`last_synced_at_incremental`). A page that cannot be
/// read to its end stores nothing and moves no mark.
///
/// The mark moves to the end of the fetched days, at most to `fetched.at`, and never back. It stays where days between it
/// and the first fetched one are missing. A position counts over all pages, first = 1; the report goes under TrueLayer's id
/// of the account.
///
/// [`Error::NotFound`] where the owner has no such job or account, [`Error::Import`] where a page is none.
pub fn store_fetched<R: Read>(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    fetched: &Fetched,
    pages: impl IntoIterator<Item = R>,
) -> Result<ImportReport> {
    let owner = owner.into();
    conn.transaction(|conn| {
        TrueLayerImportJob::find(conn, owner, fetched.job)?;
        let (name, mark) = lock_account(conn, owner, fetched.account)?;
        let report = staging::store_file(conn, &name, None, |sink| {
            let mut before = 0;
            for (number, page) in (1..).zip(pages) {
                let page_name = format!("page {number} of account {name}");
                let mut last = before;
                for_each_record_of(Path::new(&page_name), page, |place, raw| {
                    last = before + place;
                    let read = Transaction::read(fetched.account, fetched.job, last, raw);
                    sink.take(last, read)
                })?;
                before = last;
            }
            Ok(())
        })?;
        record_progress(conn, fetched, &report)?;
        move_mark(conn, fetched, mark)?;
        Ok(report)
    })
}

/// Notes that an account's fetch failed: its row of the import's progress says why, and the mark stays. What was counted for
/// it is kept. [`Error::NotFound`] where the owner has no such job or account.
pub fn fail_fetch(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    job: TrueLayerImportJobId,
    account: TrueLayerAccountId,
    reason: &str,
) -> Result<()> {
    let owner = owner.into();
    TrueLayerImportJob::find(conn, owner, job)?;
    TrueLayerAccount::find(conn, owner, account)?;
    NewTrueLayerImportProgress {
        progress_status: Some(ImportProgressStatus::Failed),
        completed_at: Some(Utc::now()),
        error_message: Some(reason),
        ..NewTrueLayerImportProgress::new(job, account)
    }
    .upsert(conn)?;
    Ok(())
}

/// Closes an import with the sums of its accounts: failed where one of them failed, completed else.
/// [`Error::NotFound`] where the owner has no such job.
pub fn finish_fetch(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: TrueLayerImportJobId,
) -> Result<TrueLayerImportJob> {
    use truelayer_import_progress::{error_message, job_id, progress_status};
    let owner = owner.into();
    conn.transaction(|conn| {
        TrueLayerImportJob::find(conn, owner, id)?;
        let failure: Option<Option<String>> = truelayer_import_progress::table
            .filter(job_id.eq(id))
            .filter(progress_status.eq(ImportProgressStatus::Failed))
            .order(truelayer_import_progress::id)
            .select(error_message)
            .first(conn)
            .optional()?;
        let failure =
            failure.map(|reason| reason.unwrap_or_else(|| "an account failed".to_owned()));
        job::finish(conn, id, failure.as_deref())?;
        TrueLayerImportJob::find(conn, owner, id)
    })
}

/// The owner's account, locked: its name and the mark up to which it is stored.
fn lock_account(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    id: TrueLayerAccountId,
) -> Result<(String, Option<DateTime<Utc>>)> {
    truelayer_accounts::table
        .find(id)
        .filter(account::owned_by(owner))
        .select((
            truelayer_accounts::account_id,
            truelayer_accounts::last_synced_at_incremental,
        ))
        .for_no_key_update()
        .first(conn)
        .map_err(Error::from)
}

fn record_progress(
    conn: &mut PgConnection,
    fetched: &Fetched,
    report: &ImportReport,
) -> Result<()> {
    NewTrueLayerImportProgress {
        progress_status: Some(ImportProgressStatus::Completed),
        completed_at: Some(Utc::now()),
        ..NewTrueLayerImportProgress::new(fetched.job, fetched.account)
    }
    .upsert(conn)?;
    job::count(conn, fetched.job, fetched.account, report)
}

fn move_mark(
    conn: &mut PgConnection,
    fetched: &Fetched,
    mark: Option<DateTime<Utc>>,
) -> Result<()> {
    use truelayer_accounts::{last_synced_at, last_synced_at_incremental};
    let end = end_of(fetched.window.last).map_or(fetched.at, |end| end.min(fetched.at));
    let is_next = mark.is_none_or(|mark| start_of(fetched.window.first) <= mark && mark < end);
    diesel::update(truelayer_accounts::table.find(fetched.account))
        .set((
            last_synced_at.eq(fetched.at),
            last_synced_at_incremental.eq(if is_next { Some(end) } else { mark }),
        ))
        .execute(conn)?;
    Ok(())
}
