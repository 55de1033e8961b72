//! Import jobs and their progress.

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::truelayer::{
    ImportCounts, ImportJobStep, NewTrueLayerAccount, NewTrueLayerImportJob, TrueLayerAccount,
    TrueLayerImportJob, TrueLayerImportProgress,
};
use spending_db::operations::import_jobs;
use spending_db::types::{EVERYONE, ImportJobStatus, ImportProgressStatus, TrueLayerImportJobId};

use super::{Feed, at, call, refusal};
use crate::support::TestDatabase;
use crate::support::threads::at_once;

fn job(conn: &mut PgConnection, feed: &Feed) -> TrueLayerImportJobId {
    import_jobs::create(conn, &NewTrueLayerImportJob::new(feed.user))
        .unwrap()
        .id
}

fn counts(synced: i32, duplicates: i32, errors: i32) -> ImportCounts {
    ImportCounts {
        synced,
        duplicates,
        errors,
    }
}

#[test]
fn nobody_imports_from_the_connection_of_another() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Feed::of(conn, "ada"), Feed::of(conn, "ben"));
    let foreign = json!({"user_id": ada.user, "connection_id": ben.connection});
    let refused = (
        "reference".to_owned(),
        "truelayer_import_jobs_connection_id_fkey".to_owned(),
    );
    assert_eq!(refusal(conn, "create_import_job", foreign), refused);
    assert_eq!(import_jobs::history(conn, ada.user, None).unwrap(), []);
    let own = json!({"user_id": ben.user, "connection_id": ben.connection});
    let id = call(conn, "create_import_job", own).unwrap();
    let id = serde_json::from_value(id).unwrap();
    let job = TrueLayerImportJob::find(conn, ben.user, id).unwrap();
    assert_eq!(job.connection_id, Some(ben.connection));
}

#[test]
fn of_workers_that_start_a_job_one_does() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let estimate = Some(at("2025-07-08T09:10:00Z"));
    for _ in 0..24 {
        let id = job(conn, &feed);
        let claims = at_once(&db, 4, |conn, _| {
            TrueLayerImportJob::claim(conn, feed.user, id, estimate).unwrap()
        });
        let claimed: Vec<_> = claims.into_iter().flatten().collect();
        assert_eq!(claimed.len(), 1);
        assert_eq!(claimed[0].job_status, ImportJobStatus::Running);
        assert_eq!(claimed[0].estimated_completion, estimate);
        assert!(claimed[0].started_at.is_some());
        assert_eq!(
            TrueLayerImportJob::claim(conn, feed.user, id, None).unwrap(),
            None
        );
        let failed = ImportJobStep::Failed {
            error_message: Some("no"),
        };
        TrueLayerImportJob::advance(conn, feed.user, id, failed).unwrap();
        assert_eq!(
            TrueLayerImportJob::claim(conn, EVERYONE, id, None).unwrap(),
            None
        );
    }
}

#[test]
fn a_job_that_is_not_there_is_not_found() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let unknown = TrueLayerImportJobId(424_242);
    let advanced = TrueLayerImportJob::advance(conn, EVERYONE, unknown, ImportJobStep::Enriching);
    assert!(matches!(advanced, Err(Error::NotFound)), "{advanced:?}");
    let completed = TrueLayerImportJob::complete(conn, EVERYONE, unknown, counts(1, 1, 1));
    assert!(matches!(completed, Err(Error::NotFound)), "{completed:?}");
    for (function, arguments) in [
        (
            "update_import_job_status",
            json!({"job_id": 424_242, "status": "running"}),
        ),
        (
            "mark_job_completed",
            json!({"job_id": 424_242, "total_synced": 1, "total_duplicates": 1, "total_errors": 1}),
        ),
    ] {
        assert_eq!(call(conn, function, arguments).unwrap(), Value::Null);
    }
}

#[test]
fn statuses_and_totals_written_at_once_stand_as_one_after_the_other() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for _ in 0..24 {
        let id = job(conn, &feed);
        at_once(&db, 4, |conn, number| match number {
            0 => TrueLayerImportJob::complete(conn, feed.user, id, counts(120, 7, 0)).unwrap(),
            1 => TrueLayerImportJob::advance(
                conn,
                feed.user,
                id,
                ImportJobStep::Running {
                    estimated_completion: None,
                },
            )
            .unwrap(),
            2 => TrueLayerImportJob::advance(
                conn,
                feed.user,
                id,
                ImportJobStep::Failed {
                    error_message: Some("no"),
                },
            )
            .unwrap(),
            _ => {
                TrueLayerImportJob::advance(conn, feed.user, id, ImportJobStep::Enriching).unwrap()
            }
        });
        let row = TrueLayerImportJob::find(conn, feed.user, id).unwrap();
        assert_eq!(
            row.total_transactions_synced, 120,
            "nobody else writes totals"
        );
        assert_eq!(
            row.error_message.as_deref(),
            Some("no"),
            "nobody else writes a message"
        );
        assert!(row.started_at.is_some() && row.completed_at.is_some());
    }
}

#[test]
fn progress_is_one_row_a_job_and_account_and_is_replaced() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let id = job(conn, &feed);
    let mut add = |synced: i32, errors: i32, message: Value| {
        let arguments = json!({"job_id": id, "account_id": feed.account, "synced": synced, "duplicates": 3,
                               "errors": errors, "error_msg": message});
        assert_eq!(
            call(conn, "add_import_progress", arguments).unwrap(),
            Value::Null
        );
        let rows = TrueLayerImportProgress::list_for_job(conn, feed.user, id).unwrap();
        let [row] = &rows[..] else {
            panic!("{} rows", rows.len())
        };
        row.clone()
    };
    let first = add(12, 2, json!("timeout"));
    assert_eq!(
        (
            first.progress_status,
            first.synced_count,
            first.duplicates_count,
            first.errors_count
        ),
        (ImportProgressStatus::Completed, 12, 3, 2)
    );
    assert_eq!(first.error_message.as_deref(), Some("timeout"));
    assert!(first.completed_at.is_some());
    let second = add(1, 0, Value::Null);
    assert_eq!(
        (second.id, second.created_at, second.started_at),
        (first.id, first.created_at, None)
    );
    assert_eq!((second.synced_count, second.error_message), (1, None));
    assert!(second.completed_at > first.completed_at && second.updated_at > first.updated_at);

    for (argument, value, kind, named) in [
        ("account_id", Value::Null, "invalid_params", "account_id"),
        (
            "account_id",
            json!(424_242),
            "reference",
            "truelayer_import_progress_account_id_fkey",
        ),
        (
            "job_id",
            json!(424_242),
            "reference",
            "truelayer_import_progress_job_id_fkey",
        ),
    ] {
        let mut arguments = json!({"job_id": id, "account_id": feed.account, "synced": 0, "duplicates": 0, "errors": 0});
        arguments[argument] = value;
        let refused = refusal(conn, "add_import_progress", arguments);
        assert_eq!(refused, (kind.to_owned(), named.to_owned()));
    }
}

#[test]
fn progress_written_at_once_is_that_of_one_of_the_writers() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for _ in 0..24 {
        let id = job(conn, &feed);
        let written = at_once(&db, 4, |conn, number| {
            let count = i32::try_from(number).unwrap();
            let message = format!("by {number}");
            let counts = counts(count, count, count);
            TrueLayerImportProgress::record(
                conn,
                feed.user,
                id,
                feed.account,
                counts,
                Some(&message),
            )
            .unwrap()
        });
        let rows = TrueLayerImportProgress::list_for_job(conn, feed.user, id).unwrap();
        let [row] = &rows[..] else {
            panic!("{} rows", rows.len())
        };
        assert!(written.contains(row), "{row:?}");
        assert_eq!(row.error_message, Some(format!("by {}", row.synced_count)));
    }
}

#[test]
fn progress_tells_the_number_of_the_account_beside_the_bank_s_id() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let id = job(conn, &feed);
    let other = NewTrueLayerAccount::new(feed.connection, "gone", "SAVINGS", "Gone", "GBP")
        .insert(conn)
        .unwrap();
    // In one transaction both rows have one time.
    let order = conn
        .transaction(|conn| {
            [feed.account, other.id]
                .map(|account| {
                    TrueLayerImportProgress::record(
                        conn,
                        feed.user,
                        id,
                        account,
                        counts(1, 0, 0),
                        None,
                    )
                })
                .into_iter()
                .map(|row| row.map(|row| row.id))
                .collect::<Result<Vec<_>, Error>>()
        })
        .unwrap();
    TrueLayerAccount::delete(conn, feed.user, other.id).unwrap();

    let progress = import_jobs::progress(conn, feed.user, id).unwrap();
    assert_eq!(
        progress
            .iter()
            .map(|row| row.progress.id)
            .collect::<Vec<_>>(),
        order
    );
    assert_eq!(progress[0].progress.account_id, Some(feed.account));
    assert_eq!(
        progress[0]
            .account
            .as_ref()
            .map(|account| &*account.account_id),
        Some("acc")
    );
    assert_eq!(progress[1].account, None);

    let old = call(conn, "get_import_progress", json!({"job_id": id})).unwrap();
    assert_eq!(
        [
            &old[0]["account_id"],
            &old[0]["account_db_id"],
            &old[1]["account_id"],
            &old[1]["currency"]
        ],
        [
            &json!("acc"),
            &json!(feed.account),
            &Value::Null,
            &Value::Null
        ]
    );
}

#[test]
fn jobs_of_one_moment_come_newest_id_first() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let mut ids = conn
        .transaction(|conn| Ok::<_, Error>((0..5).map(|_| job(conn, &feed)).collect::<Vec<_>>()))
        .unwrap();
    TrueLayerImportProgress::record(conn, feed.user, ids[2], feed.account, counts(1, 0, 0), None)
        .unwrap();
    ids.reverse();
    let history = import_jobs::history(conn, feed.user, None).unwrap();
    assert_eq!(
        history.iter().map(|entry| entry.job.id).collect::<Vec<_>>(),
        ids
    );
    let accounts: Vec<_> = history
        .iter()
        .map(|entry| (entry.accounts, entry.completed_accounts))
        .collect();
    assert_eq!(accounts, [(0, 0), (0, 0), (1, 1), (0, 0), (0, 0)]);
    assert_eq!(
        import_jobs::history(conn, feed.user, Some(2)).unwrap(),
        history[..2]
    );
    let refused = ("invalid_params".to_owned(), "limit".to_owned());
    assert_eq!(
        refusal(
            conn,
            "get_user_import_history",
            json!({"user_id": feed.user, "limit": -1})
        ),
        refused
    );
}

#[test]
fn the_account_of_another_has_no_place_in_a_job() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Feed::of(conn, "ada"), Feed::of(conn, "ben"));
    let id = job(conn, &ada);
    let recorded =
        TrueLayerImportProgress::record(conn, ada.user, id, ben.account, counts(1, 0, 0), None);
    assert!(matches!(recorded, Err(Error::NotFound)), "{recorded:?}");
    assert_eq!(import_jobs::progress(conn, EVERYONE, id).unwrap(), []);
}
