//! Progress bars: on a terminal only.

mod matching;

pub(crate) use matching::MatchingBar;

use std::collections::HashMap;
use std::io::{IsTerminal, stderr};
use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use spending_db::operations::import::{ImportReport, Progress};

/// A bar for each file that is being imported; cleared when it is dropped.
pub(crate) struct Bars {
    all: MultiProgress,
    files: Mutex<HashMap<String, ProgressBar>>,
}

impl Bars {
    pub(crate) fn new() -> Self {
        Self {
            all: MultiProgress::with_draw_target(target()),
            files: Mutex::default(),
        }
    }

    fn bar(&self, file: &str) -> Option<ProgressBar> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(file).cloned()
    }
}

fn target() -> ProgressDrawTarget {
    if stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}

impl Progress for Bars {
    fn started(&self, file: &str, bytes: u64) {
        let bar = self.all.add(ProgressBar::new(bytes));
        let style = ProgressStyle::with_template("{msg:<28} {bar:32} {bytes:>10} of {total_bytes}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_message(file.to_owned());
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(file.to_owned(), bar);
    }

    fn advanced(&self, file: &str, bytes: u64) {
        if let Some(bar) = self.bar(file) {
            bar.inc(bytes);
        }
    }

    fn finished(&self, report: &ImportReport) {
        if let Some(bar) = self.bar(&report.file) {
            bar.finish();
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        // Bars are no part of the answer.
        let _ = self.all.clear();
    }
}
