//! Asking an enricher, and again where its failure is temporary.

use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use super::{
    Enricher, EnrichmentFailure, EnrichmentOptions, EnrichmentOutcome, EnrichmentRequest, Usage,
};

/// What came of a batch: an outcome for each request, and what all attempts took.
pub(super) struct Asked {
    pub(super) outcomes: Vec<EnrichmentOutcome>,
    pub(super) usage: Usage,
}

/// Asks; what fails for a moment is asked again, with a pause that doubles, as often as the options say.
pub(super) fn ask(
    enricher: &dyn Enricher,
    requests: Vec<EnrichmentRequest>,
    options: &EnrichmentOptions,
) -> Asked {
    let mut asked = Asked {
        outcomes: Vec::with_capacity(requests.len()),
        usage: Usage::default(),
    };
    let never = || Err(EnrichmentFailure::lasting("was not asked"));
    asked.outcomes.resize_with(requests.len(), never);
    let mut open: Vec<(usize, EnrichmentRequest)> = requests.into_iter().enumerate().collect();
    for attempt in 1..=options.attempts.max(1) {
        if attempt > 1 {
            thread::sleep(pause(options.backoff, attempt - 2));
        }
        let (places, requests): (Vec<_>, Vec<_>) = open.into_iter().unzip();
        let outcomes = attempt_at(enricher, &requests, &mut asked.usage);
        let mut again = Vec::new();
        for ((place, request), outcome) in places.into_iter().zip(requests).zip(outcomes) {
            if matches!(&outcome, Err(failure) if failure.is_temporary) {
                again.push((place, request));
            }
            asked.outcomes[place] = outcome;
        }
        open = again;
        if open.is_empty() {
            break;
        }
    }
    asked
}

/// What is kept of a panic: its text may hold anything, a key too, and the panic hook has told it.
const PANICKED: &str = "the enricher panicked; what it said is in the log";

/// Asks once; an outcome for each request, whatever the enricher does.
fn attempt_at(
    enricher: &dyn Enricher,
    requests: &[EnrichmentRequest],
    usage: &mut Usage,
) -> Vec<EnrichmentOutcome> {
    let answer = catch_unwind(AssertUnwindSafe(|| enricher.enrich(requests)))
        .unwrap_or_else(|_panic| Err(EnrichmentFailure::lasting(PANICKED)));
    let failure = match answer {
        Ok(outcomes) => {
            for outcome in &outcomes {
                *usage += match outcome {
                    Ok(answer) => &answer.usage,
                    Err(failure) => &failure.usage,
                };
            }
            if outcomes.len() == requests.len() {
                return outcomes.into_iter().map(told_something).collect();
            }
            EnrichmentFailure::lasting(format!(
                "{} answers to {} requests",
                outcomes.len(),
                requests.len()
            ))
        }
        Err(failure) => {
            *usage += &failure.usage;
            failure
        }
    };
    requests.iter().map(|_| Err(failure.clone())).collect()
}

fn told_something(outcome: EnrichmentOutcome) -> EnrichmentOutcome {
    outcome.and_then(|answer| {
        if answer.enrichment.is_empty() {
            Err(EnrichmentFailure::lasting("the answer tells nothing"))
        } else {
            Ok(answer)
        }
    })
}

/// The pause after so many doublings, and up to a half more by chance, so that workers do not come back all at once.
fn pause(backoff: Duration, doublings: u32) -> Duration {
    let pause = backoff.saturating_mul(1 << doublings.min(16));
    let chance = RandomState::new().hash_one(doublings) % 512;
    pause.saturating_add(pause / 1024 * u32::try_from(chance).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_and_is_at_most_a_half_longer() {
        let second = Duration::from_secs(1);
        for doublings in 0..5 {
            let least = second * 2_u32.pow(doublings);
            let pause = pause(second, doublings);
            assert!(pause >= least && pause <= least * 3 / 2, "{pause:?}");
        }
    }
}
