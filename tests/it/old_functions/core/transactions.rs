//! Lists of transactions.

use spending_db::Error;
use spending_db::models::truelayer::ClassifiedTransaction;
use spending_db::types::EVERYONE;

use super::household::{Household, Payment};
use crate::support::TestDatabase;

#[test]
fn another_users_transactions_are_not_found() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    let id = household.pays(conn, &Payment::default());
    let stranger = Household::new(conn).user;
    let mut find = |owner| ClassifiedTransaction::find(conn, owner, id);
    assert!(matches!(find(Some(stranger)), Err(Error::NotFound)));
    assert_eq!(find(Some(household.user)).unwrap().id, id);
    assert_eq!(ClassifiedTransaction::list(conn, stranger).unwrap(), []);
    assert_eq!(
        ClassifiedTransaction::list(conn, household.user)
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn transactions_of_the_same_time_are_listed_newest_id_first() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    let mut ids = [(); 5].map(|()| household.pays(conn, &Payment::default()));
    ids.reverse();
    let listed = ClassifiedTransaction::list(conn, EVERYONE).unwrap();
    let listed: Vec<_> = listed.iter().map(|transaction| transaction.id).collect();
    assert_eq!(listed, ids);
}

#[test]
fn pages_give_every_transaction_once() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    for day in [1, 2, 2, 2, 3, 3, 4] {
        let time = format!("2024-03-0{day}T12:00:00Z");
        let payment = Payment {
            time: &time,
            ..Payment::default()
        };
        household.pays(conn, &payment);
    }
    let all = ClassifiedTransaction::list(conn, household.user).unwrap();
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = ClassifiedTransaction::list_page(conn, household.user, after, 2).unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        after = Some((last.timestamp, last.id));
        paged.extend(page);
    }
    assert_eq!(paged, all);
    let stranger = Household::new(conn).user;
    let page = ClassifiedTransaction::list_page(conn, stranger, None, 2).unwrap();
    assert_eq!(page, []);
}
