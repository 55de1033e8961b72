//! `spending-db rpc`: the old functions as JSON-RPC over standard input and output.

use std::io::{self, Write};
use std::panic;

use clap::Args;
use spending_db::{Config, Database, Error, Result, compat};

/// Arguments of `spending-db rpc`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Print what `rpc.methods` answers and end; needs no database
    #[arg(long)]
    pub(crate) methods: bool,
}

/// Serves until standard input ends.
pub(crate) fn run(config: Config) -> Result<()> {
    // A call that panics is answered; its message might hold a value that no log may show.
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string);
        tracing::error!(place, "a call panicked");
    }));
    let database = Database::open(config)?;
    told(compat::rpc::serve(
        &database,
        io::stdin().lock(),
        io::stdout().lock(),
    ))
}

/// Prints the functions with their parameters, in JSON.
pub(crate) fn print_methods() -> Result<()> {
    told(writeln!(io::stdout(), "{}", compat::rpc::methods()))
}

fn told(outcome: io::Result<()>) -> Result<()> {
    match outcome {
        // Whoever asked is gone.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(|error| Error::io("standard input or output", error)),
    }
}
