//! The merchants of transactions.

use spending_db::Error;
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::types::{EVERYONE, TrueLayerTransactionId};

use super::household::{Household, Payment};
use crate::support::TestDatabase;

#[test]
fn another_users_transaction_is_not_found() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    let stranger = Household::new(conn).user;
    let outcome = TrueLayerTransaction::set_merchant_name(conn, stranger, id, Some("Shop"));
    assert!(matches!(outcome, Err(Error::NotFound)));
}

#[test]
fn many_are_named_in_one_statement() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    let [renamed, emptied, twice] = [(); 3].map(|()| household.pays(conn, &Payment::default()));
    let foreign = Household::new(conn).pays(conn, &Payment::default());
    let unknown = TrueLayerTransactionId(foreign.0 + 1);
    TrueLayerTransaction::set_merchant_name(conn, EVERYONE, emptied, Some("Old")).unwrap();
    let names = [
        (renamed, Some("Shop \"O'Neill\" 100%")),
        (emptied, None),
        (twice, Some("First")),
        (twice, Some("Last")),
        (foreign, Some("Not theirs")),
        (unknown, Some("Nobody")),
    ];
    let changed = TrueLayerTransaction::set_merchant_names(conn, household.user, &names);
    assert_eq!(changed.unwrap(), 3);
    let mut name = |id| {
        let transaction = TrueLayerTransaction::find(conn, EVERYONE, id).unwrap();
        transaction.merchant_name
    };
    assert_eq!(name(renamed).as_deref(), Some("Shop \"O'Neill\" 100%"));
    assert_eq!(name(emptied), None);
    assert_eq!(name(twice).as_deref(), Some("Last"));
    assert_eq!(name(foreign), None);
    let changed = TrueLayerTransaction::set_merchant_names(conn, EVERYONE, &names);
    assert_eq!(changed.unwrap(), 4);
}
