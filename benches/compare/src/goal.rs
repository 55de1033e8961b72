//! [`Goal`]: what the crate is to reach.

use crate::report::{Measured, Role, Row, Verdict};

/// A goal of one row of the table.
pub enum Goal {
    /// At least so much of the speed of another contender: 0.9 is nine tenths of it, 50 fifty times.
    Speed { of: &'static str, at_least: f64 },
    /// Not slower than any Rust rival.
    AheadOfRust,
    /// At least so many operations a second.
    Rate(f64),
    /// At most so many seconds.
    Seconds(f64),
    /// A figure of the row at most so great.
    Figure { name: &'static str, at_most: f64 },
}

impl Goal {
    pub fn judge(&self, row: &Row) -> Verdict {
        let (goal, found, enough): (_, _, fn(f64, f64) -> bool) = match self {
            Self::Speed { of, .. } => (
                self.to_string(),
                row.contenders
                    .iter()
                    .find(|other| other.name == *of)
                    .and_then(speed),
                at_least,
            ),
            Self::AheadOfRust => {
                let rivals = row
                    .contenders
                    .iter()
                    .filter(|other| other.role == Role::Rust);
                let fastest = rivals.filter_map(speed).min_by(|a, b| a.0.total_cmp(&b.0));
                (self.to_string(), fastest, at_least)
            }
            Self::Rate(_) => {
                let rate = row.ours().and_then(|ours| ours.per_second);
                (self.to_string(), rate.map(exactly), at_least)
            }
            Self::Seconds(_) => {
                let seconds = row.ours().and_then(|ours| ours.seconds);
                (
                    self.to_string(),
                    seconds.map(|spread| exactly(spread.median)),
                    at_most,
                )
            }
            Self::Figure { name, .. } => {
                let figure = row.figures.iter().find(|figure| figure.name == *name);
                (
                    self.to_string(),
                    figure.map(|figure| exactly(figure.value)),
                    at_most,
                )
            }
        };
        Verdict {
            goal,
            measured: found.map(|(value, _)| value),
            at_least: found.is_some_and(|(_, stopped)| stopped),
            met: found.and_then(|(value, stopped)| {
                let met = enough(value, self.bound());
                // Of a contender that was stopped only the least is known.
                (met || !stopped).then_some(met)
            }),
        }
    }

    fn bound(&self) -> f64 {
        match self {
            Self::Speed {
                at_least: bound, ..
            }
            | Self::Figure { at_most: bound, .. }
            | Self::Rate(bound)
            | Self::Seconds(bound) => *bound,
            Self::AheadOfRust => 1.0,
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Speed { of, at_least } => write!(f, "speed ≥ {at_least} × {of}"),
            Self::AheadOfRust => write!(f, "speed ≥ 1 × the fastest Rust rival"),
            Self::Rate(rate) => write!(f, "≥ {rate} a second"),
            Self::Seconds(seconds) => write!(f, "≤ {seconds} s"),
            Self::Figure { name, at_most } => write!(f, "{name} ≤ {at_most}"),
        }
    }
}

/// How many times as fast as a contender the crate is, and whether that is only the least.
fn speed(other: &Measured) -> Option<(f64, bool)> {
    Some((other.ratio?, other.stopped))
}

fn exactly(value: f64) -> (f64, bool) {
    (value, false)
}

fn at_least(value: f64, bound: f64) -> bool {
    value >= bound
}

fn at_most(value: f64, bound: f64) -> bool {
    value <= bound
}
