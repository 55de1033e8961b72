//! What columns hold: ids, closed sets of words, secrets, lists, documents; and spans of time.

mod decimal;
mod enrichment;
mod ids;
mod instant;
mod json;
mod list;
mod period;
mod secret;
mod text_enum;
mod token;
mod words;

pub(crate) use decimal::decimal_of;
pub use enrichment::Enrichment;
pub use ids::*;
pub(crate) use instant::instant_of;
pub(crate) use json::{Document, Json, text_of_jsonb};
pub use list::List;
pub use period::Period;
pub(crate) use period::{end_of, start_of};
pub use secret::Secret;
pub use token::{EncryptedToken, TokenPlace};
pub use words::*;
