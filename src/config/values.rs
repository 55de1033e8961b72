//! How the values of settings are written.

use std::time::Duration;

use super::Environment;
use crate::error::{Error, Result};

pub(super) const POOL_SIZE: &str = "takes a whole number from 1 to 1000";
pub(super) const MIN_IDLE: &str = "takes a whole number from 0 to the pool size";
pub(super) const PORT: &str = "takes a port number from 1 to 65535";
pub(super) const DURATION: &str = "takes a duration of 1 ms to 24 days such as 500ms, 30s, 5min, 2h (a plain number counts seconds)";
pub(super) const DURATION_OR_OFF: &str = "takes a duration of 1 ms to 24 days such as 500ms, 30s, 5min, 2h (a plain number counts seconds), or off";
pub(super) const SWITCH: &str = "takes true or false";
pub(super) const TLS: &str = "takes disable, allow, prefer, require, verify-ca or verify-full";

/// The value of a variable, where it is set.
pub(super) fn read<T>(
    environment: &Environment,
    variable: &str,
    takes: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    let Some(text) = environment.get(variable) else {
        return Ok(None);
    };
    parse(text.trim())
        .map(Some)
        .ok_or_else(|| wrong(variable, takes))
}

/// The error for a wrong value; it never repeats the value.
pub(super) fn wrong(variable: &str, takes: &str) -> Error {
    Error::Config {
        variable: variable.to_owned(),
        reason: takes.to_owned(),
    }
}

/// `500ms`, `30s`, `1.5min`, `2h`; a plain number counts seconds.
pub(super) fn duration(text: &str) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(24 * 24 * 60 * 60);
    let unit_at = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let seconds = match unit.trim_start() {
        "ms" => 0.001,
        "" | "s" | "sec" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    let duration = Duration::try_from_secs_f64(number * seconds).ok()?;
    (Duration::from_millis(1)..=LONGEST)
        .contains(&duration)
        .then_some(duration)
}

/// A duration, or `off`, `none` or `0` for no limit.
#[allow(clippy::option_option)]
pub(super) fn duration_or_off(text: &str) -> Option<Option<Duration>> {
    match text.to_ascii_lowercase().as_str() {
        "off" | "none" | "0" => Some(None),
        _ => duration(text).map(Some),
    }
}

/// `true`, `1`, `yes`, `on` or `false`, `0`, `no`, `off`, in any case.
pub(super) fn switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// A whole number within a range.
pub(super) fn whole(range: std::ops::RangeInclusive<u32>) -> impl Fn(&str) -> Option<u32> {
    move |text| text.parse().ok().filter(|number| range.contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration("30"), Some(Duration::from_secs(30)));
        assert_eq!(duration("1.5 min"), Some(Duration::from_secs(90)));
        assert_eq!(duration("2h"), Some(Duration::from_secs(7200)));
        for wrong in [
            "",
            "0",
            "0.0001s",
            "-1s",
            "s",
            "30 parsecs",
            "25000h",
            "1e3",
            "inf",
            "NaN",
            "1.2.3",
        ] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
        for off in ["off", "NONE", "0"] {
            assert_eq!(duration_or_off(off), Some(None), "{off}");
        }
        assert_eq!(duration_or_off("1s"), Some(Some(Duration::from_secs(1))));
        assert_eq!(duration_or_off("never"), None);
    }

    #[test]
    fn switches_and_numbers() {
        assert_eq!(switch("TRUE"), Some(true));
        assert_eq!(switch("0"), Some(false));
        assert_eq!(switch("maybe"), None);
        assert_eq!(whole(1..=5)("5"), Some(5));
        assert_eq!(whole(1..=5)("6"), None);
        assert_eq!(whole(1..=5)("5.0"), None);
    }
}
