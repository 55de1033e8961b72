//! [`Page`]: a part of a long list.

use super::at_most;

/// A part of a list that is too long to be read at once: the rows that come after the one with this key.
///
/// Reading on from a key costs the same on every page, and rows that are added meanwhile move nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page<Key> {
    /// The key of the last row of the page before; `None` for the first page.
    pub after: Option<Key>,
    /// The most rows to give; `None` for all that are left.
    pub limit: Option<u32>,
}

impl<Key> Page<Key> {
    /// The whole list.
    pub const ALL: Self = Self {
        after: None,
        limit: None,
    };

    /// The first rows of the list.
    pub const fn first(limit: u32) -> Self {
        Self {
            after: None,
            limit: Some(limit),
        }
    }

    /// The rows after the one with this key.
    pub const fn after(key: Key, limit: u32) -> Self {
        Self {
            after: Some(key),
            limit: Some(limit),
        }
    }

    pub(super) fn rows(&self) -> i64 {
        at_most(self.limit)
    }
}
