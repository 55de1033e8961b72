//! The operations that say in their doc comments what they take over.

use std::fs;
use std::path::{Path, PathBuf};

/// A function whose doc comment says "Takes over".
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) takes_over: Vec<String>,
    /// The modules of its file.
    modules: String,
    /// The type whose method it is.
    of: Option<String>,
    name: String,
}

impl Operation {
    /// Whether this is its path; modules that only hold a file's items may be left out at their end.
    pub(super) fn is_at(&self, path: &str) -> bool {
        let path: Vec<&str> = path.split("::").collect();
        let own = [self.of.as_deref(), Some(&*self.name)];
        let own: Vec<&str> = own.into_iter().flatten().collect();
        let Some(modules) = path.strip_suffix(&own[..]) else {
            return false;
        };
        let file: Vec<&str> = self.modules.split("::").collect();
        file.starts_with(modules)
    }
}

/// All operations of `src`.
pub(super) fn operations() -> Vec<Operation> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut operations = Vec::new();
    for file in rust_files(&folder) {
        let modules = file.strip_prefix(&folder).unwrap().with_extension("");
        let modules = modules.to_str().unwrap().replace(['/', '\\'], "::");
        let text = fs::read_to_string(&file).unwrap();
        operations.extend(operations_of(&modules, &text));
    }
    operations
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries
        .map(|entry| entry.unwrap().path())
        .partition(|path| path.is_dir());
    let inner = folders.iter().flat_map(|folder| rust_files(folder));
    let files = files.into_iter().chain(inner);
    files
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

fn operations_of(modules: &str, text: &str) -> Vec<Operation> {
    let (mut operations, mut of) = (Vec::new(), None);
    let (mut doc, mut in_doc) = (String::new(), false);
    for line in text.lines() {
        if line.starts_with("impl") {
            of = Some(type_of(line));
        } else if line == "}" {
            of = None;
        }
        if let Some(comment) = line.trim().strip_prefix("///") {
            if !in_doc {
                doc.clear();
            }
            doc.push_str(comment);
            in_doc = true;
            continue;
        }
        in_doc = false;
        if let Some(name) = item(line) {
            let takes_over = taken_over(&doc);
            doc.clear();
            if !takes_over.is_empty() {
                operations.push(Operation {
                    takes_over,
                    modules: modules.to_owned(),
                    of: of.clone(),
                    name,
                });
            }
        }
    }
    operations
}

/// The type of `impl Type {`, `impl<'a> Type<'a> {` or `impl Trait for Type {`.
fn type_of(line: &str) -> String {
    let line = line.strip_prefix("impl").unwrap();
    let line = match line.strip_prefix('<') {
        Some(generics) => generics.split_once('>').unwrap().1,
        None => line,
    };
    let line = line.rsplit(" for ").next().unwrap().trim();
    let end = line.find(|c: char| !c.is_alphanumeric() && c != '_');
    line[..end.unwrap_or(line.len())].to_owned()
}

/// The name of the function or the type that a line declares.
fn item(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let place = words
        .iter()
        .position(|word| ["fn", "struct", "enum", "trait"].contains(word))?;
    let before = &words[..place];
    let modifiers = ["pub", "pub(crate)", "pub(super)", "const"];
    if !before.iter().all(|word| modifiers.contains(word)) {
        return None;
    }
    let name = words.get(place + 1)?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
    Some(name[..end.unwrap_or(name.len())].to_owned())
}

/// The names in "Takes over `one` and `another`."
fn taken_over(doc: &str) -> Vec<String> {
    let Some((_, names)) = doc.split_once("Takes over `") else {
        return Vec::new();
    };
    let (names, _) = names.split_once("`.").expect("the sentence ends");
    let names = names.split('`').step_by(2);
    names.map(str::to_owned).collect()
}

#[test]
fn what_is_taken_over_is_read_from_doc_comments() {
    let text = "
/// A type.
struct Other;

impl<'a> Row<'a> {
    /// Does.
    ///
    /// Takes over `one` and
    /// `another`.
    #[inline]
    pub fn act(&self) {}

    /// Does not.
    fn rest(&self) {}
}

/// Takes over `third`.
pub(crate) fn free<T>() {}
";
    let operations = operations_of("models::core::row", text);
    let [act, free] = &operations[..] else {
        panic!("{operations:?}");
    };
    assert_eq!(act.takes_over, ["one", "another"]);
    assert!(act.is_at("models::core::Row::act"));
    assert!(act.is_at("models::core::row::Row::act"));
    assert!(!act.is_at("models::other::Row::act"));
    assert!(!act.is_at("models::core::Row::rest"));
    assert!(!act.is_at("models::core::act"));
    assert_eq!(free.takes_over, ["third"]);
    assert!(free.is_at("models::core::free"));
}
