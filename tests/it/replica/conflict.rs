//! Reads that are in the way of the replica's replay, which ends them.

use std::sync::mpsc;
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::Error;

use super::{config, insert, is_standby, open, rows};
use crate::support::{Pair, wait_until};

/// Takes away rows that a read on the replica still sees.
fn clear(conn: &mut PgConnection) {
    conn.batch_execute("DELETE FROM t").unwrap();
    conn.batch_execute("VACUUM t").unwrap();
}

#[test]
fn a_question_that_is_ended_is_asked_on_the_primary() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair));
    let mut session = database.session();
    session.write(insert).unwrap();
    wait_until(|| session.read(is_standby).unwrap());
    let mut primary = pair.primary.conn();
    let (begun, begins) = mpsc::channel();
    let clearing = thread::spawn(move || {
        begins.recv().unwrap();
        clear(&mut primary);
    });
    let mut asked = Vec::new();
    let seen = session.read(|conn| {
        let on_replica = is_standby(conn)?;
        asked.push((on_replica, rows(conn)));
        if on_replica {
            begun.send(()).unwrap();
            conn.batch_execute("SELECT count(*), pg_sleep(60) FROM t")?;
        }
        Ok::<_, Error>(on_replica)
    });
    clearing.join().unwrap();
    assert!(!seen.unwrap());
    assert_eq!(asked[0], (true, 1));
    assert!(asked.len() == 2 && !asked[1].0, "{asked:?}");
    wait_until(|| super::read(&database));
}

#[test]
fn a_transaction_that_is_ended_between_questions_is_run_on_the_primary() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair));
    let mut session = database.session();
    session.write(insert).unwrap();
    wait_until(|| session.read(is_standby).unwrap());
    let mut primary = pair.primary.conn();
    let mut asked = Vec::new();
    let seen = session.read(|conn| {
        let on_replica = is_standby(conn)?;
        let before = rows(conn);
        if on_replica {
            let cleared =
                database.write(|conn| Ok::<_, Error>(conn.batch_execute("DELETE FROM t")?));
            let ((), _) = cleared?;
            primary.batch_execute("VACUUM t").unwrap();
            // Its transaction is ended as soon as the replica replays that.
            let end = spending_db::database::WalPosition::of_primary(&mut primary)?;
            let mut standby = pair.standby.conn();
            wait_until(|| {
                let replayed = spending_db::database::WalPosition::of_replica(&mut standby);
                replayed.unwrap().unwrap() >= end
            });
        }
        asked.push((on_replica, before));
        conn.batch_execute("SELECT count(*) FROM t")?;
        Ok::<_, Error>((on_replica, rows(conn)))
    });
    assert_eq!(seen.unwrap(), (false, 0));
    assert_eq!(asked, [(true, 1), (false, 0)]);
    wait_until(|| super::read(&database));
}
