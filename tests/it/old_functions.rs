//! What the old functions got wrong, put right: a module a file of the old functions.

mod enrichment;
