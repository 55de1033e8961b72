//! The thread of a worker that keeps its leases, listens, rescues and looks after the schedule.
//!
//! Diesel does not give away the socket of a connection, so nothing can sleep on it until a notification comes. The keeper
//! looks every 20 ms, which is one call to the system and none to the server; threads that are busy need no call anyway.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::shared::Shared;
use crate::Result;
use crate::database::has_session;
use crate::jobs::claims::{self, Held};
use crate::jobs::lease::Lease;
use crate::types::SyncJobId;

const TICK: Duration = Duration::from_millis(20);
/// Progress is shown so often.
const SHOW: Duration = Duration::from_millis(500);
/// Jobs that were taken ahead and not begun for so long are for others.
const LONGEST_AHEAD: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Keeps until all threads have ended, or the grace period is over.
pub(super) fn keep(shared: &Shared) {
    let mut keeper = Keeper {
        shared,
        conn: None,
        connect_at: Instant::now(),
        pause: FIRST_PAUSE,
        renew: Timer::new(shortest_lease(shared) / 3),
        show: Timer::new(SHOW),
        rescue: Timer::new(shared.settings.poll),
        plan: Timer::new(shared.settings.schedule.pace()),
        look: None,
        to_hand_back: Vec::new(),
    };
    let started = Instant::now();
    while !shared.shutdown.is_requested() {
        if shared
            .settings
            .stop_after
            .is_some_and(|time| started.elapsed() >= time)
        {
            shared.shutdown.request();
        }
        keeper.turn();
        thread::sleep(TICK);
    }
    let asked = Instant::now();
    while shared.has_threads() && asked.elapsed() < shared.settings.grace {
        shared.wake_all();
        keeper.turn();
        thread::sleep(TICK);
    }
    let left = shared.held();
    keeper
        .to_hand_back
        .extend(left.iter().map(|lease| lease.id));
    keeper
        .to_hand_back
        .extend(shared.remove_unbegun(Duration::ZERO));
    keeper.connect_at = Instant::now();
    keeper.turn();
    for lease in left {
        lease.lose();
    }
}

fn shortest_lease(shared: &Shared) -> Duration {
    let leases = shared.registry.leases();
    leases.min().unwrap_or(Duration::from_secs(60))
}

struct Keeper<'s> {
    shared: &'s Shared,
    conn: Option<PgConnection>,
    connect_at: Instant,
    pause: Duration,
    renew: Timer,
    show: Timer,
    rescue: Timer,
    plan: Timer,
    /// Where nothing can be listened to: when to look whether jobs were cancelled.
    look: Option<Timer>,
    to_hand_back: Vec<SyncJobId>,
}

impl Keeper<'_> {
    /// Does what is due. Without a connection nothing is lost: leases end, and others rescue.
    fn turn(&mut self) {
        let Some(mut conn) = self.conn.take().or_else(|| self.connect()) else {
            return;
        };
        match self.serve(&mut conn) {
            Ok(()) => self.conn = Some(conn),
            Err(error) => {
                tracing::warn!(target: "spending_db::jobs", %error, "the keeper of the worker loses its connection");
                self.connect_at = Instant::now() + self.pause;
            }
        }
    }

    fn connect(&mut self) -> Option<PgConnection> {
        if Instant::now() < self.connect_at {
            return None;
        }
        let conn = self.shared.database.dedicated_conn().and_then(|mut conn| {
            let listens = has_session(&mut conn);
            if listens {
                conn.batch_execute("LISTEN sync_jobs")?;
            }
            Ok((conn, listens))
        });
        match conn {
            Ok((conn, listens)) => {
                self.look = (!listens).then(|| Timer::new(self.shared.settings.poll));
                self.pause = FIRST_PAUSE;
                // There may have been calls that it did not hear.
                self.shared.call();
                self.renew.make_due();
                Some(conn)
            }
            Err(error) => {
                tracing::warn!(target: "spending_db::jobs", %error, "the keeper of the worker cannot connect");
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                self.connect_at = Instant::now() + self.pause;
                None
            }
        }
    }

    fn serve(&mut self, conn: &mut PgConnection) -> Result<()> {
        self.listen(conn)?;
        let unbegun = if self.shared.shutdown.is_requested() {
            Duration::ZERO
        } else {
            LONGEST_AHEAD
        };
        self.to_hand_back
            .extend(self.shared.remove_unbegun(unbegun));
        if !self.to_hand_back.is_empty() {
            let jobs = claims::hand_back(conn, &self.shared.id, &self.to_hand_back)?;
            self.to_hand_back.clear();
            self.shared.count_handed_back(jobs);
        }
        let held = self.shared.held();
        if self.show.is_due() && take_news(&held) {
            self.renew.make_due();
        }
        if self.renew.is_due() && !held.is_empty() {
            self.renew(conn, &held)?;
        }
        if self.shared.shutdown.is_requested() {
            return Ok(());
        }
        if self.rescue.is_due() && claims::rescue(conn)? > 0 {
            tracing::info!(target: "spending_db::jobs", "rescued jobs of lost workers");
        }
        if self.plan.is_due() && !self.shared.settings.schedule.is_empty() {
            self.shared.settings.schedule.plan(conn)?;
        }
        Ok(())
    }

    fn listen(&mut self, conn: &mut PgConnection) -> Result<()> {
        let mut is_called = false;
        for notification in conn.notifications_iter() {
            match &*notification?.payload {
                "cancelled" => self.renew.make_due(),
                _ => is_called = true,
            }
        }
        if is_called {
            self.shared.call();
        }
        if self.look.as_mut().is_some_and(Timer::is_due) {
            self.renew.make_due();
        }
        Ok(())
    }

    /// Renews the leases, and tells the threads which they have lost.
    fn renew(&mut self, conn: &mut PgConnection, leases: &[Arc<Lease>]) -> Result<()> {
        let asked = Instant::now();
        let held = claims::renew(conn, &self.shared.id, leases.iter().map(|lease| &**lease))?;
        for lease in leases {
            let is_this = |held: &&Held| held.id == lease.id && held.attempt == lease.attempt;
            match held.iter().find(is_this) {
                Some(held) if held.is_renewed => lease.renewed(asked),
                Some(_) => {}
                None => lease.lose(),
            }
        }
        Ok(())
    }
}

/// Whether any of them has progress that was not shown yet.
fn take_news(leases: &[Arc<Lease>]) -> bool {
    leases.iter().filter(|lease| lease.take_news()).count() > 0
}

/// Is due again and again.
struct Timer {
    period: Duration,
    due_at: Instant,
}

impl Timer {
    fn new(period: Duration) -> Self {
        Self {
            period,
            due_at: Instant::now(),
        }
    }

    /// Whether it is due; if so, next after its period.
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = now >= self.due_at;
        if is_due {
            self.due_at = now + self.period;
        }
        is_due
    }

    fn make_due(&mut self) {
        self.due_at = Instant::now();
    }
}
