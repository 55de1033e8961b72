//! CSV exports: the lines of a file with their numbers, and cells by the names of the header.

use ::csv::{ByteRecord, Reader, ReaderBuilder};

use super::{is_blank, shown};

/// A CSV file whose header is known.
pub(super) struct Csv<'a> {
    columns: Vec<String>,
    records: Records<'a>,
}

/// One record of a file.
#[derive(Debug)]
pub(super) struct Line {
    /// The line of the file on which the record starts; the header is 1.
    pub(super) number: u64,
    /// Why the record as a whole cannot be used.
    pub(super) fault: Option<String>,
    cells: ByteRecord,
}

impl<'a> Csv<'a> {
    /// Reads the header, which has to name the required columns.
    pub(super) fn open(file: &'a [u8], required: &[&str]) -> Result<Self, String> {
        let mut records = Records::new(file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file));
        let header = records.next()?.ok_or("the file is empty")?;
        let columns: Vec<String> = header
            .cells
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_owned())
            .collect();
        let missing: Vec<&str> = required
            .iter()
            .copied()
            .filter(|name| !columns.iter().any(|column| column == name))
            .collect();
        if !missing.is_empty() {
            return Err(format!("the header lacks {}", missing.join(", ")));
        }
        Ok(Self { columns, records })
    }

    /// Where a column stands.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The next record, good or bad.
    pub(super) fn next_line(&mut self) -> Result<Option<Line>, String> {
        let Some(record) = self.records.next()? else {
            return Ok(None);
        };
        let (found, expected) = (record.cells.len(), self.columns.len());
        let fault = if record.spans_lines && (found != expected || record.has_odd_quotes) {
            self.records.give_up_first_line(&record);
            Some("a quote is not closed".to_owned())
        } else if found != expected {
            Some(format!("{found} fields instead of {expected}"))
        } else {
            None
        };
        Ok(Some(Line {
            number: record.line,
            fault,
            cells: record.cells,
        }))
    }
}

impl Line {
    /// A cell's text, trimmed; `None` where it is blank or the file has no such column.
    pub(super) fn word(&self, name: &str, column: Option<usize>) -> Result<Option<&str>, String> {
        let Some(cell) = column.and_then(|column| self.cells.get(column)) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(cell).map_err(|_| {
            format!(
                "{name}: {} is not UTF-8",
                shown(&String::from_utf8_lossy(cell))
            )
        })?;
        if text.contains('\0') {
            return Err(format!(
                "{name}: {} has a NUL character, which the database cannot hold",
                shown(text)
            ));
        }
        Ok((!is_blank(text)).then(|| text.trim()))
    }

    /// A cell that must say something.
    pub(super) fn required(&self, name: &str, column: Option<usize>) -> Result<&str, String> {
        self.word(name, column)?
            .ok_or_else(|| format!("{name}: missing"))
    }
}

/// The records of a file and where they start.
struct Records<'a> {
    file: &'a [u8],
    reader: Reader<&'a [u8]>,
    /// Where the reader was set up.
    base: usize,
    /// Up to where `line` has been counted.
    counted: usize,
    line: u64,
}

struct Record {
    cells: ByteRecord,
    start: usize,
    line: u64,
    spans_lines: bool,
    has_odd_quotes: bool,
}

impl<'a> Records<'a> {
    fn new(file: &'a [u8]) -> Self {
        Self {
            file,
            reader: reader_at(file, 0),
            base: 0,
            counted: 0,
            line: 1,
        }
    }

    fn next(&mut self) -> Result<Option<Record>, String> {
        let start = self.skip_line_ends(self.end_of_read());
        self.count_lines_to(start);
        let mut cells = ByteRecord::new();
        let found = self
            .reader
            .read_byte_record(&mut cells)
            .map_err(|error| error.to_string())?;
        let content = self.file.get(start..self.end_of_read()).unwrap_or_default();
        Ok(found.then(|| Record {
            cells,
            start,
            line: self.line,
            spans_lines: content
                .trim_ascii_end()
                .iter()
                .any(|byte| is_line_end(*byte)),
            has_odd_quotes: has_odd_quotes(content),
        }))
    }

    /// An open quote swallows the lines that follow: gives up the record's first line only and reads on behind it.
    fn give_up_first_line(&mut self, record: &Record) {
        let rest = &self.file[record.start..];
        let length = rest.iter().position(|byte| is_line_end(*byte));
        self.base = record.start + length.unwrap_or(rest.len());
        self.reader = reader_at(self.file, self.base);
    }

    /// How far the reader has got in the file.
    fn end_of_read(&self) -> usize {
        let read = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        self.base.saturating_add(read).min(self.file.len())
    }

    fn skip_line_ends(&self, from: usize) -> usize {
        let rest = &self.file[from..];
        from + rest.iter().take_while(|byte| is_line_end(**byte)).count()
    }

    /// Counts `\n`, `\r\n` and lone `\r` as one line end each.
    fn count_lines_to(&mut self, to: usize) {
        let ends = (self.counted..to).filter(|&at| match self.file[at] {
            b'\n' => true,
            b'\r' => self.file.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        self.line += ends.count() as u64;
        self.counted = to;
    }
}

fn reader_at(file: &[u8], base: usize) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(&file[base..])
}

fn has_odd_quotes(content: &[u8]) -> bool {
    let quotes = content.iter().filter(|byte| **byte == b'"');
    quotes.fold(false, |odd, _| !odd)
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(file: &str) -> Vec<(u64, Result<String, String>)> {
        let mut csv = Csv::open(file.as_bytes(), &["a"]).expect("a good header");
        let column = csv.column("b");
        let mut lines = Vec::new();
        while let Some(line) = csv.next_line().expect("readable") {
            let outcome = match line.fault.clone() {
                Some(fault) => Err(fault),
                None => line.required("b", column).map(str::to_owned),
            };
            lines.push((line.number, outcome));
        }
        lines
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        for end in ["\n", "\r\n", "\r"] {
            let file = ["\u{feff}a,b", "1,x", "", "", "2,\"y", "z\"", "3,w", ""].join(end);
            let y = format!("y{end}z");
            assert_eq!(
                lines(&file),
                vec![(2, Ok("x".to_owned())), (5, Ok(y)), (7, Ok("w".to_owned()))],
                "{end:?}"
            );
        }
    }

    #[test]
    fn a_wrong_number_of_fields_is_that_lines_fault_alone() {
        assert_eq!(
            lines("a,b\r\n1\r\n2,x,y\r\n3,ok"),
            vec![
                (2, Err("1 fields instead of 2".to_owned())),
                (3, Err("3 fields instead of 2".to_owned())),
                (4, Ok("ok".to_owned()))
            ]
        );
    }

    #[test]
    fn a_quote_that_is_not_closed_costs_its_own_line_only() {
        for open in ["1,\"open", "\"1,open"] {
            assert_eq!(
                lines(&format!("a,b\r\n{open}\r\n2,x\r\n3,\"y\"\"\"\r\n")),
                vec![
                    (2, Err("a quote is not closed".to_owned())),
                    (3, Ok("x".to_owned())),
                    (4, Ok("y\"".to_owned()))
                ]
            );
        }
    }

    #[test]
    fn blank_cells_are_missing() {
        for blank in ["", "  ", "N/A", "na", "null", " not available "] {
            assert_eq!(
                lines(&format!("a,b\n1,{blank}")),
                vec![(2, Err("b: missing".to_owned()))],
                "{blank}"
            );
        }
    }

    #[test]
    fn a_cell_that_is_no_text_is_named() {
        let mut csv = Csv::open(b"a,b\n1,\xff\n1,x\0y", &["a"]).expect("a good header");
        let column = csv.column("b");
        let reasons: Vec<String> = std::iter::from_fn(|| csv.next_line().expect("readable"))
            .map(|line| line.required("b", column).expect_err("no text"))
            .collect();
        assert_eq!(reasons[0], "b: \"\u{fffd}\" is not UTF-8");
        assert!(
            reasons[1].starts_with("b: \"x\\0y\" has a NUL"),
            "{}",
            reasons[1]
        );
    }

    #[test]
    fn the_header_has_to_be_there() {
        let open = |file: &[u8]| Csv::open(file, &["a", "b"]).map(|_| ());
        assert_eq!(open(b""), Err("the file is empty".to_owned()));
        assert_eq!(
            open(b"\xEF\xBB\xBF\r\n"),
            Err("the file is empty".to_owned())
        );
        assert_eq!(open(b"x;y"), Err("the header lacks a, b".to_owned()));
        assert_eq!(open(b" b , a "), Ok(()));
    }
}
