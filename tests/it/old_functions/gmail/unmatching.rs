//! Matches that are taken back.

use serde_json::json;
use spending_db::models::enrichment::{
    TransactionEnrichmentSource, TransactionEnrichmentSourceChanges,
};
use spending_db::models::gmail::{GmailReceipt, GmailReceiptChanges};
use spending_db::operations::gmail::matches::remove;
use spending_db::types::{
    EVERYONE, EnrichmentSourceType, PreEnrichmentStatus, ReceiptParsingStatus,
};

use super::{count, match_up, set_status, sources, status, tell};
use crate::old_functions::call;
use crate::support::TestDatabase;
use crate::support::fixtures::{Household, receipt};
use crate::support::rows::assert_not_found;

#[test]
fn the_source_goes_with_the_match_and_the_receipt_stays_as_it_is() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let waiting = GmailReceiptChanges {
        parsing_status: Some(Some(ReceiptParsingStatus::Pending)),
        ..GmailReceiptChanges::default()
    };
    let before = GmailReceipt::update(conn, EVERYONE, home.receipt, &waiting).unwrap();
    set_status(conn, home.payment, None);
    let matched = match_up(conn, home.payment, home.receipt, 90);
    assert_eq!(status(conn, home.payment), Some(PreEnrichmentStatus::Gmail));
    let arguments = json!({"match_id": matched.id});
    assert_eq!(
        call(conn, "delete_gmail_match", &arguments).unwrap(),
        json!(true)
    );
    assert_eq!(
        call(conn, "delete_gmail_match", &arguments).unwrap(),
        json!(false)
    );
    assert_eq!(sources(conn, home.payment), []);
    assert_eq!(count(conn, "gmail_transaction_matches", "true"), 0);
    assert_eq!(status(conn, home.payment), Some(PreEnrichmentStatus::None));
    assert_eq!(
        GmailReceipt::find(conn, EVERYONE, home.receipt).unwrap(),
        before
    );
}

#[test]
fn the_best_of_the_others_becomes_primary() {
    use EnrichmentSourceType as Type;
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let matched = match_up(conn, home.payment, home.receipt, 100);
    let told = [
        tell(conn, home.payment, Type::Manual, false, 100),
        tell(conn, home.payment, Type::Apple, false, 10),
        tell(conn, home.payment, Type::AmazonBusiness, false, 10),
        tell(conn, home.payment, Type::Amazon, false, 10),
    ];
    remove(conn, home.user, matched.id).unwrap();
    for expected in told.iter().rev() {
        let primary = TransactionEnrichmentSource::find_primary(conn, EVERYONE, home.payment);
        assert_eq!(primary.unwrap().unwrap().id, expected.id);
        TransactionEnrichmentSource::delete(conn, EVERYONE, expected.id).unwrap();
        let again = match_up(conn, home.payment, home.receipt, 100);
        remove(conn, home.user, again.id).unwrap();
    }
    assert_eq!(sources(conn, home.payment), []);
}

#[test]
fn what_a_person_verified_goes_first_and_a_present_primary_stays() {
    use EnrichmentSourceType as Type;
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let order = tell(conn, home.payment, Type::Amazon, true, 10);
    let matched = match_up(conn, home.payment, home.receipt, 100);
    remove(conn, home.user, matched.id).unwrap();
    assert_eq!(sources(conn, home.payment), [(Type::Amazon, 900, true)]);

    let fresh = tell(conn, home.payment, Type::AmazonFresh, false, 1);
    let changes = |is_primary, user_verified| TransactionEnrichmentSourceChanges {
        is_primary: Some(is_primary),
        user_verified: Some(user_verified),
        ..TransactionEnrichmentSourceChanges::default()
    };
    TransactionEnrichmentSource::update(conn, EVERYONE, fresh.id, &changes(false, true)).unwrap();
    TransactionEnrichmentSource::update(conn, EVERYONE, order.id, &changes(false, false)).unwrap();
    let matched = match_up(conn, home.payment, home.receipt, 100);
    remove(conn, home.user, matched.id).unwrap();
    assert_eq!(
        sources(conn, home.payment)[0],
        (Type::AmazonFresh, 900, true)
    );
}

#[test]
fn the_status_stays_while_a_match_is_left_or_where_it_is_another() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let other = receipt(conn, home.mailbox, "other");
    set_status(conn, home.payment, None);
    let first = match_up(conn, home.payment, home.receipt, 90);
    let second = match_up(conn, home.payment, other, 90);
    remove(conn, home.user, second.id).unwrap();
    assert_eq!(status(conn, home.payment), Some(PreEnrichmentStatus::Gmail));
    assert_eq!(sources(conn, home.payment)[0].1, home.receipt.0);
    set_status(conn, home.payment, Some(PreEnrichmentStatus::Matched));
    remove(conn, home.user, first.id).unwrap();
    assert_eq!(
        status(conn, home.payment),
        Some(PreEnrichmentStatus::Matched)
    );
    assert_not_found(remove(conn, home.user, first.id));
}
