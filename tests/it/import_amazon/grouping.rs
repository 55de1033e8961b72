//! The lines of an order, wherever they stand in the file.

use spending_db::operations::import::Refused;

use super::{HEADER, import, import_bytes};
use crate::household::{Household, counts};

fn refused(expected: &[(u64, &str)]) -> Vec<Refused> {
    let refused = expected.iter().map(|(position, reason)| Refused {
        position: *position,
        reason: (*reason).to_owned(),
    });
    refused.collect()
}

// D03
#[test]
fn lines_of_an_order_are_summed_and_its_first_line_speaks_for_it() {
    let household = Household::new();
    let report = import(
        &household,
        &[
            "Amazon.co.uk,A,2025-03-06T23:30:00-05:00,,24.99,Closed,Shipped,Scale",
            "Amazon.co.uk,B,2025-03-07,USD,0.1,N/A,,Cup",
            "Amazon.de, A ,2025-03-09,GBP,32.48,Cancelled,,Mats",
            "Amazon.co.uk,B,2025-03-07,usd,0.2,,,Jar",
        ],
    );
    assert_eq!(counts(&report), (2, 0, vec![]));
    let order = |id: &str| {
        household.ask(&format!(
            "SELECT concat_ws(' ', total_owed, currency, order_date, website, coalesce(order_status, 'null'), product_names)
             FROM amazon_orders WHERE order_id = '{id}'"
        ))
    };
    assert_eq!(
        order("A"),
        "57.47 GBP 2025-03-07 Amazon.co.uk Closed Scale | Mats"
    );
    assert_eq!(order("B"), "0.3 USD 2025-03-07 Amazon.co.uk null Cup | Jar");
}

#[test]
fn a_refused_line_takes_its_order_with_it() {
    let household = Household::new();
    let report = import(
        &household,
        &[
            "Amazon.co.uk,A,2025-03-06,GBP,1.00,,,One",
            "Amazon.co.uk,B,2025-03-06,GBP,1.00,,,Other",
            "Amazon.co.uk,A,2025-03-06,GBP,much,,,Two",
            "Amazon.co.uk,A,2025-03-06,GBP",
            "Amazon.co.uk,A,2025-03-06,GBP,1.00,,,Three",
        ],
    );
    let because = r#"line 4 of the same order is refused: Total Owed: "much" is not an amount"#;
    assert_eq!(
        report.refused,
        refused(&[
            (2, because),
            (4, r#"Total Owed: "much" is not an amount"#),
            (5, "4 fields instead of 8"),
            (6, because),
        ])
    );
    assert_eq!((report.read, report.stored), (5, 1));
    assert_eq!(
        household.ask("SELECT string_agg(order_id, '') FROM amazon_orders"),
        "B"
    );
}

#[test]
fn an_order_in_two_currencies_has_no_total() {
    let household = Household::new();
    let report = import(
        &household,
        &[
            "Amazon.co.uk,A,2025-03-06,GBP,1.00,,,One",
            "Amazon.com,A,2025-03-06,USD,1.00,,,Two",
            "Amazon.com,A,2025-03-06,EUR,1.00,,,Three",
        ],
    );
    let because = "line 3 of the same order is refused: Currency: USD in an order in GBP";
    assert_eq!(
        report.refused,
        refused(&[
            (2, because),
            (3, "Currency: USD in an order in GBP"),
            (4, because),
        ])
    );
    assert_eq!(report.stored, 0);
}

#[test]
fn names_are_joined_and_many_end_in_a_count() {
    let household = Household::new();
    let line = |id: &str, name: &str| format!("Amazon.co.uk,{id},2025-03-06,GBP,1,,,{name}");
    let long: Vec<String> = ["a", "b", "c", "d", "e"]
        .map(|letter| letter.repeat(35))
        .into();
    let mut lines = vec![line("one", &"x".repeat(200))];
    lines.extend(long[..4].iter().map(|name| line("four", name)));
    lines.extend(long.iter().map(|name| line("five", name)));
    lines.extend((0..30).map(|_| line("short", "x")));
    lines.extend((0..200).map(|_| line("many", "x")));
    let report = import(
        &household,
        &lines.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    assert_eq!(counts(&report), (5, 0, vec![]));
    let names = |id: &str| {
        household.ask(&format!(
            "SELECT product_names FROM amazon_orders WHERE order_id = '{id}'"
        ))
    };
    assert_eq!(names("one"), "x".repeat(200));
    assert_eq!(names("four"), long[..4].join(" | "));
    assert_eq!(names("five"), format!("{} & 2 more", long[..3].join(" | ")));
    assert_eq!(names("short"), vec!["x"; 30].join(" | "));
    assert_eq!(names("many"), "x | x | x & 197 more");
}

/// The bound of the report: `MOST_LISTED`.
#[test]
fn a_file_full_of_faults_is_listed_in_part_and_counted_whole() {
    let household = Household::new();
    let file = format!("{HEADER}\n{}", "x\n".repeat(100_003));
    let report = import_bytes(&household, file.as_bytes()).unwrap();
    assert_eq!(
        (report.read, report.refused.len(), report.unlisted),
        (100_003, 100_000, 3)
    );
    assert_eq!(report.refused_records(), 100_003);
    assert_eq!(
        (report.refused[0].position, report.refused[99_999].position),
        (2, 100_001)
    );
}
