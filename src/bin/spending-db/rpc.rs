//! `spending-db rpc`: the old functions as JSON-RPC over standard input and output.

use std::{io, panic};

use spending_db::{Config, Database, Error, Result, compat};

/// Serves until standard input ends.
pub(crate) fn run(config: Config) -> Result<()> {
    // A call that panics is answered; its message might hold a value that no log may show.
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string);
        tracing::error!(place, "a call panicked");
    }));
    let database = Database::open(config)?;
    match compat::rpc::serve(&database, io::stdin().lock(), io::stdout().lock()) {
        // Whoever asked is gone.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        served => served.map_err(|error| Error::io("standard input or output", error)),
    }
}
