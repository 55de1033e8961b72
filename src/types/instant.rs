//! Instants as programs write them.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::start_of;

/// The instant of an ISO 8601 text, also with a space between day and time, or of a day alone. Without an offset it is UTC.
pub(crate) fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim().replacen(' ', "T", 1);
    let local = |format| NaiveDateTime::parse_from_str(&text, format).ok();
    DateTime::parse_from_rfc3339(&text)
        .or_else(|_| DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f%#z"))
        .or_else(|_| DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M%#z"))
        .map(|instant| instant.to_utc())
        .ok()
        .or_else(|| {
            local("%Y-%m-%dT%H:%M:%S%.f")
                .or_else(|| local("%Y-%m-%dT%H:%M"))
                .map(|local| local.and_utc())
                .or_else(|| text.parse().ok().map(start_of))
        })
}

#[cfg(test)]
mod tests {
    use super::instant_of;

    #[test]
    fn instants_are_read_to_utc_or_not_at_all() {
        for (text, utc) in [
            (
                "2025-01-07T08:09:10.123456",
                Some("2025-01-07T08:09:10.123456+00:00"),
            ),
            ("2024-07-02 00:00:00", Some("2024-07-02T00:00:00+00:00")),
            (
                "2024-07-02T10:00:00+02:00",
                Some("2024-07-02T08:00:00+00:00"),
            ),
            ("2024-07-02 10:00:00+02", Some("2024-07-02T08:00:00+00:00")),
            (
                "2024-07-02T10:00:00-0130",
                Some("2024-07-02T11:30:00+00:00"),
            ),
            ("2024-07-02T10:00:00Z", Some("2024-07-02T10:00:00+00:00")),
            ("2024-07-02T10:00", Some("2024-07-02T10:00:00+00:00")),
            ("2024-07-02 10:00+02", Some("2024-07-02T08:00:00+00:00")),
            (" 2024-07-02 ", Some("2024-07-02T00:00:00+00:00")),
            ("now()", None),
            ("now", None),
            ("2024-02-30", None),
            ("yesterday", None),
            ("", None),
        ] {
            let instant = instant_of(text).map(|instant| instant.to_rfc3339());
            assert_eq!(instant.as_deref(), utc, "{text}");
        }
    }
}
