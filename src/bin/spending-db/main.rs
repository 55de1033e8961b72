//! The command line of `spending-db`.

mod server;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The data layer of a personal-finance application.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Answers as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The private PostgreSQL server.
    Server(server::ServerArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Server(args) => server::run(&args, cli.json),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("spending-db: {error}");
        ExitCode::FAILURE
    })
}
