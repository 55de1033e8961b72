//! What enrichment costs, and the row of its job.

use std::sync::atomic::{AtomicUsize, Ordering};

use spending_db::operations::enrichment::{
    EnrichmentProgress, EnrichmentState, TokenPrice, enrich, estimate,
};

use super::home::{Home, Model, quick};
use crate::support::rows::decimal;

#[test]
fn costs_are_summed_as_decimals() {
    let home = Home::new();
    for number in 0..25 {
        home.pay(&format!("SHOP {number}"));
    }
    let run = home.enrich(&Model::shopping());
    assert_eq!(run.state.usage.cost, decimal("0.003"));
    assert_eq!(
        home.ask(
            "SELECT concat_ws(' ', job_status, total_transactions, successful_enrichments, failed_enrichments, cached_hits, total_cost,
                metadata ->> 'total_cost', total_tokens, llm_provider, llm_model, started_at IS NOT NULL, completed_at IS NOT NULL)
             AS answer FROM truelayer_enrichment_jobs"
        ),
        "completed 25 25 0 0 0.0030 0.00300 3000 test model-1 t t",
        "rounded once, not with each batch"
    );
}

#[test]
fn an_estimate_counts_different_questions_that_the_cache_does_not_answer() {
    let home = Home::new();
    home.pay("A");
    home.enrich(&Model::shopping());
    for description in ["A", "B", "B", "C"] {
        home.pay(description);
    }
    let price = TokenPrice {
        input_per_thousand: decimal("0.003"),
        output_per_thousand: decimal("0.015"),
    };
    let estimate = estimate(&mut home.conn(), home.user, &price).unwrap();
    assert_eq!((estimate.transactions, estimate.answered_by_cache), (4, 1));
    assert_eq!(
        (
            estimate.questions,
            estimate.input_tokens,
            estimate.output_tokens
        ),
        (2, 300, 100)
    );
    assert_eq!(estimate.cost, decimal("0.0024"));
}

/// Ends the work after so many batches of the enricher.
struct Until(i64, AtomicUsize);

impl EnrichmentProgress for Until {
    fn advanced(&self, state: &EnrichmentState) {
        let batches = usize::try_from(state.batches).unwrap();
        self.1.store(batches, Ordering::Relaxed);
    }

    fn goes_on(&self) -> bool {
        self.1.load(Ordering::Relaxed) < usize::try_from(self.0).unwrap()
    }
}

#[test]
fn a_run_that_is_ended_keeps_what_it_has() {
    let home = Home::new();
    for number in 0..30 {
        home.pay(&format!("SHOP {number}"));
    }
    let model = Model::shopping();
    let until = Until(2, AtomicUsize::new(0));
    let run = enrich(&home.database, home.user, &model, &quick(), &until).unwrap();
    assert_eq!((run.state.by_enricher, run.state.batches), (20, 2));
    let rest = home.enrich(&model);
    assert_eq!((rest.state.total, rest.state.by_enricher), (10, 10));
    assert_eq!(model.batches().len(), 3);
}

#[test]
fn a_job_that_was_ended_by_others_stops() {
    let home = Home::new();
    for number in 0..30 {
        home.pay(&format!("SHOP {number}"));
    }
    let url = home.test.url();
    let model = Model::new(move |_, _| {
        use diesel::prelude::*;
        let conn = &mut PgConnection::establish(&url).unwrap();
        crate::support::execute(
            conn,
            "UPDATE truelayer_enrichment_jobs SET job_status = 'failed'",
        );
        Ok(super::home::answer("Shopping"))
    });
    let run = home.enrich(&model);
    assert_eq!(run.state.by_enricher, 10, "what was paid is stored");
    assert_eq!(
        home.ask("SELECT job_status AS answer FROM truelayer_enrichment_jobs"),
        "failed"
    );
}
