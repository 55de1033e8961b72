//! Importing Amazon's returns.

use std::path::Path;

use spending_db::operations::import::amazon::import_returns;
use spending_db::operations::import::{ImportReport, Refused};
use spending_db::{Error, Result};

use crate::household::{Household, counts, incompressible, sample};
use crate::support::threads::at_once;

const HEADER: &str = "OrderID,ReversalID,RefundCompletionDate,AmountRefunded";

fn import(household: &Household, file: &[u8]) -> Result<ImportReport> {
    import_returns(&mut household.conn(), Path::new("x/returns.csv"), file)
}

#[test]
fn the_outcome_is_what_the_readme_states() {
    let household = Household::new();
    let report = household.import_returns(&sample("amazon/returns.csv"));
    assert_eq!(report.file, "returns.csv");
    assert_eq!(counts(&report), (6, 1, vec![8, 9]));
    assert_eq!(
        report.refused,
        [
            (8, "ReversalID: missing"),
            (9, "RefundCompletionDate: \"not a date\" is not a date"),
        ]
        .map(|(position, reason)| Refused {
            position,
            reason: reason.to_owned()
        })
    );
    assert_eq!(report.changed, []);
    let refund = |id: &str| {
        household.ask(&format!(
            "SELECT concat_ws(' ', order_id, refund_completion_date, amount_refunded, currency, coalesce(status, 'null'),
                 coalesce(disbursement_type, 'null'), source_file)
             FROM amazon_returns WHERE reversal_id = 'RVS-700000{id}'"
        ))
    };
    assert_eq!(
        refund("1"),
        "202-1000007-0000007 2025-04-21 149.00 GBP Completed Refund returns.csv"
    );
    assert_eq!(
        refund("3"),
        "202-1000002-0000002 2025-03-20 12.49 GBP null Refund returns.csv"
    );
    assert_eq!(
        refund("5"),
        "202-1000013-0000013 2025-04-29 9.99 GBP Completed Gift Card, \"Balance\" returns.csv"
    );
    assert_eq!(
        refund("9"),
        "202-1000004-0000004 2025-03-25 12.99 GBP Completed null returns.csv"
    );
    let before = household.dump();
    let again = household.import_returns(&sample("amazon/returns.csv"));
    assert_eq!(counts(&again), (0, 7, vec![8, 9]));
    assert_eq!(household.dump(), before);
}

/// D02: what the database refuses costs itself only, and the counts are those of the table.
#[test]
fn faults_cost_their_own_line_only() {
    let household = Household::new();
    let long = incompressible();
    let file = format!(
        "\u{feff}{HEADER}\r\n1,R1,2025-05-01T23:30:00-05:00,\"£1,249.99\"\r\n\r\n2,{long},2025-05-01,1\r\n3,R3,2025-05-01,\"1\r\n\
         4,R4,2025-05-01,1,5\r\n5,R5,2025-05-01,n/a\r\n,R6,2025-05-01,1\r\n7,R7,2025-05-01,seven\r\n8,R8,2025-05-01,8.10"
    );
    let report = import(&household, file.as_bytes()).unwrap();
    assert_eq!(counts(&report), (3, 0, vec![4, 5, 6, 8, 9]));
    let reasons: Vec<_> = report
        .refused
        .iter()
        .map(|refused| refused.reason.as_str())
        .collect();
    assert!(reasons[0].contains("index row"), "{reasons:?}");
    assert_eq!(
        reasons[1..],
        [
            "a quote is not closed",
            "5 fields instead of 4",
            "OrderID: missing",
            "AmountRefunded: \"seven\" is not an amount",
        ]
    );
    assert_eq!(
        household.ask(
            "SELECT string_agg(concat_ws(' ', reversal_id, refund_completion_date, amount_refunded), ', ' ORDER BY reversal_id)
             FROM amazon_returns"
        ),
        "R1 2025-05-02 1249.99, R5 2025-05-01 0, R8 2025-05-01 8.10"
    );
}

#[test]
fn a_file_that_is_no_returns_export_stores_nothing() {
    let household = Household::new();
    for (file, reason) in [
        (&b""[..], "the file is empty"),
        (
            b"Website,Order ID\n1,2\n",
            "the header lacks OrderID, ReversalID",
        ),
    ] {
        let error = import(&household, file).unwrap_err();
        assert!(matches!(error, Error::Import { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
        assert!(error.to_string().contains("returns.csv"), "{error}");
    }
}

#[test]
fn imports_at_once_store_each_refund_once() {
    let household = Household::new();
    let mut lines: Vec<String> = (0..2_000)
        .map(|number| format!("{number},R{number},2025-05-01,1.00"))
        .collect();
    let forwards = format!("{HEADER}\n{}\n", lines.join("\n"));
    lines.reverse();
    let backwards = format!("{HEADER}\n{}\n", lines.join("\n"));
    let stored = at_once(&household.test, 4, |conn, number| {
        let file = if number % 2 == 0 {
            &forwards
        } else {
            &backwards
        };
        import_returns(conn, Path::new("returns.csv"), file.as_bytes())
            .unwrap()
            .stored
    });
    assert_eq!(stored.iter().sum::<u64>(), 2_000);
    assert_eq!(household.ask("SELECT count(*) FROM amazon_returns"), "2000");
}
