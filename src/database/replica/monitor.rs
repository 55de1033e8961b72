//! The thread that looks after a replica: whether it is there, and how far it is behind.

use std::time::{Duration, Instant};

use diesel::PgConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Nullable};

use super::lag::History;
use super::link::Link;
use super::state::Verdict;
use crate::config::Config;
use crate::database::WalPosition;
use crate::database::connect::connect_pooled;
use crate::database::pooling::Identity;
use crate::error::{Error, Result};

/// A server that does not answer within so many seconds is gone.
const PATIENCE: u16 = 3;
const LONGEST_INTERVAL: Duration = Duration::from_secs(1);
const SHORTEST_INTERVAL: Duration = Duration::from_millis(20);
/// The pauses between attempts to reach a replica that is gone.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Looks until nobody reads any more.
pub(super) fn watch(link: &Link, primary: &Config) {
    let max_lag = primary.replica_max_lag;
    let interval = max_lag.map_or(LONGEST_INTERVAL, |lag| {
        (lag / 4).clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL)
    });
    let mut monitor = Monitor {
        primary: Server::new(primary),
        replica: Server::new(&link.config),
        history: History::default(),
        max_lag,
    };
    let mut pause = FIRST_PAUSE;
    while !link.has_ended() {
        let verdict = monitor.look();
        let wait = if let Verdict::Gone { .. } = verdict {
            let wait = pause;
            pause = LONGEST_PAUSE.min(pause * 2);
            wait
        } else {
            pause = FIRST_PAUSE;
            interval
        };
        link.tell(verdict);
        if link.wait(wait) {
            // Whether connections can be made is what a new one shows.
            monitor.replica.conn = None;
        }
    }
}

struct Monitor {
    primary: Server,
    replica: Server,
    history: History,
    max_lag: Option<Duration>,
}

impl Monitor {
    fn look(&mut self) -> Verdict {
        let asked = Instant::now();
        match self.primary.ask(WalPosition::flushed) {
            Ok(end) => self.history.note(asked, end),
            // Nobody can write there, so what was found out before stands.
            Err(error) => {
                tracing::debug!(target: "spending_db::replica", %error, "the primary does not tell its position");
            }
        }
        match self.replica.ask(Standby::of) {
            Ok(Some(_)) if self.primary.identity.is_none() => {
                gone("the primary cannot be asked whether it is its replica".to_owned())
            }
            Ok(Some(_)) if self.primary.identity != self.replica.identity => {
                gone("it is no replica of this database".to_owned())
            }
            Ok(Some(standby)) => self.judge(&standby),
            Ok(None) => gone("it is no replica: it takes writes".to_owned()),
            Err(error) => gone(error.to_string()),
        }
    }

    fn judge(&self, standby: &Standby) -> Verdict {
        let replayed = standby.replayed;
        let lag = self.history.lag(replayed).or_else(|| {
            // Not known by positions yet: there is something to replay, so that the time of the last one counts.
            Some(standby.age?.max(self.history.span()))
        });
        let is_near = match (self.max_lag, lag) {
            (Some(most), Some(lag)) => lag <= most,
            (Some(_), None) => false,
            (None, _) => true,
        };
        if is_near {
            Verdict::Usable { replayed, lag }
        } else {
            Verdict::Behind { lag }
        }
    }
}

fn gone(reason: String) -> Verdict {
    Verdict::Gone { reason }
}

/// A server that is asked again and again.
struct Server {
    config: Config,
    conn: Option<PgConnection>,
    /// As of the last connection.
    identity: Option<Identity>,
}

impl Server {
    fn new(config: &Config) -> Self {
        Self {
            config: config.impatient(PATIENCE),
            conn: None,
            identity: None,
        }
    }

    /// Asks; a connection that fails is not used again.
    fn ask<T>(&mut self, question: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.connect()?,
        };
        let answer = question(&mut conn)?;
        self.conn = Some(conn);
        Ok(answer)
    }

    fn connect(&mut self) -> Result<PgConnection> {
        let mut conn = connect_pooled(&self.config)?;
        self.identity = Some(Identity::of(&mut conn)?);
        Ok(conn)
    }
}

/// What a replica says of itself.
struct Standby {
    replayed: WalPosition,
    /// How long ago the last transaction that it has replayed was committed, by the servers' clocks.
    age: Option<Duration>,
}

impl Standby {
    /// `None` where it is no replica.
    fn of(conn: &mut PgConnection) -> Result<Option<Self>> {
        let (is_standby, replayed, age): (bool, Option<i64>, Option<f64>) = diesel::select((
            sql::<Bool>("pg_is_in_recovery()"),
            sql::<Nullable<BigInt>>("(pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint"),
            sql::<Nullable<Double>>(
                "extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8",
            ),
        ))
        .get_result(conn)
        .map_err(Error::from)?;
        let Some(replayed) = replayed.filter(|_| is_standby) else {
            return Ok(None);
        };
        Ok(Some(Self {
            replayed: WalPosition::from_stored(replayed),
            age: age.map(|seconds| {
                Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX)
            }),
        }))
    }
}
