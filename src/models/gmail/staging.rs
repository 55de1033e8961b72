//! What storing many rows of a mailbox has in common.

use std::collections::HashMap;
use std::hash::Hash;

/// One of each key: in the place of the first, with the values of the last.
pub(super) fn last_of_each<T: Copy, K: Eq + Hash>(items: &[T], key: impl Fn(&T) -> K) -> Vec<T> {
    let mut places = HashMap::new();
    let mut distinct: Vec<T> = Vec::with_capacity(items.len());
    for item in items {
        let place = *places.entry(key(item)).or_insert(distinct.len());
        match distinct.get_mut(place) {
            Some(earlier) => *earlier = *item,
            None => distinct.push(*item),
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::last_of_each;

    #[test]
    fn the_last_takes_the_place_of_the_first() {
        let items = [("a", 1), ("b", 2), ("a", 3), ("c", 4), ("a", 5)];
        let distinct = last_of_each(&items, |(key, _)| *key);
        assert_eq!(distinct, [("a", 5), ("b", 2), ("c", 4)]);
    }
}
