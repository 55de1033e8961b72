//! The name of a product where an order has several.

const LONGEST_NAME: usize = 35;

/// Cuts a long name, at a space where one is near the end, and drops the punctuation that is left hanging.
pub(super) fn shorten(name: &str) -> String {
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
}
