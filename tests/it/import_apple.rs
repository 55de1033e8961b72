//! Importing Apple's purchase page.

use std::path::Path;

use spending_db::operations::import::apple::import_purchases;
use spending_db::operations::import::{ImportReport, Refused};
use spending_db::{Error, Result};

use crate::household::{Household, counts, sample};
use crate::support::threads::at_once;

fn import(household: &Household, page: &[u8]) -> Result<ImportReport> {
    import_purchases(&mut household.conn(), Path::new("x/page.html"), page)
}

fn rows(household: &Household) -> String {
    household.ask(
        "SELECT string_agg(concat_ws(' | ', order_id, order_date, total_amount, currency, app_names, publishers, item_count), '; ' ORDER BY order_id)
         FROM apple_transactions",
    )
}

#[test]
fn the_outcome_is_what_the_readme_states() {
    let household = Household::new();
    let file = sample("apple/report_a_problem.html");
    let report = household.import_purchases(&file);
    assert_eq!(report.file, "report_a_problem.html");
    assert_eq!(counts(&report), (7, 1, vec![7]));
    assert_eq!(
        report.refused,
        [Refused {
            position: 7,
            reason: "price: missing (purchase MSAMPLE0008 of 1 Apr 2025)".to_owned()
        }]
    );
    assert_eq!(
        rows(&household),
        [
            "MSAMPLE0001 | 2025-03-07 | 2.99 | GBP | iCloud+ with 200 GB of Storage | iCloud+ | 1",
            "MSAMPLE0002 | 2025-03-20 | 8.99 | GBP | Apple TV+ | Apple TV | 1",
            "MSAMPLE0003 | 2025-04-07 | 2.99 | GBP | iCloud+ with 200 GB of Storage | iCloud+ | 1",
            "MSAMPLE0004 | 2025-04-23 | 4.99 | GBP | Rêve – Sleep & Dreams | Petit Nuage SARL | 1",
            "MSAMPLE0005 | 2025-05-07 | 2.99 | GBP | iCloud+ with 200 GB of Storage | iCloud+ | 1",
            "MSAMPLE0006 | 2025-05-02 | 5.99 | GBP | Sketch Pocket: Draw & Paint | Sample Studio Ltd | 1",
            "MSAMPLE0007 | 2025-04-15 | 0 | GBP | Bus Times UK | Sample Transit | 1",
        ]
        .join("; ")
    );
    assert_eq!(
        household.ask("SELECT string_agg(DISTINCT source_file, ' ') FROM apple_transactions"),
        "report_a_problem.html"
    );
    let before = household.dump();
    let again = household.import_purchases(&file);
    assert_eq!(counts(&again), (0, 8, vec![7]));
    assert_eq!(household.dump(), before);
}

#[test]
fn any_markup_says_the_same() {
    let household = Household::new();
    let page = "\u{feff}<!doctype html><script>1 May 2025 MHIDDEN0001 Total £1.00 Loading... No</script>\r\n\
        <p>Purchases of 1 May 2025</p>\r\n\
        <div>7 Sept 2025 MSAMPLE0001 Total &#36;1,249.00 Loading...\r\nGame\r\nMaker\r\nRenews 7 Oct 2025</div>\r\n\
        <div>1 July 2025\r\nMSAMPLE0002<b>Total</b><i>&pound;5.00</i>Loading...<p>PaintingSample Studio</p></div>\r\n\
        <!-- 1 May 2025 MHIDDEN0002 Total £1.00 Loading... No -->\r\n\
        <ul><li>1 June 2025<br>MSAMPLE0003<br>Total<br>£3.00<br>Loading...\
        <ul><li>One<br>Maker A</li><li>Two<br>Maker B</li></ul></li></ul>\
        <footer>Copyright</footer>";
    let report = import(&household, page.as_bytes()).unwrap();
    assert_eq!(counts(&report), (3, 0, vec![]));
    assert_eq!(
        rows(&household),
        "MSAMPLE0001 | 2025-09-07 | 1249.00 | USD | Game | Maker | 1; \
         MSAMPLE0002 | 2025-07-01 | 5.00 | GBP | Painting | Sample Studio | 1; \
         MSAMPLE0003 | 2025-06-01 | 3.00 | GBP | One, Two | Maker A, Maker B | 2"
    );
}

#[test]
fn faults_cost_their_own_purchase_only() {
    let household = Household::new();
    let page = b"<p>1 May 2025 MSAMPLE0001 Total \xc2\xa31.00 Loading...<p>App<p>Maker</p>\
        <p>2 May 2025 Total \xc2\xa31.00 Loading...<p>App<p>Maker</p>\
        <p>31 Feb 2025 MSAMPLE0003 Total \xc2\xa31.00 Loading...<p>App<p>Maker</p>\
        <p>4 May 2025 MSAMPLE0004 Total Free Loading...<p>App<p>Maker</p>\
        <p>5 May 2025 MSAMPLE0005 Total \xc2\xa31.00 Loading...<p>R\xeave<p>Maker</p>\
        <p>6 May 2025 MSAMPLE0006 Total \xc2\xa36.00 Loading...<p>App<p>Maker";
    let report = import(&household, page).unwrap();
    assert_eq!(counts(&report), (2, 0, vec![2, 3, 4, 5]));
    let fields: Vec<_> = report
        .refused
        .iter()
        .map(|refused| refused.reason.split(':').next().unwrap())
        .collect();
    assert_eq!(fields, ["order id", "date", "price", "app"]);
}

#[test]
fn a_page_without_purchases_is_an_error() {
    let household = Household::new();
    for page in [
        "",
        "<html><body>Sign in</body></html>",
        "OrderID,ReversalID\n1,2\n",
    ] {
        let error = import(&household, page.as_bytes()).unwrap_err();
        assert!(matches!(error, Error::Import { .. }), "{error}");
        assert!(
            error
                .to_string()
                .contains("page.html: the page shows no purchase"),
            "{error}"
        );
    }
}

#[test]
fn imports_at_once_store_each_purchase_once() {
    let household = Household::new();
    let mut purchases: Vec<String> = (0..1_000)
        .map(|number| {
            format!("<p>1 May 2025 MSAMPLE{number:04} Total £1.00 Loading...<p>App<p>Maker</p>")
        })
        .collect();
    let forwards = purchases.concat();
    purchases.reverse();
    let backwards = purchases.concat();
    let stored = at_once(&household.test, 4, |conn, number| {
        let page = if number % 2 == 0 {
            &forwards
        } else {
            &backwards
        };
        import_purchases(conn, Path::new("page.html"), page.as_bytes())
            .unwrap()
            .stored
    });
    assert_eq!(stored.iter().sum::<u64>(), 1_000);
    assert_eq!(
        household.ask("SELECT count(*) FROM apple_transactions"),
        "1000"
    );
}
