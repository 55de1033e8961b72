//! Importing folders of TrueLayer exports.

mod concurrent;
mod records;
mod samples;
