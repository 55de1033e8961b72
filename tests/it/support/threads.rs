//! Threads that work at the same moment.

use std::sync::Barrier;
use std::thread;

use diesel::PgConnection;

use super::TestDatabase;

/// How often [`race`] has the works run.
pub(crate) const ROUNDS: usize = 25;

pub(crate) type Work<'a> = &'a (dyn Fn(&mut PgConnection, usize) + Sync);

/// Runs the works at once, each on a thread and a connection of its own, and looks at what they left; round after round.
pub(crate) fn race(
    db: &TestDatabase,
    works: &[Work<'_>],
    mut left: impl FnMut(&mut PgConnection, usize),
) {
    let mut conns: Vec<_> = works.iter().map(|_| db.conn()).collect();
    let watcher = &mut db.conn();
    for round in 0..ROUNDS {
        let start = Barrier::new(works.len());
        thread::scope(|scope| {
            for (work, conn) in works.iter().zip(&mut conns) {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    work(conn, round);
                });
            }
        });
        left(watcher, round);
    }
}

/// Lets threads do the same thing at the same moment, each on a connection of its own, and gives what they came to.
pub(crate) fn at_once<T: Send>(
    db: &TestDatabase,
    threads: usize,
    work: impl Fn(&mut PgConnection, usize) -> T + Sync,
) -> Vec<T> {
    let start = Barrier::new(threads);
    let (start, work) = (&start, &work);
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|number| {
                let mut conn = db.conn();
                scope.spawn(move || {
                    start.wait();
                    work(&mut conn, number)
                })
            })
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}
