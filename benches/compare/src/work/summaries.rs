//! Summaries and reports.

use std::time::Duration;

use chrono::NaiveDate;
use diesel::PgConnection;
use spending_db::Database;
use spending_db::models::truelayer::HuququllahSummary;
use spending_db::operations::category_spending::by_category;
use spending_db::operations::report::{SpendingBy, SpendingQuery, spending};
use spending_db::types::{Period, UserId};

use super::Work;
use crate::bench::Bench;
use crate::contest::{Run, timed};
use crate::error::Result;
use crate::goal::Goal;
use crate::report::{Role, Row};
use crate::rivals::libpq::{Connection, Rows};

pub const WORK: Work = Work {
    name: "summaries",
    what: "What a user spent, by category, merchant, month and class, in all time and in one month, beside the shortest SQL that \
           gives these numbers for this user (by bare libpq, prepared and binary): it knows the user's accounts and asks only for \
           what this data hold.",
    run,
};

const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
const USER: UserId = UserId(1);

/// What a row of an answer says, and how many rows it stands for.
type Line = (String, i64);

/// A question, and the same by hand.
struct Question {
    name: &'static str,
    ours: fn(&mut PgConnection, Period) -> Result<Vec<Line>>,
    /// Of the rows where `{period}` holds.
    sql: &'static str,
}

const QUESTIONS: [Question; 5] = [
    Question {
        name: "spending by category",
        ours: categories,
        sql: include_str!("summaries/categories.sql"),
    },
    Question {
        name: "report by category",
        ours: |conn, period| report(conn, period, SpendingBy::Category),
        sql: include_str!("summaries/report_by_category.sql"),
    },
    Question {
        name: "report by merchant",
        ours: |conn, period| report(conn, period, SpendingBy::Merchant),
        sql: include_str!("summaries/report_by_merchant.sql"),
    },
    Question {
        name: "report by month",
        ours: |conn, period| report(conn, period, SpendingBy::Month),
        sql: include_str!("summaries/report_by_month.sql"),
    },
    Question {
        name: "essential and discretionary",
        ours: classes,
        sql: include_str!("summaries/classes.sql"),
    },
];

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let march = Period::days(
        NaiveDate::from_ymd_opt(2022, 3, 1),
        NaiveDate::from_ymd_opt(2022, 3, 31),
    );
    let spans = [
        ("all time", Period::ALWAYS, "true"),
        (
            "one month",
            march,
            "t.\"timestamp\" >= timestamptz '2022-03-01 00:00Z' AND t.\"timestamp\" < timestamptz '2022-04-01 00:00Z'",
        ),
    ];
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.ledger(size)?;
        let database = scratch.database(1)?;
        for question in &QUESTIONS {
            for (span, period, condition) in spans {
                let mut connection = Connection::open(&scratch.url())?;
                connection.prepare(c"by_hand", &question.sql.replace("{period}", condition))?;
                let contest = bench
                    .contest("summaries", format!("{}, {span}", question.name), size)
                    .operations(1)
                    .ours(|| ours(&database, question, period))
                    .with("SQL by hand", Role::Limit, || by_hand(&mut connection))
                    .goal_from(
                        1_000_000,
                        Goal::Speed {
                            of: "SQL by hand",
                            at_least: 0.5,
                        },
                    );
                rows.push(contest.run());
            }
        }
    }
    Ok(rows)
}

fn ours(database: &Database, question: &Question, period: Period) -> Result<Run> {
    let (lines, took) = timed(|| (question.ours)(&mut *database.conn()?, period))?;
    Ok(answer(lines, took))
}

fn by_hand(connection: &mut Connection) -> Result<Run> {
    let (lines, took) = timed(|| {
        let rows: Rows = connection.execute(c"by_hand", &[])?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    })?;
    Ok(answer(lines, took))
}

/// Lines of one total may stand in any order.
fn answer(mut lines: Vec<Line>, took: Duration) -> Run {
    lines.sort_unstable();
    Run::new(took, move || Ok(serde_json::to_value(lines)?))
}

fn categories(conn: &mut PgConnection, period: Period) -> Result<Vec<Line>> {
    let lines = by_category(conn, USER, period)?;
    Ok(lines
        .into_iter()
        .map(|line| {
            (
                format!("{} {}", line.name, line.total_spend),
                line.transaction_count,
            )
        })
        .collect())
}

fn report(conn: &mut PgConnection, period: Period, by: SpendingBy) -> Result<Vec<Line>> {
    let query = SpendingQuery {
        user: Some(USER),
        from: period.from.map(|from| from.date_naive()),
        to: period
            .before
            .and_then(|before| before.date_naive().pred_opt()),
        by,
    };
    let lines = spending(conn, &query)?.lines;
    let named = |line: spending_db::operations::report::SpendingLine| {
        let name = line.name.unwrap_or_default();
        (
            format!("{name} {} {}", line.spent, line.refunded),
            line.payments + line.matched,
        )
    };
    Ok(lines.into_iter().map(named).collect())
}

fn classes(conn: &mut PgConnection, period: Period) -> Result<Vec<Line>> {
    let lines = HuququllahSummary::list(conn, USER, period)?;
    let named = |line: HuququllahSummary| {
        let sums = format!(
            "{} {}",
            line.essential_expenses, line.discretionary_expenses
        );
        (sums, line.unclassified_count)
    };
    Ok(lines.into_iter().map(named).collect())
}
