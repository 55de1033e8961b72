//! A user with payments, and an enricher that tells what it was asked.

use std::sync::Mutex;
use std::time::Duration;

use diesel::prelude::*;
use serde_json::Value;
use spending_db::Database;
use spending_db::models::truelayer::{NewTrueLayerTransaction, TrueLayerTransaction};
use spending_db::operations::enrichment::{
    Enricher, EnrichmentAnswer, EnrichmentFailure, EnrichmentOptions, EnrichmentOutcome,
    EnrichmentRequest, EnrichmentRun, Usage, enrich,
};
use spending_db::types::{
    EVERYONE, Enrichment, TransactionType, TrueLayerAccountId, TrueLayerTransactionId, UserId,
};

use crate::household::{ask, open};
use crate::support::rows::{at, decimal};
use crate::support::{TestDatabase, execute, fixtures};

/// A user with one account, and the pool of a program.
pub(super) struct Home {
    pub(super) test: TestDatabase,
    pub(super) database: Database,
    pub(super) user: UserId,
    account: TrueLayerAccountId,
}

impl Home {
    pub(super) fn new() -> Self {
        let test = TestDatabase::new();
        let conn = &mut test.conn();
        let user = fixtures::user(conn, "ann");
        let bank = fixtures::bank_connection(conn, user, "bank");
        Self {
            database: open(&test.url()),
            account: fixtures::account(conn, bank, "current"),
            user,
            test,
        }
    }

    pub(super) fn pay(&self, description: &str) -> TrueLayerTransactionId {
        self.book(description, TransactionType::Debit)
    }

    pub(super) fn book(
        &self,
        description: &str,
        direction: TransactionType,
    ) -> TrueLayerTransactionId {
        let conn = &mut self.test.conn();
        let id = self.ask("SELECT count(*)::text AS answer FROM truelayer_transactions");
        let amount = decimal("13.37");
        let new = NewTrueLayerTransaction::new(
            self.account,
            &id,
            &id,
            at("2026-03-01T12:00:00Z"),
            description,
            &amount,
            "GBP",
            direction,
        );
        new.insert(conn).unwrap().id
    }

    pub(super) fn enrich(&self, enricher: &dyn Enricher) -> EnrichmentRun {
        self.enrich_with(enricher, &quick())
    }

    pub(super) fn enrich_with(
        &self,
        enricher: &dyn Enricher,
        options: &EnrichmentOptions,
    ) -> EnrichmentRun {
        enrich(&self.database, self.user, enricher, options, &()).unwrap()
    }

    pub(super) fn row(&self, id: TrueLayerTransactionId) -> TrueLayerTransaction {
        TrueLayerTransaction::find(&mut self.conn(), EVERYONE, id).unwrap()
    }

    /// The enrichment of a transaction; null where it has none.
    pub(super) fn enrichment(&self, id: TrueLayerTransactionId) -> Value {
        let metadata = self.row(id).metadata;
        metadata.map_or(Value::Null, |metadata| metadata["enrichment"].clone())
    }

    pub(super) fn conn(&self) -> PgConnection {
        self.test.conn()
    }

    pub(super) fn ask(&self, query: &str) -> String {
        ask(&mut self.conn(), query)
    }

    pub(super) fn execute(&self, statement: &str) {
        execute(&mut self.conn(), statement);
    }
}

/// Options that do not make a test wait.
pub(super) fn quick() -> EnrichmentOptions {
    EnrichmentOptions {
        backoff: Duration::from_millis(5),
        ..EnrichmentOptions::default()
    }
}

type Answering = Box<dyn Fn(&EnrichmentRequest, usize) -> EnrichmentOutcome + Sync>;

/// A model that answers as the test says, and keeps the batches that it was asked.
pub(super) struct Model {
    answer: Answering,
    asked: Mutex<Vec<Vec<EnrichmentRequest>>>,
}

impl Model {
    /// `answer` gets a request and how often the model was called before.
    pub(super) fn new(
        answer: impl Fn(&EnrichmentRequest, usize) -> EnrichmentOutcome + Sync + 'static,
    ) -> Self {
        Self {
            answer: Box::new(answer),
            asked: Mutex::default(),
        }
    }

    /// Answers with the category `Shopping` for 120 tokens and 0.00012 dollars.
    pub(super) fn shopping() -> Self {
        Self::new(|_, _| Ok(answer("Shopping")))
    }

    pub(super) fn batches(&self) -> Vec<Vec<EnrichmentRequest>> {
        self.asked.lock().unwrap().clone()
    }

    /// The descriptions that were asked, sorted.
    pub(super) fn descriptions(&self) -> Vec<String> {
        let requests = self.batches().into_iter().flatten();
        let mut descriptions: Vec<_> = requests.map(|request| request.description).collect();
        descriptions.sort();
        descriptions
    }
}

impl Enricher for Model {
    fn provider(&self) -> &'static str {
        "test"
    }

    fn model(&self) -> &'static str {
        "model-1"
    }

    fn enrich(
        &self,
        requests: &[EnrichmentRequest],
    ) -> Result<Vec<EnrichmentOutcome>, EnrichmentFailure> {
        let calls = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(requests.to_vec());
            asked.len() - 1
        };
        let answers = requests.iter().map(|request| (self.answer)(request, calls));
        Ok(answers.collect())
    }
}

pub(super) fn answer(category: &str) -> EnrichmentAnswer {
    EnrichmentAnswer {
        enrichment: Enrichment {
            primary_category: Some(category.to_owned()),
            merchant_clean_name: Some("The Shop".to_owned()),
            confidence_score: Some(decimal("0.875")),
            ..Enrichment::default()
        },
        usage: Usage {
            input_tokens: 100,
            output_tokens: 20,
            cost: decimal("0.00012"),
        },
    }
}
