//! Errors and statistics of parsing.

use diesel::PgConnection;
use serde_json::{Value, json};
use spending_db::models::gmail::{
    GmailErrorSummary, GmailParseStatistic, GmailProcessingError, MerchantStatistics,
    NewGmailParseStatistic, NewGmailProcessingError, StatisticsFilter,
};
use spending_db::types::{
    EVERYONE, GmailConnectionId, GmailErrorStage, GmailErrorType, ParseOutcome, UserId,
};

use super::{FAR_EAST, assert_one_statement, call, refused};
use crate::support::fixtures::Household;
use crate::support::{TestDatabase, execute};

fn error(conn: &mut PgConnection, mailbox: Option<GmailConnectionId>, message: &str) {
    let new = NewGmailProcessingError {
        connection_id: mailbox,
        ..NewGmailProcessingError::new(GmailErrorStage::Fetch, GmailErrorType::Timeout, message)
    };
    new.insert(conn).unwrap();
}

fn happened(conn: &mut PgConnection, message: &str, ago: &str) {
    execute(
        conn,
        &format!(
            "UPDATE gmail_processing_errors SET occurred_at = now() - interval '{ago}' WHERE error_message = '{message}'"
        ),
    );
}

#[test]
fn errors_are_as_old_as_the_databases_clock_says() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (message, ago) in [
        ("just within", "167 hours 59 minutes"),
        ("just out", "168 hours 1 minute"),
    ] {
        error(conn, Some(home.mailbox), message);
        happened(conn, message, ago);
    }
    for zone in ["SET TIME ZONE 'America/Los_Angeles'", FAR_EAST] {
        execute(conn, zone);
        let summary = GmailErrorSummary::read(conn, home.user, None, None, 7).unwrap();
        assert_eq!(summary.total, 1);
        assert_eq!(summary.recent[0].error_message, "just within");
        let old = call(conn, "get_gmail_error_summary", json!({})).unwrap();
        assert_eq!(old["total_errors"], 1);
        let time = old["recent_errors"][0]["occurred_at"].as_str().unwrap();
        assert!(time.ends_with("+00:00"), "{time}");
    }
}

#[test]
fn a_user_sees_the_errors_of_their_own_mailboxes() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Household::new(conn, "ada"), Household::new(conn, "ben"));
    for (mailbox, message) in [
        (Some(ada.mailbox), "mine"),
        (Some(ben.mailbox), "theirs"),
        (None, "nobody's"),
    ] {
        error(conn, mailbox, message);
    }
    let total = |conn: &mut PgConnection, owner: Option<UserId>, mailbox| {
        GmailErrorSummary::read(conn, owner, mailbox, None, 1)
            .unwrap()
            .total
    };
    assert_eq!(total(conn, Some(ada.user), None), 1);
    assert_eq!(total(conn, Some(ada.user), Some(ben.mailbox)), 0);
    assert_eq!(total(conn, EVERYONE, None), 3);
    assert_eq!(total(conn, EVERYONE, Some(ben.mailbox)), 1);
    let old = json!({"connection_id": 0, "sync_job_id": 0});
    let old = call(conn, "get_gmail_error_summary", old).unwrap();
    assert_eq!(old["total_errors"], 3, "0 is no filter");
}

#[test]
fn the_figures_of_one_report_agree() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for _ in 0..25 {
        error(conn, Some(home.mailbox), "at once");
    }
    execute(
        conn,
        "UPDATE gmail_processing_errors SET occurred_at = now() - interval '1 hour'",
    );
    execute(
        conn,
        "UPDATE gmail_processing_errors SET is_retryable = (ARRAY[true, false, null])[1 + id % 3]",
    );
    let summary = GmailErrorSummary::read(conn, home.user, None, None, 1).unwrap();
    assert_eq!(summary.total, 25);
    assert_eq!(summary.by_stage.values().sum::<i64>(), 25);
    assert_eq!(summary.by_type.get(&GmailErrorType::Timeout), Some(&25));
    assert_eq!(summary.retryable, 8);
    let ids: Vec<_> = summary.recent.iter().map(|error| error.id.0).collect();
    assert_eq!(ids, (6..=25).rev().collect::<Vec<_>>(), "equal times");
    assert_one_statement(conn, |conn| {
        GmailErrorSummary::read(conn, home.user, None, None, 1).unwrap()
    });
}

#[test]
fn an_error_needs_its_stage_its_kind_and_a_message() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let whole = json!({"connection_id": home.mailbox, "error_stage": "fetch", "error_type": "timeout", "error_message": "",
                       "error_context": {"at": null}, "is_retryable": null});
    for argument in ["error_stage", "error_type", "error_message"] {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(argument);
        assert_eq!(refused(conn, "save_gmail_error", without), argument);
        let mut null = whole.clone();
        null[argument] = Value::Null;
        assert_eq!(refused(conn, "save_gmail_error", null), argument);
    }
    for context in [json!([1]), json!("text")] {
        let mut wrong = whole.clone();
        wrong["error_context"] = context;
        assert_eq!(refused(conn, "save_gmail_error", wrong), "error_context");
    }
    call(conn, "save_gmail_error", &whole).unwrap();
    let mut without = whole;
    without["error_context"] = Value::Null;
    call(conn, "save_gmail_error", without).unwrap();
    let errors = GmailProcessingError::list_for_connection(conn, home.user, home.mailbox).unwrap();
    let contexts: Vec<_> = errors
        .iter()
        .map(|error| error.error_context.clone())
        .collect();
    assert_eq!(contexts, [Some(json!({})), Some(json!({"at": null}))]);
    assert_eq!(errors[0].is_retryable, None);
}

fn statistic(mailbox: GmailConnectionId, method: Option<&str>) -> NewGmailParseStatistic<'_> {
    NewGmailParseStatistic {
        merchant_normalized: Some("shop"),
        parse_method: method,
        ..NewGmailParseStatistic::new(mailbox, "m", "shop.example", ParseOutcome::Parsed)
    }
}

const ALL: StatisticsFilter<'_> = StatisticsFilter {
    connection: None,
    merchant_normalized: None,
    parse_method: None,
    days: 30,
};

#[test]
fn statistics_of_any_vendors_parser_are_kept() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for method in ["vendor_airbnb", "vendor_trainline", "manual", "pending"] {
        let old = json!({"connection_id": home.mailbox, "message_id": "m", "sender_domain": "", "parse_method": method,
                         "match_attempted": null});
        call(conn, "save_gmail_parse_statistic", old).unwrap();
    }
    let kept = GmailParseStatistic::list_for_connection(conn, home.user, home.mailbox).unwrap();
    assert_eq!(kept.len(), 4);
    assert_eq!(kept[0].match_attempted, None, "null as null");
    for argument in ["message_id", "sender_domain"] {
        let mut without =
            json!({"connection_id": home.mailbox, "message_id": "m", "sender_domain": "d"});
        without.as_object_mut().unwrap().remove(argument);
        assert_eq!(
            refused(conn, "save_gmail_parse_statistic", without),
            argument
        );
    }
}

#[test]
fn statistics_are_a_users_own_by_the_databases_clock() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Household::new(conn, "ada"), Household::new(conn, "ben"));
    for (home, method, ago) in [
        (&ada, "a", "719 hours 59 minutes"),
        (&ada, "b", "720 hours 1 minute"),
        (&ben, "c", "1 hour"),
    ] {
        let id = statistic(home.mailbox, Some(method))
            .insert(conn)
            .unwrap()
            .id;
        execute(
            conn,
            &format!(
                "UPDATE gmail_parse_statistics SET created_at = now() - interval '{ago}' WHERE id = {id}"
            ),
        );
    }
    execute(conn, FAR_EAST);
    let methods =
        |conn: &mut PgConnection, owner: Option<UserId>, filter: StatisticsFilter<'_>| -> Vec<_> {
            let lines = MerchantStatistics::list(conn, owner, &filter).unwrap();
            lines
                .into_iter()
                .filter_map(|line| line.parse_method)
                .collect()
        };
    assert_eq!(methods(conn, Some(ada.user), ALL), ["a"]);
    assert_eq!(methods(conn, EVERYONE, ALL), ["a", "c"]);
    let of_ben = StatisticsFilter {
        connection: Some(ben.mailbox),
        ..ALL
    };
    assert_eq!(methods(conn, Some(ada.user), of_ben), [""; 0]);
    assert_eq!(methods(conn, EVERYONE, of_ben), ["c"]);
    assert_one_statement(conn, |conn| {
        MerchantStatistics::list(conn, ada.user, &ALL).unwrap()
    });
}

#[test]
fn equal_groups_are_in_the_order_of_merchant_sender_and_parser() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (merchant, sender, method) in [
        (None, "a.example", Some("a")),
        (Some("z"), "a.example", Some("a")),
        (Some("a"), "b.example", Some("a")),
        (Some("a"), "a.example", None),
        (Some("a"), "a.example", Some("b")),
        (Some("a"), "a.example", Some("a")),
    ] {
        let new = NewGmailParseStatistic {
            merchant_normalized: merchant,
            sender_domain: sender,
            ..statistic(home.mailbox, method)
        };
        new.insert(conn).unwrap();
    }
    let lines = MerchantStatistics::list(conn, home.user, &ALL).unwrap();
    let order: Vec<_> = lines
        .iter()
        .map(|line| {
            let name = line.merchant_normalized.as_deref();
            (name, &line.sender_domain[..1], line.parse_method.as_deref())
        })
        .collect();
    assert_eq!(
        order,
        [
            (Some("a"), "a", Some("a")),
            (Some("a"), "a", Some("b")),
            (Some("a"), "a", None),
            (Some("a"), "b", Some("a")),
            (Some("z"), "a", Some("a")),
            (None, "a", Some("a")),
        ]
    );
}

#[test]
fn rates_are_rounded_to_one_place_ties_to_the_even_digit() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for number in 0..16 {
        let outcome = if number < 9 {
            ParseOutcome::Parsed
        } else {
            ParseOutcome::Filtered
        };
        let new = NewGmailParseStatistic {
            merchant_extracted: Some(number < 1),
            amount_extracted: Some(number < 3),
            parsing_status: outcome,
            ..statistic(home.mailbox, Some("llm"))
        };
        new.insert(conn).unwrap();
    }
    let line = MerchantStatistics::list(conn, home.user, &ALL)
        .unwrap()
        .remove(0);
    assert_eq!((line.attempts, line.failed()), (16, 7), "filtered mail too");
    let old = call(conn, "get_gmail_merchant_statistics", json!({})).unwrap();
    assert_eq!(old[0]["success_rate"], json!(56.2));
    assert_eq!(old[0]["merchant_extraction_rate"], json!(6.2));
    assert_eq!(old[0]["amount_extraction_rate"], json!(18.8));
}

#[test]
fn statistics_of_a_sync_are_an_object() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for stats in [Value::Null, json!([]), json!("none"), json!(1)] {
        let old = json!({"sync_job_id": home.sync_job, "stats": stats});
        assert_eq!(refused(conn, "update_gmail_sync_job_stats", old), "stats");
    }
}
