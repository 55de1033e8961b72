//! Work in a process of its own, whose memory is looked at: it prints what it did and its peak in megabytes.

use std::env;
use std::process::Command;

use spending_db::models::Page;
use spending_db::models::truelayer::EnrichedTransaction;
use spending_db::operations::import::truelayer::import_folder;
use spending_db::types::EVERYONE;
use spending_db::{Config, Database};

use crate::arguments::Task;
use crate::error::Result;
use crate::memory::peak_megabytes;

/// Rows that are read at once where a list is read page by page.
const PAGE: u32 = 1_000;

/// Does the task, and prints the rows and the megabytes.
pub fn run(task: &Task) -> Result<()> {
    let rows = match task {
        Task::Import { url, folder } => {
            let import = import_folder(&open(url)?, folder, "bench@example.com", &())?;
            if let Some(failed) = import.failed.into_iter().next() {
                return Err(failed.error.into());
            }
            import.files.iter().map(|file| file.stored).sum()
        }
        Task::Pages { url } => read_pages(&open(url)?)?,
        Task::Whole { url } => {
            let conn = &mut *open(url)?.conn()?;
            EnrichedTransaction::list(conn, EVERYONE, None, Page::ALL)?.len() as u64
        }
    };
    println!("{rows} {}", peak_megabytes()?);
    Ok(())
}

/// Has a child do it, and tells its rows and its megabytes.
pub fn watch(arguments: &[&str]) -> Result<(u64, f64)> {
    let output = Command::new(env::current_exe()?)
        .arg("child")
        .args(arguments)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let printed = String::from_utf8(output.stdout)?;
    let (rows, megabytes) = printed
        .trim()
        .split_once(' ')
        .ok_or("a child said nothing")?;
    Ok((rows.parse()?, megabytes.parse()?))
}

fn open(url: &str) -> Result<Database> {
    let config = Config::from_url(url)?
        .slow_statement(None)
        .statement_timeout(None);
    Ok(Database::open(config)?)
}

fn read_pages(database: &Database) -> Result<u64> {
    let conn = &mut *database.conn()?;
    let (mut rows, mut page) = (0, Page::first(PAGE));
    loop {
        let read = EnrichedTransaction::list(conn, EVERYONE, None, page)?;
        rows += read.len() as u64;
        let Some(last) = read.last() else {
            return Ok(rows);
        };
        page = Page::after((last.transaction.timestamp, last.transaction.id), PAGE);
    }
}
