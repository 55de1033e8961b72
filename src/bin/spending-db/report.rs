//! `spending-db report`.

use std::io::{self, Write};

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive, Zero};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use spending_db::operations::report::{
    SpendingBy, SpendingLine, SpendingQuery, SpendingReport, spending,
};
use spending_db::{Config, Database, Result};

use crate::output::Output;
use crate::table::{number, table};
use crate::users::find_user;

/// Width of the longest bar, in characters.
const BAR: u32 = 24;

/// Arguments of `spending-db report`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only this user
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// First day, in UTC
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// Last day as a whole, in UTC
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<NaiveDate>,
    /// By what payments are put together
    #[arg(long, value_enum, default_value_t)]
    by: By,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum By {
    /// The managed category, that of the enrichment, or the bank's
    #[default]
    Category,
    /// The merchant, with what was bought where that is known
    Merchant,
    /// The calendar month in UTC
    Month,
}

impl From<By> for SpendingBy {
    fn from(by: By) -> Self {
        match by {
            By::Category => Self::Category,
            By::Merchant => Self::Merchant,
            By::Month => Self::Month,
        }
    }
}

/// Reports what was spent.
pub(crate) fn run(config: &Config, output: &Output, arguments: &Arguments) -> Result<()> {
    let database = Database::open(config.clone())?;
    let conn = &mut *database.conn()?;
    let query = SpendingQuery {
        user: find_user(conn, arguments.user.as_deref())?,
        from: arguments.from,
        to: arguments.to,
        by: arguments.by.into(),
    };
    let report = spending(conn, &query)?;
    output.answer(&report, |out| write_report(out, &report))
}

/// Writes one table a currency, with a total.
pub(crate) fn write_report(out: &mut dyn Write, report: &SpendingReport) -> io::Result<()> {
    if report.totals.is_empty() {
        return writeln!(out, "nothing was spent");
    }
    for total in &report.totals {
        let lines: Vec<&SpendingLine> = report
            .lines
            .iter()
            .filter(|line| line.currency == total.currency)
            .collect();
        let most = lines.iter().map(|line| &line.spent).max();
        let mut spent = table([
            name_of(report.by),
            "payments",
            "matched",
            &format!("spent {}", total.currency),
            "refunded",
            "",
        ]);
        for line in &lines {
            let bar = most.map_or_else(String::new, |most| bar(&line.spent, most));
            spent.add_row(cells(line, &bar));
        }
        spent.add_row(cells(total, ""));
        writeln!(out, "{spent}")?;
        for line in lines.iter().filter(|line| !line.products.is_empty()) {
            let name = line.name.as_deref().unwrap_or_default();
            writeln!(out, "{name}:")?;
            for product in &line.products {
                writeln!(out, "  {product}")?;
            }
        }
    }
    Ok(())
}

fn cells(line: &SpendingLine, bar: &str) -> [comfy_table::Cell; 6] {
    [
        line.name.as_deref().unwrap_or("total").into(),
        number(line.payments),
        number(line.matched),
        number(money(&line.spent)),
        if line.refunded.is_zero() {
            "".into()
        } else {
            number(money(&line.refunded))
        },
        bar.into(),
    ]
}

const fn name_of(by: SpendingBy) -> &'static str {
    match by {
        SpendingBy::Category => "category",
        SpendingBy::Merchant => "merchant",
        SpendingBy::Month => "month",
    }
}

/// An amount with two decimals, or as many as it has.
fn money(amount: &BigDecimal) -> String {
    let decimals = amount.normalized().fractional_digit_count().max(2);
    amount.with_scale(decimals).to_plain_string()
}

fn bar(amount: &BigDecimal, most: &BigDecimal) -> String {
    if most.is_zero() {
        return String::new();
    }
    let length = (amount * BigDecimal::from(BAR) / most).with_scale_round(0, RoundingMode::HalfUp);
    "█".repeat(length.to_usize().unwrap_or_default())
}
