//! The apps of a purchase and who published them.

use std::sync::LazyLock;

use regex::Regex;

use super::blocks::regex;
use super::page::{BEGIN, END};

/// The apps of one purchase.
#[derive(Debug, PartialEq)]
pub(super) struct Apps {
    /// Joined with `, `.
    pub(super) names: String,
    /// Those that are known, joined with `, `.
    pub(super) publishers: String,
    pub(super) count: i32,
}

struct App {
    name: String,
    publisher: String,
}

static RENEWS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\bRenews(\s+\d{1,2}\s+[A-Za-z]{3,9}\s+\d{4}|\s*$)"));
static WORD: LazyLock<Regex> = LazyLock::new(|| regex(r"\S+"));
static PRICE: LazyLock<Regex> = LazyLock::new(|| regex(r"^[£€$][\d,]+(\.\d+)?$"));
/// A word in capitals that begins in the middle of another.
static RUN_TOGETHER: LazyLock<Regex> = LazyLock::new(|| regex(r"\p{Ll}(\p{Lu}\p{Ll})"));

impl Apps {
    /// Reads what follows `Loading...`.
    pub(super) fn read(text: &str) -> Self {
        let mut groups = marked(text);
        if groups.is_empty() {
            groups = paired(text.split([BEGIN, END]).next().unwrap_or_default());
        }
        let apps: Vec<App> = match groups.as_slice() {
            [only] if only.len() == 1 => vec![App::run_together(&only[0])],
            groups => groups.iter().map(|lines| App::of(lines)).collect(),
        };
        Self {
            names: join(apps.iter().map(|app| app.name.as_str())),
            publishers: join(apps.iter().map(|app| app.publisher.as_str())),
            count: i32::try_from(apps.len()).unwrap_or(i32::MAX),
        }
    }
}

/// The lines of apps that the page's elements tell apart.
fn marked(text: &str) -> Vec<Vec<String>> {
    text.split(BEGIN)
        .skip(1)
        .map(|element| lines(element.split(END).next().unwrap_or_default()).concat())
        .filter(|lines| !lines.is_empty())
        .collect()
}

/// The lines of apps that nothing tells apart: two each, fewer where a renewal ends one.
fn paired(text: &str) -> Vec<Vec<String>> {
    let parts = lines(text);
    let pairs = parts.iter().flat_map(|lines| lines.chunks(2));
    pairs.map(<[String]>::to_vec).collect()
}

/// The lines that say something, in parts that a renewal ends.
fn lines(text: &str) -> Vec<Vec<String>> {
    RENEWS
        .split(text)
        .map(|part| {
            part.lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|line| !line.is_empty() && !PRICE.is_match(line))
                .collect()
        })
        .collect()
}

fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    known.join(", ")
}

impl App {
    /// The first line is the name, the second the publisher, unless it is too short for one.
    fn of(lines: &[String]) -> Self {
        let line = |place: usize| lines.get(place).map(String::as_str).unwrap_or_default();
        Self::new(line(0), line(1))
    }

    fn new(name: &str, publisher: &str) -> Self {
        let is_publisher = publisher.chars().count() > 2;
        Self {
            name: name.to_owned(),
            publisher: if is_publisher { publisher } else { "" }.to_owned(),
        }
    }

    /// Name and publisher in one line: cut before the first capitalised word that starts within another, else before a
    /// capitalised word that stands there for the second time.
    fn run_together(line: &str) -> Self {
        const LONGEST: usize = 80;
        const SHORTEST: usize = 3;
        let inner = RUN_TOGETHER.captures(line).and_then(|found| found.get(1));
        let cut = inner
            .map(|word| word.start())
            .or_else(|| repeated_word(line));
        let (name, publisher) = line.split_at(cut.unwrap_or(line.len()));
        if name.trim().chars().count() < SHORTEST {
            let name: String = line.chars().take(LONGEST).collect();
            return Self::new(&name, "");
        }
        Self::new(name.trim(), publisher.trim())
    }
}

/// Where a capitalised word stands for the second time.
fn repeated_word(line: &str) -> Option<usize> {
    let mut seen = Vec::new();
    let words = WORD.find_iter(line);
    let mut capitalised = words.filter(|word| word.as_str().starts_with(char::is_uppercase));
    capitalised.find_map(|word| {
        if seen.contains(&word.as_str()) {
            return Some(word.start());
        }
        seen.push(word.as_str());
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, i32) {
        let apps = Apps::read(text);
        (apps.names, apps.publishers, apps.count)
    }

    fn is(names: &str, publishers: &str, count: i32) -> (String, String, i32) {
        (names.to_owned(), publishers.to_owned(), count)
    }

    #[test]
    fn one_app_has_a_line_for_its_name_and_one_for_its_publisher() {
        assert_eq!(
            read("\nApple TV+\nApple TV\nRenews 20 Apr 2025\n"),
            is("Apple TV+", "Apple TV", 1)
        );
        assert_eq!(read("\nApp\nEA\n"), is("App", "", 1));
        assert_eq!(
            read("\nMy App\nSome Maker\nRenews"),
            is("My App", "Some Maker", 1)
        );
        assert_eq!(
            read("\n£2.99\nMy  App\n Some\u{a0}Maker"),
            is("My App", "Some Maker", 1)
        );
        assert_eq!(
            read("\u{2}\nMy App\nSome Maker\nReport\n\u{3}\nCopyright"),
            is("My App", "Some Maker", 1)
        );
    }

    #[test]
    fn the_beginning_of_the_next_purchase_is_no_app() {
        assert_eq!(
            read("\nMy App\nSome Maker\n\u{3}\n\u{2}\n"),
            is("My App", "Some Maker", 1)
        );
    }

    #[test]
    fn every_app_of_a_purchase_is_kept() {
        for text in [
            "One\nMaker A\nTwo\nMaker B",
            "One\nMaker A\nRenews 1 May 2025\nTwo\nMaker B\n\u{3}footer",
            "\u{2}One\nMaker A\n\u{3}\u{2}Two\n£1.99\nMaker B\u{3}\u{3}footer",
            "\u{2}\u{2}One\nMaker A\n\u{2}Two\nMaker B\nReport\u{3}",
        ] {
            assert_eq!(read(text), is("One, Two", "Maker A, Maker B", 2), "{text}");
        }
        assert_eq!(
            read("\u{2}FaceTime\u{3}\u{2}Two\u{3}"),
            is("FaceTime, Two", "", 2)
        );
        assert_eq!(
            read("One\nRenews 1 May 2025\nTwo\nMaker"),
            is("One, Two", "Maker", 2)
        );
    }

    #[test]
    fn name_and_publisher_in_one_line_are_told_apart() {
        for (line, name, publisher) in [
            (
                "Bus Times UKSample Transit",
                "Bus Times UKSample Transit",
                "",
            ),
            (
                "Pocket PuzzlesSample Studio Ltd",
                "Pocket Puzzles",
                "Sample Studio Ltd",
            ),
            ("Apple TV+ Apple TV", "Apple TV+", "Apple TV"),
            (
                "iCloud+ with 200 GB of Storage",
                "iCloud+ with 200 GB of Storage",
                "",
            ),
            ("Mystery Game", "Mystery Game", ""),
            ("A Game A Maker", "A Game", "A Maker"),
            ("Sleep WellEA", "Sleep WellEA", ""),
        ] {
            assert_eq!(read(line), is(name, publisher, 1), "{line}");
        }
        let long = format!("i{}", "Cloud ".repeat(30));
        assert_eq!(read(&long).0.chars().count(), 80);
    }

    #[test]
    fn without_a_name_there_is_no_app() {
        assert_eq!(read(" \n "), is("", "", 0));
        assert_eq!(read("\u{2}\u{3}"), is("", "", 0));
    }
}
