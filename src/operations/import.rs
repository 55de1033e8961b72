//! Importing: a bank's exports and order histories from files into the tables.
//!
//! A record that cannot be used is refused alone and named by its position and the reason; a file that cannot be read to
//! its end stores nothing. What is there already is left as it is, so the same file again changes nothing.

pub mod amazon;
pub mod apple;
mod csv;
mod export;
mod instant;
mod json;
mod progress;
mod staging;
pub mod truelayer;

pub use progress::Progress;

use std::path::Path;

use serde::Serialize;

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
    /// Records that cannot be used, in the order of the file.
    pub refused: Vec<Refused>,
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
    /// In JSON the place in the list, first = 1; in CSV the line of the file on which the record starts, header = 1.
    pub position: u64,
    /// What is wrong: the field, its value and what is expected.
    pub reason: String,
}

impl ImportReport {
    fn new(file: &str, stored: u64, duplicate: u64, mut refused: Vec<Refused>) -> Self {
        refused.sort_by_key(|refused| refused.position);
        Self {
            file: file.to_owned(),
            read: stored + duplicate + refused.len() as u64,
            stored,
            duplicate,
            refused,
        }
    }
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
