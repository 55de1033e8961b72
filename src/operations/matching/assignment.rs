//! One-to-one assignment: each payment takes at most one purchase, each purchase pays for at most one payment.
//!
//! Of all admissible pairs the nearest in days is taken first, then the one whose payment stands first, then the one whose
//! purchase stands first. The pairs are never listed, as equal amounts would make their number the product of both sides:
//! ring by ring of days, each payment asks the shelves of those days for their first purchase within the tolerance.

mod shelf;

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use bigdecimal::BigDecimal;
use chrono::{NaiveDate, TimeDelta};

use self::shelf::Shelf;

/// A payment or a purchase.
pub(super) struct Side<K> {
    /// What both sides have to have in common, such as the currency.
    pub(super) kind: K,
    /// The day that counts.
    pub(super) day: NaiveDate,
    /// Not above 0: it is never assigned.
    pub(super) amount: BigDecimal,
}

/// What makes a pair admissible, and which pairs go first.
pub(super) struct Rules<'a> {
    /// The greatest difference of the amounts.
    pub(super) tolerance: BigDecimal,
    /// Days from the payment to the purchase: the pairs of the first ring go first.
    pub(super) rings: &'a [&'a [i64]],
}

/// The purchase that a payment takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    /// Its place among the purchases.
    pub(super) purchase: usize,
    /// The place of the ring.
    pub(super) ring: usize,
}

/// What each payment takes, if anything. Both sides stand in the order in which ties are decided.
pub(super) fn assign<K: Eq + Hash>(
    payments: &[Side<K>],
    purchases: &[Side<K>],
    rules: &Rules<'_>,
) -> Vec<Option<Taken>> {
    let amounts = Amounts::of(purchases);
    let mut shelves = fill_shelves(purchases, &amounts);
    let ranges: Vec<Range<usize>> = payments
        .iter()
        .map(|payment| amounts.near(&payment.amount, &rules.tolerance))
        .collect();
    let mut taken = vec![None; payments.len()];
    for (ring, offsets) in rules.rings.iter().enumerate() {
        for (place, payment) in payments.iter().enumerate() {
            if taken[place].is_some() || ranges[place].is_empty() {
                continue;
            }
            let days = offsets.iter().filter_map(|offset| {
                payment
                    .day
                    .checked_add_signed(TimeDelta::try_days(*offset)?)
            });
            let first = days
                .filter_map(|day| shelves.get(&(&payment.kind, day))?.first(&ranges[place]))
                .min();
            let Some(purchase) = first else { continue };
            taken[place] = Some(Taken { purchase, ring });
            let day = purchases[purchase].day;
            if let Some(shelf) = shelves.get_mut(&(&payment.kind, day)) {
                shelf.remove(amounts.rank(&purchases[purchase].amount), purchase);
            }
        }
    }
    taken
}

type Shelves<'p, K> = HashMap<(&'p K, NaiveDate), Shelf>;

fn fill_shelves<'p, K: Eq + Hash>(
    purchases: &'p [Side<K>],
    amounts: &Amounts<'_>,
) -> Shelves<'p, K> {
    let mut goods: HashMap<(&K, NaiveDate), Vec<(usize, usize)>> = HashMap::new();
    for (place, purchase) in purchases.iter().enumerate() {
        let rank = amounts.rank(&purchase.amount);
        let shelf = goods.entry((&purchase.kind, purchase.day)).or_default();
        shelf.push((rank, place));
    }
    goods
        .into_iter()
        .map(|(key, goods)| (key, Shelf::new(goods)))
        .collect()
}

/// The amounts of the purchases, each once, ascending. The place of an amount is its rank.
struct Amounts<'p>(Vec<&'p BigDecimal>);

impl<'p> Amounts<'p> {
    fn of<K>(purchases: &'p [Side<K>]) -> Self {
        let mut amounts: Vec<_> = purchases.iter().map(|purchase| &purchase.amount).collect();
        amounts.sort_unstable();
        amounts.dedup();
        Self(amounts)
    }

    fn rank(&self, amount: &BigDecimal) -> usize {
        self.0.partition_point(|other| *other < amount)
    }

    /// The ranks of the amounts above 0 that are this near to an amount above 0.
    fn near(&self, amount: &BigDecimal, tolerance: &BigDecimal) -> Range<usize> {
        if *amount <= 0 {
            return 0..0;
        }
        let (low, high) = (amount - tolerance, amount + tolerance);
        let positive = self.0.partition_point(|other| **other <= 0);
        let start = self.0.partition_point(|other| **other < low).max(positive);
        start..self.0.partition_point(|other| **other <= high)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const RINGS: [&[i64]; 3] = [&[0], &[-1, 1], &[2]];

    fn rules() -> Rules<'static> {
        Rules {
            tolerance: BigDecimal::new(1.into(), 2),
            rings: &RINGS,
        }
    }

    /// Kind, day, thousandths.
    fn sides(things: &[(u8, u64, i64)]) -> Vec<Side<u8>> {
        let side = |(kind, day, thousandths): &(u8, u64, i64)| Side {
            kind: *kind,
            day: NaiveDate::default() + chrono::Days::new(*day),
            amount: BigDecimal::new((*thousandths).into(), 3),
        };
        things.iter().map(side).collect()
    }

    /// All pairs, sorted and taken where both sides are free.
    fn by_pairs(payments: &[Side<u8>], purchases: &[Side<u8>]) -> Vec<Option<Taken>> {
        let mut pairs = Vec::new();
        for (place, payment) in payments.iter().enumerate() {
            for (purchase, other) in purchases.iter().enumerate() {
                let days = (other.day - payment.day).num_days();
                let near = (&payment.amount - &other.amount).abs() <= rules().tolerance;
                let paid = payment.amount > 0 && other.amount > 0;
                let ring = RINGS.iter().position(|ring| ring.contains(&days));
                if let Some(ring) = ring
                    && near
                    && paid
                    && payment.kind == other.kind
                {
                    pairs.push((ring, place, purchase));
                }
            }
        }
        pairs.sort_unstable();
        let mut taken = vec![None; payments.len()];
        let mut gone = HashSet::new();
        for (ring, place, purchase) in pairs {
            if taken[place].is_none() && gone.insert(purchase) {
                taken[place] = Some(Taken { purchase, ring });
            }
        }
        taken
    }

    fn things() -> impl Strategy<Value = Vec<(u8, u64, i64)>> {
        prop::collection::vec((0_u8..2, 0_u64..6, -2_i64..30), 0..40)
    }

    proptest! {
        #[test]
        fn the_shelves_give_what_the_list_of_all_pairs_gives(payments in things(), purchases in things()) {
            let (payments, purchases) = (sides(&payments), sides(&purchases));
            prop_assert_eq!(
                assign(&payments, &purchases, &rules()),
                by_pairs(&payments, &purchases)
            );
        }
    }
}
