//! `docs/migrating/defects.md` names all 46 defects of the old workflows, and tests that exist.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

/// What stands between back-ticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn each_defect_has_a_row_whose_tests_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/migrating/defects.md")).unwrap();
    let mut found = Vec::new();
    sources(&root.join("src"), &mut found);
    sources(&root.join("tests/it"), &mut found);

    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| D"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    let ids: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let expected: Vec<String> = (1..=46).map(|number| format!("D{number:02}")).collect();
    assert_eq!(ids, expected);

    let mut tests = 0;
    for row in &rows {
        let mut named = 0;
        for name in quoted(row[2]) {
            let (file, test) = match name.split_once(".rs::") {
                Some((file, test)) => (format!("{file}.rs"), Some(test)),
                None if name.contains('/') => (name.to_owned(), None),
                None => (String::new(), Some(name)),
            };
            if file.contains('/') {
                assert!(root.join(&file).is_file(), "{}: {name} is no file", row[0]);
                named += 1;
            }
            let is_test =
                |test: &&str| test.contains('_') && (test.contains("::") || !file.is_empty());
            if let Some(test) = test.filter(is_test) {
                let function = format!("fn {}(", test.rsplit("::").next().unwrap());
                let exists = found.iter().any(|(_, text)| text.contains(&function));
                assert!(exists, "{}: there is no {name}", row[0]);
                named += 1;
            }
        }
        tests += named;
        let is_explained = row[2].contains("annot occur") || row[2].contains("open set");
        assert!(
            named > 0 || is_explained,
            "{} has neither a test nor a reason",
            row[0]
        );
    }
    assert!(tests > 80, "the page is not read as it is written");
}
