//! What a run comes to, as JSON tells it.

use serde::Serialize;

use crate::arguments::Arguments;
use crate::machine::Machine;

/// A run.
#[derive(Serialize)]
pub struct Report {
    pub machine: Machine,
    pub seed: u32,
    pub rounds: usize,
    pub quick: bool,
    /// Seconds that the whole took.
    pub seconds: u64,
    pub rows: Vec<Row>,
    pub growth: Vec<Growth>,
    /// Work that could not be done at all.
    pub failed: Vec<String>,
}

/// One work at one size.
#[derive(Serialize)]
pub struct Row {
    pub work: &'static str,
    pub variant: String,
    pub size: u32,
    pub contenders: Vec<Measured>,
    /// What is counted, not timed.
    pub figures: Vec<Figure>,
    pub goals: Vec<Verdict>,
}

/// What a contender is to the crate.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The crate itself.
    Ours,
    /// What a user of Rust would pick instead.
    Rust,
    /// What a user of Python would pick instead.
    Python,
    /// What cannot be beaten.
    Limit,
}

/// How a contender did.
#[derive(Serialize)]
pub struct Measured {
    pub name: &'static str,
    pub role: Role,
    /// Nothing where it failed.
    pub seconds: Option<Spread>,
    /// Operations or rows a second, by the median.
    pub per_second: Option<f64>,
    /// How many times as long as the crate it takes.
    pub ratio: Option<f64>,
    /// It was stopped: the time is the least that it takes.
    pub stopped: bool,
    /// Why there is no time.
    pub error: Option<String>,
}

/// The times of the rounds.
#[derive(Serialize, Clone, Copy)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
    pub rounds: usize,
}

#[derive(Serialize)]
pub struct Figure {
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
}

/// A goal and what came out.
#[derive(Serialize)]
pub struct Verdict {
    pub goal: String,
    pub measured: Option<f64>,
    /// The measured value is the least that it is.
    pub at_least: bool,
    /// Nothing where it could not be measured.
    pub met: Option<bool>,
}

/// How the time of a contender grows from one size to the next: it goes with the size to the power of `exponent`.
#[derive(Serialize)]
pub struct Growth {
    pub work: &'static str,
    pub variant: String,
    pub contender: &'static str,
    pub from: u32,
    pub to: u32,
    pub exponent: f64,
    pub goal: Option<Verdict>,
}

impl Report {
    pub fn new(machine: Machine, arguments: &Arguments) -> Self {
        Self {
            machine,
            seed: arguments.seed,
            rounds: arguments.rounds(),
            quick: arguments.quick,
            seconds: 0,
            rows: Vec::new(),
            growth: Vec::new(),
            failed: Vec::new(),
        }
    }
}

impl Row {
    /// The median of a contender, by name.
    pub fn median_of(&self, name: &str) -> Option<f64> {
        let found = self
            .contenders
            .iter()
            .find(|contender| contender.name == name)?;
        found.seconds.map(|spread| spread.median)
    }

    pub fn ours(&self) -> Option<&Measured> {
        self.contenders
            .iter()
            .find(|contender| contender.role == Role::Ours)
    }
}

impl Spread {
    pub fn of(mut times: Vec<f64>) -> Option<Self> {
        times.sort_unstable_by(f64::total_cmp);
        let middle = times.len() / 2;
        let median = if times.len().is_multiple_of(2) {
            f64::midpoint(*times.get(middle.checked_sub(1)?)?, times[middle])
        } else {
            times[middle]
        };
        Some(Self {
            median,
            min: *times.first()?,
            max: *times.last()?,
            rounds: times.len(),
        })
    }
}
