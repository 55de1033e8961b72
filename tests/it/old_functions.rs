//! What old functions did wrong, done right: by their typed operations and under their old names.

mod truelayer;
