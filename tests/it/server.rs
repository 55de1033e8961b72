//! The private server.

use diesel::prelude::*;

use crate::support::TestDatabase;

#[test]
fn every_test_has_a_database_of_its_own() {
    let (first, second) = (TestDatabase::new(), TestDatabase::empty());
    assert_ne!(first.url(), second.url());
    diesel::sql_query("CREATE TABLE mine (id int)")
        .execute(&mut first.conn())
        .unwrap();
    diesel::sql_query("CREATE TABLE mine (id int)")
        .execute(&mut second.conn())
        .unwrap();
}
