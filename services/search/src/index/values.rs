//! What a value of a field in a query means: a code whatever its case, or a name that people see.

use messages::{Language, Messages};
use model::AnswerStatus;

use crate::{
    dimension::Dimension,
    index::{payload::Labels, schema::Analyser},
};

/// The largest number of values that a name stands for.
const MAX_VALUES: usize = 100;

/// Returns the values of a dimension that a text means; the text itself where nothing is known by it.
pub(crate) fn meant(dimension: Dimension, text: &str, labels: &Labels) -> Vec<String> {
    let mut found = match dimension {
        Dimension::Year => Vec::new(),
        Dimension::Cycle => vec![text.to_lowercase()],
        Dimension::Answer => answers(text),
        // Statements are long, and nobody types one as a value.
        Dimension::Goal | Dimension::Indicator => codes(dimension, text, labels),
        Dimension::Organisation | Dimension::Pillar => {
            let codes = codes(dimension, text, labels);
            if codes.is_empty() { named(dimension, text, labels) } else { codes }
        }
    };
    if found.is_empty() {
        found.push(text.to_owned());
    }
    found.truncate(MAX_VALUES);
    found
}

/// The codes of goals, indicators and so on that are this text, whatever its case.
pub(crate) fn codes(dimension: Dimension, text: &str, labels: &Labels) -> Vec<String> {
    let known = labels.get(&dimension).into_iter().flat_map(|known| known.keys());
    known.filter(|code| code.to_lowercase() == text.to_lowercase()).cloned().collect()
}

fn answers(text: &str) -> Vec<String> {
    let wanted = words(text);
    let is_meant = |(status, name): &(AnswerStatus, &'static str)| {
        words(name) == wanted
            || Language::ALL
                .iter()
                .any(|language| words(&Messages::of(*language).answer(*status)) == wanted)
    };
    AnswerStatus::NAMES
        .iter()
        .filter(|known| is_meant(known))
        .map(|(_, name)| (*name).to_owned())
        .collect()
}

/// Codes of what is called so; else of what has all of the words in its name.
fn named(dimension: Dimension, text: &str, labels: &Labels) -> Vec<String> {
    let wanted = words(text);
    let codes = |is_meant: &dyn Fn(&[String]) -> bool| -> Vec<String> {
        let known = labels.get(&dimension).into_iter().flatten();
        known.filter(|(_, name)| is_meant(&words(name))).map(|(code, _)| code.clone()).collect()
    };
    let found = codes(&|name| name == wanted);
    if !found.is_empty() || wanted.is_empty() {
        return found;
    }
    codes(&|name| wanted.iter().all(|word| name.contains(word)))
}

fn words(text: &str) -> Vec<String> {
    Analyser::Exact.terms(text).into_iter().map(|(word, _)| word).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_value_is_a_code_in_any_case_or_a_name_that_people_see() {
        let names = |names: &[(&str, &str)]| {
            names.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect()
        };
        let labels: Labels = BTreeMap::from([
            (
                Dimension::Organisation,
                names(&[
                    ("bz", "Ministerie van Buitenlandse Zaken"),
                    ("def", "Ministerie van Defensie"),
                ]),
            ),
            (
                Dimension::Pillar,
                names(&[("een", "Pijler 1: Deelname"), ("TWEE", "Pijler 2: Preventie")]),
            ),
            (Dimension::Indicator, names(&[("3.2-a", "Aantal"), ("3.2-b", "Aantal")])),
        ]);
        for (dimension, text, expected) in [
            (Dimension::Organisation, "BZ", &["bz"][..]),
            (Dimension::Organisation, "Ministerie van Defensie", &["def"]),
            (Dimension::Organisation, "defensie", &["def"]),
            (Dimension::Organisation, "ministerie", &["bz", "def"]),
            (Dimension::Organisation, "Onbekend", &["Onbekend"]),
            (Dimension::Pillar, "EEN", &["een"]),
            (Dimension::Pillar, "twee", &["TWEE"]),
            (Dimension::Pillar, "2", &["TWEE"]),
            (Dimension::Indicator, "3.2-A", &["3.2-a"]),
            (Dimension::Answer, "gerapporteerd", &["reported"]),
            (Dimension::Answer, "Deels beantwoord", &["partial"]),
            (Dimension::Answer, "nothing_to_report", &["nothing_to_report"]),
            (Dimension::Cycle, "PLAN/2021", &["plan/2021"]),
        ] {
            assert_eq!(meant(dimension, text, &labels), expected, "{dimension:?} {text}");
        }
    }
}
