//! PostgreSQL's binary values.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

/// Seconds from 1970 to 2000, where PostgreSQL's time begins.
const EPOCH: i64 = 946_684_800;

/// A value that a column of that type holds. A value of another form is a fault of this program: it panics.
pub trait Decode<'r> {
    fn decode(value: Option<&'r [u8]>) -> Self;
}

/// A value that is no null.
trait Present<'r> {
    fn of(bytes: &'r [u8]) -> Self;
}

impl<'r, T: Present<'r>> Decode<'r> for T {
    fn decode(value: Option<&'r [u8]>) -> Self {
        T::of(value.expect("a column without nulls"))
    }
}

impl<'r, T: Present<'r>> Decode<'r> for Option<T> {
    fn decode(value: Option<&'r [u8]>) -> Self {
        value.map(T::of)
    }
}

impl Present<'_> for bool {
    fn of(bytes: &[u8]) -> Self {
        bytes[0] != 0
    }
}

impl Present<'_> for i32 {
    fn of(bytes: &[u8]) -> Self {
        Self::from_be_bytes(bytes.try_into().expect("four bytes"))
    }
}

impl Present<'_> for i64 {
    fn of(bytes: &[u8]) -> Self {
        Self::from_be_bytes(bytes.try_into().expect("eight bytes"))
    }
}

impl Present<'_> for String {
    fn of(bytes: &[u8]) -> Self {
        str::from_utf8(bytes).expect("UTF-8").to_owned()
    }
}

impl Present<'_> for Value {
    /// `jsonb`: a version, then text.
    fn of(bytes: &[u8]) -> Self {
        serde_json::from_slice(&bytes[1..]).expect("JSON")
    }
}

impl Present<'_> for DateTime<Utc> {
    fn of(bytes: &[u8]) -> Self {
        let epoch = Self::from_timestamp(EPOCH, 0).expect("the year 2000");
        epoch + TimeDelta::microseconds(i64::of(bytes))
    }
}

pub fn microseconds_of(instant: &DateTime<Utc>) -> i64 {
    instant.timestamp_micros() - EPOCH * 1_000_000
}

impl Present<'_> for BigDecimal {
    /// Digits to the base 10,000 behind their number, the weight of the first, the sign, and the decimals that are shown.
    fn of(bytes: &[u8]) -> Self {
        const DIGITS_AT_ONCE: i16 = 9;
        let word = |at: usize| i16::from_be_bytes([bytes[2 * at], bytes[2 * at + 1]]);
        let (count, weight, sign, shown) = (word(0), word(1), word(2), i64::from(word(3)));
        let digits = (4..)
            .take(usize::try_from(count).unwrap_or_default())
            .map(word);
        let decimals = 4 * i64::from(count - 1 - weight);
        let whole = if count <= DIGITS_AT_ONCE {
            BigInt::from(digits.fold(0, |sum: i128, digit| sum * 10_000 + i128::from(digit)))
        } else {
            digits.fold(BigInt::ZERO, |sum, digit| sum * 10_000 + digit)
        };
        let whole = if sign == 0x4000 { -whole } else { whole };
        Self::new(whole, decimals).with_scale(shown)
    }
}
