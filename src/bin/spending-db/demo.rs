//! `spending-db demo`: the whole way of the data on a made-up household.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use diesel::connection::SimpleConnection;
use serde_json::json;
use spending_db::database::connect;
use spending_db::embedded::{Server, ServerOptions};
use spending_db::operations::import::ImportReport;
use spending_db::operations::import::amazon::import_orders;
use spending_db::operations::import::truelayer::import_folder;
use spending_db::operations::matching::PurchaseMatches;
use spending_db::operations::matching::amazon::match_amazon;
use spending_db::operations::report::{SpendingQuery, SpendingReport, spending};
use spending_db::{Config, Database, Error, Result};

use crate::import::write_reports;
use crate::matching::write_matches;
use crate::output::Output;
use crate::progress::Bars;
use crate::report::write_report;

/// The demo's own database on the private server; made anew each time.
const DATABASE: &str = "spending_demo";
const USER: &str = "household@example.org";
const ORDERS: &str = "order_history.csv";

/// The exports of the household, by the names of their files.
const FILES: [(&str, &[u8]); 6] = [
    (
        "accounts.json",
        include_bytes!("../../../samples/truelayer/accounts.json"),
    ),
    (
        "balance.json",
        include_bytes!("../../../samples/truelayer/balance.json"),
    ),
    (
        "cards.json",
        include_bytes!("../../../samples/truelayer/cards.json"),
    ),
    (
        "card_transactions.json",
        include_bytes!("../../../samples/truelayer/card_transactions.json"),
    ),
    (
        "transactions.json",
        include_bytes!("../../../samples/truelayer/transactions.json"),
    ),
    (
        ORDERS,
        include_bytes!("../../../samples/amazon/order_history.csv"),
    ),
];

/// Imports, matches and reports, on the private server and in a database of its own.
pub(crate) fn run(output: &Output) -> Result<()> {
    let server = Server::open(&ServerOptions::from_env()?)?;
    // Dropping a database waits for the disk.
    let maintenance = Config::from_url(&server.url("postgres"))?.slow_statement(None);
    connect(&maintenance)?.batch_execute(&format!("DROP DATABASE IF EXISTS {DATABASE}"))?;
    server.create_database(DATABASE)?;
    let database = Database::open(Config::from_url(&server.url(DATABASE))?)?;

    let folder = Folder::with_samples()?;
    let bars = Bars::new();
    let import = import_folder(&database, &folder.0, USER, &bars)?;
    if let Some(failed) = import.failed.into_iter().next() {
        return Err(failed.error);
    }
    drop(bars);
    let conn = &mut *database.conn()?;
    let mut files = import.files;
    let file = folder.0.join(ORDERS);
    let reader = fs::File::open(&file).map_err(|error| Error::io(&file, error))?;
    files.push(import_orders(conn, &file, reader)?);
    let matches = match_amazon(conn, None)?;
    let report = spending(conn, &SpendingQuery::default())?;

    let answer = json!({ "import": files, "match": matches, "report": report });
    output.answer(&answer, |out| {
        tell(out, server.dir(), &files, &matches, &report)
    })
}

fn tell(
    out: &mut dyn Write,
    server: &Path,
    files: &[ImportReport],
    matches: &PurchaseMatches,
    report: &SpendingReport,
) -> io::Result<()> {
    writeln!(
        out,
        "The exports of a made-up household, in the database {DATABASE} of the private server in {}:",
        server.display()
    )?;
    write_reports(out, files)?;
    writeln!(out, "\nPayments to Amazon and the orders that they paid:")?;
    write_matches(out, "Amazon", matches)?;
    writeln!(out, "\nWhat was spent from the bank accounts:")?;
    write_report(out, report)?;
    writeln!(
        out,
        "\nGo on with your own: spending-db import truelayer FOLDER --user you@example.org, import amazon-orders FILE, \
         match amazon, report --by merchant."
    )
}

/// A folder for the samples that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn with_samples() -> Result<Self> {
        let path = env::temp_dir().join(format!("spending-db-demo-{}", process::id()));
        fs::create_dir(&path).map_err(|error| Error::io(&path, error))?;
        let folder = Self(path);
        for (name, bytes) in FILES {
            let file = folder.0.join(name);
            fs::write(&file, bytes).map_err(|error| Error::io(&file, error))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The system clears its folder of temporary files in the end.
        let _ = fs::remove_dir_all(&self.0);
    }
}
