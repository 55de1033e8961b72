//! Sessions that wait for the locks of others.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};

use super::transactions::longer;
use crate::Result;
use crate::doctor::{Area, Finding, Options, Step, words};

#[derive(QueryableByName)]
struct Wait {
    #[diesel(sql_type = Integer)]
    pid: i32,
    #[diesel(sql_type = Text)]
    application: String,
    #[diesel(sql_type = BigInt)]
    seconds: i64,
    /// The table, where it waits for one as a whole.
    #[diesel(sql_type = Nullable<Text>)]
    relation: Option<String>,
    /// Who stands in the way, in words.
    #[diesel(sql_type = Array<Text>)]
    blockers: Vec<String>,
    /// Those of them that wait for nobody.
    #[diesel(sql_type = Array<Integer>)]
    free_blockers: Vec<i32>,
}

pub(super) fn blocked(conn: &mut PgConnection, options: &Options) -> Result<Vec<Finding>> {
    let waits: Vec<Wait> = diesel::sql_query(include_str!("blocked.sql")).load(conn)?;
    let long: Vec<Finding> = waits
        .iter()
        .filter(|wait| longer(wait.seconds, options.blocked))
        .map(finding)
        .collect();
    if long.is_empty() {
        let found = format!("{} blocked for long", words::count(0, "session"));
        return Ok(vec![Area::Connections.ok(found)]);
    }
    Ok(long)
}

fn finding(wait: &Wait) -> Finding {
    let what = match &wait.relation {
        Some(relation) => format!("the table {relation}"),
        None => "a row".to_owned(),
    };
    let found = format!(
        "session {} ({}) has waited {} for {what}, behind {}",
        wait.pid,
        wait.application,
        words::span(wait.seconds),
        words::first(&wait.blockers, 3)
    );
    let end = |pid: &i32| Step::Sql(format!("SELECT pg_terminate_backend({pid})"));
    Area::Connections
        .warning(found)
        .causes("it fails after its lock_timeout, or waits for good; others queue up behind it")
        .steps(wait.free_blockers.iter().map(end))
}
