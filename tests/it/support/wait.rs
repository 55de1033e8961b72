//! Waiting for something to come about.

use std::thread;
use std::time::{Duration, Instant};

/// Waits until something is so; fails after a minute.
pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "it never came about"
        );
        thread::sleep(Duration::from_millis(5));
    }
}
