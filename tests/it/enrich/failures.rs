//! What an enricher fails at.

use std::time::Duration;

use spending_db::models::enrichment::LlmEnrichmentFailure;
use spending_db::operations::enrichment::{
    Enricher, EnrichmentAnswer, EnrichmentFailure, EnrichmentOptions, EnrichmentOutcome,
    EnrichmentRequest, Usage, pending,
};
use spending_db::types::{EVERYONE, Enrichment};

use super::home::{Home, Model, answer, quick};
use crate::support::rows::decimal;

#[test]
fn a_failure_is_noted_and_the_others_go_on() {
    let home = Home::new();
    let bad = home.pay("BAD");
    let good = home.pay("GOOD");
    let model = Model::new(|request, _| {
        if request.description == "BAD" {
            Err(EnrichmentFailure::lasting("é".repeat(600)))
        } else {
            Ok(answer("Shopping"))
        }
    });
    let run = home.enrich(&model);
    assert_eq!((run.state.by_enricher, run.state.failed), (1, 1));
    assert!(home.enrichment(bad).is_null() && !home.enrichment(good).is_null());
    assert!(home.row(bad).enrichment_required);
    let noted = |home: &Home| {
        LlmEnrichmentFailure::find_by_transaction_id(&mut home.conn(), EVERYONE, bad).unwrap()
    };
    let failure = noted(&home).unwrap();
    assert_eq!(failure.error_message, "é".repeat(500));
    assert_eq!(failure.retry_count, 0);
    let counts = pending(&mut home.conn(), home.user).unwrap();
    assert_eq!((counts.failed, counts.waiting), (1, 0));
    assert_eq!(
        home.ask("SELECT count(*)::text AS answer FROM enrichment_cache WHERE enrichment_data LIKE 'reserved %'"),
        "0",
        "what failed is reserved no longer"
    );

    // It is left alone for a while, then tried again, and given up in the end.
    assert_eq!(home.enrich(&model).state.total, 0);
    let soon = EnrichmentOptions {
        retry_after: Duration::from_secs(100),
        most_retries: 2,
        ..quick()
    };
    for (seconds, retries, is_tried) in [
        (99, 0, false),
        (101, 0, true),
        (101, 1, false),
        (201, 1, true),
        (10_000, 2, false),
    ] {
        home.execute(&format!(
            "UPDATE llm_enrichment_failures SET retry_count = {retries}, failed_at = now() - interval '{seconds} seconds'"
        ));
        let failed = home.enrich_with(&model, &soon).state.failed;
        assert_eq!(failed, i64::from(is_tried), "{seconds} {retries}");
        assert_eq!(
            noted(&home).unwrap().retry_count,
            retries + i32::from(is_tried)
        );
    }
    let at_once = EnrichmentOptions {
        retry_failed: true,
        ..soon
    };
    let run = home.enrich_with(&Model::shopping(), &at_once);
    assert_eq!(run.state.by_enricher, 1);
    assert!(noted(&home).is_none(), "a success ends the failure");
}

#[test]
fn what_fails_for_a_moment_is_asked_again_alone() {
    let home = Home::new();
    home.pay("BUSY");
    home.pay("GOOD");
    let model = Model::new(|request, calls| {
        if request.description == "BUSY" && calls < 2 {
            let mut failure = EnrichmentFailure::temporary("too many requests");
            failure.usage = Usage {
                cost: decimal("0.5"),
                ..Usage::default()
            };
            Err(failure)
        } else {
            Ok(answer("Shopping"))
        }
    });
    let run = home.enrich(&model);
    assert_eq!((run.state.by_enricher, run.state.failed), (2, 0));
    let sizes: Vec<_> = model.batches().iter().map(Vec::len).collect();
    assert_eq!(sizes, [2, 1, 1]);
    assert_eq!(
        run.state.usage.cost,
        decimal("1.00024"),
        "failures cost too"
    );
}

#[test]
fn attempts_end() {
    let home = Home::new();
    home.pay("BUSY");
    let model = Model::new(|_, _| Err(EnrichmentFailure::temporary("too many requests")));
    assert_eq!(home.enrich(&model).state.failed, 1);
    assert_eq!(model.batches().len(), 3);
}

/// Misbehaves as a whole.
struct Rude(fn(&[EnrichmentRequest]) -> Result<Vec<EnrichmentOutcome>, EnrichmentFailure>);

impl Enricher for Rude {
    fn provider(&self) -> &'static str {
        "test"
    }

    fn model(&self) -> &'static str {
        "rude"
    }

    fn enrich(
        &self,
        requests: &[EnrichmentRequest],
    ) -> Result<Vec<EnrichmentOutcome>, EnrichmentFailure> {
        (self.0)(requests)
    }
}

#[test]
fn a_batch_that_fails_fails_alone() {
    let rude: [(Rude, &str); 4] = [
        (
            Rude(|_| panic!("out of words, key k-123")),
            "the enricher panicked; what it said is in the log",
        ),
        (
            Rude(|_| Err(EnrichmentFailure::lasting("no key"))),
            "no key",
        ),
        (Rude(|_| Ok(Vec::new())), "0 answers to 10 requests"),
        (
            Rude(|requests| {
                let nothing = || EnrichmentAnswer {
                    enrichment: Enrichment::default(),
                    usage: Usage::default(),
                };
                Ok(requests.iter().map(|_| Ok(nothing())).collect())
            }),
            "the answer tells nothing",
        ),
    ];
    for (enricher, message) in rude {
        let home = Home::new();
        for number in 0..20 {
            home.pay(&format!("SHOP {number}"));
        }
        let run = home.enrich(&enricher);
        assert_eq!((run.state.failed, run.state.batches), (20, 2), "{message}");
        assert_eq!(
            home.ask("SELECT DISTINCT error_message AS answer FROM llm_enrichment_failures"),
            message
        );
        assert_eq!(
            home.ask("SELECT job_status || ' ' || failed_enrichments AS answer FROM truelayer_enrichment_jobs"),
            "completed 20"
        );
        assert_eq!(
            home.ask("SELECT count(*)::text AS answer FROM enrichment_cache"),
            "0"
        );
    }
}
