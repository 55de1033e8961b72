//! Importing: a bank's exports, order histories and purchase pages from files into the tables.
//!
//! A record that cannot be used is refused alone and named by its position and the reason; a file that cannot be read to
//! its end stores nothing. The same file again changes nothing. What is known already keeps its values, but for the status
//! and the amount of a purchase that no payment is matched to ([`Changed`]).
//!
//! Files are read record by record, and rows wait in temporary tables of the database: a file of any size takes the memory
//! of its longest record, of one batch of rows and of what the report lists.

pub mod amazon;
pub mod apple;
mod cell;
mod changes;
mod csv;
mod export;
mod field;
mod instant;
mod json;
mod progress;
mod refusals;
mod staging;
pub mod truelayer;

pub use changes::Changed;
pub use progress::{Progress, Watched};

use std::path::Path;

use serde::Serialize;

use self::refusals::Refusals;

/// How many refused records, and how many changed fields, a report lists at most.
pub const MOST_LISTED: usize = 100_000;

/// What became of the records of one file: `read` is the sum of `stored`, `duplicate` and the refused ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// The file's name, without its folder.
    pub file: String,
    /// Records that the file holds.
    pub read: u64,
    /// Records that are new in the database.
    pub stored: u64,
    /// Records that were there already, or earlier in the same file.
    pub duplicate: u64,
    /// Records that cannot be used, in the order of the file; at most [`MOST_LISTED`].
    pub refused: Vec<Refused>,
    /// Refused records that are not listed because there are so many; left out of the JSON where there are none.
    #[serde(skip_serializing_if = "is_zero")]
    pub unlisted: u64,
    /// What duplicates have otherwise than the database, in the order of the file; at most [`MOST_LISTED`]. Left out of the
    /// JSON where there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<Changed>,
}

/// What became of records that were handed over in a list; each is counted in one of the three.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// Records that are new in the database.
    pub stored: u64,
    /// Records that were there already, or earlier in the same list.
    pub duplicate: u64,
    /// Records that the database refuses, in the order of the list; the first has position 1.
    pub refused: Vec<Refused>,
}

/// A record that was not stored, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// In JSON the place in the list, first = 1; in CSV the line of the file on which the record starts, header = 1; on a
    /// purchase page the place of the purchase, first = 1.
    pub position: u64,
    /// What is wrong: the field, its value and what is expected.
    pub reason: String,
}

impl ImportReport {
    fn new(file: &str, stored: u64, duplicate: u64, refusals: Refusals) -> Self {
        let (refused, unlisted) = refusals.in_order();
        Self {
            file: file.to_owned(),
            read: stored + duplicate + refused.len() as u64 + unlisted,
            stored,
            duplicate,
            refused,
            unlisted,
            changed: Vec::new(),
        }
    }

    /// How many records were refused, listed or not.
    pub fn refused_records(&self) -> u64 {
        self.refused.len() as u64 + self.unlisted
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A file's name without its folder.
fn file_name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Whether a text stands for nothing: empty, white space, or a word such as `N/A`.
fn is_blank(text: &str) -> bool {
    const WORDS: [&str; 4] = ["Not Available", "NA", "N/A", "NULL"];
    let text = text.trim();
    text.is_empty() || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A value as it is named in a reason: quoted, on one line, shortened.
fn shown(value: &str) -> String {
    const LONGEST: usize = 60;
    let mut characters = value.chars();
    let start: String = characters.by_ref().take(LONGEST).collect();
    let rest = if characters.next().is_some() {
        "…"
    } else {
        ""
    };
    format!("{start:?}{rest}")
}
