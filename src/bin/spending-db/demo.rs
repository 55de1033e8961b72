//! `spending-db demo`: the whole way of the data on a made-up household.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use spending_db::database::connect;
use spending_db::embedded::{Server, ServerOptions};
use spending_db::models::core::User;
use spending_db::operations::enrichment::{
    EnrichmentOptions, EnrichmentRun, KeywordEnricher, enrich,
};
use spending_db::operations::import::ImportReport;
use spending_db::operations::import::amazon::{import_orders, import_returns};
use spending_db::operations::import::apple::import_purchases;
use spending_db::operations::import::truelayer::import_folder;
use spending_db::operations::matching::{Matcher, UnifiedRun, run_all};
use spending_db::operations::report::{SpendingQuery, SpendingReport, spending};
use spending_db::{Config, Database, Error, Result};

use crate::direct_debits::{Payee, find_payees, write_payees};
use crate::enrich::write_runs;
use crate::import::write_reports;
use crate::matching::write_all;
use crate::output::Output;
use crate::progress::Bars;
use crate::report::write_report;

/// The demo's own database on the private server; made anew each time.
const DATABASE: &str = "spending_demo";
const USER: &str = "household@example.org";
const ORDERS: &str = "order_history.csv";
const RETURNS: &str = "returns.csv";
const PURCHASES: &str = "report_a_problem.html";

/// The exports of the household, by the names of their files.
const FILES: [(&str, &[u8]); 8] = [
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
    (
        RETURNS,
        include_bytes!("../../../samples/amazon/returns.csv"),
    ),
    (
        PURCHASES,
        include_bytes!("../../../samples/apple/report_a_problem.html"),
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
    let open = |name: &str| {
        let file = folder.0.join(name);
        let reader = fs::File::open(&file).map_err(|error| Error::io(&file, error))?;
        Ok::<_, Error>((file, reader))
    };
    let (file, reader) = open(ORDERS)?;
    files.push(import_orders(conn, &file, reader)?);
    let (file, reader) = open(RETURNS)?;
    files.push(import_returns(conn, &file, reader)?);
    let (file, reader) = open(PURCHASES)?;
    files.push(import_purchases(conn, &file, reader)?);

    let user = User::find_by_email(conn, USER)?.ok_or(Error::NotFound)?.id;
    let matches = run_all(conn, user, &mut |_, _| {})?.into_result()?;
    let enricher = KeywordEnricher::load(conn)?;
    let told = Told {
        files,
        matches,
        payees: find_payees(conn, Some(user))?,
        enrichment: enrich(
            &database,
            user,
            &enricher,
            &EnrichmentOptions::default(),
            &(),
        )?,
        report: spending(conn, &SpendingQuery::default())?,
    };
    output.answer(&told.to_json(), |out| told.write(out, server.dir()))
}

/// What the demo shows.
struct Told {
    files: Vec<ImportReport>,
    matches: UnifiedRun,
    payees: Vec<Payee>,
    enrichment: EnrichmentRun,
    report: SpendingReport,
}

impl Told {
    /// What each command answers, by its name; `match` is that of Amazon's orders.
    fn to_json(&self) -> Value {
        let mut answer = json!({
            "import": self.files,
            "direct_debits": self.payees,
            "enrich": self.enrichment,
            "report": self.report,
        });
        for (matcher, run) in &self.matches.parts {
            let key = match matcher {
                Matcher::Amazon => "match".to_owned(),
                other => format!("match_{}", other.name()),
            };
            answer[key] = json!(run.as_ref().ok());
        }
        answer
    }

    fn write(&self, out: &mut dyn Write, server: &Path) -> io::Result<()> {
        writeln!(
            out,
            "The exports of a made-up household, in the database {DATABASE} of the private server in {}:",
            server.display()
        )?;
        write_reports(out, &self.files)?;
        writeln!(out, "\nPayments and what they paid:")?;
        write_all(out, &self.matches)?;
        writeln!(out, "\nWho is paid by direct debit:")?;
        write_payees(out, &self.payees)?;
        writeln!(out, "\nCategories and merchants, without a language model:")?;
        write_runs(out, std::slice::from_ref(&self.enrichment))?;
        writeln!(out, "\nWhat was spent from the bank accounts:")?;
        write_report(out, &self.report)?;
        writeln!(
            out,
            "\nGo on with your own: spending-db import truelayer FOLDER --user you@example.org, import amazon-orders FILE, \
             match all, enrich, report --by merchant; the same in the background: spending-db jobs work."
        )
    }
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
