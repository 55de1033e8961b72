//! The categoriser: a category by words, for want of a rule.

mod words;

use aho_corasick::AhoCorasick;
use diesel::prelude::*;

use self::words::{INCOME, KEYWORDS};
use crate::models::core::CategoryKeyword;
use crate::types::TransactionType;
use crate::{Error, Result};

/// The category of what no word tells.
pub const OTHER: &str = "Other";

/// The categories that are built in; a user's own must not be called so.
pub const PROTECTED_CATEGORIES: [&str; 9] = [
    "Groceries",
    "Transport",
    "Dining",
    "Entertainment",
    "Utilities",
    "Shopping",
    "Health",
    INCOME,
    OTHER,
];

/// A keyword longer than so many characters also fits as the start of a word.
const LONGEST_WHOLE_WORD: usize = 4;

/// Words and their categories, in the order in which they are tried: the built-in ones, then those of `category_keywords`.
///
/// A word fits from the start of a word on; one of up to four characters only as a whole word.
pub struct Categoriser {
    finder: AhoCorasick,
    keywords: Vec<Keyword>,
}

struct Keyword {
    category: String,
    is_whole: bool,
}

impl Categoriser {
    /// A categoriser with the keywords of the database as they are now.
    pub fn load(conn: &mut PgConnection) -> Result<Self> {
        let mut keywords = CategoryKeyword::list(conn)?;
        keywords.sort_by(|a, b| {
            let key = |keyword: &CategoryKeyword| {
                (keyword.category_name.clone(), keyword.keyword.clone())
            };
            key(a).cmp(&key(b))
        });
        let own = keywords
            .into_iter()
            .map(|keyword| (keyword.category_name, keyword.keyword));
        Self::new(own)
    }

    /// A categoriser with keywords of one's own, each with its category in front, tried in their order.
    pub fn new(own: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let built_in = KEYWORDS.iter().flat_map(|(category, words)| {
            let category = (*category).to_owned();
            words
                .iter()
                .map(move |word| (category.clone(), (*word).to_owned()))
        });
        let (mut keywords, mut patterns) = (Vec::new(), Vec::new());
        for (category, word) in built_in.chain(own) {
            let word = word.trim().to_lowercase();
            if word.is_empty() {
                continue;
            }
            keywords.push(Keyword {
                category,
                is_whole: word.chars().count() <= LONGEST_WHOLE_WORD,
            });
            patterns.push(word);
        }
        let finder = AhoCorasick::new(patterns)
            .map_err(|error| Error::invalid("keyword", error.to_string()))?;
        Ok(Self { finder, keywords })
    }

    /// The category of the first keyword that one of the texts has; `Other` without. For money that comes in, the words of
    /// `Income` are tried first.
    pub fn categorise<'t>(
        &self,
        texts: impl IntoIterator<Item = &'t str>,
        direction: TransactionType,
    ) -> &str {
        let places = texts.into_iter().flat_map(|text| self.found_in(text));
        let first = places.min_by_key(|place| {
            let is_income = self.keywords[*place].category == INCOME;
            let goes_first = is_income && direction == TransactionType::Credit;
            (!goes_first, *place)
        });
        first.map_or(OTHER, |place| &self.keywords[place].category)
    }

    /// The places of the keywords in a text.
    fn found_in(&self, text: &str) -> Vec<usize> {
        let text = text.to_lowercase();
        self.finder
            .find_overlapping_iter(&text)
            .filter(|found| {
                let keyword = &self.keywords[found.pattern().as_usize()];
                let before = text[..found.start()].chars().next_back();
                let after = text[found.end()..].chars().next();
                let goes_on =
                    |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
                !goes_on(before) && (!keyword.is_whole || !goes_on(after))
            })
            .map(|found| found.pattern().as_usize())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn debit(description: &str, merchant: &str) -> String {
        let categoriser = Categoriser::new([]).unwrap();
        let category = categoriser.categorise([description, merchant], TransactionType::Debit);
        category.to_owned()
    }

    // D36
    #[test]
    fn words_count_from_their_start_and_short_ones_whole() {
        for (description, category) in [
            ("HIGH STREET LETTINGS", "Other"),
            ("EE LIMITED", "Utilities"),
            ("EE*TOPUP", "Utilities"),
            ("NEXT RETAIL", "Shopping"),
            ("NEXTDOOR", "Other"),
            ("SKYLARK ROAD", "Other"),
            ("VEGAS", "Other"),
            ("M&S SIMPLY FOOD", "Groceries"),
            ("TESCO STORES 2041", "Groceries"),
            ("SAINSBURYS", "Groceries"),
            ("CO-OPERATIVE FOOD", "Groceries"),
            ("UNTESCO", "Other"),
            ("CAFÉ", "Other"),
            ("Cafe Nero", "Dining"),
            ("", "Other"),
        ] {
            assert_eq!(debit(description, ""), category, "{description}");
        }
        assert_eq!(debit("CARD PAYMENT", "Greggs"), "Dining");
        assert_eq!(debit("VIRGIN", "MEDIA"), "Other", "texts are not joined");
    }

    #[test]
    fn the_first_in_order_decides_and_income_only_for_money_in() {
        assert_eq!(debit("PAYMENT FROM UBER", ""), "Transport");
        let categoriser = Categoriser::new([]).unwrap();
        let credit = |text| categoriser.categorise([text], TransactionType::Credit);
        assert_eq!(credit("PAYMENT FROM UBER"), "Income");
        assert_eq!(credit("TESCO"), "Groceries");
        assert_eq!(debit("AMAZON PRIME VIDEO", ""), "Entertainment");
        assert_eq!(debit("AMAZON.CO.UK", ""), "Shopping");
    }

    #[test]
    fn ones_own_keywords_come_last() {
        let own = [("Pets", "Vet"), ("Pets", "kennels"), ("Pets", " ")]
            .map(|(category, word)| (category.to_owned(), word.to_owned()));
        let categoriser = Categoriser::new(own).unwrap();
        let debit = |text| categoriser.categorise([text], TransactionType::Debit);
        assert_eq!(debit("THE VET"), "Pets");
        assert_eq!(debit("VETERAN"), "Other");
        assert_eq!(debit("KENNELSHIP"), "Pets");
        assert_eq!(debit("TESCO VET"), "Groceries");
    }

    #[test]
    fn protected_names_are_those_of_the_words() {
        let mut names: Vec<_> = KEYWORDS.iter().map(|(category, _)| *category).collect();
        names.push(OTHER);
        assert_eq!(names, PROTECTED_CATEGORIES);
    }
}
