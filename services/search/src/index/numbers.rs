//! Numbers and numbered papers of parliament as they are written, each in one form.
//!
//! Numbers go to a field without positions: `€ 574.000`, `574 000` and `574000 euro` have the term `574000`, and `35 mln` has
//! `35000000`. A point may part thousands or decimals, so that `1.234` has both `1234` and `1.234`. Papers go to another:
//! `27 925, nr. 808` has `27925` and `27925-808`.

use std::ops::Range;

/// A larger number of digits is no quantity.
const MAX_DIGITS: usize = 15;

/// Spaces within a number and beside it.
const SPACES: [char; 3] = [' ', '\u{a0}', '\u{202f}'];
/// What stands beside an amount, longer ones first.
const CURRENCIES: &[&str] =
    &["euro's", "euro’s", "euros", "euro", "eur", "€", "dollars", "dollar", "usd", "us$", "$", "£"];
/// What stands behind a percentage.
const PERCENT: &[&str] = &["%", "procent", "percent"];

/// A number, or a paper, with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its terms in the index.
    pub(crate) terms: Vec<String>,
    pub(crate) place: Range<usize>,
}

/// The numbers of a text.
pub(crate) fn numbers(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_digit(text, at) {
        let (groups, end) = groups(text, start);
        at = end;
        let (power, end) = multiplier(text, end).unwrap_or((0, end));
        let terms = readings(&groups, power);
        if !terms.is_empty() && !is_in_word(text, start) {
            found.push(Found { terms, place: start..end });
        }
        at = at.max(end);
    }
    found
}

/// Numbers of a text, each with the currency or the sign of a percentage beside it.
pub(crate) fn amounts(text: &str, numbers: Vec<Found>) -> Vec<Found> {
    let wider = |Found { terms, place }: Found| {
        let Range { start, end } = place;
        let start = unit_before(&text[..start]).unwrap_or(start);
        let end = unit_behind(&text[end..]).map_or(end, |length| end + length);
        Found { terms, place: start..end }
    };
    numbers.into_iter().map(wider).collect()
}

/// Where a unit begins at the end of a text.
fn unit_before(text: &str) -> Option<usize> {
    let before = text.trim_end_matches(SPACES);
    let unit = CURRENCIES.iter().find(|unit| ends_with(before, unit))?;
    let start = before.len() - unit.len();
    (!before[..start].ends_with(char::is_alphanumeric)).then_some(start)
}

/// The length of a unit at the beginning of a text, with the spaces before it.
fn unit_behind(text: &str) -> Option<usize> {
    let unit = text.trim_start_matches(['.', ' ', '\u{a0}', '\u{202f}']);
    let begins = |known: &&&str| {
        let rest = unit.get(..known.len()).filter(|begin| begin.to_lowercase() == ***known);
        let rest = rest.map(|begin| &unit[begin.len()..]);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let known = CURRENCIES.iter().chain(PERCENT).find(begins)?;
    Some(text.len() - unit.len() + known.len())
}

fn ends_with(text: &str, unit: &str) -> bool {
    let start = text.len().checked_sub(unit.len());
    start.and_then(|start| text.get(start..)).is_some_and(|end| end.to_lowercase() == unit)
}

/// The papers of a text: a file of parliament of five digits, named as such or with the number of a paper behind it.
pub(crate) fn papers(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_digit(text, at) {
        let Some((file, end)) = file(text, start) else {
            at = end_of_digits(text, start);
            continue;
        };
        let paper = paper_number(text, end);
        let named = name_before(&text[..start]);
        at = paper.as_ref().map_or(end, |(_, end)| *end);
        let is_paper = paper.is_some() && !is_in_word(text, start);
        if named.is_none() && !is_paper {
            continue;
        }
        let of_paper = paper.map(|(number, _)| format!("{file}-{number}"));
        let terms = [file].into_iter().chain(of_paper).collect();
        found.push(Found { terms, place: named.unwrap_or(start)..at });
    }
    found
}

fn next_digit(text: &str, from: usize) -> Option<usize> {
    text.get(from..)?.find(|letter: char| letter.is_ascii_digit()).map(|place| from + place)
}

fn end_of_digits(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    rest.find(|letter: char| !letter.is_ascii_digit()).map_or(text.len(), |length| start + length)
}

/// Whether a letter stands right before it, as in `A4`.
fn is_in_word(text: &str, start: usize) -> bool {
    text[..start].chars().next_back().is_some_and(char::is_alphabetic)
}

/// Digits and what parts them: a point, a comma or a space before three digits, or before decimals.
fn groups(text: &str, start: usize) -> (Vec<(char, String)>, usize) {
    let mut end = end_of_digits(text, start);
    let mut groups = vec![(' ', text[start..end].to_owned())];
    loop {
        let mut rest = text[end..].chars();
        let Some(sign) =
            rest.next().filter(|sign| matches!(sign, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}'))
        else {
            break;
        };
        let next = end + sign.len_utf8();
        let stop = end_of_digits(text, next);
        let is_spaced = sign != '.' && sign != ',';
        let may_follow =
            groups[0].1.len() <= 3 && groups[1..].iter().all(|(_, group)| group.len() == 3);
        if stop == next || (is_spaced && (stop - next != 3 || !may_follow)) {
            break;
        }
        groups.push((if is_spaced { ' ' } else { sign }, text[next..stop].to_owned()));
        end = stop;
    }
    (groups, end)
}

/// How many zeros a word behind a number adds, and where it ends.
fn multiplier(text: &str, end: usize) -> Option<(usize, usize)> {
    let rest = &text[end..];
    let word = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let start = end + rest.len() - word.len();
    let length = word.find(|letter: char| !letter.is_alphabetic()).unwrap_or(word.len());
    let zeros = match word[..length].to_lowercase().as_str() {
        "duizend" | "thousand" => 3,
        "mln" | "miljoen" | "mio" | "million" => 6,
        "mld" | "miljard" | "billion" => 9,
        _ => return None,
    };
    Some((zeros, start + length))
}

/// What the groups may mean: all of them thousands, or the last one decimals.
fn readings(groups: &[(char, String)], zeros: usize) -> Vec<String> {
    let digits = |groups: &[(char, String)]| {
        groups.iter().map(|(_, group)| group.as_str()).collect::<String>()
    };
    let are_thousands = |groups: &[(char, String)]| {
        groups.len() == 1
            || (groups[0].1.len() <= 3 && groups[1..].iter().all(|(_, group)| group.len() == 3))
    };
    let mut found = Vec::new();
    if are_thousands(groups) {
        found.extend(scaled(&digits(groups), "", zeros));
    }
    if let [whole @ .., (sign, decimals)] = groups
        && !whole.is_empty()
        && *sign != ' '
        && whole.get(1).is_none_or(|(parting, _)| parting != sign)
        && are_thousands(whole)
    {
        found.extend(scaled(&digits(whole), decimals, zeros));
    }
    found.dedup();
    found
}

/// A number times a power of ten, without zeros that say nothing.
pub(crate) fn scaled(whole: &str, decimals: &str, zeros: usize) -> Option<String> {
    let shifted = zeros.min(decimals.len());
    let (more, decimals) = decimals.split_at(shifted);
    let whole = format!("{whole}{more}{}", "0".repeat(zeros - shifted));
    let whole = whole.trim_start_matches('0');
    let decimals = decimals.trim_end_matches('0');
    if whole.len() + decimals.len() > MAX_DIGITS {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") })
}

/// Five digits, `27925` or `27 925`.
fn file(text: &str, start: usize) -> Option<(String, usize)> {
    let end = end_of_digits(text, start);
    if end - start == 5 {
        return Some((text[start..end].to_owned(), end));
    }
    let rest = text[end..].strip_prefix([' ', '\u{a0}', '\u{202f}', '.'])?;
    let next = text.len() - rest.len();
    let stop = end_of_digits(text, next);
    (end - start == 2 && stop - next == 3)
        .then(|| (format!("{}{}", &text[start..end], &text[next..stop]), stop))
}

/// The number of a paper behind its file: `, nr. 808`, ` no 808`, `-808`.
fn paper_number(text: &str, end: usize) -> Option<(String, usize)> {
    let rest = &text[end..];
    let number = rest.strip_prefix(['-', '–']).or_else(|| {
        let words = rest.trim_start_matches([' ', ',', '\u{a0}']);
        let names = ["nummer", "nr", "no", "Nr", "No", "NR"];
        let number = names.iter().find_map(|name| words.strip_prefix(name))?;
        Some(number.trim_start_matches(['.', ' ', '\u{a0}']))
    })?;
    let start = text.len() - number.len();
    let stop = end_of_digits(text, start);
    let is_number = (1..=4).contains(&(stop - start));
    is_number.then(|| (text[start..stop].to_owned(), stop))
}

/// Where the word begins that says that a file of parliament follows.
fn name_before(before: &str) -> Option<usize> {
    let before = before.trim_end_matches([' ', ',', '\u{a0}', '-', ':']);
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, letter)| letter.is_alphabetic())
        .last()
        .map(|(place, _)| place)?;
    let names = ["kamerstuk", "kamerstukken", "kst", "kamerdossier", "dossier"];
    names.contains(&before[start..].to_lowercase().as_str()).then_some(start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(found: Vec<Found>) -> Vec<String> {
        found.into_iter().flat_map(|found| found.terms).collect()
    }

    #[test]
    fn a_number_has_one_form_however_it_is_written() {
        for (text, expected) in [
            ("574000 euro", &["574000"][..]),
            ("€ 574.000", &["574000", "574"]),
            ("EUR 574 000,-", &["574000"]),
            ("€ 85.000,-", &["85000", "85"]),
            ("-85.000", &["85000", "85"]),
            ("574,000.00", &["574000"]),
            ("35 mln", &["35000000"]),
            ("35.000.000", &["35000000"]),
            ("35 miljoen euro", &["35000000"]),
            ("2,5 miljoen", &["2500000"]),
            ("1,25 mld.", &["1250000000"]),
            ("1.234", &["1234", "1.234"]),
            ("12,5 procent", &["12.5"]),
            ("in 2021 en 2022", &["2021", "2022"]),
            ("2021 000", &["2021", "0"]),
            ("A4 en 3D", &["3"]),
            ("1.2.3", &[]),
            ("9999999999999999999", &[]),
            ("geen", &[]),
        ] {
            assert_eq!(terms(numbers(text)), expected, "{text}");
        }
    }

    #[test]
    fn an_amount_has_its_unit_whatever_it_is() {
        let place = |text: &str| {
            let found = amounts(text, numbers(text));
            (text[found[0].place.clone()].to_owned(), found[0].terms.clone())
        };
        for (text, amount, term) in [
            ("ruim € 35 mln. nu", "€ 35 mln", "35000000"),
            ("EUR 35 mln", "EUR 35 mln", "35000000"),
            ("35 miljoen euro's", "35 miljoen euro's", "35000000"),
            ("US$ 5", "US$ 5", "5"),
            ("11,5%", "11,5%", "11.5"),
            ("11,5 procent", "11,5 procent", "11.5"),
            ("5 eurolanden", "5", "5"),
            ("aneuro 5", "5", "5"),
        ] {
            assert_eq!(place(text), (amount.to_owned(), vec![term.to_owned()]), "{text}");
        }
    }

    #[test]
    fn a_paper_has_one_form_however_it_is_written() {
        for (text, expected) in [
            ("27 925, nr. 808", &["27925", "27925-808"][..]),
            ("27925-808", &["27925", "27925-808"]),
            ("Kamerstukken II 2020/21, 27 925, nr. 808", &["27925", "27925-808"]),
            ("kamerstuk 27925", &["27925"]),
            ("kst-27925-808", &["27925", "27925-808"]),
            ("Kamerstuk 27925 nr 808", &["27925", "27925-808"]),
            ("27 925 mensen", &[]),
            ("27925 euro", &[]),
            ("1325", &[]),
        ] {
            assert_eq!(terms(papers(text)), expected, "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "é 35 mln, kst 27 925";
        assert_eq!(&text[numbers(text)[0].place.clone()], "35 mln");
        assert_eq!(&text[papers(text)[0].place.clone()], "kst 27 925");
    }

    proptest! {
        #[test]
        fn any_text_has_numbers_at_places_of_it(text in "[0-9 .,a-z€\u{a0}é-]{0,60}") {
            let found = numbers(&text).into_iter().chain(amounts(&text, numbers(&text))).chain(papers(&text));
            for found in found {
                prop_assert!(text.get(found.place).is_some());
            }
        }
    }
}
