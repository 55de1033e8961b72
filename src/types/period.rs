//! [`Period`]: a span of time.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

/// A span of time; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// The first instant that belongs to it.
    pub from: Option<DateTime<Utc>>,
    /// The first instant after it.
    pub before: Option<DateTime<Utc>>,
}

impl Period {
    /// All time.
    pub const ALWAYS: Self = Self {
        from: None,
        before: None,
    };

    /// The days from `first` to `last` in UTC, both of them whole.
    pub fn days(first: impl Into<Option<NaiveDate>>, last: impl Into<Option<NaiveDate>>) -> Self {
        Self {
            from: first.into().map(start_of),
            before: last.into().and_then(end_of),
        }
    }
}

/// The first instant of a day in UTC.
pub(crate) fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The first instant after a day in UTC; none after the last day that there is.
pub(crate) fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    day.checked_add_days(Days::new(1)).map(start_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_belongs_to_it_whole() {
        let day = |day| NaiveDate::from_ymd_opt(2024, 4, day).unwrap();
        let april = Period::days(day(1), day(30));
        assert_eq!(
            april.from.unwrap().to_rfc3339(),
            "2024-04-01T00:00:00+00:00"
        );
        assert_eq!(
            april.before.unwrap().to_rfc3339(),
            "2024-05-01T00:00:00+00:00"
        );
        assert_eq!(
            Period::days(None::<NaiveDate>, NaiveDate::MAX),
            Period::ALWAYS
        );
    }
}
