//! [`WalPosition`]: how far a server has come in its write-ahead log.

use std::fmt::{self, Display};
use std::str::FromStr;

use diesel::PgConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A position in the write-ahead log of the primary: what was committed before it can be read wherever the log was replayed
/// up to it.
///
/// In text and in JSON as PostgreSQL writes it, such as `0/3000148`, so that it can travel in a cookie or a header from the
/// process that wrote to the one that reads. It belongs to one server and its replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct WalPosition(u64);

impl WalPosition {
    /// The beginning of the log: any replica has come so far.
    pub const START: Self = Self(0);
    /// No replica ever comes so far: only the primary will do.
    pub const UNKNOWN: Self = Self(u64::MAX);

    /// Where the log of a primary ends. A commit that was over before is before it.
    pub fn of_primary(conn: &mut PgConnection) -> Result<Self> {
        let end = sql::<BigInt>(include_str!("position/end.sql"));
        Ok(Self::from_stored(diesel::select(end).get_result(conn)?))
    }

    /// How far a replica has replayed the log; `None` where the server is no replica.
    pub fn of_replica(conn: &mut PgConnection) -> Result<Option<Self>> {
        let replayed = sql::<Nullable<BigInt>>(
            "CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint END",
        );
        let replayed: Option<i64> = diesel::select(replayed).get_result(conn)?;
        Ok(replayed.map(Self::from_stored))
    }

    /// Up to where the log of a primary can be replayed already. What an open transaction has written may be behind that for as
    /// long as nothing is committed, and is no lag.
    pub(super) fn flushed(conn: &mut PgConnection) -> Result<Self> {
        let flushed = sql::<BigInt>("(pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint");
        Ok(Self::from_stored(diesel::select(flushed).get_result(conn)?))
    }

    pub(super) fn from_stored(bytes: i64) -> Self {
        Self(bytes.unsigned_abs())
    }
}

impl Display for WalPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}/{:X}", self.0 >> 32, self.0 & 0xFFFF_FFFF)
    }
}

impl FromStr for WalPosition {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let half = |digits: &str| {
            let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let half = u32::from_str_radix(digits, 16).ok();
            half.filter(|_| is_hexadecimal).map(u64::from)
        };
        text.split_once('/')
            .and_then(|(high, low)| Some(Self((half(high)? << 32) | half(low)?)))
            .ok_or_else(|| {
                Error::invalid("log position", "takes what PostgreSQL writes: 16/B374D848")
            })
    }
}

impl From<WalPosition> for String {
    fn from(position: WalPosition) -> Self {
        position.to_string()
    }
}

impl TryFrom<String> for WalPosition {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_written_as_the_server_writes_them() {
        for (text, bytes) in [
            ("0/0", 0),
            ("0/3000148", 0x0300_0148),
            ("16/B374D848", 0x16_B374_D848),
            ("FFFFFFFF/FFFFFFFF", u64::MAX),
        ] {
            assert_eq!(text.parse::<WalPosition>().ok(), Some(WalPosition(bytes)));
            assert_eq!(WalPosition(bytes).to_string(), text);
        }
        for wrong in [
            "",
            "0",
            "/",
            "0/",
            "0/g",
            "+1/1",
            "1/-1",
            "1/1/1",
            "100000000/0",
        ] {
            assert!(wrong.parse::<WalPosition>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn positions_are_ordered() {
        let parse = |text: &str| text.parse::<WalPosition>().unwrap_or(WalPosition::UNKNOWN);
        assert!(WalPosition::START < parse("0/FFFFFFFF"));
        assert!(parse("0/FFFFFFFF") < parse("1/0"));
        assert!(parse("A/0") < WalPosition::UNKNOWN);
    }
}
