//! What the crate logs while a test listens.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

use tracing::Level;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

thread_local! {
    static LISTENER: RefCell<Option<(Level, Vec<u8>)>> = const { RefCell::new(None) };
}

/// Writes what a thread logs for the listener of that thread.
struct Ear;

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LISTENER.with_borrow_mut(|listener| {
            if let Some((_, heard)) = listener {
                heard.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines that `action` logs on this thread up to a level.
///
/// One subscriber for the process asks each thread for its level: `tracing` keeps what subscribers of single threads
/// want in a cache that other threads' first use of a callsite may set wrongly.
pub(crate) fn logged(level: Level, action: impl FnOnce()) -> Vec<String> {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        let is_wanted = dynamic_filter_fn(|event, _| {
            event.target().starts_with("spending_db::")
                && LISTENER.with_borrow(|listener| {
                    listener
                        .as_ref()
                        .is_some_and(|(level, _)| event.level() <= level)
                })
        });
        let write = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .without_time()
            .with_writer(|| Ear);
        tracing_subscriber::registry()
            .with(write)
            .with(is_wanted)
            .init();
    });
    LISTENER.set(Some((level, Vec::new())));
    action();
    let (_, heard) = LISTENER.take().unwrap();
    String::from_utf8(heard)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}
