//! `spending-db secrets`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use spending_db::operations::secrets::{
    TokenReport, encrypt_plain_tokens, rotate_keys, token_status,
};
use spending_db::secrets::{EncryptionKey, Keyring};
use spending_db::{Database, Result};

use crate::connect::Target;
use crate::output::Output;
use crate::table::{number, table};

/// Where some tokens cannot be opened.
const SOME_UNREADABLE: u8 = 3;

/// Arguments of `spending-db secrets`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: SecretsCommand,
}

/// The keys stand in `ENCRYPTION_KEY` or `.env`, newest first, separated by commas.
#[derive(Clone, Copy, Subcommand)]
enum SecretsCommand {
    /// Count the stored tokens by how they are encrypted
    Status,
    /// Encrypt the tokens that are stored in plain text
    Encrypt,
    /// Encrypt all tokens under the newest key of `ENCRYPTION_KEY`
    ///
    /// May be stopped and run again at any time, while others work. Afterwards the older keys can go, unless tokens are
    /// reported that no key opens.
    Rotate,
    /// Print a new key for `ENCRYPTION_KEY`
    GenerateKey,
}

/// Encrypts stored tokens, or tells how they are.
pub(crate) fn run(
    target: impl FnOnce() -> Result<Target>,
    output: &Output,
    arguments: &Arguments,
) -> Result<ExitCode> {
    let work = match arguments.command {
        SecretsCommand::Status => token_status,
        SecretsCommand::Encrypt => encrypt_plain_tokens,
        SecretsCommand::Rotate => rotate_keys,
        SecretsCommand::GenerateKey => return generate_key(output),
    };
    let keyring = Keyring::from_env()?;
    let target = target()?;
    let database = Database::open(target.config.clone())?;
    let report = work(&mut *database.conn()?, &keyring)?;
    output.answer(&report, |out| write_report(out, &report))?;
    Ok(if report.unreadable.is_empty() {
        ExitCode::SUCCESS
    } else {
        SOME_UNREADABLE.into()
    })
}

fn generate_key(output: &Output) -> Result<ExitCode> {
    let key = EncryptionKey::generate()?;
    let answer = json!({ "key": &*key.expose(), "version": key.version() });
    output.answer(&answer, |out| writeln!(out, "{}", &*key.expose()))?;
    Ok(ExitCode::SUCCESS)
}

fn write_report(out: &mut dyn Write, report: &TokenReport) -> io::Result<()> {
    let mut found = table([
        "tokens of",
        "newest key",
        "older key",
        "plain",
        "unreadable",
        "encrypted now",
    ]);
    for counts in &report.tables {
        found.add_row([
            counts.table.into(),
            number(counts.newest),
            number(counts.older),
            number(counts.plain),
            number(counts.unreadable),
            number(counts.encrypted),
        ]);
    }
    writeln!(out, "{found}")?;
    for place in &report.unreadable {
        writeln!(out, "no key opens {place}")?;
    }
    Ok(())
}
