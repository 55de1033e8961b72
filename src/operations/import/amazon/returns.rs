//! Storing refunds: those of a returns export, and those that are handed over in a list.

use std::io::Read;
use std::path::Path;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;

use crate::Result;
use crate::models::amazon::NewAmazonReturn;
use crate::operations::import::changes::{Known, Renewal};
use crate::operations::import::csv::{Csv, Line};
use crate::operations::import::staging::{self, Staged};
use crate::operations::import::{ImportReport, Imported, cell, file_name};
use crate::types::TrueLayerTransactionId;

diesel::table! {
    staged (position) {
        position -> BigInt,
        order_id -> Text,
        reversal_id -> Text,
        refund_completion_date -> Date,
        currency -> Text,
        amount_refunded -> Numeric,
        status -> Nullable<Text>,
        disbursement_type -> Nullable<Text>,
        source_file -> Nullable<Text>,
        original_transaction_id -> Nullable<Integer>,
        refund_transaction_id -> Nullable<Integer>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged, treat_none_as_default_value = false)]
struct StagedReturn {
    position: i64,
    order_id: String,
    reversal_id: String,
    refund_completion_date: NaiveDate,
    currency: String,
    amount_refunded: BigDecimal,
    status: Option<String>,
    disbursement_type: Option<String>,
    source_file: Option<String>,
    original_transaction_id: Option<TrueLayerTransactionId>,
    refund_transaction_id: Option<TrueLayerTransactionId>,
}

impl Staged for StagedReturn {
    const CREATE: &'static str = include_str!("returns_staged.sql");
    const KEY: &'static str = "reversal_id";
    const INSERT: &'static str = include_str!("returns_insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
    }
}

const RENEWAL: Renewal = Renewal {
    table: "amazon_returns",
    key: "reversal_id",
    columns: &["amount_refunded", "currency", "status"],
    is_matched: "(t.original_transaction_id IS NOT NULL OR t.refund_transaction_id IS NOT NULL)",
    matchers: "match amazon",
};

/// Imports Amazon's returns export (CSV): one refund a line, whose position is its line.
///
/// A refund whose `ReversalID` is known already, or stands earlier in the file, is a duplicate and keeps its values; what the
/// file has otherwise is told in `changed`, and [`refresh_returns`] renews it. The order need not be known. `file` is the name under which the refunds and the report go.
///
/// [`Error::Import`](crate::Error::Import) where the file is no returns export, [`Error::Io`](crate::Error::Io) where it
/// cannot be read; nothing is stored then.
pub fn import_returns(
    conn: &mut PgConnection,
    file: &Path,
    reader: impl Read,
) -> Result<ImportReport> {
    store_file(conn, file, reader, Known::Kept)
}

/// Imports as [`import_returns`] does, and renews amount, currency and status of known refunds that are linked to no transaction.
pub fn refresh_returns(
    conn: &mut PgConnection,
    file: &Path,
    reader: impl Read,
) -> Result<ImportReport> {
    store_file(conn, file, reader, Known::Refreshed)
}

fn store_file(
    conn: &mut PgConnection,
    file: &Path,
    reader: impl Read,
    known: Known,
) -> Result<ImportReport> {
    let name = file_name(file);
    staging::store_file(conn, &name, Some((&RENEWAL, known)), |sink| {
        let mut csv = Csv::open(reader, &REQUIRED).map_err(|fault| fault.of(file))?;
        let columns = Columns::of(&csv);
        while let Some(line) = csv.next_line().map_err(|fault| fault.of(file))? {
            sink.take(line.number, columns.read(&line, &name))?;
        }
        Ok(())
    })
}

/// Columns without which a file is no returns export.
const REQUIRED: [&str; 4] = [
    "OrderID",
    "ReversalID",
    "RefundCompletionDate",
    "AmountRefunded",
];

/// Where the columns stand.
struct Columns {
    order_id: Option<usize>,
    reversal_id: Option<usize>,
    refund_completion_date: Option<usize>,
    currency: Option<usize>,
    amount_refunded: Option<usize>,
    status: Option<usize>,
    disbursement_type: Option<usize>,
}

impl Columns {
    fn of<R: Read>(csv: &Csv<R>) -> Self {
        Self {
            order_id: csv.column("OrderID"),
            reversal_id: csv.column("ReversalID"),
            refund_completion_date: csv.column("RefundCompletionDate"),
            currency: csv.column("Currency"),
            amount_refunded: csv.column("AmountRefunded"),
            status: csv.column("Status"),
            disbursement_type: csv.column("DisbursementType"),
        }
    }

    /// Reads a line; the error is the reason why it cannot be used.
    fn read(&self, line: &Line, source_file: &str) -> Result<StagedReturn, String> {
        if let Some(fault) = &line.fault {
            return Err(fault.clone());
        }
        let word = |name, column| Ok::<_, String>(line.word(name, column)?.map(str::to_owned));
        Ok(StagedReturn {
            position: line.number.cast_signed(),
            order_id: line.required("OrderID", self.order_id)?.to_owned(),
            reversal_id: line.required("ReversalID", self.reversal_id)?.to_owned(),
            refund_completion_date: cell::day(
                "RefundCompletionDate",
                line.required("RefundCompletionDate", self.refund_completion_date)?,
            )?,
            currency: cell::currency(
                "Currency",
                line.word("Currency", self.currency)?.unwrap_or("GBP"),
            )?,
            amount_refunded: cell::money(
                "AmountRefunded",
                line.word("AmountRefunded", self.amount_refunded)?
                    .unwrap_or("0"),
            )?,
            status: word("Status", self.status)?,
            disbursement_type: word("DisbursementType", self.disbursement_type)?,
            source_file: Some(source_file.to_owned()),
            original_transaction_id: None,
            refund_transaction_id: None,
        })
    }
}

/// Stores refunds that are handed over in a list. One whose `reversal_id` is known already, or stands earlier in the list,
/// keeps its values and its links and counts as a duplicate; one that the database refuses (its currency is not of three
/// letters) is refused alone. The order need not be known. Amounts are in major units of their currency.
///
/// [`Error::Reference`](crate::Error::Reference) where a linked transaction is not there; nothing is stored then.
///
/// Takes over `import_amazon_returns`.
pub fn store_returns(conn: &mut PgConnection, returns: &[NewAmazonReturn<'_>]) -> Result<Imported> {
    let rows = (1..).zip(returns).map(|(position, refund)| StagedReturn {
        position,
        order_id: refund.order_id.to_owned(),
        reversal_id: refund.reversal_id.to_owned(),
        refund_completion_date: refund.refund_completion_date,
        currency: refund.currency.to_owned(),
        amount_refunded: refund.amount_refunded.clone(),
        status: refund.status.map(str::to_owned),
        disbursement_type: refund.disbursement_type.map(str::to_owned),
        source_file: refund.source_file.map(str::to_owned),
        original_transaction_id: refund.original_transaction_id,
        refund_transaction_id: refund.refund_transaction_id,
    });
    staging::store(conn, rows)
}
