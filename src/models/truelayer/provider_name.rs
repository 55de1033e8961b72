//! A bank's name where only its id is known.

/// The name that stands for a provider until the bank says its own: the id with spaces for underscores, each word in title
/// case. A letter after anything that is no letter starts a word.
///
/// ```
/// use spending_db::models::truelayer::provider_name;
///
/// assert_eq!(provider_name("santander_uk"), "Santander Uk");
/// assert_eq!(provider_name(""), "Unknown Bank");
/// ```
pub fn provider_name(provider_id: &str) -> String {
    if provider_id.is_empty() {
        return "Unknown Bank".to_owned();
    }
    let mut name = String::with_capacity(provider_id.len());
    let mut inside_word = false;
    for character in provider_id.chars() {
        match character {
            '_' => name.push(' '),
            _ if inside_word => name.extend(character.to_lowercase()),
            _ => name.extend(character.to_uppercase()),
        }
        inside_word = character.is_lowercase() || character.is_uppercase();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::provider_name;

    #[test]
    fn every_word_is_in_title_case() {
        for (id, name) in [
            ("santander_uk", "Santander Uk"),
            ("ob-monzo", "Ob-Monzo"),
            ("AMEX", "Amex"),
            ("n26_de", "N26 De"),
            ("bank1st", "Bank1St"),
            ("lloyd's", "Lloyd'S"),
            ("crédit_agricole", "Crédit Agricole"),
            ("a__b", "A  B"),
            ("_", " "),
            ("中国bank", "中国Bank"),
            ("", "Unknown Bank"),
        ] {
            assert_eq!(provider_name(id), name, "{id}");
        }
    }
}
