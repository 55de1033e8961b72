//! Lines of bounded length.

use std::io::{BufRead, Read, Result};

/// The most bytes of a line: enough for a mail with its attachments, not enough to fill the memory.
pub(super) const LONGEST: usize = 64 << 20;

/// The space that is kept from one line to the next.
const KEPT: usize = 1 << 20;

/// What came of reading a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It is in the buffer.
    Read,
    /// It was longer than allowed, and was skipped.
    TooLong,
    /// There is none.
    End,
}

/// Reads the next line into `line`, at most `longest` bytes; the last line may end without a newline.
pub(super) fn read(input: &mut impl BufRead, line: &mut Vec<u8>, longest: usize) -> Result<Line> {
    line.clear();
    line.shrink_to(KEPT);
    let limit = u64::try_from(longest).unwrap_or(u64::MAX).saturating_add(1);
    let length = input.by_ref().take(limit).read_until(b'\n', line)?;
    if length == 0 {
        return Ok(Line::End);
    }
    if length <= longest || line.ends_with(b"\n") {
        return Ok(Line::Read);
    }
    input.skip_until(b'\n')?;
    Ok(Line::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_longest_length_are_read_and_longer_ones_are_skipped() {
        let mut input = &b"12345\n123456\n1\n\n12345"[..];
        let mut line = Vec::new();
        let mut next = || read(&mut input, &mut line, 5).map(|read| (read, line.clone()));
        assert_eq!(next().unwrap(), (Line::Read, b"12345\n".to_vec()));
        assert_eq!(next().unwrap().0, Line::TooLong);
        assert_eq!(next().unwrap(), (Line::Read, b"1\n".to_vec()));
        assert_eq!(next().unwrap(), (Line::Read, b"\n".to_vec()));
        assert_eq!(next().unwrap(), (Line::Read, b"12345".to_vec()));
        assert_eq!(next().unwrap().0, Line::End);
    }
}
