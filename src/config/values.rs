//! How the values of settings are written.

use std::time::Duration;

use super::{Pooler, Tls};
use crate::error::Error;

/// A kind of value.
pub(super) struct Kind<T> {
    /// What it takes, for the error that says so.
    pub(super) takes: &'static str,
    pub(super) parse: fn(&str) -> Option<T>,
}

pub(super) const WORD: Kind<String> = Kind {
    takes: "takes any text",
    parse: |text| Some(text.to_owned()),
};
pub(super) const POOL_SIZE: Kind<u32> = Kind {
    takes: "takes a whole number from 1 to 1000",
    parse: number,
};
pub(super) const MIN_IDLE: Kind<u32> = Kind {
    takes: "takes a whole number from 0 to the pool size",
    parse: number,
};
pub(super) const PORT: Kind<u16> = Kind {
    takes: "takes a port number from 1 to 65535",
    parse: |text| number(text).filter(|port| *port > 0),
};
pub(super) const DURATION: Kind<Duration> = Kind {
    takes: "takes a duration of 1 ms to 24 days such as 500ms, 30s, 5min, 2h (a plain number counts seconds)",
    parse: duration,
};
pub(super) const DURATION_OR_OFF: Kind<Option<Duration>> = Kind {
    takes: "takes a duration of 1 ms to 24 days such as 500ms, 30s, 5min, 2h (a plain number counts seconds), or off",
    parse: duration_or_off,
};
pub(super) const SWITCH: Kind<bool> = Kind {
    takes: "takes true or false",
    parse: switch,
};
pub(super) const TLS: Kind<Tls> = Kind {
    takes: "takes disable, allow, prefer, require, verify-ca or verify-full",
    parse: |text| Tls::from_word(text.trim()),
};
pub(super) const POOLER: Kind<Pooler> = Kind {
    takes: "takes session or transaction",
    parse: |text| Pooler::from_word(text.trim()),
};

/// The error for a wrong value; it never repeats the value.
pub(super) fn wrong(variable: &str, takes: &str) -> Error {
    Error::Config {
        variable: variable.to_owned(),
        reason: takes.to_owned(),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// `500ms`, `30s`, `1.5min`, `2h`; a plain number counts seconds.
fn duration(text: &str) -> Option<Duration> {
    const LONGEST: Duration = Duration::from_secs(24 * 24 * 60 * 60);
    let text = text.trim();
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
fn duration_or_off(text: &str) -> Option<Option<Duration>> {
    match text.trim().to_ascii_lowercase().as_str() {
        "off" | "none" | "0" => Some(None),
        _ => duration(text).map(Some),
    }
}

/// `true`, `1`, `yes`, `on` or `false`, `0`, `no`, `off`, in any case.
fn switch(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration("30"), Some(Duration::from_secs(30)));
        assert_eq!(duration(" 1.5 min "), Some(Duration::from_secs(90)));
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
    fn switches_and_ports() {
        assert_eq!(switch("TRUE"), Some(true));
        assert_eq!(switch(" 0"), Some(false));
        assert_eq!(switch("maybe"), None);
        assert_eq!((PORT.parse)("65535"), Some(65535));
        assert_eq!((PORT.parse)("65536"), None);
        assert_eq!((PORT.parse)("0"), None);
        assert_eq!((POOL_SIZE.parse)("5.0"), None);
    }
}
