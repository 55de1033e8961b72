//! What the source says of tables and old names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use spending_db::compat;

/// The files under a folder that end so.
fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, endings, found);
        } else if endings
            .iter()
            .any(|ending| path.extension().is_some_and(|of| of == *ending))
        {
            found.push(path);
        }
    }
}

/// D31: the schema is made by migrations alone. Staging tables are temporary, and go with their transaction. `catalog` and
/// `doctor` write statements for people, `migrations` keeps its records, `adoption` brings other databases to the schema.
#[test]
fn no_statement_makes_a_table_at_run_time() {
    let mut sources = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    files(&folder, &["rs", "sql"], &mut sources);
    let is_about_the_schema = |path: &PathBuf| {
        [
            "adoption",
            "catalog",
            "doctor",
            "migrations",
            "migrations.rs",
        ]
        .iter()
        .any(|part| path.starts_with(folder.join(part)))
    };
    sources.retain(|path| !is_about_the_schema(path));
    assert!(sources.len() > 200);
    let mut temporary = 0;
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            let upper = line.to_uppercase();
            temporary += usize::from(upper.contains("CREATE TEMPORARY TABLE"));
            for word in ["CREATE TABLE", "CREATE INDEX", "ALTER TABLE", "DROP TABLE"] {
                let lasting = upper.replace("DROP TABLE PG_TEMP.", "");
                assert!(!lasting.contains(word), "{}: {line}", source.display());
            }
        }
    }
    assert!(temporary > 0, "the test looks for the wrong words");
}

/// D44: two functions of one name, of which the order of imports chooses one, cannot be.
#[test]
fn an_old_name_has_one_implementation() {
    let names: Vec<&str> = compat::functions().map(|function| function.name).collect();
    let once: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), once.len());
}
