//! Runs in the tables that the old application has too.

use chrono::TimeDelta;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Interval, Text};

use crate::Result;
use crate::doctor::{Area, Finding, Options, words};
use crate::jobs::kinds::FailStaleJobs;
use crate::schema::llm_enrichment_failures;

#[derive(QueryableByName)]
struct Stalled {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

pub(super) fn stalled(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let limits = FailStaleJobs::default();
    let stalled: Vec<Stalled> = diesel::sql_query(include_str!("stalled.sql"))
        .bind::<Interval, _>(TimeDelta::minutes(limits.waiting_minutes.into()))
        .bind::<Interval, _>(TimeDelta::minutes(limits.silent_minutes.into()))
        .load(conn)?;
    if stalled.is_empty() {
        return Ok(vec![Area::Jobs.ok("no run without a sign of life")]);
    }
    let number: i64 = stalled.iter().map(|stalled| stalled.number).sum();
    let details = stalled
        .iter()
        .map(|Stalled { place, number }| format!("{number} {place}"));
    Ok(vec![
        Area::Jobs
            .warning(format!(
                "{} without a sign of life",
                words::count(number, "run")
            ))
            .details(details)
            .causes("they look as if they went on, and some kinds are not begun anew meanwhile")
            .command("spending-db jobs enqueue fail_stale_jobs")
            .command("spending-db jobs work --until-empty"),
    ])
}

pub(super) fn enrichment_failures(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let failures: i64 = llm_enrichment_failures::table
        .select(count_star())
        .get_result(conn)?;
    if failures == 0 {
        return Ok(vec![Area::Jobs.ok("no enrichment failures")]);
    }
    Ok(vec![
        Area::Jobs
            .note(format!(
                "{} could not be enriched",
                words::count(failures, "transaction")
            ))
            .causes("they have no category and no merchant")
            .command("spending-db enrich --retry-failed"),
    ])
}
