//! One-to-one assignment: each transaction takes at most one purchase, each purchase pays for at most one transaction.

use std::collections::HashSet;
use std::hash::Hash;

/// Goes through admissible pairs, best first, and takes each whose two sides are still free.
pub(super) fn assign<P, L, R>(
    pairs: impl IntoIterator<Item = P>,
    sides: impl Fn(&P) -> (L, R),
) -> Vec<P>
where
    L: Eq + Hash,
    R: Eq + Hash,
{
    let (mut left_taken, mut right_taken) = (HashSet::new(), HashSet::new());
    pairs
        .into_iter()
        .filter(|pair| {
            let (left, right) = sides(pair);
            if left_taken.contains(&left) || right_taken.contains(&right) {
                return false;
            }
            left_taken.insert(left);
            right_taken.insert(right);
            true
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_taken_where_both_sides_are_free() {
        let pairs = [(1, 'a'), (1, 'b'), (2, 'a'), (2, 'c'), (3, 'c'), (3, 'b')];
        assert_eq!(assign(pairs, |pair| *pair), [(1, 'a'), (2, 'c'), (3, 'b')]);
    }
}
