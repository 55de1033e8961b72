//! What goes wrong, in words.

/// An error of anything: it is shown, never handled.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

pub type Result<T, E = Error> = std::result::Result<T, E>;
