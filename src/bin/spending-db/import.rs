//! `spending-db import`.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use spending_db::operations::import::amazon::import_orders;
use spending_db::operations::import::truelayer::{FailedFile, import_folder};
use spending_db::operations::import::{ImportReport, Progress};
use spending_db::{Config, Database, Error, Result};

use crate::output::Output;
use crate::progress::Bars;
use crate::table::{number, table};

/// The exit code where records were refused and the rest is stored.
const SOME_REFUSED: u8 = 3;

/// Arguments of `spending-db import`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A folder of a bank's exports as TrueLayer sends them
    ///
    /// `accounts.json` names the accounts. Then come `cards.json`, `transactions*.json`, `balance*.json`,
    /// `card_transactions*.json` and `card_balance*.json`; a file whose name holds the id of an account or a card belongs to that one, else to the
    /// first current account or the first card. What is there already is left as it is.
    Truelayer {
        /// The folder
        folder: PathBuf,
        /// The e-mail address of the user whose accounts they are; a new one is made
        #[arg(long, value_name = "EMAIL")]
        user: String,
    },
    /// Amazon's retail order history (CSV)
    ///
    /// Counts orders, and of what is refused lines: an order with a refused line is not stored. Orders that are there
    /// already are left as they are.
    AmazonOrders {
        /// The file
        file: PathBuf,
    },
}

/// Imports, and tells what became of each file: exit code 3 where records were refused.
pub(crate) fn run(config: &Config, output: &Output, arguments: &Arguments) -> Result<ExitCode> {
    let database = Database::open(config.clone())?;
    let bars = Bars::new();
    let (files, failed) = match &arguments.what {
        What::Truelayer { folder, user } => {
            let import = import_folder(&database, folder, user, &bars)?;
            (import.files, import.failed)
        }
        What::AmazonOrders { file } => {
            let report = orders(&database, file, &bars)?;
            (vec![report], Vec::new())
        }
    };
    drop(bars);
    output.answer(&files, |out| write_reports(out, &files))?;
    for FailedFile { error, .. } in &failed {
        output.error(error);
    }
    Ok(if !failed.is_empty() {
        ExitCode::FAILURE
    } else if files.iter().any(|file| !file.refused.is_empty()) {
        ExitCode::from(SOME_REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

fn orders(database: &Database, path: &Path, progress: &dyn Progress) -> Result<ImportReport> {
    let file = File::open(path).map_err(|error| Error::io(path, error))?;
    let report = import_orders(&mut *database.conn()?, path, file)?;
    progress.finished(&report);
    Ok(report)
}

/// Writes what became of each file, and the refused records.
pub(crate) fn write_reports(out: &mut dyn Write, files: &[ImportReport]) -> io::Result<()> {
    const MOST_REFUSED: usize = 20;
    let mut counts = table(["file", "read", "new", "known", "refused"]);
    for file in files {
        counts.add_row([
            file.file.as_str().into(),
            number(file.read),
            number(file.stored),
            number(file.duplicate),
            number(file.refused.len()),
        ]);
    }
    writeln!(out, "{counts}")?;
    for file in files {
        for refused in file.refused.iter().take(MOST_REFUSED) {
            writeln!(
                out,
                "refused: {} {}: {}",
                file.file, refused.position, refused.reason
            )?;
        }
        if let Some(more) = file
            .refused
            .len()
            .checked_sub(MOST_REFUSED)
            .filter(|more| *more > 0)
        {
            writeln!(
                out,
                "refused: {} and {more} more (--json lists all)",
                file.file
            )?;
        }
    }
    Ok(())
}
