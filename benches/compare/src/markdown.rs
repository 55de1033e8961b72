//! The table, as `docs/BENCHMARKS.md` has it.

use std::fmt::Write;

use crate::machine::Machine;
use crate::report::{Growth, Measured, Report, Role, Row, Spread, Verdict};

pub fn write(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_report(&mut out, report);
    out
}

/// Where the part of the file begins that is written by hand.
const BY_HAND: &str =
    "<!-- What follows is written by hand, and kept by `./dev bench --write`. -->";

/// The file with a new table; what was written by hand stays.
pub fn renew(before: &str, report: &Report) -> String {
    let by_hand = before
        .find(BY_HAND)
        .map_or(BY_HAND, |place| &before[place..]);
    format!("{}\n{}\n", write(report), by_hand.trim_end())
}

fn write_report(out: &mut String, report: &Report) -> std::fmt::Result {
    write!(out, "{}", include_str!("markdown/head.md"))?;
    write_machine(out, &report.machine)?;
    let Report {
        seed,
        rounds,
        seconds,
        ..
    } = report;
    writeln!(
        out,
        "\nSeed {seed}, at most {rounds} rounds, {} min {} s for the whole{}.\n",
        seconds / 60,
        seconds % 60,
        if report.quick {
            "; a quick run, whose figures mean little"
        } else {
            ""
        }
    )?;
    write_goals(out, report)?;
    write_work(out, &report.rows)?;
    write_growth(out, &report.growth)?;
    if !report.failed.is_empty() {
        writeln!(out, "\n## Could not be done\n")?;
        for failure in &report.failed {
            writeln!(out, "- {}", cell(failure))?;
        }
    }
    Ok(())
}

fn write_machine(out: &mut String, machine: &Machine) -> std::fmt::Result {
    let versions = |versions: &std::collections::BTreeMap<String, String>| {
        let versions: Vec<_> = versions
            .iter()
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        if versions.is_empty() {
            "none".to_owned()
        } else {
            versions.join(", ")
        }
    };
    writeln!(out, "## The machine\n")?;
    writeln!(
        out,
        "- {}, {} cores, {:.1} GB, {}",
        machine.cpu, machine.cores, machine.memory_gb, machine.system
    )?;
    writeln!(
        out,
        "- PostgreSQL {}; {}",
        machine.postgresql, machine.server
    )?;
    writeln!(
        out,
        "- {}, release profile; {}",
        machine.rustc,
        versions(&machine.crates)
    )?;
    writeln!(out, "- Python: {}", versions(&machine.python))
}

fn write_goals(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "## Goals\n")?;
    writeln!(
        out,
        "| work | size | variant | goal | measured | |\n|---|---:|---|---|---:|---|"
    )?;
    for row in &report.rows {
        for verdict in &row.goals {
            write_verdict(
                out,
                row.work,
                &number(f64::from(row.size)),
                &row.variant,
                verdict,
            )?;
        }
    }
    for growth in &report.growth {
        if let Some(verdict) = &growth.goal {
            let sizes = format!(
                "{} to {}",
                number(f64::from(growth.from)),
                number(f64::from(growth.to))
            );
            write_verdict(out, growth.work, &sizes, &growth.variant, verdict)?;
        }
    }
    Ok(())
}

fn write_verdict(
    out: &mut String,
    work: &str,
    size: &str,
    variant: &str,
    verdict: &Verdict,
) -> std::fmt::Result {
    let measured = verdict
        .measured
        .map_or_else(|| "–".to_owned(), |value| number(value).clone());
    let least = if verdict.at_least { "> " } else { "" };
    let met = match verdict.met {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "unknown",
    };
    writeln!(
        out,
        "| {work} | {size} | {} | {} | {least}{measured} | {met} |",
        cell(variant),
        cell(&verdict.goal)
    )
}

fn write_work(out: &mut String, rows: &[Row]) -> std::fmt::Result {
    let mut work = "";
    for row in rows {
        if row.work != work {
            work = row.work;
            writeln!(out, "\n## {work}\n")?;
            writeln!(out, "{}\n", crate::work::about(work))?;
            writeln!(
                out,
                "| size | variant | contender | median | min–max | rounds | per second | × spending-db |"
            )?;
            writeln!(out, "|---:|---|---|---:|---:|---:|---:|---:|")?;
        }
        let size = number(f64::from(row.size));
        for contender in &row.contenders {
            write_contender(out, &size, &cell(&row.variant), contender)?;
        }
        for figure in &row.figures {
            let value = number(figure.value);
            writeln!(
                out,
                "| {size} | {} | {}: **{value} {}** | | | | | |",
                cell(&row.variant),
                figure.name,
                figure.unit
            )?;
        }
    }
    Ok(())
}

fn write_contender(
    out: &mut String,
    size: &str,
    variant: &str,
    contender: &Measured,
) -> std::fmt::Result {
    let mark = match contender.role {
        Role::Ours => "**",
        Role::Limit => "_",
        Role::Rust | Role::Python => "",
    };
    write!(
        out,
        "| {size} | {variant} | {mark}{}{mark} ",
        contender.name
    )?;
    match (&contender.seconds, &contender.error) {
        (Some(spread), _) => write_times(out, contender, *spread),
        (None, Some(error)) => writeln!(out, "| {} | | | | |", cell(error)),
        (None, None) => writeln!(out, "| – | | | | |"),
    }
}

fn write_times(out: &mut String, contender: &Measured, spread: Spread) -> std::fmt::Result {
    let least = if contender.stopped { "> " } else { "" };
    writeln!(
        out,
        "| {least}{} | {}–{} | {} | {} | {} |",
        time(spread.median),
        time(spread.min),
        time(spread.max),
        spread.rounds,
        contender.per_second.map(number).unwrap_or_default(),
        contender
            .ratio
            .map(|ratio| format!("{least}{}", number(ratio)))
            .unwrap_or_default(),
    )
}

fn write_growth(out: &mut String, growth: &[Growth]) -> std::fmt::Result {
    if growth.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n## Growth\n\nThe time goes with the size to the power of the exponent.\n"
    )?;
    writeln!(
        out,
        "| work | variant | contender | from | to | exponent |\n|---|---|---|---:|---:|---:|"
    )?;
    for Growth {
        work,
        variant,
        contender,
        from,
        to,
        exponent,
        ..
    } in growth
    {
        let (from, to) = (number(f64::from(*from)), number(f64::from(*to)));
        writeln!(
            out,
            "| {work} | {} | {contender} | {from} | {to} | {exponent:.2} |",
            cell(variant)
        )?;
    }
    Ok(())
}

/// Three digits that count, thousands set apart.
fn number(value: f64) -> String {
    if value >= 100.0 {
        let digits = format!("{value:.0}");
        let mut set = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                set.push(',');
            }
            set.push(digit);
        }
        set
    } else if value.fract() == 0.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

fn time(seconds: f64) -> String {
    if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else if seconds >= 0.001 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{:.0} µs", seconds * 1e6)
    }
}

/// Text that keeps to its cell.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}
