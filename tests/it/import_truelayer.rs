//! Importing folders of TrueLayer exports.

mod concurrent;
mod owners;
mod records;
mod samples;
