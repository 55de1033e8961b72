//! Memory at the peak.

use std::fs;

use super::Work;
use crate::bench::Bench;
use crate::child;
use crate::data::bank_export;
use crate::error::Result;
use crate::goal::Goal;
use crate::report::Row;

pub const WORK: Work = Work {
    name: "memory",
    what: "The most that a process has in memory (VmHWM) while it imports a file of so many transactions, and while it reads a list \
           page by page or at once. The process does nothing else.",
    run,
};

const LISTED: u32 = 100_000;
const PEAK: &str = "peak";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    Ok(vec![import(bench)?, list(bench)?])
}

fn import(bench: &Bench<'_>) -> Result<Row> {
    let megabytes = bench.arguments.import_megabytes();
    let records = u32::try_from(megabytes * 1_000_000 / bank_export::RECORD_BYTES)?;
    let folder = bench.folder().join("memory");
    let different = bank_export::write(&folder, records, bench.seed())?;
    let bytes = fs::metadata(folder.join("transactions.json"))?.len();
    let scratch = bench.scratch("memory")?;
    let (stored, peak) = child::watch(&["import", &scratch.url(), &folder.to_string_lossy()])?;
    fs::remove_dir_all(&folder)?;
    // The account is a record of its own file.
    if stored != u64::from(different) + 1 {
        return Err(format!("{stored} records were stored, not {different} and an account").into());
    }
    let variant = format!("import of {} MB", bytes / 1_000_000);
    let contest = bench
        .contest("memory", variant, records)
        .figure(PEAK, peak, "MB")
        .goal(Goal::Figure {
            name: PEAK,
            at_most: 100.0,
        });
    Ok(contest.run())
}

fn list(bench: &Bench<'_>) -> Result<Row> {
    let size = if bench.arguments.quick {
        LISTED / 10
    } else {
        LISTED
    };
    let scratch = bench.ledger(size)?;
    let (paged, in_pages) = child::watch(&["pages", &scratch.url()])?;
    let (listed, at_once) = child::watch(&["whole", &scratch.url()])?;
    if (paged, listed) != (u64::from(size), u64::from(size)) {
        return Err(format!("{paged} and {listed} rows were read, not {size}").into());
    }
    let contest = bench
        .contest("memory", "a list, in pages of 1,000 and at once", size)
        .figure("in pages", in_pages, "MB")
        .figure("at once", at_once, "MB");
    Ok(contest.run())
}
