//! The text of a page, cut into purchases: each begins with its date.

use std::sync::LazyLock;

use regex::Regex;

use crate::Result;

/// Bytes of a purchase that are kept; what follows on the page belongs to none.
const LONGEST: usize = 1 << 16;

/// Bytes of text in which a date and what follows it fit.
const MARGIN: usize = 200;

/// A date that something follows.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b(\d{1,2}\s{1,9}[A-Za-z]{3,9}\s{1,9}\d{4})[\s\x02\x03]{1,40}[^\s\x02\x03]")
});

/// What makes a purchase of a text that begins with a date.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\d+\s+[A-Za-z]+\s+\d+[\s\x02\x03]+[A-Z0-9]{10,15}\b|Loading(\.\.\.|…)|\bTotal[\s\x02\x03]*[£€$]",
    )
});

/// A regular expression that is written in the source.
pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of this crate")
}

/// Takes the texts of a page and gives the purchases that they make.
#[derive(Default)]
pub(super) struct Blocks {
    /// What is left of the purchase after its beginning has been searched for the next one.
    block: String,
    /// Text in which the next date may yet be found.
    tail: String,
    /// Up to where the tail is searched.
    searched: usize,
    /// The block begins with a date.
    has_begun: bool,
    /// A whole purchase; a date in its text may have cut it too early.
    held: Option<String>,
}

impl Blocks {
    /// Takes the next text of the page.
    pub(super) fn push(
        &mut self,
        piece: &str,
        each: &mut impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        self.tail.push('\n');
        self.tail.push_str(piece);
        while let Some((start, end)) = self.next_date() {
            self.settle(start);
            self.close(each)?;
            self.has_begun = true;
            self.searched = end - start;
        }
        let settled = self.tail.len().saturating_sub(MARGIN);
        self.settle(floor_char_boundary(&self.tail, settled));
        Ok(())
    }

    /// Gives what is left at the end of the page.
    pub(super) fn finish(mut self, each: &mut impl FnMut(&str) -> Result<()>) -> Result<()> {
        self.settle(self.tail.len());
        self.close(each)?;
        self.held.map_or(Ok(()), |held| each(&held))
    }

    /// The next date that does not say when a subscription renews.
    fn next_date(&self) -> Option<(usize, usize)> {
        let mut from = self.searched;
        loop {
            let date = DATE.captures_at(&self.tail, from)?.get(1)?;
            let before = self.tail[..date.start()].trim_end();
            if !before.ends_with("Renews") {
                return Some((date.start(), date.end()));
            }
            from = date.end();
        }
    }

    /// Moves the beginning of the tail to the block.
    fn settle(&mut self, length: usize) {
        append(&mut self.block, &self.tail[..length]);
        self.tail.drain(..length);
        self.searched = self.searched.saturating_sub(length);
    }

    /// The block ends here: it is a purchase, or the rest of the one before, or stands before all purchases.
    fn close(&mut self, each: &mut impl FnMut(&str) -> Result<()>) -> Result<()> {
        let block = std::mem::take(&mut self.block);
        if self.has_begun && MARK.is_match(&block) {
            if let Some(held) = self.held.replace(block) {
                each(&held)?;
            }
        } else if let Some(held) = &mut self.held {
            append(held, &block);
        }
        Ok(())
    }
}

/// Adds a text as far as there is room.
fn append(block: &mut String, text: &str) {
    let room = LONGEST.saturating_sub(block.len()).min(text.len());
    block.push_str(&text[..floor_char_boundary(text, room)]);
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn blocks<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let mut found = Vec::new();
        let mut each = |block: &str| {
            found.push(block.split_whitespace().collect::<Vec<_>>().join(" "));
            Ok(())
        };
        let mut blocks = Blocks::default();
        for piece in pieces {
            blocks.push(piece, &mut each).expect("taken");
        }
        blocks.finish(&mut each).expect("taken");
        found
    }

    const PAGE: &str = "Report a Problem 12 Jan\n\
        7 May 2025 MSAMPLE0005 Total £2.99 Loading... iCloud+\nApple\nRenews 7 Jun 2025\n\
        2 Sept 2025 Total £5.99 Loading... Sketch\n\
        1 Apr 2025 MSAMPLE0008 Loading... Diary 12 Jan 2025 Edition\n\
        1 Apr 2025 Loading... Mystery\n\
        31 Feb 2025 m8 Total $1,002.99 Loading... Top 10 Hits 2024 Deluxe";

    fn expected() -> Vec<&'static str> {
        vec![
            "7 May 2025 MSAMPLE0005 Total £2.99 Loading... iCloud+ Apple Renews 7 Jun 2025",
            "2 Sept 2025 Total £5.99 Loading... Sketch",
            "1 Apr 2025 MSAMPLE0008 Loading... Diary 12 Jan 2025 Edition",
            "1 Apr 2025 Loading... Mystery",
            "31 Feb 2025 m8 Total $1,002.99 Loading... Top 10 Hits 2024 Deluxe",
        ]
    }

    #[test]
    fn a_purchase_goes_from_its_date_to_the_next() {
        assert_eq!(blocks([PAGE]), expected());
        assert_eq!(blocks(PAGE.lines()), expected());
        assert_eq!(blocks(PAGE.split_whitespace()), expected());
        assert_eq!(
            blocks(["Report a Problem", "1 May 2025", "Sign in"]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_long_text_is_no_part_of_a_purchase_and_hides_none() {
        let long = "x ".repeat(2 * LONGEST);
        let found = blocks([PAGE, &long, "3 May 2025", "MSAMPLE0009"]);
        assert_eq!(
            found.last().map(String::as_str),
            Some("3 May 2025 MSAMPLE0009")
        );
        assert!(found.iter().all(|block| block.len() <= LONGEST));
    }

    proptest! {
        #[test]
        fn where_a_page_is_cut_into_pieces_does_not_matter(cuts in proptest::collection::vec(1_usize..12, 1..40)) {
            let words: Vec<&str> = PAGE.split(' ').collect();
            let mut pieces = Vec::new();
            let mut rest = &words[..];
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, later) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece.join(" "));
                rest = later;
            }
            prop_assert_eq!(blocks(pieces.iter().map(String::as_str)), expected());
        }
    }
}
