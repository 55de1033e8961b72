//! A connection of libpq and its rows.

use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr;
use std::slice;

use chrono::{DateTime, Utc};
use pq_sys::{
    ConnStatusType, ExecStatusType, PGconn, PGresult, PQclear, PQconnectdb, PQerrorMessage, PQexec,
    PQexecPrepared, PQfinish, PQgetResult, PQgetisnull, PQgetlength, PQgetvalue, PQntuples,
    PQprepare, PQputCopyData, PQputCopyEnd, PQresultStatus, PQstatus,
};

use super::decode::{Decode, microseconds_of};
use crate::error::{Error, Result};

const BINARY: c_int = 1;

/// A connection; closed with this.
pub struct Connection(*mut PGconn);

// SAFETY: libpq lets a connection be used by one thread after the other.
unsafe impl Send for Connection {}

/// What is sent along with a statement.
pub trait Parameter {
    fn bytes(&self) -> Vec<u8>;
}

impl Parameter for i32 {
    fn bytes(&self) -> Vec<u8> {
        self.to_be_bytes().to_vec()
    }
}

impl Parameter for DateTime<Utc> {
    fn bytes(&self) -> Vec<u8> {
        microseconds_of(self).to_be_bytes().to_vec()
    }
}

impl Parameter for Vec<i32> {
    /// One dimension, no nulls, `int4`, so many from 1 on.
    fn bytes(&self) -> Vec<u8> {
        let count = i32::try_from(self.len()).expect("a page of ids");
        let head = [1, 0, 23, count, 1].into_iter().flat_map(i32::to_be_bytes);
        let elements = self
            .iter()
            .flat_map(|id| [4_i32.to_be_bytes(), id.to_be_bytes()].concat());
        head.chain(elements).collect()
    }
}

impl Connection {
    pub fn open(url: &str) -> Result<Self> {
        let url = CString::new(url)?;
        // SAFETY: `url` ends with a nul and lives on.
        let connection = Self(unsafe { PQconnectdb(url.as_ptr()) });
        // SAFETY: libpq gave the pointer, and takes a null too.
        if unsafe { PQstatus(connection.0) } == ConnStatusType::CONNECTION_OK {
            Ok(connection)
        } else {
            Err(connection.error())
        }
    }

    /// Runs SQL without parameters; rows come as text and are thrown away.
    pub fn run(&mut self, statement: &str) -> Result<()> {
        let statement = CString::new(statement)?;
        // SAFETY: `statement` ends with a nul.
        self.check(unsafe { PQexec(self.0, statement.as_ptr()) })?;
        Ok(())
    }

    pub fn prepare(&mut self, name: &CStr, statement: &str) -> Result<()> {
        let statement = CString::new(statement)?;
        // SAFETY: both texts end with a nul; without types the server finds them itself.
        let result =
            unsafe { PQprepare(self.0, name.as_ptr(), statement.as_ptr(), 0, ptr::null()) };
        self.check(result)?;
        Ok(())
    }

    /// Runs a prepared statement, parameters and rows in binary.
    pub fn execute(&mut self, name: &CStr, parameters: &[&dyn Parameter]) -> Result<Rows> {
        let values: Vec<Vec<u8>> = parameters
            .iter()
            .map(|parameter| parameter.bytes())
            .collect();
        let pointers: Vec<*const c_char> =
            values.iter().map(|value| value.as_ptr().cast()).collect();
        let lengths: Vec<c_int> = values
            .iter()
            .map(|value| c_int::try_from(value.len()))
            .collect::<Result<_, _>>()?;
        let formats = vec![BINARY; values.len()];
        // SAFETY: the three lists have as many elements as is said, and live on.
        let result = unsafe {
            PQexecPrepared(
                self.0,
                name.as_ptr(),
                c_int::try_from(values.len())?,
                pointers.as_ptr(),
                lengths.as_ptr(),
                formats.as_ptr(),
                BINARY,
            )
        };
        self.check(result)
    }

    /// Sends what `COPY … FROM STDIN` is to read.
    pub fn copy(&mut self, statement: &str, data: &[u8]) -> Result<()> {
        const CHUNK: usize = 1 << 16;
        self.run(statement)?;
        for chunk in data.chunks(CHUNK) {
            // SAFETY: the chunk lives on and has that length.
            let sent = unsafe {
                PQputCopyData(self.0, chunk.as_ptr().cast(), c_int::try_from(chunk.len())?)
            };
            if sent != 1 {
                return Err(self.error());
            }
        }
        // SAFETY: without an error message the data end well.
        if unsafe { PQputCopyEnd(self.0, ptr::null()) } != 1 {
            return Err(self.error());
        }
        loop {
            // SAFETY: the connection is open.
            let result = unsafe { PQgetResult(self.0) };
            if result.is_null() {
                return Ok(());
            }
            self.check(result)?;
        }
    }

    fn check(&self, result: *mut PGresult) -> Result<Rows> {
        let rows = Rows(result);
        // SAFETY: libpq gave the pointer, and takes a null too.
        match unsafe { PQresultStatus(result) } {
            ExecStatusType::PGRES_TUPLES_OK
            | ExecStatusType::PGRES_COMMAND_OK
            | ExecStatusType::PGRES_COPY_IN => Ok(rows),
            _ => Err(self.error()),
        }
    }

    fn error(&self) -> Error {
        // SAFETY: the message belongs to the connection and ends with a nul.
        let message = unsafe { CStr::from_ptr(PQerrorMessage(self.0)) };
        message.to_string_lossy().trim().into()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: nobody uses it afterwards.
        unsafe { PQfinish(self.0) }
    }
}

/// The rows of a statement; freed with this.
pub struct Rows(*mut PGresult);

impl Rows {
    pub fn len(&self) -> c_int {
        // SAFETY: the result is there as long as this.
        unsafe { PQntuples(self.0) }
    }

    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).map(|row| Row { rows: self, row })
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        // SAFETY: nobody uses it afterwards.
        unsafe { PQclear(self.0) }
    }
}

/// A row.
pub struct Row<'r> {
    rows: &'r Rows,
    row: c_int,
}

impl<'r> Row<'r> {
    pub fn get<T: Decode<'r>>(&self, column: c_int) -> T {
        T::decode(self.value(column))
    }

    fn value(&self, column: c_int) -> Option<&'r [u8]> {
        let Rows(rows) = *self.rows;
        // SAFETY: the row is there, the columns are those of the statement, and the value lives as long as the rows.
        unsafe {
            if PQgetisnull(rows, self.row, column) == 1 {
                return None;
            }
            let length = usize::try_from(PQgetlength(rows, self.row, column)).unwrap_or_default();
            Some(slice::from_raw_parts(
                PQgetvalue(rows, self.row, column).cast(),
                length,
            ))
        }
    }
}
