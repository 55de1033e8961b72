//! Numbers as people read them.

use std::fmt::Display;

/// `1 job`, `3 jobs`.
pub(super) fn count(number: impl TryInto<i64>, thing: &str) -> String {
    let number = number.try_into().unwrap_or(i64::MAX);
    let end = match (number, thing) {
        (1, _) => "",
        (_, thing) if thing.ends_with('x') || thing.ends_with('s') => "es",
        _ => "s",
    };
    format!("{number} {thing}{end}")
}

/// A time in its largest unit: `45 s`, `12 min`, `3 h`, `2 days`.
pub(super) fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// A size in its largest unit: `512 bytes`, `64 kB`, `3 MB`, `12 GB`.
pub(super) fn size(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["bytes", "kB", "MB", "GB"];
    let mut size = bytes;
    let mut unit = 0;
    while size >= 10 * 1_024 && unit + 1 < UNITS.len() {
        size /= 1_024;
        unit += 1;
    }
    format!("{size} {}", UNITS[unit])
}

/// The first few, and how many more there are.
pub(super) fn first<T: Display>(things: &[T], number: usize) -> String {
    let shown: Vec<String> = things.iter().take(number).map(T::to_string).collect();
    let shown = shown.join(", ");
    match things.len().saturating_sub(number) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_units() {
        assert_eq!(
            [count(1, "job"), count(2, "index"), count(0, "table")],
            ["1 job", "2 indexes", "0 tables"]
        );
        assert_eq!(
            [59, 119, 120, 7_199, 7_200, 172_800].map(span),
            ["59 s", "119 s", "2 min", "119 min", "2 h", "2 days"]
        );
        assert_eq!(
            [10_239, 10_240, 10_485_760, 10_737_418_240].map(size),
            ["10239 bytes", "10 kB", "10 MB", "10 GB"]
        );
        assert_eq!(first(&[1, 2], 3), "1, 2");
        assert_eq!(first(&[1, 2, 3, 4], 2), "1, 2 and 2 more");
    }
}
