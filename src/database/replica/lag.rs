//! [`History`]: how far a replica is behind, by positions of the log and one clock.
//!
//! The time of the last transaction that a replica has replayed tells nothing while the primary is idle, and two servers have
//! two clocks. So the end of the primary's log is noted with the time at which it was asked for: a replica that has replayed
//! up to there has all that the primary had then.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::database::WalPosition;

/// So many looks are remembered.
const MOST: usize = 1_000;

/// Where the log of the primary ended, and when.
#[derive(Default)]
pub(super) struct History(VecDeque<(Instant, WalPosition)>);

impl History {
    /// Notes that the log ended there at that time or later.
    pub(super) fn note(&mut self, at: Instant, end: WalPosition) {
        if self.0.back().is_some_and(|(_, last)| *last == end) {
            self.0.pop_back();
        }
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back((at, end));
    }

    /// How far a replica was behind the primary when that was last asked; `None` where it was further behind than is
    /// remembered.
    pub(super) fn lag(&self, replayed: WalPosition) -> Option<Duration> {
        let (latest, _) = self.0.back()?;
        let reached = self.0.iter().rev().find(|(_, end)| *end <= replayed)?;
        Some(latest.duration_since(reached.0))
    }

    /// How long is remembered.
    pub(super) fn span(&self) -> Duration {
        match (self.0.front(), self.0.back()) {
            (Some((first, _)), Some((last, _))) => last.duration_since(*first),
            _ => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(bytes: i64) -> WalPosition {
        WalPosition::from_stored(bytes)
    }

    #[test]
    fn a_replica_is_behind_since_the_first_end_that_it_has_not_reached() {
        let start = Instant::now();
        let second = |n| start + Duration::from_secs(n);
        let mut history = History::default();
        assert_eq!(history.lag(end(5)), None);
        for (at, bytes) in [(0, 10), (1, 20), (2, 30)] {
            history.note(second(at), end(bytes));
        }
        assert_eq!(history.lag(end(30)), Some(Duration::ZERO));
        assert_eq!(history.lag(end(99)), Some(Duration::ZERO));
        assert_eq!(history.lag(end(29)), Some(Duration::from_secs(1)));
        assert_eq!(history.lag(end(10)), Some(Duration::from_secs(2)));
        assert_eq!(history.lag(end(9)), None);
        assert_eq!(history.span(), Duration::from_secs(2));
    }

    #[test]
    fn an_idle_primary_makes_no_lag() {
        let start = Instant::now();
        let mut history = History::default();
        for second in 0..60 {
            history.note(start + Duration::from_secs(second), end(10));
        }
        assert_eq!(history.lag(end(10)), Some(Duration::ZERO));
        assert_eq!(history.span(), Duration::ZERO);
    }

    #[test]
    fn memory_is_bounded() {
        let start = Instant::now();
        let mut history = History::default();
        for number in 0..5_000 {
            history.note(start, end(number));
        }
        assert_eq!(history.0.len(), MOST);
    }
}
