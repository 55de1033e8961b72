//! Times without a zone.

use spending_db::adoption::{Options, apply};

use super::rows::Rows;
use super::session;
use crate::support::TestDatabase;
use crate::support::sql::lines;

fn adopted(zone: &str) -> (TestDatabase, Vec<String>) {
    let database = TestDatabase::old();
    let conn = &mut session(&database);
    let options = Options {
        time_zone: zone.to_owned(),
        ..Options::default()
    };
    let before = Rows::before(conn, zone);
    apply(conn, &options).unwrap();
    let differences = before.differences(&Rows::after(conn, &before));
    (database, differences)
}

#[test]
fn every_moment_stays_the_same() {
    for zone in ["UTC", "Europe/London", "America/New_York"] {
        assert_eq!(adopted(zone).1, [""; 0], "{zone}");
    }
}

/// Microseconds stay. The hour that comes twice counts as the second one, winter time; the hour that never was as winter time.
#[test]
fn london_around_the_change_of_the_clocks() {
    let (database, _) = adopted("Europe/London");
    let conn = &mut session(&database);
    let shown =
        |sql: &str| format!("SELECT to_char({sql}, 'YYYY-MM-DD HH24:MI:SS.US') AS line FROM ");
    let cards =
        shown("last_synced_at") + "truelayer_cards WHERE last_synced_at IS NOT NULL ORDER BY id";
    assert_eq!(
        lines(conn, &cards),
        ["2025-03-30 01:30:00.500000", "2025-10-26 01:59:59.999999"]
    );
    let made = shown("created_at") + "truelayer_cards ORDER BY id";
    assert_eq!(
        lines(conn, &made),
        [
            "2024-05-01 07:00:00.000000",
            "2024-05-01 07:00:00.000001",
            "2024-02-01 08:00:00.000000"
        ]
    );
}

#[test]
fn a_zone_that_nobody_knows_is_refused() {
    let database = TestDatabase::old();
    let options = Options {
        time_zone: "Europe/Atlantis".to_owned(),
        ..Options::default()
    };
    assert!(apply(&mut session(&database), &options).is_err());
}
