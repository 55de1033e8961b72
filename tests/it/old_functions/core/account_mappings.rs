//! Names of bank accounts.

use serde_json::json;
use spending_db::models::core::{AccountMapping, NewAccountMapping};

use super::{call, refused_argument};
use crate::support::TestDatabase;

#[test]
fn mappings_of_the_same_name_are_listed_by_id() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let accounts = ["3", "1", "2"];
    let ids = accounts.map(|account_number| {
        let mapping = NewAccountMapping {
            sort_code: "200415",
            account_number,
            friendly_name: "Savings",
        };
        mapping.insert(conn).unwrap().id
    });
    let listed = AccountMapping::list(conn).unwrap();
    assert_eq!(
        listed.iter().map(|mapping| mapping.id).collect::<Vec<_>>(),
        ids
    );
}

#[test]
fn a_null_is_no_mapping_that_is_there_already() {
    let database = TestDatabase::new();
    let params = json!({"sort_code": null, "account_number": "1", "friendly_name": "Savings"});
    let outcome = call(&mut database.conn(), "add_account_mapping", &params);
    assert_eq!(refused_argument(outcome), "sort_code");
}

#[test]
fn adding_a_known_pair_leaves_the_callers_transaction_usable() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let mapping = NewAccountMapping {
        sort_code: "200415",
        account_number: "71520034",
        friendly_name: "Savings",
    };
    diesel::Connection::transaction::<_, spending_db::Error, _>(conn, |conn| {
        assert!(mapping.insert_if_new(conn)?.is_some());
        assert_eq!(mapping.insert_if_new(conn)?, None);
        assert_eq!(AccountMapping::list(conn)?.len(), 1);
        Ok(())
    })
    .unwrap();
}
