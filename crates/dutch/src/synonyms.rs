//! Terms that stand for one another, in Dutch and English: those that the program holds, and the file of an installation.
//!
//! The file is TOML: blocks `[[concept]]` with terms in `nl` and `en`, and why they belong together in `reason`. Each term
//! stands for the others; what is `narrower` is found by them and does not find them.

use std::collections::HashMap;

use serde::Deserialize;

/// The largest number of bytes of a file.
const MAX_BYTES: usize = 1_000_000;
/// The largest number of concepts of a file.
const MAX_CONCEPTS: usize = 5_000;
/// The largest number of terms of a concept.
const MAX_TERMS: usize = 50;
/// The largest number of characters of a term or a reason.
const MAX_CHARACTERS: usize = 200;

/// One concept: each of its terms stands for the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concept {
    /// Its terms, each once.
    pub terms: Vec<String>,
    /// Terms that its own find, and that do not find them.
    pub narrower: Vec<String>,
    /// Why they belong together.
    pub reason: String,
}

/// What is wrong with a file of concepts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {description}")]
pub struct Fault {
    /// The concept, counted from 1, such as `concept 3`; `file` where it is all of it.
    pub place: String,
    /// What is wrong and what to do about it.
    pub description: String,
}

/// A concept as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    nl: Vec<String>,
    #[serde(default)]
    en: Vec<String>,
    #[serde(default)]
    narrower: Vec<String>,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    concept: Vec<Written>,
}

/// Terms of women, peace and security and of government at large.
pub fn thesaurus() -> Vec<Concept> {
    // A test reads it; where it cannot be read, words are not widened.
    read(include_str!("synonyms/thesaurus.toml")).unwrap_or_default()
}

/// Reads a file of concepts.
pub fn read(text: &str) -> Result<Vec<Concept>, Fault> {
    let of_file = |description: String| Fault { place: "file".to_owned(), description };
    if text.len() > MAX_BYTES {
        return Err(of_file(format!("has {} bytes, at most {MAX_BYTES} are read", text.len())));
    }
    let File { concept } = toml::from_str(text).map_err(|error| of_file(error.to_string()))?;
    if concept.len() > MAX_CONCEPTS {
        return Err(of_file(format!(
            "has {} concepts, at most {MAX_CONCEPTS} are read",
            concept.len()
        )));
    }
    let concepts = concept.into_iter().enumerate();
    concepts
        .map(|(at, written)| concept_of(written).map_err(|description| fault(at, description)))
        .collect()
}

fn fault(at: usize, description: String) -> Fault {
    Fault { place: format!("concept {}", at + 1), description }
}

fn concept_of(Written { nl, en, narrower, reason }: Written) -> Result<Concept, String> {
    let terms = once_each(nl.into_iter().chain(en));
    if terms.len() + narrower.len() < 2 || terms.is_empty() {
        return Err("give a term in `nl` or `en`, and another one or a `narrower` one".to_owned());
    }
    if terms.len() + narrower.len() > MAX_TERMS {
        return Err(format!("has more than {MAX_TERMS} terms; leave some out"));
    }
    for text in terms.iter().chain(&narrower) {
        if !text.contains(char::is_alphanumeric) {
            return Err(format!("term `{text}` has no letter and no digit"));
        }
    }
    if let Some(text) = terms
        .iter()
        .chain(&narrower)
        .chain([&reason])
        .find(|text| text.chars().count() > MAX_CHARACTERS)
    {
        let begin: String = text.chars().take(40).collect();
        return Err(format!("`{begin}…` has more than {MAX_CHARACTERS} characters; shorten it"));
    }
    Ok(Concept { terms, narrower: once_each(narrower.into_iter()), reason })
}

fn once_each(terms: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for term in terms.map(|term| term.trim().to_owned()) {
        if !found.contains(&term) {
            found.push(term);
        }
    }
    found
}

/// Writes a concept as a block that [`read`] takes behind others.
pub fn block(nl: &[String], en: &[String], narrower: &[String], reason: &str) -> String {
    let list = |name: &str, terms: &[String]| {
        if terms.is_empty() {
            String::new()
        } else {
            format!("{name} = {}\n", toml::Value::from(terms.to_vec()))
        }
    };
    let reason = if reason.is_empty() {
        String::new()
    } else {
        format!("reason = {}\n", toml::Value::from(reason))
    };
    format!(
        "\n[[concept]]\n{}{}{}{reason}",
        list("nl", nl),
        list("en", en),
        list("narrower", narrower)
    )
}

/// Terms that stand in several concepts, which are then chained by them: what the one means the other need not.
pub fn shared(concepts: &[Concept]) -> Vec<Fault> {
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut faults = Vec::new();
    for (at, concept) in concepts.iter().enumerate() {
        for term in &concept.terms {
            let known = *first.entry(term.to_lowercase()).or_insert(at);
            if known != at {
                let description = format!(
                    "term `{term}` is in concept {} too; join them, or leave it out of one",
                    known + 1
                );
                faults.push(fault(at, description));
            }
        }
    }
    faults
}

/// Names of countries in Dutch and English, with adjectives and other spellings: those of CLDR, which `list_countries.py`
/// makes, and those that we added.
pub fn countries() -> Vec<Concept> {
    let added: Vec<(&str, Vec<&str>)> =
        include_str!("synonyms/country_words.tsv").lines().filter_map(line).collect();
    let country = |(code, names): (&str, Vec<&str>)| {
        let more = added.iter().filter(|(known, _)| *known == code).flat_map(|(_, names)| names);
        let names = names.iter().chain(more).map(|name| (*name).to_owned());
        Concept { terms: once_each(names), ..Concept::default() }
    };
    include_str!("synonyms/countries.tsv").lines().filter_map(line).map(country).collect()
}

/// Names of countries alone, without adjectives.
pub fn country_names() -> impl Iterator<Item = &'static str> {
    include_str!("synonyms/countries.tsv").lines().filter_map(line).flat_map(|(_, names)| names)
}

/// Code and names of a line: `IQ`, then the Dutch names and the English ones.
fn line(line: &str) -> Option<(&str, Vec<&str>)> {
    let (code, names) = line.split_once('\t')?;
    Some((code, names.split(['\t', '|']).filter(|name| !name.is_empty()).collect()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_thesaurus_is_read_and_has_no_term_in_two_concepts() {
        let concepts = read(include_str!("synonyms/thesaurus.toml")).unwrap();
        assert!(concepts.len() > 200);
        assert_eq!(thesaurus(), concepts);
        assert_eq!(shared(&concepts), []);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_named() {
        for (text, place, part) in [
            ("[[concept]]\nnl = [\"a\"]", "concept 1", "another one"),
            ("[[concept]]\nnarrower = [\"a\", \"b\"]", "concept 1", "another one"),
            ("[[concept]]\nnl = [\"a\", \"-\"]", "concept 1", "no letter"),
            ("[[concept]]\nde = [\"a\"]", "file", "unknown field"),
            ("concept", "file", ""),
        ] {
            let fault = read(text).unwrap_err();
            assert!(fault.place == place && fault.description.contains(part), "{text}: {fault}");
        }
        let long = format!("[[concept]]\nnl = [\"a\", \"{}\"]", "b".repeat(201));
        assert!(read(&long).unwrap_err().description.contains("200 characters"));
        assert!(read(&"#".repeat(1_000_001)).is_err());
        assert!(read(&"[[concept]]\nnl = [\"a\", \"b\"]\n".repeat(5_001)).is_err());
        let many: Vec<String> = (0..51).map(|number| format!("\"a{number}\"")).collect();
        assert!(read(&format!("[[concept]]\nnl = [{}]", many.join(","))).is_err());
    }

    #[test]
    fn a_term_in_two_concepts_is_named() {
        let concepts =
            read("[[concept]]\nnl = [\"a\", \"b\"]\n[[concept]]\nnl = [\"c\", \"B\"]").unwrap();
        let faults = shared(&concepts);
        assert_eq!(faults.len(), 1);
        assert!(
            faults[0].to_string().starts_with("concept 2: term `B` is in concept 1"),
            "{}",
            faults[0]
        );
    }

    proptest! {
        #[test]
        fn a_block_is_read_as_what_was_written(nl in "\\PC{0,20}[a-z]", en in "[a-z]\\PC{0,20}", reason in "\\PC{0,40}") {
            let (nl, en) = (nl.trim().to_owned(), en.trim().to_owned());
            prop_assume!(nl != en);
            let text = block(std::slice::from_ref(&nl), std::slice::from_ref(&en), &[], &reason);
            let expected = Concept { terms: vec![nl, en], narrower: Vec::new(), reason };
            prop_assert_eq!(read(&text), Ok(vec![expected]));
        }
    }

    #[test]
    fn a_country_has_its_spellings_and_adjectives() {
        let found = countries();
        let of = |name: &str| {
            let concept =
                found.iter().find(|concept| concept.terms.iter().any(|term| term == name));
            concept.unwrap_or_else(|| panic!("no {name}")).terms.clone()
        };
        for (one, other) in [
            ("Jemen", "Yemen"),
            ("Zuid-Soedan", "South Sudan"),
            ("Zuid-Soedan", "Zuid-Sudan"),
            ("Irak", "Iraakse"),
            ("Libanon", "Libanese"),
            ("Democratische Republiek Congo", "DRC"),
        ] {
            assert!(of(one).iter().any(|term| term == other), "{one} {other}: {:?}", of(one));
        }
    }

    #[test]
    fn every_line_that_was_added_has_a_country() {
        let known: Vec<&str> = include_str!("synonyms/countries.tsv")
            .lines()
            .filter_map(|text| line(text).map(|(code, _)| code))
            .collect();
        for text in include_str!("synonyms/country_words.tsv").lines() {
            let (code, names) = line(text).unwrap();
            assert!(known.contains(&code) && !names.is_empty(), "{text}");
        }
    }
}
