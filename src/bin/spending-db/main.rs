//! The command line of `spending-db`.

fn main() {}
