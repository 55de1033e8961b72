//! CSV exports: the lines of a file with their numbers, and cells by the names of the header.

mod records;

use std::io::{self, Read};
use std::path::Path;

use self::records::{Cells, LONGEST, Records};
use super::{is_blank, shown};
use crate::Error;

/// A CSV file whose header is known.
pub(super) struct Csv<R> {
    columns: Vec<String>,
    records: Records<R>,
}

/// Why a file as a whole cannot be used.
#[derive(Debug)]
pub(super) enum Unusable {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It is not what it should be.
    Fault(String),
}

impl Unusable {
    /// The error for the caller.
    pub(super) fn of(self, file: &Path) -> Error {
        match self {
            Self::Unreadable(error) => Error::io(file, error),
            Self::Fault(reason) => Error::Import {
                file: file.to_owned(),
                reason,
            },
        }
    }
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// One record of a file.
#[derive(Debug)]
pub(super) struct Line {
    /// The line of the file on which the record starts; the header is 1.
    pub(super) number: u64,
    /// Why the record as a whole cannot be used.
    pub(super) fault: Option<String>,
    cells: Cells,
}

impl<R: Read> Csv<R> {
    /// Reads the header, which has to name the required columns.
    pub(super) fn open(file: R, required: &[&str]) -> Result<Self, Unusable> {
        let fault = |reason: String| Err(Unusable::Fault(reason));
        let mut records = Records::open(file)?;
        let Some(header) = records.next()? else {
            return fault("the file is empty".to_owned());
        };
        if header.is_too_long {
            return fault(format!("the header has more than {LONGEST} bytes"));
        }
        records.take(&header);
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
            return fault(format!("the header lacks {}", missing.join(", ")));
        }
        Ok(Self { columns, records })
    }

    /// Where a column stands.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The next record, good or bad.
    pub(super) fn next_line(&mut self) -> Result<Option<Line>, Unusable> {
        let Some(record) = self.records.next()? else {
            return Ok(None);
        };
        let (found, expected) = (record.cells.len(), self.columns.len());
        let is_open = record.is_too_long || found != expected || record.has_odd_quotes;
        let fault = if record.spans_lines && is_open {
            Some("a quote is not closed".to_owned())
        } else if record.is_too_long {
            Some(format!("the line has more than {LONGEST} bytes"))
        } else if found != expected {
            Some(format!("{found} fields instead of {expected}"))
        } else {
            None
        };
        if record.spans_lines && is_open || record.is_too_long {
            self.records.give_up_first_line()?;
        } else {
            self.records.take(&record);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time, as a slow pipe does.
    struct Trickle<'a>(&'a [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(length);
            buffer[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    type Outcome = Vec<(u64, Result<String, String>)>;

    fn lines_of(file: impl Read) -> Outcome {
        let mut csv = Csv::open(file, &["a"]).expect("a good header");
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

    fn lines(file: &str) -> Outcome {
        let lines = lines_of(file.as_bytes());
        assert_eq!(lines_of(Trickle(file.as_bytes(), 1)), lines);
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
    fn an_open_quote_or_a_long_line_costs_bounded_memory_and_itself_only() {
        let many = "2,x\r\n".repeat(LONGEST / 4);
        let open = format!("a,b\r\n1,\"open\r\n{many}");
        let found = lines_of(open.as_bytes());
        assert_eq!(found.len(), LONGEST / 4 + 1);
        assert_eq!(found[0], (2, Err("a quote is not closed".to_owned())));
        assert!(found[1..].iter().all(|(_, outcome)| outcome.is_ok()));

        let long = format!("a,b\n1,{}\n2,x\n", "y".repeat(3 * LONGEST));
        assert_eq!(
            lines_of(long.as_bytes()),
            vec![
                (2, Err("the line has more than 1048576 bytes".to_owned())),
                (3, Ok("x".to_owned())),
            ]
        );
    }

    #[test]
    fn many_lines_come_through_windows_of_any_cut() {
        let lines = (0..30_000).map(|number| format!("{number},\"{number}\r\n,\"\"{number}\"\r\n"));
        let file = format!("a,b\r\n{}", lines.collect::<Vec<_>>().concat());
        let found = lines_of(Trickle(file.as_bytes(), 4096));
        assert_eq!(found.len(), 30_000);
        for (number, (line, outcome)) in found.into_iter().enumerate() {
            assert_eq!(line, 2 * number as u64 + 2);
            assert_eq!(outcome, Ok(format!("{number}\r\n,\"{number}")));
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
        let mut csv = Csv::open(&b"a,b\n1,\xff\n1,x\0y"[..], &["a"]).expect("a good header");
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
        let open = |file: &[u8]| match Csv::open(file, &["a", "b"]) {
            Ok(_) => Ok(()),
            Err(Unusable::Fault(reason)) => Err(reason),
            Err(Unusable::Unreadable(error)) => panic!("{error}"),
        };
        assert_eq!(open(b""), Err("the file is empty".to_owned()));
        assert_eq!(
            open(b"\xEF\xBB\xBF\r\n"),
            Err("the file is empty".to_owned())
        );
        assert_eq!(open(b"x;y"), Err("the header lacks a, b".to_owned()));
        assert_eq!(open(b" b , a "), Ok(()));
        assert_eq!(
            open(&vec![b'x'; 2 * LONGEST]),
            Err("the header has more than 1048576 bytes".to_owned())
        );
    }
}
