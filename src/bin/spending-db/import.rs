//! `spending-db import`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use diesel::PgConnection;
use spending_db::operations::import::amazon::{
    import_business_orders, import_orders, import_returns, refresh_business_orders, refresh_orders,
    refresh_returns,
};
use spending_db::operations::import::apple::{import_purchases, refresh_purchases};
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
    /// Counts orders, and of what is refused lines: an order with a refused line is not stored. Orders that are there
    /// already are left as they are.
    AmazonOrders(Export),
    /// Amazon's returns (CSV)
    ///
    /// Refunds that are there already are left as they are.
    AmazonReturns(Export),
    /// Orders of the Amazon Business reporting API (JSON)
    ///
    /// Orders that are there already are left as they are.
    AmazonBusiness(Export),
    /// Apple's purchases (the saved page "Report a Problem")
    ///
    /// The position of what is refused is the place of the purchase on the page. Purchases that are there already are left as
    /// they are.
    Apple(Export),
}

#[derive(Args)]
struct Export {
    /// The file
    file: PathBuf,
    /// Renew amounts and statuses of what is there already, where nothing is matched to it
    #[arg(long)]
    refresh: bool,
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
        What::AmazonOrders(export) => {
            export.import(&database, &bars, import_orders, refresh_orders)?
        }
        What::AmazonReturns(export) => {
            export.import(&database, &bars, import_returns, refresh_returns)?
        }
        What::AmazonBusiness(export) => export.import(
            &database,
            &bars,
            import_business_orders,
            refresh_business_orders,
        )?,
        What::Apple(export) => {
            export.import(&database, &bars, import_purchases, refresh_purchases)?
        }
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

impl Export {
    fn import<'a>(
        &self,
        database: &Database,
        progress: &'a dyn Progress,
        import: impl FnOnce(&mut PgConnection, &Path, Watched<'a>) -> Result<ImportReport>,
        refresh: impl FnOnce(&mut PgConnection, &Path, Watched<'a>) -> Result<ImportReport>,
    ) -> Result<Vec<ImportReport>> {
        let reader = Watched::open(&self.file, progress)?;
        let conn = &mut *database.conn()?;
        let report = if self.refresh {
            refresh(conn, &self.file, reader)?
        } else {
            import(conn, &self.file, reader)?
        };
        progress.finished(&report);
        Ok(vec![report])
    }
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
