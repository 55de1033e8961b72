//! The same work, on the same server, done by `spending-db`, by what a user would pick instead, and by the limit.
//!
//! `./dev bench` runs it; `docs/BENCHMARKS.md` holds what came out of it.

mod arguments;
mod bench;
mod child;
mod contest;
mod data;
mod digest;
mod error;
mod goal;
mod growth;
mod machine;
mod markdown;
mod memory;
mod proxy;
mod report;
mod rivals;
mod scratch;
mod server;
mod work;

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use arguments::{Arguments, Command};
use bench::Bench;
use error::Result;
use report::Report;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Some(Command::Child(task)) => child::run(task),
        None if arguments.list => {
            for work in work::ALL {
                println!("{:<12} {}", work.name, work.what);
            }
            Ok(())
        }
        None => compare(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Does all the work, prints the table and writes it where that was asked for.
fn compare(arguments: &Arguments) -> Result<()> {
    let begun = Instant::now();
    let bench = Bench::start(arguments)?;
    let mut report = Report::new(machine::describe(&bench)?, arguments);
    for work in work::chosen(arguments)? {
        eprintln!("{:>5} s  {}", begun.elapsed().as_secs(), work.what);
        match (work.run)(&bench) {
            Ok(rows) => report.rows.extend(rows),
            Err(error) => {
                eprintln!("         {}: {error}", work.name);
                report.failed.push(format!("{}: {error}", work.name));
            }
        }
    }
    report.growth = growth::between(&report.rows);
    report.seconds = begun.elapsed().as_secs();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", markdown::write(&report));
    }
    if let Some(path) = &arguments.write {
        let before = fs::read_to_string(path).unwrap_or_default();
        fs::write(path, markdown::renew(&before, &report))?;
    }
    Ok(())
}
