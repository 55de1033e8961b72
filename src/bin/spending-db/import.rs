//! `spending-db import`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use diesel::PgConnection;
use spending_db::operations::import::amazon::{
    import_business_orders, import_orders, import_returns,
};
use spending_db::operations::import::apple::import_purchases;
use spending_db::operations::import::truelayer::{FailedFile, import_folder};
use spending_db::operations::import::{ImportReport, Progress, Watched};
use spending_db::{Config, Database, Result};

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
    /// Counts orders, and of what is refused lines: an order with a refused line is not stored. Of orders that are there
    /// already, total and statuses follow the file where no payment is matched to them.
    AmazonOrders {
        /// The file
        file: PathBuf,
    },
    /// Amazon's returns (CSV)
    ///
    /// Of refunds that are there already, amount and status follow the file where they are linked to no transaction.
    AmazonReturns {
        /// The file
        file: PathBuf,
    },
    /// Orders of the Amazon Business reporting API (JSON)
    ///
    /// Of orders that are there already, status and amounts follow the file where no payment is matched to them.
    AmazonBusiness {
        /// The file
        file: PathBuf,
    },
    /// Apple's purchases (the saved page "Report a Problem")
    ///
    /// The position of what is refused is the place of the purchase on the page. Of purchases that are there already, the
    /// price follows the page where no payment is matched to them.
    Apple {
        /// The file
        file: PathBuf,
    },
}

/// Imports, and tells what became of each file: exit code 3 where records were refused.
pub(crate) fn run(config: &Config, output: &Output, arguments: &Arguments) -> Result<ExitCode> {
    let database = Database::open(config.clone())?;
    let bars = Bars::new();
    let mut failed = Vec::new();
    let files = match &arguments.what {
        What::Truelayer { folder, user } => {
            let import = import_folder(&database, folder, user, &bars)?;
            failed = import.failed;
            import.files
        }
        What::AmazonOrders { file } => one(&database, file, &bars, |conn, reader| {
            import_orders(conn, file, reader)
        })?,
        What::AmazonReturns { file } => one(&database, file, &bars, |conn, reader| {
            import_returns(conn, file, reader)
        })?,
        What::AmazonBusiness { file } => one(&database, file, &bars, |conn, reader| {
            import_business_orders(conn, file, reader)
        })?,
        What::Apple { file } => one(&database, file, &bars, |conn, reader| {
            import_purchases(conn, file, reader)
        })?,
    };
    drop(bars);
    output.answer(&files, |out| write_reports(out, &files))?;
    for FailedFile { error, .. } in &failed {
        output.error(error);
    }
    Ok(if !failed.is_empty() {
        ExitCode::FAILURE
    } else if files.iter().any(|file| file.refused_records() > 0) {
        ExitCode::from(SOME_REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

/// Imports one file.
fn one(
    database: &Database,
    path: &Path,
    progress: &dyn Progress,
    import: impl FnOnce(&mut PgConnection, Watched<'_>) -> Result<ImportReport>,
) -> Result<Vec<ImportReport>> {
    let reader = Watched::open(path, progress)?;
    let report = import(&mut *database.conn()?, reader)?;
    progress.finished(&report);
    Ok(vec![report])
}

/// Records of each kind that are written out for people.
const MOST_WRITTEN: usize = 20;

/// Writes what became of each file, the refused records, and what known records have otherwise.
pub(crate) fn write_reports(out: &mut dyn Write, files: &[ImportReport]) -> io::Result<()> {
    let mut counts = table(["file", "read", "new", "known", "refused"]);
    for file in files {
        counts.add_row([
            file.file.as_str().into(),
            number(file.read),
            number(file.stored),
            number(file.duplicate),
            number(file.refused_records()),
        ]);
    }
    writeln!(out, "{counts}")?;
    for file in files {
        let refused = file.refused.iter().take(MOST_WRITTEN);
        for refused in refused {
            let (position, reason) = (refused.position, &refused.reason);
            writeln!(out, "refused: {} {position}: {reason}", file.file)?;
        }
        write_more(out, "refused", file, file.refused_records())?;
        for changed in file.changed.iter().take(MOST_WRITTEN) {
            let what = if changed.renewed { "renewed" } else { "kept" };
            writeln!(
                out,
                "{what}: {} {}: {} of {}: {} in the database, {} in the file",
                file.file,
                changed.position,
                changed.field,
                changed.record,
                changed.stored.as_deref().unwrap_or("nothing"),
                changed.sent
            )?;
        }
        write_more(out, "changed", file, file.changed.len() as u64)?;
    }
    Ok(())
}

fn write_more(out: &mut dyn Write, what: &str, file: &ImportReport, all: u64) -> io::Result<()> {
    match all.saturating_sub(MOST_WRITTEN as u64) {
        0 => Ok(()),
        more => writeln!(
            out,
            "{what}: {} and {more} more (--json lists them)",
            file.file
        ),
    }
}
