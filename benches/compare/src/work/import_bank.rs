//! A bank's export from a file.

use std::fs;
use std::path::Path;

use spending_db::Database;
use spending_db::operations::import::truelayer::import_folder;

use super::Work;
use super::writing::Writing;
use crate::bench::Bench;
use crate::data::bank_export;
use crate::error::Result;
use crate::goal::Goal;
use crate::report::{Role, Row};
use crate::rivals::libpq::Connection;
use crate::rivals::programs;

pub const WORK: Work = Work {
    name: "import",
    what: "A bank's export of so many transactions (JSON), one in ten of them there twice, into an empty table with all its \
           indexes. The limit is `COPY` of the rows that come to stand there, ready-made: no file to parse, no duplicates, \
           nothing checked. Row by row is what the old application did: look the transaction up, insert it, commit; beyond \
           100,000 Python is not waited for.",
    run,
};

const SIZES: [u32; 2] = [100_000, 1_000_000];
const MOST_PYTHON: u32 = 100_000;

const COLUMNS: &str = "account_id, transaction_id, normalised_provider_transaction_id, \"timestamp\", description, amount, \
     currency, transaction_type, transaction_category, merchant_name, running_balance, metadata, pre_enrichment_status";

const RESET: [&str; 2] = [
    "TRUNCATE users, truelayer_transactions RESTART IDENTITY CASCADE",
    "CHECKPOINT",
];

/// The account, for those who do not read `accounts.json`.
const ACCOUNT: &str = "INSERT INTO users (email) VALUES ('bench@example.com');
     INSERT INTO bank_connections (user_id, provider_id, provider_name) VALUES (1, 'bank', 'A bank');
     INSERT INTO truelayer_accounts (connection_id, account_id, account_type, display_name, currency)
     VALUES (1, 'bench-account', 'TRANSACTION', 'Everyday Current', 'GBP')";

const LEFT: &str = "SELECT count(*), sum(amount)::text AS amounts, sum(running_balance)::text AS balances, \
     sum(hashtextextended(normalised_provider_transaction_id || description || merchant_name || \"timestamp\"::text, 0))::text \
     AS rows, sum(hashtextextended(metadata::text, 0))::text AS metadata, \
     count(*) FILTER (WHERE pre_enrichment_status = 'None') AS without_status FROM truelayer_transactions";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let sizes = bench.sizes(&SIZES);
    sizes.into_iter().map(|size| compare(bench, size)).collect()
}

fn compare(bench: &Bench<'_>, size: u32) -> Result<Row> {
    let folder = bench.folder().join(format!("bank-{size}"));
    bank_export::write(&folder, size, bench.seed())?;
    let scratch = bench.scratch("import")?;
    let database = scratch.database(4)?;
    let url = scratch.url();
    let ours = Writing {
        scratch: &scratch,
        reset: &RESET,
        left: LEFT,
    };
    let with_account = [RESET[0], ACCOUNT, RESET[1]];
    let others = Writing {
        reset: &with_account,
        ..ours
    };
    let ready = folder.join("ready.copy");
    let file = folder
        .join("transactions.json")
        .to_string_lossy()
        .into_owned();
    let python = |way: &'static str| {
        let (others, url, file) = (&others, &url, &file);
        move || others.timed_by_itself(|| bench.run_python("import_bank.py", &[url, way, file]))
    };

    let mut contest = bench
        .contest("import", "10 % duplicates", size)
        .ours(|| {
            let run = ours.time(|| import(&database, &folder))?;
            if !ready.exists() {
                let copy = format!(
                    "\\copy (SELECT {COLUMNS} FROM truelayer_transactions ORDER BY id) TO '{}'",
                    ready.display()
                );
                programs::run(
                    &bench.server,
                    "psql",
                    &["-X", "-q", "-d", &url, "-c", &copy],
                )?;
            }
            Ok(run)
        })
        .with("bare COPY", Role::Limit, || {
            let rows = fs::read(&ready)?;
            let mut connection = Connection::open(&url)?;
            others.time(|| {
                connection.copy(
                    &format!("COPY truelayer_transactions ({COLUMNS}) FROM STDIN"),
                    &rows,
                )
            })
        })
        .goal(Goal::Speed {
            of: "bare COPY",
            at_least: 0.5,
        });
    if size <= MOST_PYTHON {
        contest = contest
            .with(
                "psycopg2, execute_values",
                Role::Python,
                python("execute_values"),
            )
            .with(
                "SQLAlchemy, 1,000 rows a statement",
                Role::Python,
                python("sqlalchemy"),
            )
            .with("psycopg2, row by row", Role::Python, python("row_by_row"))
            .goal(Goal::Speed {
                of: "psycopg2, row by row",
                at_least: 50.0,
            });
    }
    let row = contest.run();
    drop(database);
    fs::remove_dir_all(&folder)?;
    Ok(row)
}

fn import(database: &Database, folder: &Path) -> Result<()> {
    let import = import_folder(database, folder, "bench@example.com", &())?;
    match import.failed.into_iter().next() {
        Some(failed) => Err(failed.error.into()),
        None => Ok(()),
    }
}
