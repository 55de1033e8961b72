//! The tables of `docs/MIGRATING.md` and `docs/migrating/`.

use std::fs;
use std::path::{Path, PathBuf};

/// A row: the old function and the path of its operation.
pub(super) struct Row {
    pub(super) old: String,
    pub(super) operation: String,
}

/// The front part.
pub(super) fn front() -> String {
    fs::read_to_string(docs().join("MIGRATING.md")).unwrap()
}

/// The files with tables, one a domain.
pub(super) fn tables() -> Vec<PathBuf> {
    let files = fs::read_dir(docs().join("migrating")).unwrap();
    files.map(|file| file.unwrap().path()).collect()
}

/// The rows of all tables of old functions.
pub(super) fn rows() -> Vec<Row> {
    let tables = tables();
    let texts = tables.iter().map(|file| fs::read_to_string(file).unwrap());
    let texts: Vec<String> = texts.chain([front()]).collect();
    texts.iter().flat_map(|text| rows_of(text)).collect()
}

fn rows_of(text: &str) -> impl Iterator<Item = Row> {
    text.lines()
        .skip_while(|line| !line.starts_with("| old function | operation |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let &["", old, operation, _, ""] = &cells[..] else {
                panic!("not a row of three cells: {line}");
            };
            Row {
                old: code(old),
                operation: code(operation),
            }
        })
}

/// The text between back-ticks.
fn code(cell: &str) -> String {
    let inner = cell
        .strip_prefix('`')
        .and_then(|cell| cell.strip_suffix('`'));
    inner
        .unwrap_or_else(|| panic!("not code: {cell}"))
        .to_owned()
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}
