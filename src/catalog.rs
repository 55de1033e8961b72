//! What a database consists of, and where it is not what the migrations make.
//!
//! [`Catalog::read`] reads the tables, columns, constraints, indexes, triggers, views and functions of a database,
//! [`Catalog::expected`] is what the migrations of this crate make, and [`check`] tells the differences, each with what it
//! breaks and the SQL that mends it.

mod compare;
mod difference;
mod harm;
pub(crate) mod mend;
mod sequences;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use diesel::prelude::*;
use diesel::sql_types::Jsonb;
use serde::{Deserialize, Serialize};

pub use compare::{ColumnFault, Finding, PartFault, PartKind, compare};
pub(crate) use difference::addition;
pub use difference::{Difference, check};
pub(crate) use harm::is_drift;
pub use sequences::{Behind, behind};

use crate::{Error, Result};

/// The objects of the schema that unqualified names find, `public` as a rule. Tables whose name begins with two underscores
/// are tools' own and left out, and so is what an extension brought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Catalog {
    /// Tables by name.
    pub tables: BTreeMap<String, Table>,
    /// Views, also materialised ones, by name.
    pub views: BTreeMap<String, View>,
    /// Functions by name and types of arguments, such as `f(a integer)`.
    pub functions: BTreeMap<String, Function>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What its comment says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Columns in their order.
    pub columns: Vec<Column>,
    /// Keys, references and checks by name, such as `UNIQUE (email)`.
    pub constraints: BTreeMap<String, Part>,
    /// Indexes by name, but for those of constraints.
    pub indexes: BTreeMap<String, Part>,
    /// Triggers by name.
    pub triggers: BTreeMap<String, Part>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type with length and precision, such as `numeric(12,2)`.
    #[serde(rename = "type")]
    pub sql_type: String,
    /// The collation, where it is not the type's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// `always` or `by default`, where it numbers rows by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The expression that it is computed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
    /// The expression that is taken where an insert gives no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// What its comment says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A constraint, an index or a trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// As PostgreSQL writes it.
    pub definition: String,
    /// Whether it does its work: a constraint is valid for the rows that are there, an index complete, a trigger enabled.
    pub is_sound: bool,
}

/// A view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// What its comment says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Such as `security_invoker=true`.
    pub options: Vec<String>,
    /// Its query, on one line and without the names of tables before columns.
    pub query: String,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// The statement that creates it.
    pub definition: String,
    /// What its comment says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

static EXPECTED: LazyLock<std::result::Result<Catalog, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("catalog/expected.json")).map_err(|error| error.to_string())
});

#[derive(QueryableByName)]
struct Document {
    #[diesel(sql_type = Jsonb)]
    catalog: serde_json::Value,
}

impl Catalog {
    /// Reads the catalog of a database, in one statement.
    pub fn read(conn: &mut PgConnection) -> Result<Self> {
        let document: Document =
            diesel::sql_query(include_str!("catalog/read.sql")).get_result(conn)?;
        serde_json::from_value(document.catalog).map_err(|error| not_readable(&error.to_string()))
    }

    /// What the migrations of this crate make: written by `./dev catalog`.
    pub fn expected() -> Result<&'static Self> {
        EXPECTED.as_ref().map_err(|error| not_readable(error))
    }
}

impl Table {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

fn not_readable(error: &str) -> Error {
    Error::Migration(format!("the catalog cannot be read: {error}"))
}
