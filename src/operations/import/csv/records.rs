//! The records of a CSV file and where they start, in a window of the file.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader};

/// Bytes of the longest record: an open quote swallows no more of the file than that.
pub(super) const LONGEST: usize = 1 << 20;

/// Bytes that are read at once.
const CHUNK: u64 = 1 << 16;

/// The cells of a record.
#[derive(Debug, Default)]
pub(super) struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// A record that the window starts with; it is to be taken or given up.
pub(super) struct Record {
    pub(super) cells: Cells,
    /// The line on which it starts.
    pub(super) line: u64,
    pub(super) spans_lines: bool,
    pub(super) has_odd_quotes: bool,
    /// It goes on behind [`LONGEST`] bytes; the cells are not complete then.
    pub(super) is_too_long: bool,
    length: usize,
}

pub(super) struct Records<R> {
    reader: R,
    parser: Reader,
    /// What has been read of the file; it is done with up to `at`.
    window: Vec<u8>,
    at: usize,
    /// Nothing follows the window.
    is_complete: bool,
    /// The line at `at`.
    line: u64,
    /// The byte before `at` is a `\r`.
    is_after_return: bool,
}

impl Cells {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, place: usize) -> Option<&[u8]> {
        let end = *self.ends.get(place)?;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start..end)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|place| self.get(place))
    }
}

impl<R: Read> Records<R> {
    /// Starts behind the byte order mark, if there is one.
    pub(super) fn open(reader: R) -> io::Result<Self> {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        let mut records = Self {
            reader,
            parser: Reader::new(),
            window: Vec::new(),
            at: 0,
            is_complete: false,
            line: 1,
            is_after_return: false,
        };
        records.fill()?;
        if records.window.starts_with(MARK) {
            records.at = MARK.len();
        }
        Ok(records)
    }

    /// The next record, until it is taken or given up.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        self.skip_line_ends()?;
        if self.at == self.window.len() {
            return Ok(None);
        }
        let (cells, length, is_too_long) = self.parse()?;
        let content = &self.window[self.at..self.at + length];
        let spans_lines = spans_lines(content.trim_ascii_end());
        Ok(Some(Record {
            cells,
            line: self.line,
            spans_lines,
            has_odd_quotes: spans_lines && has_odd_quotes(content),
            is_too_long,
            length,
        }))
    }

    /// Goes on behind the record.
    pub(super) fn take(&mut self, record: &Record) {
        let end = self.at + record.length;
        let content = &self.window[self.at..end];
        let counted = if record.spans_lines {
            0
        } else {
            content.trim_ascii_end().len()
        };
        self.is_after_return = false;
        for at in self.at + counted..end {
            self.count(self.window[at]);
        }
        self.at = end;
    }

    /// Goes on behind the first line of the record.
    pub(super) fn give_up_first_line(&mut self) -> io::Result<()> {
        self.is_after_return = false;
        loop {
            let rest = &self.window[self.at..];
            if let Some(length) = rest.iter().position(|byte| is_line_end(*byte)) {
                self.at += length;
                return Ok(());
            }
            self.at = self.window.len();
            if self.is_complete {
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// The cells of the record at `at`, its length, and whether it is too long.
    fn parse(&mut self) -> io::Result<(Cells, usize, bool)> {
        self.parser.reset();
        let mut cells = Cells {
            bytes: vec![0; 512],
            ends: vec![0; 32],
        };
        let (mut length, mut written, mut ended) = (0, 0, 0);
        loop {
            if self.at + length == self.window.len() && !self.is_complete {
                if length >= LONGEST {
                    return Ok((Cells::default(), length, true));
                }
                self.fill()?;
            }
            let (result, read, bytes, ends) = self.parser.read_record(
                &self.window[self.at + length..],
                &mut cells.bytes[written..],
                &mut cells.ends[ended..],
            );
            length += read;
            written += bytes;
            ended += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => cells.bytes.resize(2 * cells.bytes.len(), 0),
                ReadRecordResult::OutputEndsFull => cells.ends.resize(2 * cells.ends.len(), 0),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        cells.bytes.truncate(written);
        cells.ends.truncate(ended);
        Ok((cells, length, false))
    }

    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            while let Some(byte) = self.window.get(self.at).copied() {
                if !is_line_end(byte) {
                    return Ok(());
                }
                self.count(byte);
                self.at += 1;
            }
            if self.is_complete {
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// Counts `\n`, `\r\n` and a lone `\r` as one line end each.
    fn count(&mut self, byte: u8) {
        if byte == b'\r' || byte == b'\n' && !self.is_after_return {
            self.line += 1;
        }
        self.is_after_return = byte == b'\r';
    }

    /// Drops what is done with and reads on.
    fn fill(&mut self) -> io::Result<()> {
        self.window.drain(..self.at);
        self.at = 0;
        let read = (&mut self.reader)
            .take(CHUNK)
            .read_to_end(&mut self.window)?;
        self.is_complete = read == 0;
        Ok(())
    }
}

fn spans_lines(content: &[u8]) -> bool {
    content.contains(&b'\n') || content.contains(&b'\r')
}

fn has_odd_quotes(content: &[u8]) -> bool {
    let quotes = content.iter().filter(|byte| **byte == b'"');
    quotes.fold(false, |odd, _| !odd)
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
