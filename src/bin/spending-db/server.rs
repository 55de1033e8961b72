//! `spending-db server`: the private PostgreSQL server.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode};

use clap::{Args, Subcommand};
use serde_json::json;
use spending_db::embedded::{DATABASE, SUPERUSER, Server, ServerOptions, Status, Stopped};
use spending_db::{Error, Result};

use crate::output::Output;

/// The exit code of `status` where the server does not run, as of `systemctl status`.
const NOT_RUNNING: u8 = 3;

/// Arguments of `spending-db server`.
#[derive(Args)]
pub(crate) struct ServerArgs {
    #[command(subcommand)]
    command: ServerCommand,
}

#[derive(Subcommand)]
enum ServerCommand {
    /// Starts the private server and leaves it running
    Start,
    /// Stops the private server; one that is in use stops after its last user
    Stop,
    /// Says whether the private server runs (exit code 0) or not (3)
    Status,
    /// Runs a command with the private server
    ///
    /// The command finds the database in `DATABASE_URL` and in `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD` and
    /// `PGDATABASE`, and the programs of PostgreSQL at the end of its `PATH`. The server runs as long as the command,
    /// and stops then unless it is in use. The exit code is the command's; 128 and the number of the signal if one
    /// killed it.
    Exec(ExecArgs),
}

#[derive(Args)]
struct ExecArgs {
    /// Runs it with an empty database on a new server, which is removed afterwards whatever happens
    #[arg(long)]
    temporary: bool,
    /// The command and its arguments
    #[arg(required = true, last = true)]
    command: Vec<OsString>,
}

/// Runs `spending-db server`.
pub(crate) fn run(args: &ServerArgs, output: &Output) -> Result<ExitCode> {
    match &args.command {
        ServerCommand::Start => {
            let status = Server::start_detached(&ServerOptions::from_env()?)?;
            output.answer(&status, |out| describe(out, &status))?;
            Ok(ExitCode::SUCCESS)
        }
        ServerCommand::Stop => stop(output),
        ServerCommand::Status => {
            let status = Server::status(&ServerOptions::from_env()?)?;
            output.answer(&status, |out| describe(out, &status))?;
            Ok(match status.running {
                Some(_) => ExitCode::SUCCESS,
                None => ExitCode::from(NOT_RUNNING),
            })
        }
        ServerCommand::Exec(args) => exec(args),
    }
}

fn stop(output: &Output) -> Result<ExitCode> {
    let options = ServerOptions::from_env()?;
    let outcome = Server::stop(&options)?;
    let said = match outcome {
        Stopped::Stopped => "stopped",
        Stopped::NotRunning => "does not run",
        Stopped::InUse => "is in use and stops after its last user",
    };
    let dir = options.dir.display();
    let answer = json!({ "dir": options.dir, "outcome": outcome });
    output.answer(&answer, |out| {
        writeln!(out, "The private server in {dir} {said}.")
    })?;
    Ok(ExitCode::SUCCESS)
}

fn exec(args: &ExecArgs) -> Result<ExitCode> {
    let server = if args.temporary {
        Server::temporary()?
    } else {
        Server::open(&ServerOptions::from_env()?)?
    };
    let (program, rest) = args
        .command
        .split_first()
        .ok_or_else(|| Error::invalid("COMMAND", "is needed"))?;
    let folders = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&folders).chain([server.programs_dir()?]);
    let path =
        env::join_paths(folders).map_err(|error| Error::invalid("PATH", error.to_string()))?;
    let status = Command::new(program)
        .args(rest)
        .env("PATH", path)
        .env("DATABASE_URL", server.url(DATABASE))
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", server.port().to_string())
        .env("PGUSER", SUPERUSER)
        .env("PGPASSWORD", server.password())
        .env("PGDATABASE", DATABASE)
        .status()
        .map_err(|error| Error::io(program, error))?;
    let code = status.code().or_else(|| Some(128 + status.signal()?));
    Ok(code
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}

fn describe(out: &mut dyn Write, status: &Status) -> io::Result<()> {
    let dir = status.dir.display();
    let Some(running) = &status.running else {
        return writeln!(out, "The private server in {dir} does not run.");
    };
    let until = match (status.kept, status.in_use) {
        (true, _) => "until `spending-db server stop`",
        (false, true) => "until its last user is gone",
        (false, false) => "without a keeper, which was killed",
    };
    writeln!(
        out,
        "The private server in {dir} runs {until}.\n\
         process {}, port {} on 127.0.0.1, PostgreSQL {}, {} open connection(s)",
        running.pid, running.port, running.version, running.connections
    )
}
