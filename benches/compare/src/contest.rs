//! [`Contest`]: contenders do the same work in turns, A B A B, after their answers were compared.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::arguments::Arguments;
use crate::error::Result;
use crate::goal::Goal;
use crate::report::{Figure, Measured, Role, Row, Spread};

/// Rounds of the crate and the limit, where one takes no longer than [`LONG`].
const LEAST_ROUNDS: usize = 2;

/// Seconds of a run that is repeated once only.
const LONG: f64 = 10.0;

/// How long a rival may take for one row of the table, from its second round on.
const BUDGET: Duration = Duration::from_secs(3);

/// How long the crate and the limit may: goals are judged by them.
const OWN_BUDGET: Duration = Duration::from_secs(12);

/// What one run of a contender took, and what it answered.
pub struct Run {
    pub took: Duration,
    /// Works out what is compared, where it is: after the clock has stopped, and before anything else happens to the database.
    pub answer: Box<dyn FnOnce() -> Result<Value>>,
    /// It was stopped before its end, and there is no answer.
    pub stopped: bool,
}

impl Run {
    pub fn new(took: Duration, answer: impl FnOnce() -> Result<Value> + 'static) -> Self {
        Self {
            took,
            answer: Box::new(answer),
            stopped: false,
        }
    }

    /// One that was stopped.
    pub fn stopped(took: Duration) -> Self {
        Self {
            stopped: true,
            ..Self::new(took, || Ok(Value::Null))
        }
    }
}

/// Runs work and takes its time.
pub fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let begun = Instant::now();
    let value = work()?;
    Ok((value, begun.elapsed()))
}

struct Contender<'c> {
    name: &'static str,
    role: Role,
    run: Box<dyn FnMut() -> Result<Run> + 'c>,
    outcome: Outcome,
}

#[derive(Default)]
struct Outcome {
    /// Seconds of the run whose answer was compared. It warms up, and counts only where it is the only one.
    first: f64,
    rounds: usize,
    times: Vec<f64>,
    stopped: bool,
    error: Option<String>,
}

/// One row of the table on its way.
pub struct Contest<'c> {
    work: &'static str,
    variant: String,
    size: u32,
    operations: u32,
    rounds: usize,
    /// How long a Python program is waited for, and at most.
    patience: Rc<Cell<Duration>>,
    most_patience: Duration,
    contenders: Vec<Contender<'c>>,
    figures: Vec<Figure>,
    goals: Vec<Goal>,
}

impl<'c> Contest<'c> {
    pub fn new(
        work: &'static str,
        variant: String,
        size: u32,
        arguments: &Arguments,
        patience: Rc<Cell<Duration>>,
    ) -> Self {
        Self {
            work,
            variant,
            size,
            operations: size,
            rounds: arguments.rounds(),
            patience,
            most_patience: arguments.patience(),
            contenders: Vec::new(),
            figures: Vec::new(),
            goals: Vec::new(),
        }
    }

    /// How many operations one run is, where it is not one a row.
    pub fn operations(mut self, operations: u32) -> Self {
        self.operations = operations;
        self
    }

    /// Adds a contender. It prepares what it needs before it starts its clock.
    pub fn with(
        mut self,
        name: &'static str,
        role: Role,
        run: impl FnMut() -> Result<Run> + 'c,
    ) -> Self {
        self.contenders.push(Contender {
            name,
            role,
            run: Box::new(run),
            outcome: Outcome::default(),
        });
        self
    }

    /// The crate; its answer is the one that the others must give.
    pub fn ours(self, run: impl FnMut() -> Result<Run> + 'c) -> Self {
        self.with("spending-db", Role::Ours, run)
    }

    pub fn goal(mut self, goal: Goal) -> Self {
        self.goals.push(goal);
        self
    }

    /// A goal for this size and larger ones.
    pub fn goal_from(self, size: u32, goal: Goal) -> Self {
        if self.size >= size {
            self.goal(goal)
        } else {
            self
        }
    }

    /// Adds what was counted.
    pub fn figure(mut self, name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        self.figures.push(Figure {
            name: name.into(),
            value,
            unit,
        });
        self
    }

    /// Compares the answers, then takes the times.
    pub fn run(mut self) -> Row {
        eprintln!("         {} {} {}", self.work, self.size, self.variant);
        self.compare_answers();
        self.patience.set(self.most_patience);
        for round in 0..self.rounds {
            for contender in &mut self.contenders {
                if round < contender.outcome.rounds {
                    contender.take_turn();
                }
            }
        }
        self.into_row()
    }

    fn compare_answers(&mut self) {
        let mut expected: Option<Value> = None;
        let mut ours = None;
        for contender in &mut self.contenders {
            let enough = ours.and_then(|ours| enough(&self.goals, contender.name, ours));
            self.patience
                .set(enough.map_or(self.most_patience, |enough| enough.min(self.most_patience)));
            let answered =
                (contender.run)().and_then(|run| Ok((run.took, run.stopped, (run.answer)()?)));
            let outcome = &mut contender.outcome;
            match answered {
                Err(error) => contender.fail(error.to_string()),
                Ok((took, true, _)) => {
                    outcome.first = took.as_secs_f64();
                    outcome.stopped = true;
                }
                Ok((took, false, answer)) => {
                    if let Some(expected) = &expected
                        && !agree(expected, &answer)
                    {
                        let (own, expected) = (shortened(&answer), shortened(expected));
                        contender.fail(format!("answers {own}, not {expected}"));
                        continue;
                    }
                    expected.get_or_insert(answer);
                    outcome.first = took.as_secs_f64();
                    ours = ours.or((contender.role == Role::Ours).then_some(took));
                    let (budget, least) = match contender.role {
                        Role::Ours | Role::Limit if outcome.first > LONG => (OWN_BUDGET, 1),
                        Role::Ours | Role::Limit => (OWN_BUDGET, LEAST_ROUNDS),
                        Role::Rust | Role::Python => (BUDGET, 0),
                    };
                    let affordable = budget.as_secs_f64() / outcome.first.max(1e-6);
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "a number of rounds, capped"
                    )]
                    let affordable = affordable.min(1e6) as usize;
                    outcome.rounds = self.rounds.min(affordable.max(least));
                }
            }
        }
    }

    fn into_row(self) -> Row {
        let mut contenders: Vec<_> = self
            .contenders
            .into_iter()
            .map(|contender| contender.measured(self.operations))
            .collect();
        let ours = contenders
            .iter()
            .find(|contender| contender.role == Role::Ours)
            .and_then(|ours| ours.seconds);
        if let Some(ours) = ours {
            for contender in &mut contenders {
                contender.ratio = contender.seconds.map(|other| other.median / ours.median);
            }
        }
        let mut row = Row {
            work: self.work,
            variant: self.variant,
            size: self.size,
            contenders,
            figures: self.figures,
            goals: Vec::new(),
        };
        row.goals = self.goals.iter().map(|goal| goal.judge(&row)).collect();
        row
    }
}

impl Contender<'_> {
    fn take_turn(&mut self) {
        match (self.run)() {
            Ok(run) if !run.stopped => self.outcome.times.push(run.took.as_secs_f64()),
            Ok(run) => self.fail(format!("was stopped after {:.0?}", run.took)),
            Err(error) => self.fail(error.to_string()),
        }
    }

    fn fail(&mut self, error: String) {
        eprintln!("         {}: {error}", self.name);
        self.outcome.error = Some(error);
        self.outcome.rounds = 0;
    }

    fn measured(self, operations: u32) -> Measured {
        let Outcome {
            first,
            mut times,
            stopped,
            error,
            ..
        } = self.outcome;
        if times.is_empty() && error.is_none() {
            times.push(first);
        }
        let seconds = if error.is_none() {
            Spread::of(times)
        } else {
            None
        };
        Measured {
            name: self.name,
            role: self.role,
            per_second: seconds
                .filter(|_| !stopped)
                .map(|spread| f64::from(operations) / spread.median),
            seconds,
            ratio: None,
            stopped,
            error,
        }
    }
}

/// How long a contender has to take until a goal on it is surely met; never so short that little is known of it.
fn enough(goals: &[Goal], name: &str, ours: Duration) -> Option<Duration> {
    const SHORTEST: Duration = Duration::from_secs(20);
    /// What the crate may take longer in its slowest round than in its first.
    const SLOWER: f64 = 1.5;
    let factors = goals.iter().filter_map(|goal| match goal {
        Goal::Speed { of, at_least } if *of == name => Some(*at_least),
        _ => None,
    });
    let factor = factors.max_by(f64::total_cmp)?;
    Some(ours.mul_f64(factor * SLOWER).max(SHORTEST))
}

/// Whether two answers say the same: members that only one of them has are not compared.
fn agree(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => one
            .iter()
            .all(|(name, value)| other.get(name).is_none_or(|twin| agree(value, twin))),
        _ => one == other,
    }
}

fn shortened(answer: &Value) -> String {
    answer.to_string().chars().take(200).collect()
}
