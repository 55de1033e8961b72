//! The bar of `spending-db match`.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use spending_db::operations::matching::{Matcher, Progress};

use super::target;

/// How far a matcher is; cleared when it is dropped. It turns while the matcher reads.
pub(crate) struct MatchingBar(ProgressBar);

impl MatchingBar {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, target());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    /// Shows how far a matcher is.
    pub(crate) fn show(&self, matcher: Matcher, progress: Progress) {
        let template = "{spinner} {msg:<28} {bar:32} {pos:>10} of {len}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
        self.0.set_length(progress.total as u64);
        self.0.set_position(progress.processed as u64);
        let matched = progress.matched;
        self.0
            .set_message(format!("{}: {matched} matched", matcher.name()));
    }
}

impl Drop for MatchingBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
