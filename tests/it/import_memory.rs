//! A file of any size is imported in the same memory: the program's peak does not grow with its input.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::{TestDatabase, program};

/// What the larger file may take more than the smaller one: less than a twentieth of the difference of most.
const SLACK_KIB: u64 = 8 * 1024;

const MIB: usize = 1 << 20;

/// A kind of file: its beginning, one record with its number and padding, what stands between records, its end.
struct Kind {
    command: &'static str,
    start: &'static str,
    record: fn(usize, &str) -> String,
    between: &'static str,
    end: &'static str,
}

impl Kind {
    /// Writes a file of about so many bytes; answers how many records it has.
    fn write(&self, path: &Path, bytes: usize) -> usize {
        let padding = "x".repeat(4096);
        let mut file = BufWriter::new(File::create(path).unwrap());
        file.write_all(self.start.as_bytes()).unwrap();
        let records = bytes / padding.len();
        for number in 0..records {
            if number > 0 {
                file.write_all(self.between.as_bytes()).unwrap();
            }
            file.write_all((self.record)(number, &padding).as_bytes())
                .unwrap();
        }
        file.write_all(self.end.as_bytes()).unwrap();
        file.flush().unwrap();
        records
    }

    /// Imports a file of so many bytes and answers the peak of the program's memory, in KiB.
    fn peak(&self, bytes: usize) -> u64 {
        let test = TestDatabase::new();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("input");
        let records = self.write(&path, bytes);
        let answer = File::create(folder.path().join("answer")).unwrap();
        let mut import = program(&["--json", "import", self.command, path.to_str().unwrap()])
            .env("DATABASE_URL", test.url())
            .stdout(Stdio::from(answer))
            .spawn()
            .unwrap();
        let status = format!("/proc/{}/status", import.id());
        let mut peak = 0;
        let exit = loop {
            let now = fs::read_to_string(&status).unwrap_or_default();
            peak = high_water_mark(&now).unwrap_or(peak);
            if let Some(exit) = import.try_wait().unwrap() {
                break exit;
            }
            thread::sleep(Duration::from_millis(5));
        };
        assert!(exit.success(), "{}: {exit}", self.command);
        let answer = fs::read(folder.path().join("answer")).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer[0]["stored"], records, "{}", self.command);
        assert!(peak > 0, "the peak was never seen");
        peak
    }

    fn assert_constant(&self, small: usize, large: usize) {
        let (less, more) = (self.peak(small), self.peak(large));
        assert!(
            more < less + SLACK_KIB,
            "{}: {less} KiB for {small} bytes, {more} KiB for {large}",
            self.command
        );
    }
}

/// `VmHWM` of `/proc/PID/status`.
fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn an_order_history_of_a_hundred_megabytes_takes_no_more_than_one_of_four() {
    Kind {
        command: "amazon-orders",
        start: "Website,Order ID,Order Date,Total Owed,Shipping Address,Product Name\r\n",
        record: |number, padding| {
            format!("Amazon.co.uk,{number},2025-05-01,1.00,\"{padding}\",Cup")
        },
        between: "\r\n",
        end: "\r\n",
    }
    .assert_constant(4 * MIB, 104 * MIB);
}

#[test]
fn other_files_take_no_more_for_being_larger() {
    for kind in [
        Kind {
            command: "amazon-returns",
            start: "OrderID,ReversalID,RefundCompletionDate,AmountRefunded,Note\n",
            record: |number, padding| format!("1,{number},2025-05-01,1.00,{padding}"),
            between: "\n",
            end: "\n",
        },
        Kind {
            command: "apple",
            start: "<!doctype html><body>",
            record: |number, padding| {
                format!(
                    "<div><!-- {padding} -->1 May 2025<b>MSAMPLE{number:06}</b>Total<i>£1.00</i>Loading...<p>App<p>Maker</div>"
                )
            },
            between: "\n",
            end: "</body>",
        },
        Kind {
            command: "amazon-business",
            start: "{\"orders\": [",
            record: |number, padding| {
                format!(
                    r#"{{"orderId": "{number}", "orderDate": "2025-05-01", "note": "{padding}", "lineItems": [{{"title": "Cup"}}]}}"#
                )
            },
            between: ",\n",
            end: "]}",
        },
    ] {
        kind.assert_constant(2 * MIB, 24 * MIB);
    }
}
