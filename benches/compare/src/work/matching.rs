//! The matchers.

pub mod amazon;
pub mod apple;
pub mod gmail;
pub mod returns;

use diesel::PgConnection;

use super::writing::Writing;
use crate::bench::Bench;
use crate::error::Result;
use crate::goal::Goal;
use crate::report::{Role, Row};
use crate::scratch::Scratch;

/// As the old application did it: every payment against every purchase.
const EACH_WITH_EACH: &str = "psycopg2, each with each";
/// As somebody would who thinks about it: purchases by day.
const BY_DAY: &str = "psycopg2, by day";

/// What one matcher is compared by.
struct Matching<'m> {
    name: &'static str,
    variant: &'static str,
    size: u32,
    scratch: &'m Scratch,
    reset: &'m [&'m str],
    left: &'m str,
    script: &'static str,
}

impl Matching<'_> {
    fn compare<T>(
        &self,
        bench: &Bench<'_>,
        run: fn(&mut PgConnection) -> spending_db::Result<T>,
        ways: &[(&'static str, &'static str)],
    ) -> Result<Row> {
        let writing = Writing {
            scratch: self.scratch,
            reset: self.reset,
            left: self.left,
        };
        let writing = &writing;
        let database = self.scratch.database(1)?;
        let url = self.scratch.url();
        let url = &url;
        let script = self.script;
        let mut contest = bench
            .contest(self.name, self.variant, self.size)
            .ours(|| writing.time(|| Ok(run(&mut *database.conn()?)?)));
        for (name, way) in ways {
            contest = contest.with(name, Role::Python, move || {
                writing.timed_by_itself(|| bench.run_python(script, &[url, way]))
            });
        }
        if let Some((name, _)) = ways.last() {
            contest = contest.goal_from(
                100_000,
                Goal::Speed {
                    of: name,
                    at_least: 100.0,
                },
            );
        }
        Ok(contest.run())
    }
}
