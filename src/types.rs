//! What columns hold: ids, closed sets of words, secrets, lists.

mod ids;
mod list;
mod secret;
mod text_enum;
mod words;

pub use ids::*;
pub use list::List;
pub use secret::Secret;
pub use words::*;
