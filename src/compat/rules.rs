//! The functions of `rules`: matching jobs, mappings of direct debits, the rules engine, managed categories.

pub(super) mod categories;
pub(super) mod direct_debits;
pub(super) mod engine;
pub(super) mod matching_jobs;
pub(super) mod subcategories;

use chrono::{DateTime, SecondsFormat, Timelike, Utc};

/// A time as Python's `isoformat` writes it: microseconds only where there are any, and the offset in digits.
fn isoformat(time: DateTime<Utc>) -> String {
    let seconds = if time.nanosecond() == 0 {
        SecondsFormat::Secs
    } else {
        SecondsFormat::Micros
    };
    time.to_rfc3339_opts(seconds, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_are_written_where_there_are_any() {
        for text in [
            "2024-03-01T08:15:00+00:00",
            "2024-03-04T08:30:15.250000+00:00",
        ] {
            let time = DateTime::parse_from_rfc3339(text).unwrap().to_utc();
            assert_eq!(isoformat(time), text);
        }
    }
}
