//! Orders, refunds, purchases and the payments for them.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::models::amazon::{
    AmazonBusinessConnection, AmazonBusinessOrder, AmazonOrder, AmazonReturn,
};
use spending_db::models::apple::AppleTransaction;
use spending_db::operations::matching::{amazon, amazon_business, apple};
use spending_db::types::{
    AmazonBusinessConnectionId, AmazonBusinessOrderId, AmazonOrderId, AppleTransactionId, EVERYONE,
    TrueLayerTransactionId, UserId,
};

use crate::support::explain::{assert_indexed, plans};

const OWNERS: [Option<UserId>; 2] = [EVERYONE, Some(UserId(17))];

/// What is of Amazon and Apple only: refunds, connections, matches, and every hundredth transaction one of Amazon, of Apple or of
/// neither.
const PURCHASES: &str = "
    INSERT INTO amazon_returns (order_id, reversal_id, refund_completion_date, currency, amount_refunded)
    SELECT 'order' || n, 'reversal' || n, date '2020-01-01' + n % 2000, 'GBP', 1 FROM generate_series(0, 9999) n;
    INSERT INTO amazon_business_connections (user_id, access_token, refresh_token)
    SELECT 1 + n % 2000, 'a', 'r' FROM generate_series(0, 9999) n;
    INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
    SELECT 20000 + n, n, 90 FROM generate_series(1, 10000) n;
    INSERT INTO truelayer_amazon_business_matches (truelayer_transaction_id, amazon_business_order_id, match_confidence)
    SELECT 30000 + n, n, 90 FROM generate_series(1, 10000) n;
    INSERT INTO apple_transaction_matches (truelayer_transaction_id, apple_transaction_id, match_confidence)
    SELECT 40000 + n, n, 90 FROM generate_series(1, 10000) n;
    UPDATE amazon_business_orders SET product_summary = 'A chair';
    UPDATE truelayer_transactions SET description = (ARRAY['AMAZON.CO.UK', 'x', 'APPLE.COM'])[1 + id / 100 % 3]
    WHERE id % 100 = 0;
    ANALYZE;
";

pub(super) fn look_up(conn: &mut PgConnection) {
    conn.batch_execute(PURCHASES).unwrap();
    purchases(conn);
    for owner in OWNERS {
        connections(conn, owner);
        payments(conn, owner);
        matching(conn, owner);
    }
}

fn purchases(conn: &mut PgConnection) {
    assert_indexed(conn, "order", |c| {
        AmazonOrder::find_by_order_id(c, "order17")
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "refunds of an order", |c| {
        assert_eq!(AmazonReturn::list(c, Some("order17")).unwrap().len(), 1);
    });
    assert_indexed(conn, "Business order", |c| {
        AmazonBusinessOrder::find_by_order_id(c, "business17")
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "purchase", |c| {
        AppleTransaction::find(c, AppleTransactionId(17)).unwrap()
    });
    let day = "2021-03-01".parse().ok();
    assert_indexed(conn, "orders of a day", |c| {
        AmazonOrder::list(c, day, day, None).unwrap()
    });
    assert_indexed(conn, "Business orders of a day", |c| {
        AmazonBusinessOrder::list(c, day, day).unwrap()
    });
}

fn connections(conn: &mut PgConnection, owner: Option<UserId>) {
    assert_indexed(conn, "connection", |c| {
        AmazonBusinessConnection::find(c, owner, AmazonBusinessConnectionId(17))
            .unwrap_or_else(|_| panic!("of {owner:?}"))
    });
    if let Some(owner) = owner {
        assert_indexed(conn, "active connection", |c| {
            AmazonBusinessConnection::find_active(c, owner)
                .unwrap()
                .unwrap()
        });
    }
}

/// The lists of unmatched transactions read what looks like the vendor's, not the whole table.
fn payments(conn: &mut PgConnection, owner: Option<UserId>) {
    let by_vendor = |conn: &mut PgConnection, list: fn(&mut PgConnection, Option<UserId>)| {
        for plan in plans(conn, |conn| list(conn, owner)) {
            assert!(!plan.scanned().contains(&"truelayer_transactions"));
        }
    };
    by_vendor(conn, |c, owner| {
        assert_eq!(
            amazon::unmatched(c, owner).unwrap().is_empty(),
            owner.is_some()
        );
    });
    by_vendor(conn, |c, owner| {
        assert_eq!(
            amazon_business::unmatched(c, owner).unwrap().is_empty(),
            owner.is_some()
        );
    });
    by_vendor(conn, |c, owner| {
        assert_eq!(
            apple::unmatched(c, owner).unwrap().is_empty(),
            owner.is_some()
        );
    });
}

fn matching(conn: &mut PgConnection, owner: Option<UserId>) {
    let id = TrueLayerTransactionId(17);
    let scanned = |conn: &mut PgConnection, work: &dyn Fn(&mut PgConnection)| {
        let plans = plans(conn, |conn| work(conn));
        assert!(
            plans
                .iter()
                .flat_map(|plan| plan.scanned())
                .next()
                .is_none()
        );
    };
    scanned(conn, &|c| {
        amazon::match_order(c, owner, id, AmazonOrderId(17), 90.into()).unwrap();
    });
    scanned(conn, &|c| {
        amazon_business::match_order(c, owner, id, AmazonBusinessOrderId(17), 90).unwrap();
    });
    scanned(conn, &|c| {
        apple::match_purchase(c, owner, id, AppleTransactionId(17), 90).unwrap();
    });
}
