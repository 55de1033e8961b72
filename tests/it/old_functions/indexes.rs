//! Every look-up by key, date or status goes by an index, on 100,000 transactions.

mod amazon_apple;
mod core;
mod enrichment;
mod truelayer;

use crate::support::TestDatabase;

#[test]
fn look_ups_go_by_an_index() {
    let db = TestDatabase::filled();
    let conn = &mut db.conn();
    truelayer::look_up(conn);
    core::look_up(conn);
    enrichment::look_up(conn);
    amazon_apple::look_up(conn);
}
