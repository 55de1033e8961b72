//! The purchases of one kind and day, and which of them comes first within a range of amounts.

use std::ops::Range;

/// Purchases by amount, with a tree of the least place of each stretch of them.
pub(super) struct Shelf {
    /// Rank of the amount and place of the purchase, ascending.
    goods: Vec<(usize, usize)>,
    /// The leaves, one for each of `goods`, are the second half; a node at `n` stands over `2 n` and `2 n + 1`.
    least: Vec<usize>,
}

/// The place of what is taken.
const GONE: usize = usize::MAX;

impl Shelf {
    pub(super) fn new(mut goods: Vec<(usize, usize)>) -> Self {
        goods.sort_unstable();
        let mut least = vec![GONE; goods.len()];
        least.extend(goods.iter().map(|(_, place)| *place));
        let mut shelf = Self { goods, least };
        for node in (1..shelf.goods.len()).rev() {
            shelf.settle(node);
        }
        shelf
    }

    /// The least place among the purchases with these ranks that are still there.
    pub(super) fn first(&self, ranks: &Range<usize>) -> Option<usize> {
        let leaves = self.goods.len();
        let mut start = leaves + self.goods.partition_point(|(rank, _)| *rank < ranks.start);
        let mut end = leaves + self.goods.partition_point(|(rank, _)| *rank < ranks.end);
        let mut first = GONE;
        while start < end {
            if start % 2 == 1 {
                first = first.min(self.least[start]);
                start += 1;
            }
            if end % 2 == 1 {
                end -= 1;
                first = first.min(self.least[end]);
            }
            start /= 2;
            end /= 2;
        }
        (first != GONE).then_some(first)
    }

    /// Takes a purchase off the shelf.
    pub(super) fn remove(&mut self, rank: usize, place: usize) {
        let Ok(at) = self.goods.binary_search(&(rank, place)) else {
            return;
        };
        let mut node = self.goods.len() + at;
        self.least[node] = GONE;
        while node > 1 {
            node /= 2;
            self.settle(node);
        }
    }

    fn settle(&mut self, node: usize) {
        self.least[node] = self.least[2 * node].min(self.least[2 * node + 1]);
    }
}
