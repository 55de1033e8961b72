//! The refused records of a file, in bounded memory.

use super::{MOST_LISTED, Refused};

/// Lists refused records up to [`MOST_LISTED`] and counts the rest.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    listed: Vec<Refused>,
    unlisted: u64,
}

impl Refusals {
    /// Records of which only the first are listed.
    pub(super) fn of(listed: Vec<Refused>, unlisted: u64) -> Self {
        Self { listed, unlisted }
    }

    pub(super) fn push(&mut self, refused: Refused) {
        if self.listed.len() < MOST_LISTED {
            self.listed.push(refused);
        } else {
            self.unlisted += 1;
        }
    }

    pub(super) fn extend(&mut self, refused: impl IntoIterator<Item = Refused>) {
        for refused in refused {
            self.push(refused);
        }
    }

    /// The listed ones in the order of the file, and the number of the others.
    pub(super) fn in_order(mut self) -> (Vec<Refused>, u64) {
        self.listed.sort_by_key(|refused| refused.position);
        (self.listed, self.unlisted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_full_of_faults_is_listed_in_part_and_counted_whole() {
        let mut refusals = Refusals::default();
        let most = MOST_LISTED as u64;
        refusals.extend((1..=most + 5).rev().map(|position| Refused {
            position,
            reason: "x".to_owned(),
        }));
        let (listed, unlisted) = refusals.in_order();
        assert_eq!((listed.len(), unlisted), (MOST_LISTED, 5));
        assert_eq!(listed[0].position, 6);
    }
}
