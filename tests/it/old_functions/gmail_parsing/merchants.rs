//! Receipts by merchant.

use diesel::PgConnection;
use serde_json::{Value, json};
use spending_db::models::gmail::{
    GmailReceipt, GmailReceiptChanges, NewGmailSenderPattern, NewGmailTransactionMatch,
};
use spending_db::operations::receipt_merchants::{
    CurrencyAmount, Merchant, ReceiptMerchant, overview, receipts,
};
use spending_db::types::{GmailReceiptId, SenderParseType, UserId};

use super::{assert_one_statement, call, received};
use crate::support::fixtures::{Household, mailbox, user};
use crate::support::rows::decimal;
use crate::support::{TestDatabase, execute};

fn named(
    conn: &mut PgConnection,
    home: &Household,
    message: &str,
    normalized: Option<&str>,
    domain: Option<&str>,
) -> GmailReceiptId {
    let id = received(
        conn,
        home.mailbox,
        message,
        "2026-01-01T00:00:00Z",
        "sender",
    );
    let changes = GmailReceiptChanges {
        merchant_name_normalized: Some(normalized),
        merchant_domain: Some(domain),
        ..GmailReceiptChanges::default()
    };
    GmailReceipt::update(conn, home.user, id, &changes).unwrap();
    id
}

fn paid(conn: &mut PgConnection, receipt: GmailReceiptId, amount: &str, currency: &str) {
    execute(
        conn,
        &format!(
            "UPDATE gmail_receipts SET total_amount = {amount}, currency_code = {currency} WHERE id = {receipt}"
        ),
    );
}

/// A household without receipts.
fn household(conn: &mut PgConnection) -> Household {
    let home = Household::new(conn, "ada");
    execute(conn, "DELETE FROM gmail_receipts");
    home
}

fn merchant(conn: &mut PgConnection, user: UserId, normalized: Option<&str>) -> ReceiptMerchant {
    let mut merchants = overview(conn, user).unwrap().0;
    merchants.retain(|merchant| merchant.normalized.as_deref() == normalized);
    assert_eq!(merchants.len(), 1, "{normalized:?}");
    merchants.remove(0)
}

#[test]
fn a_receipt_with_two_matches_counts_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    let split = named(conn, &home, "1", Some("shop"), None);
    let other = named(conn, &home, "2", Some("shop"), None);
    paid(conn, split, "10.50", "'GBP'");
    paid(conn, other, "1.25", "'GBP'");
    execute(conn, "UPDATE gmail_receipts SET llm_cost_cents = 3");
    for payment in [home.payment, home.refund] {
        NewGmailTransactionMatch::new(payment, split, 90)
            .insert(conn)
            .unwrap();
    }
    let shop = merchant(conn, home.user, Some("shop"));
    assert_eq!((shop.receipts, shop.matched, shop.pending), (2, 1, 2));
    assert_eq!(shop.total_amount, decimal("11.75"));
    assert_eq!(shop.llm_cost_cents, 6);
    let totals = overview(conn, home.user).unwrap().totals();
    assert_eq!(
        (totals.merchants, totals.receipts, totals.matched),
        (1, 2, 1)
    );
    assert_eq!(totals.total_amount, decimal("11.75"));
}

#[test]
fn of_several_templates_the_one_with_the_lowest_id_counts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    named(conn, &home, "1", Some("shop"), Some("Shop.example"));
    for (kind, is_active) in [
        (SenderParseType::SchemaOrg, false),
        (SenderParseType::Llm, true),
        (SenderParseType::Pattern, true),
    ] {
        let template = NewGmailSenderPattern {
            is_active: Some(is_active),
            ..NewGmailSenderPattern::new("SHOP.example", "Shop", "shop", kind)
        };
        template.insert(conn).unwrap();
    }
    let merchants = overview(conn, home.user).unwrap();
    assert_eq!(merchants.0.len(), 1);
    assert_eq!(merchants.0[0].template, Some(SenderParseType::Llm));
    let totals = merchants.totals();
    assert_eq!(
        (totals.merchants, totals.with_template, totals.receipts),
        (1, 1, 1)
    );
}

#[test]
fn currencies_are_not_mixed() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    for (message, shop, amount, currency) in [
        ("1", "a", "10.50", "'GBP'"),
        ("2", "a", "2.00", "'USD'"),
        ("3", "a", "0.25", "'GBP'"),
        ("4", "a", "null", "'EUR'"),
        ("5", "b", "1.00", "'USD'"),
        ("6", "b", "7", "null"),
    ] {
        let id = named(conn, &home, message, Some(shop), None);
        paid(conn, id, amount, currency);
    }
    let amount = |currency: Option<&str>, amount: &str| CurrencyAmount {
        currency: currency.map(str::to_owned),
        amount: decimal(amount),
    };
    let a = merchant(conn, home.user, Some("a"));
    assert_eq!(
        a.amounts,
        [amount(Some("GBP"), "10.75"), amount(Some("USD"), "2.00")]
    );
    assert_eq!((a.receipts, a.total_amount), (4, decimal("12.75")));
    let totals = overview(conn, home.user).unwrap().totals();
    assert_eq!(
        totals.amounts,
        [
            amount(None, "7"),
            amount(Some("GBP"), "10.75"),
            amount(Some("USD"), "3.00"),
        ]
    );
    let old = json!({"user_id": home.user});
    let old = call(conn, "get_gmail_merchants_summary", old).unwrap();
    assert_eq!(old["summary"]["total_amount"], json!(20.75));
}

#[test]
fn the_name_of_a_merchant_is_searched_as_it_is() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    let texts = [
        ("payment", "100% PURE", "NULL"),
        ("refund", "1001 PURE", "'Back\\Slash'"),
    ];
    for (name, description, merchant) in texts {
        execute(
            conn,
            &format!(
                "UPDATE truelayer_transactions SET description = '{description}', merchant_name = {merchant} \
                 WHERE transaction_id = 'ada-{name}'"
            ),
        );
    }
    for (message, normalized, domain, fitting) in [
        ("1", Some("100% pure"), None, 1),
        ("2", Some("100_ pure"), None, 2),
        ("3", Some("k\\sl"), None, 1),
        ("4", Some("k\\\\sl"), None, 0),
        ("5", Some("PURE"), None, 2),
        ("6", Some("%"), None, 1),
        ("7", Some(""), Some(".example"), 0),
        ("8", None, Some("Pure.example"), 2),
    ] {
        named(conn, &home, message, normalized, domain);
        let found = merchant(conn, home.user, normalized.or(Some("pure")));
        assert_eq!(found.open_transactions, fitting, "{normalized:?}");
    }
    NewGmailTransactionMatch::new(
        home.payment,
        named(conn, &home, "9", Some("other"), None),
        90,
    )
    .insert(conn)
    .unwrap();
    let pure = merchant(conn, home.user, Some("PURE"));
    assert_eq!(pure.open_transactions, 1, "the other one has its receipt");
    execute(
        conn,
        "UPDATE gmail_receipts SET deleted_at = now() WHERE message_id = '9'",
    );
    let pure = merchant(conn, home.user, Some("PURE"));
    assert_eq!(
        pure.open_transactions, 2,
        "a deleted receipt explains nothing"
    );
}

#[test]
fn only_the_users_own_transactions_and_sources_are_searched() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    let other = Household::new(conn, "ben");
    named(conn, &home, "1", Some("amazon"), None);
    execute(
        conn,
        "INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description) \
         SELECT id, kind, 1, 'x' FROM truelayer_transactions, unnest(ARRAY['amazon', 'apple', 'gmail']) kind",
    );
    let amazon = merchant(conn, home.user, Some("amazon"));
    assert_eq!(
        (
            amazon.open_transactions,
            amazon.amazon_sources,
            amazon.apple_sources
        ),
        (2, 2, 2)
    );
    assert_eq!(
        (amazon.amazon_business_sources, amazon.amazon_fresh_sources),
        (0, 0)
    );
    let others = overview(conn, other.user).unwrap();
    assert_eq!(others.0.len(), 1);
    assert_eq!(others.0[0].normalized.as_deref(), Some("example"));
}

#[test]
fn equal_numbers_of_receipts_are_in_the_order_of_names() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    for (message, normalized, domain) in [
        ("1", "b", Some("b.example")),
        ("2", "a", Some("z.example")),
        ("3", "a", None),
        ("4", "a", Some("c.example")),
    ] {
        named(conn, &home, message, Some(normalized), domain);
    }
    let merchants = overview(conn, home.user).unwrap();
    let order: Vec<_> = merchants
        .0
        .iter()
        .map(|merchant| (merchant.normalized.as_deref(), merchant.domain.as_deref()))
        .collect();
    assert_eq!(
        order,
        [
            (Some("a"), Some("c.example")),
            (Some("a"), Some("z.example")),
            (Some("a"), None),
            (Some("b"), Some("b.example")),
        ]
    );
}

#[test]
fn each_report_is_one_statement() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    assert_one_statement(conn, |conn| overview(conn, home.user).unwrap());
    assert_one_statement(conn, |conn| {
        let shop = Merchant::Name("shop");
        receipts(conn, home.user, shop, None, None, 0).unwrap()
    });
}

#[test]
fn a_page_has_each_receipt_once_with_its_best_match() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    let ids = ["1", "2", "3"].map(|message| named(conn, &home, message, Some("Shop"), None));
    let [surest, surer] = [(home.refund, 95), (home.payment, 90)].map(|(payment, confidence)| {
        NewGmailTransactionMatch::new(payment, ids[1], confidence)
            .insert(conn)
            .unwrap()
            .id
    });
    let page = |conn: &mut PgConnection, limit, offset| {
        let shop = Merchant::Name("sHOP");
        receipts(conn, home.user, shop, None, limit, offset).unwrap()
    };
    let all = page(conn, None, 0);
    assert_eq!(all.total, 3);
    let order: Vec<_> = all.receipts.iter().map(|row| row.receipt.id).collect();
    assert_eq!(order, [ids[2], ids[1], ids[0]], "equal times");
    let best = all.receipts[1].best_match.as_ref().unwrap();
    assert_eq!((best.match_id, best.match_confidence), (surest, 95));
    assert_eq!(best.transaction_id, home.refund);
    assert_eq!(all.receipts[0].best_match, None);

    execute(
        conn,
        "UPDATE gmail_transaction_matches SET match_confidence = 90",
    );
    let equal = page(conn, Some(1), 1);
    assert_eq!((equal.receipts.len(), equal.total), (1, 3));
    let best = equal.receipts[0].best_match.as_ref().unwrap();
    assert_eq!(best.match_id, surest.min(surer), "equal confidence");
    for (limit, offset) in [(Some(0), 0), (Some(5), 3), (None, 99)] {
        let empty = page(conn, limit, offset);
        assert_eq!((empty.receipts.len(), empty.total), (0, 3));
    }
}

#[test]
fn a_merchant_is_a_whole_name_or_a_whole_domain_of_the_users_own() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    let ben = user(conn, "ben");
    let theirs = mailbox(conn, ben, "ben@example.com");
    received(
        conn,
        theirs,
        "theirs",
        "2026-01-01T00:00:00Z",
        "a@Shop.example",
    );
    received(
        conn,
        home.mailbox,
        "mine",
        "2026-01-01T00:00:00Z",
        "a@Shop.example",
    );
    let stored = named(conn, &home, "stored", None, Some("shop.EXAMPLE"));
    for (merchant, found) in [
        (Merchant::Domain("SHOP.example"), 2),
        (Merchant::Domain("shop.exampl_"), 0),
        (Merchant::Domain("shop%"), 0),
        (Merchant::Name("SHOP"), 2),
        (Merchant::Name("shop.example"), 0),
        (Merchant::Name("sh_p"), 0),
    ] {
        let page = receipts(conn, home.user, merchant, None, None, 0).unwrap();
        assert_eq!(page.total, found, "{merchant:?}");
        assert!(
            page.receipts
                .iter()
                .all(|row| row.receipt.connection_id == home.mailbox)
        );
    }
    execute(
        conn,
        &format!("UPDATE gmail_receipts SET deleted_at = now() WHERE id = {stored}"),
    );
    let shop = Merchant::Name("shop");
    assert_eq!(
        receipts(conn, home.user, shop, None, None, 0)
            .unwrap()
            .total,
        1
    );
    execute(
        conn,
        "UPDATE gmail_connections SET connection_status = 'expired'",
    );
    assert_eq!(
        receipts(conn, home.user, shop, None, None, 0)
            .unwrap()
            .total,
        0
    );
}

#[test]
fn no_receipt_has_a_status_that_there_is_not() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = household(conn);
    named(conn, &home, "1", Some("shop"), None);
    for (status, total) in [
        (Value::Null, 1),
        (json!(""), 1),
        (json!("pending"), 1),
        (json!("read"), 0),
    ] {
        let old = json!({"merchant_normalized": "shop", "user_id": home.user, "status": status});
        let old = call(conn, "get_receipts_by_domain", old).unwrap();
        assert_eq!(old["total"], total, "{status}");
        assert_eq!(old["identifier"], "shop");
    }
}
