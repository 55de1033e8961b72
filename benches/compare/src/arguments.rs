//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};

const BENCHMARKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/BENCHMARKS.md");

/// Compares spending-db with its rivals and with the limit, on one server in one run.
#[derive(Parser)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Small sizes and few rounds: shows that everything runs, measures little
    #[arg(long)]
    pub quick: bool,
    /// Only this work, may be repeated or separated by commas; --list names them
    #[arg(long, value_name = "WORK", value_delimiter = ',')]
    pub only: Vec<String>,
    /// These sizes instead of those of each work: 10000,100000,1000000
    #[arg(long, value_name = "ROWS", value_delimiter = ',')]
    pub size: Vec<u32>,
    /// Rounds; each contender has its turn in each
    #[arg(long, value_name = "ROUNDS")]
    pub rounds: Option<usize>,
    /// Seconds after which a Python program is stopped, 25 unless given; where a goal is surely met, it is stopped before
    #[arg(long, value_name = "SECONDS")]
    pub patience: Option<u64>,
    /// Megabytes of the file whose import is watched for its memory
    #[arg(long, value_name = "MB")]
    pub import_megabytes: Option<u64>,
    /// What the data are generated from
    #[arg(long, default_value_t = 7)]
    pub seed: u32,
    /// A server where databases may be made, instead of a private one
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Write the table to a file too: docs/BENCHMARKS.md, or the one that is named
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = BENCHMARKS)]
    pub write: Option<PathBuf>,
    /// Name the work there is
    #[arg(long)]
    pub list: bool,
}

#[derive(Subcommand)]
pub enum Command {
    /// Does one thing in a process of its own, and tells its memory
    #[command(subcommand, hide = true)]
    Child(Task),
}

/// What a child process does.
#[derive(Subcommand)]
pub enum Task {
    /// Imports a folder
    Import { url: String, folder: PathBuf },
    /// Reads all transactions page by page
    Pages { url: String },
    /// Reads all transactions at once
    Whole { url: String },
}

impl Arguments {
    /// The sizes of a work: those asked for, else its own.
    pub fn sizes(&self, own: &[u32]) -> Vec<u32> {
        if !self.size.is_empty() {
            self.size.clone()
        } else if self.quick {
            vec![10_000]
        } else {
            own.to_vec()
        }
    }

    pub fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 2 } else { 5 })
    }

    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.patience.unwrap_or(25))
    }

    pub fn import_megabytes(&self) -> u64 {
        self.import_megabytes
            .unwrap_or(if self.quick { 20 } else { 200 })
    }
}
