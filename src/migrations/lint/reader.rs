//! [`Reader`]: going through the words of a statement.

use std::ops::Range;

use crate::sql::{self, Kind};

/// A word, a name, a constant or a sign, by its place in the script.
pub(super) struct Token {
    kind: Kind,
    range: Range<usize>,
}

/// What a part of a script consists of, without comments and spaces.
pub(super) fn tokens(script: &str, part: Range<usize>) -> Vec<Token> {
    sql::tokens(&script[part.clone()])
        .filter(|(kind, _)| *kind != Kind::Comment)
        .map(|(kind, range)| Token {
            kind,
            range: part.start + range.start..part.start + range.end,
        })
        .filter(|token| !script[token.range.clone()].trim().is_empty())
        .collect()
}

/// What is left of a statement. What is eaten is gone; what does not fit is left as it was.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    script: &'a str,
    tokens: &'a [Token],
}

impl<'a> Reader<'a> {
    pub(super) fn new(script: &'a str, tokens: &'a [Token]) -> Self {
        Self { script, tokens }
    }

    fn text(&self, index: usize) -> Option<&'a str> {
        self.tokens
            .get(index)
            .map(|token| &self.script[token.range.clone()])
    }

    fn is_at(&self, index: usize, word: &str) -> bool {
        self.text(index)
            .is_some_and(|text| text.eq_ignore_ascii_case(word))
    }

    fn skip(&mut self, count: usize) {
        self.tokens = self.tokens.get(count..).unwrap_or_default();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Where in the script it stands.
    pub(super) fn place(&self) -> usize {
        match self.tokens.first() {
            Some(token) => token.range.start,
            None => self.script.len(),
        }
    }

    /// Whether these words, which spaces part, come next.
    pub(super) fn sees(&self, words: &str) -> bool {
        words
            .split(' ')
            .enumerate()
            .all(|(index, word)| self.is_at(index, word))
    }

    /// Whether one of these comes next.
    pub(super) fn sees_any(&self, choices: &[&str]) -> bool {
        choices.iter().any(|words| self.sees(words))
    }

    /// Eats these words where they come next.
    pub(super) fn eat(&mut self, words: &str) -> bool {
        let comes = self.sees(words);
        if comes {
            self.skip(words.split(' ').count());
        }
        comes
    }

    /// Eats each of these that comes next, in any order.
    pub(super) fn eat_all(&mut self, choices: &[&str]) {
        while choices.iter().any(|words| self.eat(words)) {}
    }

    /// Eats a name, and tells its last part as the server keeps it: that of `public."Odd"` is `Odd`.
    pub(super) fn name(&mut self) -> Option<String> {
        let mut name = None;
        loop {
            let text = self.text(0)?;
            if self.tokens[0].kind != Kind::Code || !starts_a_name(text) {
                return name;
            }
            name = Some(plain(text));
            self.skip(1);
            if !self.eat(".") {
                return name;
            }
        }
    }

    /// Eats a text constant of the simple form, and tells what it says.
    pub(super) fn literal(&mut self) -> Option<&'a str> {
        let text = self.text(0)?.strip_prefix('\'')?.strip_suffix('\'')?;
        self.skip(1);
        Some(text)
    }

    /// Eats what stands in parentheses, and gives it without them.
    pub(super) fn group(&mut self) -> Option<Self> {
        if !self.is_at(0, "(") {
            return None;
        }
        let mut depth = 0_usize;
        for index in 0..self.tokens.len() {
            if self.is_at(index, "(") {
                depth += 1;
            } else if self.is_at(index, ")") {
                depth -= 1;
            }
            if depth == 0 {
                let inner = Self {
                    tokens: &self.tokens[1..index],
                    ..*self
                };
                self.skip(index + 1);
                return Some(inner);
            }
        }
        None
    }

    /// The places that no parentheses or brackets enclose.
    fn outermost(&self) -> impl Iterator<Item = usize> {
        let mut depth = 0_usize;
        (0..self.tokens.len()).filter(move |index| {
            if self.is_at(*index, ")") || self.is_at(*index, "]") {
                depth = depth.saturating_sub(1);
            }
            let is_outermost = depth == 0;
            if self.is_at(*index, "(") || self.is_at(*index, "[") {
                depth += 1;
            }
            is_outermost
        })
    }

    /// What commas part.
    pub(super) fn parts(&self) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut start = 0;
        let commas = self.outermost().filter(|index| self.is_at(*index, ","));
        for end in commas.chain([self.tokens.len()]) {
            parts.push(Self {
                tokens: &self.tokens[start..end],
                ..*self
            });
            start = end + 1;
        }
        parts
    }

    /// What stands before the first of these outside of parentheses; everything where there is none.
    pub(super) fn before_any(&self, choices: &[&str]) -> Self {
        let end = self
            .outermost()
            .find(|index| self.from(*index).sees_any(choices));
        Self {
            tokens: &self.tokens[..end.unwrap_or(self.tokens.len())],
            ..*self
        }
    }

    /// What follows these words outside of parentheses.
    pub(super) fn after(&self, words: &str) -> Option<Self> {
        let at = self
            .outermost()
            .find(|index| self.from(*index).sees(words))?;
        Some(self.from(at + words.split(' ').count()))
    }

    /// Whether these words stand somewhere outside of parentheses.
    pub(super) fn has(&self, words: &str) -> bool {
        self.after(words).is_some()
    }

    fn from(&self, index: usize) -> Self {
        Self {
            tokens: &self.tokens[index..],
            ..*self
        }
    }

    /// Itself and all its ends, the next word first.
    pub(super) fn tails(self) -> impl Iterator<Item = Self> {
        (0..self.tokens.len()).map(move |index| self.from(index))
    }

    /// The words in small letters, with spaces between words alone: `numeric(5,2)`.
    pub(super) fn normal(&self) -> String {
        let mut normal = String::new();
        for index in 0..self.tokens.len() {
            let word = plain(self.text(index).unwrap_or_default());
            let parts_words = normal.ends_with(is_word) && word.starts_with(is_word);
            let are_digits = normal.ends_with(|c: char| c.is_ascii_digit())
                && word.starts_with(|c: char| c.is_ascii_digit());
            if parts_words && !are_digits {
                normal.push(' ');
            }
            normal.push_str(&word);
        }
        normal
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn starts_a_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '"' || c == '_' || c.is_alphabetic())
}

/// A name as the server keeps it.
fn plain(text: &str) -> String {
    match text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => text.to_lowercase(),
    }
}
