//! Every look-up by key, date or status goes by an index, on 100,000 transactions, receipts, errors and statistics.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::Map;
use spending_db::models::Page;
use spending_db::models::gmail::{
    GmailErrorSummary, GmailMerchantAlias, GmailReceipt, GmailSenderPattern, GmailSyncJob,
    LlmCosts, LlmQueueEntry, LlmQueueSummary, LlmStep, MerchantStatistics, NewPdfAttachment,
    ParsedReceipt, PdfAttachment, PdfAttachmentDetails, ReceiptFindings, ReceiptForLlm,
    StatisticsFilter,
};
use spending_db::models::truelayer::DebitTransaction;
use spending_db::operations::receipt_merchants::{Merchant, overview, receipts};
use spending_db::operations::{receipt_cleanup, source_coverage};
use spending_db::types::{
    EVERYONE, GmailConnectionId, GmailReceiptId, GmailSyncJobId, LlmParseStatus, PdfAttachmentId,
    PdfProcessingStatus, Period, ReceiptParsingStatus, UserId,
};

use crate::support::TestDatabase;
use crate::support::explain::{assert_indexed, plan_for, plans};
use crate::support::rows::{at, day};

const MAILBOX: GmailConnectionId = GmailConnectionId(17);
const RECEIPT: GmailReceiptId = GmailReceiptId(17);
const USER: UserId = UserId(17);
const OWNERS: [Option<UserId>; 2] = [EVERYONE, Some(USER)];

#[test]
fn look_ups_go_by_an_index() {
    let db = TestDatabase::filled();
    let conn = &mut db.conn();
    conn.batch_execute(include_str!("volume.sql")).unwrap();
    for owner in OWNERS {
        parsing(conn, owner);
        language_model(conn, owner);
        attachments(conn, owner);
    }
    senders(conn);
    payments(conn);
    merchants(conn);
    reports(conn);
}

fn parsing(conn: &mut PgConnection, owner: Option<UserId>) {
    assert_indexed(conn, "pending", |c| {
        GmailReceipt::list_pending(c, owner, MAILBOX, Some(100)).unwrap()
    });
    assert_indexed(conn, "claimed", |c| {
        GmailReceipt::claim_pending(c, owner, MAILBOX, Some(100)).unwrap()
    });
    assert_indexed(conn, "parsed", |c| {
        GmailReceipt::set_parsed(c, owner, RECEIPT, &ParsedReceipt::new(90)).unwrap()
    });
    assert_indexed(conn, "status", |c| {
        let failed = ReceiptParsingStatus::Failed;
        GmailReceipt::set_parsing_status(c, owner, RECEIPT, failed, None).unwrap()
    });
    assert_indexed(conn, "pdf status", |c| {
        let failed = PdfProcessingStatus::Failed;
        GmailReceipt::set_pdf_status(c, owner, RECEIPT, failed, Some("late")).unwrap()
    });
    assert_indexed(conn, "from pdf", |c| {
        let findings = ReceiptFindings {
            merchant_name: Some("Shop"),
            ..ReceiptFindings::default()
        };
        GmailReceipt::merge_pdf(c, owner, RECEIPT, &findings).unwrap()
    });
    assert_indexed(conn, "cleared away", |c| {
        receipt_cleanup::delete_unmatched(c, owner, at("2019-01-01T00:00:00Z")).unwrap()
    });
    assert_indexed(conn, "statistics of a sync", |c| {
        GmailSyncJob::set_stats(c, owner, GmailSyncJobId(17), Map::new()).unwrap()
    });
}

fn language_model(conn: &mut PgConnection, owner: Option<UserId>) {
    for mailbox in [None, Some(MAILBOX)] {
        assert_indexed(conn, "queue", |c| {
            LlmQueueEntry::list(c, owner, mailbox, Some(100)).unwrap()
        });
        assert_indexed(conn, "queue's summary", |c| {
            LlmQueueSummary::read(c, owner, mailbox).unwrap()
        });
    }
    assert_indexed(conn, "mail", |c| {
        ReceiptForLlm::find(c, owner, RECEIPT).unwrap()
    });
    assert_indexed(conn, "step", |c| {
        GmailReceipt::advance_llm(c, owner, RECEIPT, LlmStep::Failed, LlmCosts::default()).unwrap()
    });
    assert_indexed(conn, "claim", |c| {
        let claimed = GmailReceipt::claim_for_llm(c, owner, RECEIPT, None).unwrap();
        assert_eq!(
            claimed.unwrap().llm_parse_status,
            Some(LlmParseStatus::Processing)
        );
    });
}

fn attachments(conn: &mut PgConnection, owner: Option<UserId>) {
    let id = PdfAttachmentId(17);
    assert_indexed(conn, "file", |c| {
        PdfAttachmentDetails::find(c, owner, id).unwrap()
    });
    assert_indexed(conn, "files", |c| {
        PdfAttachment::list_for_receipt(c, owner, RECEIPT).unwrap()
    });
    assert_indexed(conn, "content", |c| {
        PdfAttachment::find_by_content_hash(c, owner, "hash16")
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "saved file", |c| {
        let file = NewPdfAttachment {
            gmail_receipt_id: Some(RECEIPT),
            ..NewPdfAttachment::new("message16", "key16", "bill.pdf", "hash16", 1000)
        };
        file.save(c, owner).unwrap()
    });
}

fn senders(conn: &mut PgConnection) {
    assert_indexed(conn, "pattern", |c| {
        GmailSenderPattern::use_for_domain(c, "shop16.example")
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "alias", |c| {
        GmailMerchantAlias::find_active(c, "SHOP 16")
            .unwrap()
            .unwrap()
    });
}

fn payments(conn: &mut PgConnection) {
    let march = Period::days(day("2021-03-01"), day("2021-03-31"));
    for period in [Period::ALWAYS, march] {
        for page in [Page::ALL, Page::first(50)] {
            assert_indexed(conn, "payments", |c| {
                DebitTransaction::list(c, USER, period, page).unwrap()
            });
        }
    }
}

/// The reports of one user read none of the large tables from their start to their end.
fn merchants(conn: &mut PgConnection) {
    let mut reports = plans(conn, |c| overview(c, USER).unwrap());
    for merchant in [
        Merchant::Name("shop_16"),
        Merchant::Domain("shop16.example"),
    ] {
        reports.extend(plans(conn, |c| {
            receipts(c, USER, merchant, None, Some(50), 0).unwrap()
        }));
    }
    reports.extend(plans(conn, |c| source_coverage::read(c, USER).unwrap()));
    assert_eq!(reports.len(), 4);
    let without_owner = [
        "amazon_orders",
        "apple_transactions",
        "gmail_sender_patterns",
    ];
    for report in reports {
        let mut scanned = report.scanned();
        scanned.retain(|table| !without_owner.contains(table));
        assert_eq!(scanned, [""; 0]);
        assert!(!report.indexes().is_empty());
    }
}

/// Errors and statistics are found by time, and by mailbox and time.
fn reports(conn: &mut PgConnection) {
    for (mailbox, value, index) in [
        (None, "NULL", "gmail_processing_errors_occurred_at_idx"),
        (
            Some(MAILBOX),
            "17",
            "gmail_processing_errors_connection_id_occurred_at_idx",
        ),
    ] {
        let plan = plan_for(conn, &["NULL", value, "NULL", "7"], |c| {
            GmailErrorSummary::read(c, EVERYONE, mailbox, None, 7).unwrap()
        });
        assert_eq!((plan.scanned(), plan.indexes()), (vec![], vec![index]));
    }
    for (mailbox, value, index) in [
        (None, "NULL", "gmail_parse_statistics_created_at_idx"),
        (
            Some(MAILBOX),
            "17",
            "gmail_parse_statistics_connection_id_created_at_idx",
        ),
    ] {
        let filter = StatisticsFilter {
            connection: mailbox,
            merchant_normalized: None,
            parse_method: None,
            days: 7,
        };
        let plan = plan_for(conn, &["NULL", value, "NULL", "NULL", "7"], |c| {
            MerchantStatistics::list(c, EVERYONE, &filter).unwrap()
        });
        assert_eq!((plan.scanned(), plan.indexes()), (vec![], vec![index]));
    }
}
