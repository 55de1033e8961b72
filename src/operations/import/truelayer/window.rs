//! Which days a bank is asked for.

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::PgConnection;

use crate::models::truelayer::TrueLayerAccount;
use crate::types::{TrueLayerAccountId, UserId};
use crate::{Error, Result};

/// Days before today that are asked for where an account was never fetched.
const DEFAULT_DAYS: u64 = 90;

/// The days that a bank is asked for, both included, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchWindow {
    /// `from` of the request.
    pub first: NaiveDate,
    /// `to` of the request.
    pub last: NaiveDate,
}

impl FetchWindow {
    /// These days as they are. [`Error::InvalidInput`] where the last is before the first.
    pub fn between(first: NaiveDate, last: NaiveDate) -> Result<Self> {
        if last < first {
            return Err(Error::invalid("last", format!("{last} is before {first}")));
        }
        Ok(Self { first, last })
    }

    /// What an account lacks: the whole days since all of it was stored, and one more; 90 days where it never was.
    /// [`Error::NotFound`] where the owner has no such account.
    pub fn missing(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        account: TrueLayerAccountId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let account = TrueLayerAccount::find(conn, owner, account)?;
        Ok(Self::since(account.last_synced_at_incremental, now))
    }

    fn since(mark: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        let days = mark.map_or(DEFAULT_DAYS, |mark| {
            u64::try_from((now - mark).num_days()).unwrap_or_default() + 1
        });
        let last = now.date_naive();
        Self {
            first: last
                .checked_sub_days(Days::new(days))
                .unwrap_or(NaiveDate::MIN),
            last,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    // D06
    #[test]
    fn a_range_is_taken_as_it_is() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let (first, last) = (day("2025-03-01"), day("2025-05-31"));
        assert_eq!(
            FetchWindow::between(first, last).expect("a range"),
            FetchWindow { first, last }
        );
        assert!(FetchWindow::between(first, first).is_ok());
        assert!(FetchWindow::between(last, first).is_err());
    }

    #[test]
    fn whole_days_since_the_mark_and_one_more() {
        let now = instant("2025-05-31T09:00:00Z");
        for (mark, first) in [
            (None, "2025-03-02"),
            (Some("2025-05-31T08:59:00Z"), "2025-05-30"),
            (Some("2025-05-28T10:00:00Z"), "2025-05-28"),
            (Some("2025-05-28T08:00:00Z"), "2025-05-27"),
            (Some("2025-06-30T00:00:00Z"), "2025-05-30"),
        ] {
            let window = FetchWindow::since(mark.map(instant), now);
            assert_eq!(window.first.to_string(), first, "{mark:?}");
            assert_eq!(window.last.to_string(), "2025-05-31");
        }
    }

    proptest! {
        #[test]
        fn no_instant_since_the_mark_is_left_out(mark in 0_i64..2_000_000_000, later in 0_i64..100_000_000) {
            let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("an instant");
            let window = FetchWindow::since(Some(at(mark)), at(mark + later));
            prop_assert!(window.first <= at(mark).date_naive());
            prop_assert_eq!(window.last, at(mark + later).date_naive());
        }
    }
}
