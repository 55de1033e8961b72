//! Importing folders of TrueLayer exports.

mod concurrent;
mod fetched;
mod owners;
mod records;
mod samples;
