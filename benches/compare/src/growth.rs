//! How times grow from size to size.

use crate::report::{Growth, Role, Row, Verdict};

/// Work whose time is to grow no faster than this power of the size.
const STEEPEST: f64 = 1.1;
const WATCHED: [&str; 5] = ["amazon", "apple", "returns", "gmail", "rules"];

/// The exponents of all contenders between neighbouring sizes of the same work.
pub fn between(rows: &[Row]) -> Vec<Growth> {
    let mut growth = Vec::new();
    for row in rows {
        let larger = rows
            .iter()
            .filter(|other| other.work == row.work && other.variant == row.variant)
            .filter(|other| other.size > row.size)
            .min_by_key(|other| other.size);
        let Some(larger) = larger else { continue };
        for contender in row.contenders.iter().filter(|contender| !contender.stopped) {
            let is_stopped = larger
                .contenders
                .iter()
                .any(|other| other.name == contender.name && other.stopped);
            let times = row
                .median_of(contender.name)
                .zip(larger.median_of(contender.name));
            if let Some((small, large)) = times.filter(|_| !is_stopped) {
                let exponent =
                    (large / small).ln() / (f64::from(larger.size) / f64::from(row.size)).ln();
                let is_watched = contender.role == Role::Ours && WATCHED.contains(&row.work);
                growth.push(Growth {
                    work: row.work,
                    variant: row.variant.clone(),
                    contender: contender.name,
                    from: row.size,
                    to: larger.size,
                    exponent,
                    goal: is_watched.then(|| Verdict {
                        goal: format!("exponent ≤ {STEEPEST}"),
                        measured: Some(exponent),
                        at_least: false,
                        met: Some(exponent <= STEEPEST),
                    }),
                });
            }
        }
    }
    growth
}
