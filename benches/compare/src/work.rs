//! The work that is compared, one file each.

mod import_bank;
mod import_orders;
mod list;
mod matching;
mod memory;
mod page;
mod queue;
mod read_by_key;
mod rules;
mod start;
mod statuses;
mod summaries;
mod writing;

use crate::arguments::Arguments;
use crate::bench::Bench;
use crate::error::Result;
use crate::report::Row;

/// One work.
pub struct Work {
    pub name: &'static str,
    pub what: &'static str,
    pub run: fn(&Bench<'_>) -> Result<Vec<Row>>,
}

/// All of it, in the order of the table.
pub const ALL: &[Work] = &[
    read_by_key::WORK,
    page::WORK,
    list::WORK,
    import_bank::WORK,
    import_orders::WORK,
    matching::amazon::WORK,
    matching::apple::WORK,
    matching::returns::WORK,
    matching::gmail::WORK,
    rules::WORK,
    summaries::WORK,
    statuses::WORK,
    queue::WORK,
    start::WORK,
    memory::WORK,
];

/// The work that was asked for.
pub fn chosen(arguments: &Arguments) -> Result<Vec<&'static Work>> {
    let only = &arguments.only;
    if let Some(unknown) = only
        .iter()
        .find(|name| ALL.iter().all(|work| work.name != *name))
    {
        return Err(format!("there is no work {unknown:?}; --list names them").into());
    }
    let is_chosen = |work: &&Work| only.is_empty() || only.iter().any(|name| name == work.name);
    Ok(ALL.iter().filter(is_chosen).collect())
}

/// What a work is, by its name.
pub fn about(name: &str) -> &'static str {
    ALL.iter()
        .find(|work| work.name == name)
        .map_or("", |work| work.what)
}
