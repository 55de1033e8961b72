//! Instants and days as exports write them.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// The instant of an ISO 8601 text; without a time zone UTC is meant, without a time midnight.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let (written, offset) = parse(text)?;
    let utc = match offset {
        Some(offset) => written.and_local_timezone(offset).single()?.to_utc(),
        None => written.and_utc(),
    };
    Some(utc)
}

/// The day of an ISO 8601 text: with an offset the day in UTC, without one the day as written.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    instant(text).map(|instant| instant.date_naive())
}

fn parse(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let date = date_of(date)?;
    let Some(time) = time else {
        return Some((date.and_time(NaiveTime::MIN), None));
    };
    let zone = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let clock = clock_of(clock)?;
    let offset = match zone {
        "" => None,
        zone => Some(offset_of(zone)?),
    };
    Some((date.and_time(clock), offset))
}

/// `YYYY-MM-DD`, nothing looser.
fn date_of(text: &str) -> Option<NaiveDate> {
    has_shape(text, "0000-00-00")
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
}

/// `HH:MM`, `HH:MM:SS` or that with a fraction.
fn clock_of(text: &str) -> Option<NaiveTime> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if has_shape(text, "00:00") {
        NaiveTime::parse_from_str(text, "%H:%M").ok()
    } else if has_shape(whole, "00:00:00") {
        NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok()
    } else {
        None
    }
}

/// `Z`, `±HH:MM`, `±HHMM` or `±HH`.
fn offset_of(text: &str) -> Option<FixedOffset> {
    if text.eq_ignore_ascii_case("Z") {
        return FixedOffset::east_opt(0);
    }
    let (sign, digits) = text.split_at(1);
    let sign = if sign == "-" { -1 } else { 1 };
    let (hours, minutes) = match digits.len() {
        2 => (digits, "0"),
        4 => digits.split_at_checked(2)?,
        5 => digits.split_once(':')?,
        _ => return None,
    };
    let number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse::<i32>().ok())
            .flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60)
        .then(|| FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60)))
        .flatten()
}

/// Whether a text has a digit where the pattern has `0`, and else the pattern's character.
fn has_shape(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, expected)| {
            if expected == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == expected
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<String> {
        instant(text).map(|instant| instant.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
    }

    #[test]
    fn an_instant_keeps_its_offset_and_its_fraction() {
        for (text, utc) in [
            ("2025-01-15T14:30:00Z", "2025-01-15T14:30:00"),
            ("2018-03-06T00:00:00", "2018-03-06T00:00:00"),
            ("2025-04-15T00:30:00+01:00", "2025-04-14T23:30:00"),
            ("2025-05-02T23:30:00-0500", "2025-05-03T04:30:00"),
            ("2025-05-02T23:30-05", "2025-05-03T04:30:00"),
            ("2025-04-23T00:00:00.250Z", "2025-04-23T00:00:00.250"),
            ("2025-04-23t00:00:00.123456z", "2025-04-23T00:00:00.123456"),
            ("2025-04-23", "2025-04-23T00:00:00"),
        ] {
            assert_eq!(iso(text).as_deref(), Some(utc), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_not_guessed_at() {
        for text in [
            "",
            "not a date",
            "31/02/2025",
            "2025-02-31",
            "2025-2-3",
            "+2025-02-03",
            "2025-02-03 10:00:00",
            "2025-02-03T",
            "2025-02-03T25:00:00Z",
            "2025-02-03T1:00:00Z",
            "2025-02-03T10:00:00 Z",
            "2025-02-03T10:00:00+1",
            "2025-02-03T10:00:00+é1",
            "2025-02-03T10:00:00+99:00",
            "2025-02-03T10:00:00ZZ",
            "２０25-02-03",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_with_an_offset_is_taken_to_utc_and_one_without_is_as_written() {
        let day = |text| day(text).map(|day| day.to_string());
        assert_eq!(
            day("2025-05-02T23:30:00-05:00").as_deref(),
            Some("2025-05-03")
        );
        assert_eq!(day("2025-05-02T23:30:00").as_deref(), Some("2025-05-02"));
        assert_eq!(day("2025-05-09").as_deref(), Some("2025-05-09"));
    }
}
