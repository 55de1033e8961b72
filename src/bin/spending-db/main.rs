//! The command line of `spending-db`.

mod connect;
mod demo;
mod direct_debits;
mod doctor;
mod enrich;
mod import;
mod jobs;
mod match_gmail;
mod matching;
mod migrate;
mod output;
mod progress;
mod report;
mod rpc;
mod rules;
mod secrets;
mod server;
mod table;
mod users;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use spending_db::Result;
use tracing_subscriber::EnvFilter;

use crate::output::Output;

/// The database of a personal-finance application.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but some records were refused.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Global {
    /// Answer in JSON on standard output; an error is {"error": "…"} on standard error
    #[arg(long, global = true)]
    json: bool,

    /// The database: postgresql://user:password@host:port/name or libpq's "host=… dbname=…"
    ///
    /// The list of processes shows arguments: for a URL with a password the variable is the better place.
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    database_url: Option<String>,

    /// Log more on standard error: -v what is done, -vv every statement
    ///
    /// `SPENDING_DB_LOG` or `RUST_LOG` choose more finely, such as `spending_db::sql=debug`.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Subcommand)]
enum Command {
    /// Apply, list and revert the migrations of the schema, and check the database against them
    Migrate(migrate::Arguments),
    /// Store a bank's exports or an order history
    Import(import::Arguments),
    /// Match bank transactions to what explains them
    Match(matching::Arguments),
    /// Apply the rules, or try one
    Rules(rules::Arguments),
    /// List who is paid by direct debit
    DirectDebits(direct_debits::Arguments),
    /// Give transactions a category and a merchant: by rules, the cache and built-in words
    Enrich(enrich::Arguments),
    /// Tell what was spent, by category, merchant or month
    Report(report::Arguments),
    /// List, add, cancel and work on background jobs
    Jobs(jobs::Arguments),
    /// Show all of that on a made-up household, in a database of its own
    Demo,
    /// Answer the old functions as JSON-RPC 2.0, one request a line on standard input
    Rpc(rpc::Arguments),
    /// Tell what is wrong with the database and its server, and what to do: exit code 1 for a warning or an error
    ///
    /// With --verbose also what is well. It changes nothing.
    Doctor,
    /// Encrypt the stored tokens, and move them to a new key
    Secrets(secrets::Arguments),
    /// Start, stop and use the private PostgreSQL server
    Server(server::ServerArgs),
}

fn main() -> ExitCode {
    let Cli { global, command } = Cli::parse();
    start_log(global.verbose);
    let output = Output::new(global.json);
    match run(&global, &output, command) {
        Ok(code) => code,
        Err(error) => {
            output.error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(global: &Global, output: &Output, command: Command) -> Result<ExitCode> {
    let target = || connect::target(global.database_url.as_deref());
    match command {
        Command::Migrate(arguments) => return migrate::run(target, output, &arguments),
        Command::Import(arguments) => return import::run(&target()?.config, output, &arguments),
        Command::Match(arguments) => matching::run(&target()?.config, output, &arguments)?,
        Command::Report(arguments) => report::run(&target()?.config, output, &arguments)?,
        Command::Jobs(arguments) => jobs::run(&target()?.config, output, &arguments)?,
        Command::Rules(arguments) => rules::run(&target()?.config, output, &arguments)?,
        Command::DirectDebits(arguments) => {
            direct_debits::run(&target()?.config, output, &arguments)?;
        }
        Command::Enrich(arguments) => enrich::run(&target()?.config, output, &arguments)?,
        Command::Doctor => return doctor::run(&target()?.config, output, global.verbose > 0),
        Command::Demo => demo::run(output)?,
        Command::Secrets(arguments) => return secrets::run(target, output, &arguments),
        Command::Server(arguments) => return server::run(&arguments, output),
        Command::Rpc(arguments) if arguments.methods => rpc::print_methods()?,
        Command::Rpc(_) => rpc::run(target()?.config)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn start_log(verbose: u8) {
    let default = match verbose {
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let filter = ["SPENDING_DB_LOG", "RUST_LOG"]
        .into_iter()
        .find_map(|variable| EnvFilter::try_from_env(variable).ok())
        .unwrap_or_else(|| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
