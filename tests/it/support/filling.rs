//! A row in every table.

use diesel::prelude::*;
use serde_json::json;
use spending_db::models::{
    amazon, apple, core, enrichment, gmail, legacy, rules, system, truelayer,
};
use spending_db::types::{
    EncryptedToken, EnrichmentSourceType, GmailErrorStage, GmailErrorType, ParseOutcome, Secret,
    SenderParseType,
};

use super::fixtures::Household;
use super::rows::{at, day, decimal};

impl Household {
    /// Puts a row into every table that has none of the household yet.
    pub(crate) fn fill(&self, conn: &mut PgConnection) {
        self.fill_core(conn);
        self.fill_truelayer(conn);
        self.fill_shops(conn);
        self.fill_gmail(conn);
        self.fill_rules(conn);
        self.fill_system(conn);
    }

    fn fill_core(&self, conn: &mut PgConnection) {
        core::NewCategory::new("food").insert(conn).unwrap();
        let keyword = core::NewCategoryKeyword {
            category_name: "food",
            keyword: "espresso",
        };
        keyword.insert(conn).unwrap();
        let mapping = core::NewAccountMapping {
            sort_code: "123456",
            account_number: "12345678",
            friendly_name: "Ours",
        };
        mapping.insert(conn).unwrap();
        let state = core::NewOAuthState {
            user_id: self.user,
            state: &Secret::new("state"),
            code_verifier: &Secret::new("verifier"),
            expires_at: at("2126-01-01T00:00:00Z"),
        };
        state.insert(conn).unwrap();
    }

    fn fill_truelayer(&self, conn: &mut PgConnection) {
        let (amount, now) = (decimal("12.50"), at("2026-03-01T12:00:00Z"));
        let balance = truelayer::NewTrueLayerBalance {
            available_balance: Some(&amount),
            overdraft: Some(&amount),
            ..truelayer::NewTrueLayerBalance::new(self.account, &amount, "GBP", now)
        };
        balance.insert(conn).unwrap();
        let payment = truelayer::NewTrueLayerCardTransaction {
            normalised_provider_id: Some("card-payment"),
            ..truelayer::NewTrueLayerCardTransaction::new(self.card)
        };
        payment.insert(conn).unwrap();
        let snapshot =
            truelayer::NewTrueLayerCardBalanceSnapshot::new(self.card, &amount, "GBP", now);
        snapshot.insert(conn).unwrap();
        let progress = truelayer::NewTrueLayerImportProgress::new(self.import_job, self.account);
        progress.insert(conn).unwrap();
        let source = enrichment::NewTransactionEnrichmentSource {
            source_id: Some(self.order.0),
            is_primary: Some(true),
            ..enrichment::NewTransactionEnrichmentSource::new(
                self.payment,
                EnrichmentSourceType::Amazon,
                "A book",
            )
        };
        source.insert(conn).unwrap();
        let failure = enrichment::NewLlmEnrichmentFailure::new(self.payment, "timeout");
        failure.insert(conn).unwrap();
        let answer = enrichment::NewEnrichmentCache::new("AMAZON.CO.UK", "out");
        answer.insert(conn).unwrap();
    }

    fn fill_shops(&self, conn: &mut PgConnection) {
        let (amount, full) = (decimal("12.50"), decimal("100.00"));
        let refund = amazon::NewAmazonReturn {
            original_transaction_id: Some(self.payment),
            refund_transaction_id: Some(self.refund),
            ..amazon::NewAmazonReturn::new(
                "ada-order",
                "reversal",
                day("2026-03-05"),
                "GBP",
                &amount,
            )
        };
        refund.insert(conn).unwrap();
        let (access, refresh) = (
            EncryptedToken::from_stored("access"),
            EncryptedToken::from_stored("refresh"),
        );
        amazon::NewAmazonBusinessConnection::new(self.user, &access, &refresh)
            .insert(conn)
            .unwrap();
        let number = amazon::AmazonBusinessOrder::find(conn, self.business_order).unwrap();
        let line = amazon::NewAmazonBusinessLineItem {
            line_item_id: Some("1"),
            ..amazon::NewAmazonBusinessLineItem::new(&number.order_id)
        };
        line.insert(conn).unwrap();
        amazon::NewTrueLayerAmazonTransactionMatch::new(self.payment, self.order, &full)
            .insert(conn)
            .unwrap();
        amazon::NewTrueLayerAmazonBusinessMatch::new(self.payment, self.business_order, 100)
            .insert(conn)
            .unwrap();
        apple::NewAppleTransactionMatch::new(self.payment, self.purchase, 100)
            .insert(conn)
            .unwrap();
        legacy::NewAmazonTransactionMatch::new(self.statement_line, self.order, &full)
            .insert(conn)
            .unwrap();
        legacy::NewTrueLayerConnection::new(self.user, &access)
            .insert(conn)
            .unwrap();
    }

    fn fill_gmail(&self, conn: &mut PgConnection) {
        let mail = gmail::NewGmailEmailContent {
            connection_id: Some(self.mailbox),
            ..gmail::NewGmailEmailContent::new("ada-message")
        };
        mail.insert(conn).unwrap();
        let pdf = gmail::NewPdfAttachment {
            gmail_receipt_id: Some(self.receipt),
            ..gmail::NewPdfAttachment::new("ada-message", "key", "receipt.pdf", "hash", 1000)
        };
        pdf.insert(conn).unwrap();
        let state = gmail::NewGmailOAuthState {
            user_id: self.user,
            state: &Secret::new("state"),
            code_verifier: &Secret::new("verifier"),
            expires_at: at("2126-01-01T00:00:00Z"),
        };
        state.insert(conn).unwrap();
        gmail::NewGmailTransactionMatch::new(self.payment, self.receipt, 90)
            .insert(conn)
            .unwrap();
        gmail::NewGmailSenderPattern::new("example.com", "Shop", "shop", SenderParseType::Llm)
            .insert(conn)
            .unwrap();
        gmail::NewGmailMerchantAlias::new("SHOP LTD", "Shop", "shop")
            .insert(conn)
            .unwrap();
        let statistic = gmail::NewGmailParseStatistic {
            sync_job_id: Some(self.sync_job),
            ..gmail::NewGmailParseStatistic::new(
                self.mailbox,
                "ada-message",
                "example.com",
                ParseOutcome::Parsed,
            )
        };
        statistic.insert(conn).unwrap();
        let error = gmail::NewGmailProcessingError {
            connection_id: Some(self.mailbox),
            sync_job_id: Some(self.sync_job),
            receipt_id: Some(self.receipt),
            ..gmail::NewGmailProcessingError::new(
                GmailErrorStage::Parse,
                GmailErrorType::Timeout,
                "too slow",
            )
        };
        error.insert(conn).unwrap();
    }

    fn fill_rules(&self, conn: &mut PgConnection) {
        let rule = rules::NewCategoryRule {
            category_id: Some(self.category),
            subcategory_id: Some(self.subcategory),
            ..rules::NewCategoryRule::new("Coffee", "espresso", "ada-category")
        };
        rule.insert(conn).unwrap();
        rules::NewMerchantNormalization::new("AMAZON", "Amazon")
            .insert(conn)
            .unwrap();
        rules::NewSubcategoryMapping::new(self.custom_category, "Coffee")
            .insert(conn)
            .unwrap();
    }

    fn fill_system(&self, conn: &mut PgConnection) {
        let log = system::NewConnectionLog {
            connection_id: Some(self.connection),
            ..system::NewConnectionLog::new("sync")
        };
        log.insert(conn).unwrap();
        system::NewWebhookEvent::new("event", "sync", &json!({}))
            .insert(conn)
            .unwrap();
        system::NewMatchingJob::new(self.user, "amazon")
            .insert(conn)
            .unwrap();
        let event = system::NewSecurityAuditEvent {
            user_id: Some(self.user),
            ..system::NewSecurityAuditEvent::new("logout")
        };
        event.insert(conn).unwrap();
        let job = system::NewSyncJob {
            user_id: Some(self.user),
            ..system::NewSyncJob::new("match")
        };
        job.insert(conn).unwrap();
    }
}
