//! `spending-db direct-debits`.

use std::io::{self, Write};

use clap::Args;
use diesel::PgConnection;
use serde::Serialize;
use spending_db::operations::rules::{DirectDebitPayee, list_payees};
use spending_db::types::UserId;
use spending_db::{Config, Database, Result};

use crate::output::Output;
use crate::table::{number, table};
use crate::users::find_user;

/// Arguments of `spending-db direct-debits`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only the payments of this user
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
}

/// Who is paid by direct debit.
#[derive(Serialize)]
pub(crate) struct Payee {
    payee: String,
    count: i64,
    mandate_numbers: Vec<String>,
}

impl From<DirectDebitPayee> for Payee {
    fn from(payee: DirectDebitPayee) -> Self {
        Self {
            payee: payee.payee,
            count: payee.transaction_count,
            mandate_numbers: payee.mandate_numbers.into_iter().collect(),
        }
    }
}

/// Lists the payees of direct debits by name.
pub(crate) fn run(config: &Config, output: &Output, arguments: &Arguments) -> Result<()> {
    let database = Database::open(config.clone())?;
    let conn = &mut *database.conn()?;
    let user = find_user(conn, arguments.user.as_deref())?;
    let payees = find_payees(conn, user)?;
    output.answer(&payees, |out| write_payees(out, &payees))
}

/// The payees of direct debits by name.
pub(crate) fn find_payees(conn: &mut PgConnection, user: Option<UserId>) -> Result<Vec<Payee>> {
    let payees = list_payees(conn, user)?;
    Ok(payees.into_iter().map(Payee::from).collect())
}

/// Writes who is paid, how often and by which mandates.
pub(crate) fn write_payees(out: &mut dyn Write, payees: &[Payee]) -> io::Result<()> {
    let mut rows = table(["payee", "payments", "mandates"]);
    for payee in payees {
        rows.add_row([
            payee.payee.as_str().into(),
            number(payee.count),
            payee.mandate_numbers.join(", ").into(),
        ]);
    }
    writeln!(out, "{rows}")
}
