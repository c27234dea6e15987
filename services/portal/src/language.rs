//! Which language a visitor gets.

use messages::Language;

/// Languages of an `Accept-Language` header that are looked at.
const MAX_ACCEPTED: usize = 20;

/// The language that an `Accept-Language` header prefers; Dutch where it names neither.
pub(crate) fn accepted(header: &str) -> Language {
    let named: Vec<&str> = header.split(',').take(MAX_ACCEPTED).collect();
    accept_language::parse_with_quality(&named.join(","))
        .into_iter()
        .filter(|(_, quality)| 0.0 < *quality)
        .find_map(|(tag, _)| Language::from_tag(&tag))
        .unwrap_or(Language::Dutch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_wins_and_dutch_is_first() {
        for (header, expected) in [
            ("", Language::Dutch),
            ("fr, de;q=0.5", Language::Dutch),
            ("en", Language::English),
            ("en-GB,en;q=0.9,nl;q=0.8", Language::English),
            ("en;q=0.5, nl-NL", Language::Dutch),
            ("en;q=0", Language::Dutch),
            ("en;q=x", Language::Dutch),
            ("en;q=NaN, nl;q=0.1", Language::Dutch),
        ] {
            assert_eq!(accepted(header), expected, "{header}");
        }
    }
}
