//! Following the pages of a bank's answer.

use std::collections::HashSet;

use serde_json::Value;

use crate::{Error, Result};

/// The page that follows, as the bank names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NextPage {
    /// The value for the parameter `cursor` of the same request.
    Cursor(String),
    /// A whole URL.
    Url(String),
}

/// Follows the pages of one answer; none is asked for twice.
#[derive(Debug, Default)]
pub struct Pages {
    asked: HashSet<NextPage>,
}

impl Pages {
    /// The page after this one: at the top level under `next_cursor`, `cursor` or `next`, or under `paging.next`. `None`
    /// where it is the last, however many records it has.
    ///
    /// [`Error::InvalidInput`] where the page is no JSON or names a page that came before: the fetch has failed then.
    pub fn next(&mut self, page: &[u8]) -> Result<Option<NextPage>> {
        let page: Value = serde_json::from_slice(page)
            .map_err(|error| Error::invalid("page", format!("no JSON: {error}")))?;
        let places = [
            "/next_cursor",
            "/cursor",
            "/next",
            "/paging/next",
            "/paging/cursor",
        ];
        let named = places
            .iter()
            .filter_map(|place| page.pointer(place)?.as_str())
            .find(|text| !text.trim().is_empty());
        let Some(text) = named else {
            return Ok(None);
        };
        let next = if text.contains("://") || text.starts_with('/') {
            NextPage::Url(text.to_owned())
        } else {
            NextPage::Cursor(text.to_owned())
        };
        if !self.asked.insert(next.clone()) {
            return Err(Error::invalid("page", "names a page that came before"));
        }
        Ok(Some(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // D28
    #[test]
    fn the_next_page_is_found_wherever_it_stands_and_asked_for_once() {
        let cursor = |text: &str| Some(NextPage::Cursor(text.to_owned()));
        let url = "https://api.example.org/x?cursor=c4";
        let mut pages = Pages::default();
        for (page, next) in [
            (
                r#"{"results": [], "next_cursor": "c1"}"#.to_owned(),
                cursor("c1"),
            ),
            (
                r#"{"cursor": "c2", "next_cursor": null}"#.to_owned(),
                cursor("c2"),
            ),
            (r#"{"next": "c3", "cursor": ""}"#.to_owned(), cursor("c3")),
            (
                format!(r#"{{"paging": {{"next": "{url}"}}}}"#),
                Some(NextPage::Url(url.to_owned())),
            ),
            (
                r#"{"results": [1], "paging": {"next": null}}"#.to_owned(),
                None,
            ),
            ("[1, 2]".to_owned(), None),
        ] {
            assert_eq!(pages.next(page.as_bytes()).expect("a page"), next, "{page}");
        }
        assert!(pages.next(br#"{"cursor": "c1"}"#).is_err());
        assert!(pages.next(b"<html>").is_err());
    }
}
