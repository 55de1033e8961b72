//! Households for the tests of importing, matching and reporting: the samples, and exports made up on the spot.

mod ledger;

use std::fs;
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use spending_db::operations::import::ImportReport;
use spending_db::operations::import::amazon::{import_orders, import_returns};
use spending_db::operations::import::apple::import_purchases;
use spending_db::operations::import::truelayer::{FolderImport, import_folder};
use spending_db::{Config, Database};
use tempfile::TempDir;

pub(crate) use self::ledger::order_number;
use crate::support::TestDatabase;

pub(crate) const ANN: &str = "ann@example.org";
pub(crate) const BOB: &str = "bob@example.org";

/// A file or folder of the samples.
pub(crate) fn sample(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("samples")
        .join(path)
}

/// A test's database, opened.
pub(crate) struct Household {
    pub(crate) test: TestDatabase,
    pub(crate) database: Database,
}

impl Household {
    pub(crate) fn new() -> Self {
        let test = TestDatabase::new();
        let database = open(&test.url());
        Self { test, database }
    }

    /// With the samples' bank exports and orders imported for Ann.
    pub(crate) fn of_the_samples() -> Self {
        let household = Self::new();
        household.import(&sample("truelayer"));
        household.import_orders(&sample("amazon/order_history.csv"));
        household
    }

    pub(crate) fn import(&self, folder: &Path) -> FolderImport {
        self.import_for(ANN, folder)
    }

    pub(crate) fn import_for(&self, email: &str, folder: &Path) -> FolderImport {
        import_folder(&self.database, folder, email, &()).unwrap()
    }

    pub(crate) fn import_orders(&self, file: &Path) -> ImportReport {
        let conn = &mut *self.database.conn().unwrap();
        import_orders(conn, file, fs::File::open(file).unwrap()).unwrap()
    }

    pub(crate) fn import_returns(&self, file: &Path) -> ImportReport {
        import_returns(&mut self.conn(), file, fs::File::open(file).unwrap()).unwrap()
    }

    pub(crate) fn import_purchases(&self, file: &Path) -> ImportReport {
        import_purchases(&mut self.conn(), file, fs::File::open(file).unwrap()).unwrap()
    }

    pub(crate) fn conn(&self) -> PgConnection {
        self.test.conn()
    }

    /// What one SQL expression or query says, as text.
    pub(crate) fn ask(&self, query: &str) -> String {
        ask(&mut self.conn(), query)
    }

    pub(crate) fn execute(&self, statement: &str) {
        diesel::sql_query(statement)
            .execute(&mut self.conn())
            .unwrap();
    }

    /// Every row of the tables that importing and matching write, but for the log of imports.
    pub(crate) fn dump(&self) -> Vec<String> {
        [
            "users",
            "bank_connections",
            "truelayer_accounts",
            "truelayer_transactions",
            "truelayer_balances",
            "truelayer_cards",
            "truelayer_card_transactions",
            "truelayer_card_balance_snapshots",
            "amazon_orders",
            "amazon_returns",
            "amazon_business_orders",
            "amazon_business_line_items",
            "apple_transactions",
            "truelayer_amazon_transaction_matches",
            "truelayer_amazon_business_matches",
            "amazon_returns",
            "apple_transactions",
            "apple_transaction_matches",
            "transaction_enrichment_sources",
        ]
        .map(|table| {
            self.ask(&format!(
                "SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]')::text FROM {table} AS t"
            ))
        })
        .into()
    }
}

pub(crate) fn open(url: &str) -> Database {
    Database::open(Config::from_url(url).unwrap()).unwrap()
}

/// What a query says, as text; an empty one where it has no row.
pub(crate) fn ask(conn: &mut PgConnection, query: &str) -> String {
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = Text)]
        answer: String,
    }
    let query = format!("SELECT coalesce((({query}))::text, '') AS answer");
    diesel::sql_query(query)
        .get_result::<Answer>(conn)
        .unwrap()
        .answer
}

/// A folder with `accounts.json` for a current account `cur` and a savings account `sav`, and the given files.
pub(crate) fn folder(files: &[(&str, String)]) -> TempDir {
    let accounts = json!({ "results": [
        account("cur", "TRANSACTION"),
        account("sav", "SAVINGS"),
    ]});
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("accounts.json"), accounts.to_string()).unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn account(id: &str, account_type: &str) -> Value {
    json!({
        "account_id": id,
        "account_type": account_type,
        "display_name": id,
        "currency": "GBP",
        "provider": { "provider_id": "test-bank", "display_name": "Test Bank" },
    })
}

/// A bank transaction of 1 pound on 1 May 2025 with this normalised id, and fields changed by JSON text.
pub(crate) fn record(id: &str, changes: &[(&str, &str)]) -> String {
    let id = json!(id).to_string();
    let mut fields = vec![
        ("transaction_id", id.as_str()),
        ("normalised_provider_transaction_id", id.as_str()),
        ("timestamp", r#""2025-05-01T00:00:00Z""#),
        ("description", r#""SHOP""#),
        ("amount", "-1.00"),
        ("currency", r#""GBP""#),
        ("transaction_type", r#""DEBIT""#),
    ];
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| name == changed));
    fields.extend(changes);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\": {value}"))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

/// An export with these records.
pub(crate) fn results(records: &[String]) -> String {
    format!(
        "{{\"results\": [{}], \"status\": \"Succeeded\"}}",
        records.join(",\n")
    )
}

/// A file's report; there is one.
pub(crate) fn report<'a>(import: &'a FolderImport, file: &str) -> &'a ImportReport {
    import
        .files
        .iter()
        .find(|report| report.file == file)
        .unwrap()
}

/// `(stored, duplicate, positions of the refused)` of a report that adds up.
pub(crate) fn counts(report: &ImportReport) -> (u64, u64, Vec<u64>) {
    let refused: Vec<u64> = report
        .refused
        .iter()
        .map(|refused| refused.position)
        .collect();
    assert_eq!(
        report.read,
        report.stored + report.duplicate + refused.len() as u64
    );
    (report.stored, report.duplicate, refused)
}

/// A text that is too long for an index, however it is compressed.
pub(crate) fn incompressible() -> String {
    let words: Vec<String> = (0_u32..1500)
        .map(|number| format!("{:x}", number.wrapping_mul(2_654_435_761)))
        .collect();
    words.join("-")
}
