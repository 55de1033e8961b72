//! The product names of an order as one text.

const LONGEST_NAME: usize = 35;
const LONGEST_TEXT: usize = 150;
const SEPARATOR: &str = " | ";

/// One name as it is; several shortened to 35 characters each and joined, and of more than 150 characters the first three.
pub(super) fn product_names(names: &[&str]) -> String {
    if let [name] = names {
        return (*name).to_owned();
    }
    let shortened: Vec<String> = names.iter().map(|name| shorten(name)).collect();
    let joined = shortened.join(SEPARATOR);
    if joined.chars().count() <= LONGEST_TEXT || shortened.len() <= 3 {
        return joined;
    }
    format!(
        "{} & {} more",
        shortened[..3].join(SEPARATOR),
        shortened.len() - 3
    )
}

/// Cuts a long name, at a space where one is near the end, and drops the punctuation that is left hanging.
fn shorten(name: &str) -> String {
    const FIRST_CUT: usize = 25;
    let characters: Vec<char> = name.chars().collect();
    if characters.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let mut cut = &characters[..LONGEST_NAME];
    let last_space = cut.iter().rposition(|character| *character == ' ');
    if let Some(space) = last_space.filter(|space| *space >= FIRST_CUT) {
        cut = &cut[..space];
    }
    let text: String = cut.iter().collect();
    text.trim_end_matches(['.', ',', ':', '-', '(', ')', '[', ']'])
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_name_is_kept_whole() {
        let name = "x".repeat(200);
        assert_eq!(product_names(&[&name]), name);
    }

    #[test]
    fn names_are_cut_at_a_late_space() {
        for (name, short) in [
            (
                "Silicone Baking Mats (Set of 2)",
                "Silicone Baking Mats (Set of 2)",
            ),
            (
                "Kitchen Scale Digital 5kg with Tare Function, Stainless Steel",
                "Kitchen Scale Digital 5kg with",
            ),
            (
                "Microfibre Cleaning Cloths (Pack of 20) Lint-Free Assorted Colours",
                "Microfibre Cleaning Cloths (Pack",
            ),
            (
                "An early space andthenoneverylongwordwithoutend",
                "An early space andthenoneverylongwo",
            ),
            (
                "Twenty-five characters xx yyyyyyyyyyyyyyyyy",
                "Twenty-five characters xx",
            ),
            (
                "A name that ends in brackets (-[: yyyyyyyyyyyy",
                "A name that ends in brackets",
            ),
            (
                "ÄÖÜ äöü ÄÖÜ äöü ÄÖÜ äöü ÄÖÜ äöü ÄÖÜ äöü",
                "ÄÖÜ äöü ÄÖÜ äöü ÄÖÜ äöü ÄÖÜ äöü",
            ),
        ] {
            assert_eq!(shorten(name), short);
        }
    }

    #[test]
    fn many_names_end_in_a_count() {
        let names = [
            "a".repeat(35),
            "b".repeat(35),
            "c".repeat(35),
            "d".repeat(35),
            "e".repeat(35),
        ];
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(product_names(&names[..4]).chars().count(), 149);
        assert_eq!(
            product_names(&names),
            format!("{} | {} | {} & 2 more", names[0], names[1], names[2])
        );
    }
}
