//! Nobody reads or changes the receipts and files of another by their ids.

use diesel::PgConnection;
use serde_json::{Map, Value};
use spending_db::models::gmail::{
    GmailReceipt, GmailSyncJob, LlmCosts, LlmStep, NewPdfAttachment, ParsedReceipt, PdfAttachment,
    PdfAttachmentDetails, ReceiptFindings, ReceiptForLlm,
};
use spending_db::types::{PdfAttachmentId, PdfProcessingStatus, ReceiptParsingStatus, UserId};
use spending_db::{Error, Result};

use super::row;
use crate::support::fixtures::{Household, user};
use crate::support::{TestDatabase, execute};

type Question = fn(&mut PgConnection, Option<UserId>, &Household, PdfAttachmentId) -> Result<bool>;

const QUESTIONS: [(&str, Question); 12] = [
    ("parsed", |c, o, home, _| {
        GmailReceipt::set_parsed(c, o, home.receipt, &ParsedReceipt::new(50)).map(|_| true)
    }),
    ("status", |c, o, home, _| {
        let failed = ReceiptParsingStatus::Failed;
        GmailReceipt::set_parsing_status(c, o, home.receipt, failed, Some("x")).map(|_| true)
    }),
    ("pdf status", |c, o, home, _| {
        let failed = PdfProcessingStatus::Failed;
        GmailReceipt::set_pdf_status(c, o, home.receipt, failed, Some("x")).map(|_| true)
    }),
    ("from pdf", |c, o, home, _| {
        let findings = ReceiptFindings {
            merchant_name: Some("x"),
            ..ReceiptFindings::default()
        };
        GmailReceipt::merge_pdf(c, o, home.receipt, &findings).map(|receipt| receipt.is_some())
    }),
    ("pending", |c, o, home, _| {
        execute(
            c,
            "UPDATE gmail_receipts SET parsing_status = 'pending', retry_count = 0",
        );
        let pending = GmailReceipt::list_pending(c, o, home.mailbox, None)?;
        let claimed = GmailReceipt::claim_pending(c, o, home.mailbox, None)?;
        assert_eq!(pending, claimed);
        Ok(!pending.is_empty())
    }),
    ("claim for the model", |c, o, home, _| {
        GmailReceipt::claim_for_llm(c, o, home.receipt, None).map(|receipt| receipt.is_some())
    }),
    ("model's step", |c, o, home, _| {
        let costs = LlmCosts::default();
        GmailReceipt::advance_llm(c, o, home.receipt, LlmStep::Failed, costs).map(|_| true)
    }),
    ("mail for the model", |c, o, home, _| {
        ReceiptForLlm::find(c, o, home.receipt).map(|_| true)
    }),
    ("files", |c, o, home, _| {
        PdfAttachment::list_for_receipt(c, o, home.receipt).map(|files| !files.is_empty())
    }),
    ("file", |c, o, _, file| {
        PdfAttachmentDetails::find(c, o, file).map(|_| true)
    }),
    ("statistics of a sync", |c, o, home, _| {
        GmailSyncJob::set_stats(c, o, home.sync_job, Map::new()).map(|_| true)
    }),
    ("file's end", |c, o, _, file| {
        PdfAttachment::take(c, o, file).map(|_| true)
    }),
];

fn state(conn: &mut PgConnection, home: &Household, file: PdfAttachmentId) -> [Value; 3] {
    let mut receipt = row(conn, "gmail_receipts", home.receipt);
    for counted in ["retry_count", "updated_at"] {
        receipt.as_object_mut().unwrap().remove(counted);
    }
    [
        receipt,
        row(conn, "pdf_attachments", file),
        row(conn, "gmail_sync_jobs", home.sync_job),
    ]
}

#[test]
fn a_stranger_finds_and_changes_nothing() {
    for owner in ["owner", "everyone"] {
        let db = TestDatabase::new();
        let conn = &mut db.conn();
        let home = Household::new(conn, "ada");
        let stranger = user(conn, "eve");
        let file = NewPdfAttachment {
            gmail_receipt_id: Some(home.receipt),
            ..NewPdfAttachment::new("m", "key", "bill.pdf", "hash", 1)
        };
        let file = file.insert(conn).unwrap().id;
        for (name, question) in QUESTIONS {
            let before = state(conn, &home, file);
            match question(conn, Some(stranger), &home, file) {
                Ok(false) | Err(Error::NotFound) => {}
                answer => panic!("{name}: {answer:?}"),
            }
            if name != "pending" {
                assert_eq!(state(conn, &home, file), before, "{name}");
            }
            let owner = (owner == "owner").then_some(home.user);
            assert!(question(conn, owner, &home, file).unwrap(), "{name}");
        }
    }
}
