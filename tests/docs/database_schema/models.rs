//! The structs of `src/models` that map tables, read from the sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::in_checkout;

/// A struct with `#[diesel(table_name = …)]`.
#[derive(Debug, PartialEq)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) table: String,
    /// From the checkout's folder, with slashes.
    pub(super) file: String,
    /// What its fields say of the columns.
    pub(super) columns: BTreeMap<String, String>,
    pub(super) is_identifiable: bool,
    pub(super) is_written: bool,
}

impl Model {
    /// The module below `models`.
    pub(super) fn domain(&self) -> &str {
        let below = self.file.strip_prefix("src/models/").unwrap();
        below.split(['/', '.']).next().unwrap()
    }
}

/// The public models, by file.
pub(super) fn read() -> Vec<Model> {
    let mut files = Vec::new();
    rust_files(&in_checkout("src/models"), &mut files);
    files.sort();
    let root = in_checkout("");
    let mut models = Vec::new();
    for file in files {
        let name = file.strip_prefix(&root).unwrap();
        let name = name.to_str().unwrap().replace('\\', "/");
        models.extend(models_of(&name, &fs::read_to_string(&file).unwrap()));
    }
    models
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The models of a file, whose form is rustfmt's.
fn models_of(file: &str, text: &str) -> Vec<Model> {
    let mut models: Vec<Model> = Vec::new();
    let (mut attributes, mut doc) = (String::new(), Vec::new());
    let mut is_in_attribute = false;
    let mut open: Option<Model> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        if is_in_attribute || trimmed.starts_with("#[") {
            attributes.push_str(trimmed);
            is_in_attribute = !attributes.ends_with(']');
        } else if let Some(said) = trimmed.strip_prefix("///") {
            doc.push(said.trim().to_owned());
        } else {
            if line == "}" {
                models.extend(open.take());
            } else if let Some(model) = &mut open {
                if let Some(field) = field(trimmed) {
                    let column = value_of("column_name", &attributes).unwrap_or(field);
                    model.columns.insert(column.to_owned(), doc.join(" "));
                }
            } else if let Some(name) = public_struct(line) {
                open = value_of("table_name", &attributes).map(|table| Model {
                    name: name.to_owned(),
                    table: table.to_owned(),
                    file: file.to_owned(),
                    columns: BTreeMap::new(),
                    is_identifiable: attributes.contains("Identifiable"),
                    is_written: ["Insertable", "AsChangeset"]
                        .iter()
                        .any(|derived| attributes.contains(derived)),
                });
            }
            attributes.clear();
            doc.clear();
        }
    }
    models
}

/// The word after `name = ` in attributes.
fn value_of<'a>(name: &str, attributes: &'a str) -> Option<&'a str> {
    let (_, value) = attributes.split_once(&format!("{name} = "))?;
    value
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
}

fn public_struct(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub struct ")?;
    rest.split(|c: char| !c.is_alphanumeric()).next()
}

fn field(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("pub ")?.split_once(": ")?;
    Some(name.trim_start_matches("r#"))
}

#[test]
fn models_are_read_with_what_their_fields_say() {
    let text = "
/// A row.
#[derive(Debug, HasQuery, Identifiable)]
#[diesel(
    table_name = things,
    check_for_backend(Pg)
)]
pub struct Thing {
    /// Identity.
    pub id: ThingId,
    /// What it is:
    /// a word.
    #[diesel(column_name = type_)]
    pub kind: String,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = things, check_for_backend(Pg))]
pub struct NewThing<'a> {
    pub kind: &'a str,
}

struct Private;

/// No table.
pub struct Other {
    /// Of no table.
    pub id: i32,
}
";
    let [row, new] = &models_of("src/models/core/thing.rs", text)[..] else {
        panic!("two models");
    };
    assert_eq!(
        (&*row.name, &*row.table, row.domain()),
        ("Thing", "things", "core")
    );
    assert_eq!((row.is_identifiable, row.is_written), (true, false));
    assert_eq!(
        row.columns,
        BTreeMap::from([
            ("id".to_owned(), "Identity.".to_owned()),
            ("type_".to_owned(), "What it is: a word.".to_owned())
        ])
    );
    assert_eq!(
        (&*new.name, new.is_identifiable, new.is_written),
        ("NewThing", false, true)
    );
}
