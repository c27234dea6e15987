use proptest::prelude::*;

use super::*;
use crate::dimension::Dimension;

fn word(text: &str) -> Expression {
    Expression::Word(text.into())
}

fn field(field: Dimension, value: &str) -> Expression {
    Expression::Field { field, value: value.into() }
}

fn check(query: &str, expected: Expression) {
    let reading = Reading { expression: Some(expected), notes: Notes::default() };
    assert_eq!(read(query), reading, "{query}");
}

#[test]
fn words_phrases_fields_and_operators_are_read() {
    check("vrede", word("vrede"));
    check(
        "vrede en veiligheid",
        Expression::Group(vec![word("vrede"), word("en"), word("veiligheid")]),
    );
    for query in ["vrede EN veiligheid", "vrede AND veiligheid"] {
        check(query, Expression::And(vec![word("vrede"), word("veiligheid")]));
    }
    for query in ["a1 OR b1 c1", "a1 OF b1 c1"] {
        check(
            query,
            Expression::Or(vec![word("a1"), Expression::Group(vec![word("b1"), word("c1")])]),
        );
    }
    check(
        "a1 NIET 2021",
        Expression::Group(vec![word("a1"), Expression::Not(Box::new(word("2021")))]),
    );
    for query in ["a1 -b1", "a1 NOT b1", "a1 NIET b1"] {
        check(query, Expression::Group(vec![word("a1"), Expression::Not(Box::new(word("b1")))]));
    }
    check(
        "(a1 OF b1) NOT c1",
        Expression::Group(vec![
            Expression::Or(vec![word("a1"), word("b1")]),
            Expression::Not(Box::new(word("c1"))),
        ]),
    );
    check(
        "\"vrouwen en vrede\"~3",
        Expression::Phrase { text: "vrouwen en vrede".into(), slop: 3 },
    );
    check("vrouw*", Expression::Prefix("vrouw".into()));
    check("WO=MEN", word("WO=MEN"));
    check("LHBTIQ+", word("LHBTIQ+"));
    check("https://a.nl", word("https://a.nl"));
    check("12:30", word("12:30"));
    for text in ["waarom?", "vrede!", "J&V", "a.nl/?x=1", "bz-1-2", "2021-03-08", "1.5"] {
        check(text, word(text));
    }
    assert_eq!(read("  ()  "), Reading::default());
    assert_eq!(read("\"\" \"-\""), Reading::default());
    assert_eq!(read(""), Reading::default());
}

#[test]
fn fields_have_names_in_both_languages() {
    for name in ["organisatie", "organisation", "ministerie", "ministry", "Ministerie"] {
        check(&format!("{name}:bz"), field(Dimension::Organisation, "bz"));
    }
    check("Cycle:\"nap/2021\"", field(Dimension::Cycle, "nap/2021"));
    check(
        "organisatie:\"Ministerie van Defensie\"",
        field(Dimension::Organisation, "Ministerie van Defensie"),
    );
    check("status:gerapporteerd", field(Dimension::Answer, "gerapporteerd"));
    check("pijler:3", field(Dimension::Pillar, "3"));
    check("land:Irak", Expression::Country("Irak".into()));
    let years = |from, until| Expression::Years(Years { from, until });
    check("jaar:2021", years(Some(2021), Some(2021)));
    check("jaar:2021..2023", years(Some(2021), Some(2023)));
    check("jaar:2023-2021", years(Some(2021), Some(2023)));
    check("jaar:>2020", years(Some(2021), None));
    check("jaar:>=2020", years(Some(2020), None));
    check("year:<2020", years(None, Some(2019)));
    check("year:<=2020", years(None, Some(2020)));
    check("jaar:2020..", years(Some(2020), None));
}

#[test]
fn what_is_not_of_the_grammar_is_read_as_words_with_a_note() {
    for (query, read_as, kind) in [
        ("\"a1 b1", "a1 b1", NoteKind::Quote),
        ("\"a1\" \"b1", "\"a1\" b1", NoteKind::Quote),
        ("(a1", "a1", NoteKind::Parenthesis),
        ("a1)", "a1", NoteKind::Parenthesis),
        ("(a1 (b1 OR c1)", "a1 (b1 OR c1)", NoteKind::Parenthesis),
        ("*rechten", "rechten", NoteKind::Wildcard),
        ("vr*", "vr", NoteKind::Wildcard),
        ("abc-d*", "abc-d", NoteKind::Wildcard),
        ("*", "", NoteKind::Wildcard),
        ("jaar:", "jaar", NoteKind::ValueMissing),
        ("doel: 3", "doel 3", NoteKind::ValueMissing),
        ("jaar:ooit", "jaar ooit", NoteKind::InvalidValue),
        ("jaar:\"\"", "jaar", NoteKind::InvalidValue),
        ("kleur:rood", "kleur rood", NoteKind::UnknownField),
        ("kleur:\"rood wit\"", "kleur \"rood wit\"", NoteKind::UnknownField),
        ("\"a1 b1\"~101", "\"a1 b1\"", NoteKind::Slop),
        ("\"a1 b1\"~1e9", "\"a1 b1\"", NoteKind::Slop),
        ("\"a1 b1\"~-1", "\"a1 b1\"", NoteKind::Slop),
        ("gend*r", "gend*", NoteKind::InnerWildcard),
        ("ge*eld", "geeld", NoteKind::InnerWildcard),
        ("g?nder", "gnder", NoteKind::InnerWildcard),
        ("a1 || b1", "a1 OR b1", NoteKind::Operator),
        ("a1 && b1", "a1 AND b1", NoteKind::Operator),
        ("a1 !b1", "a1 NOT b1", NoteKind::Operator),
        ("a1 ! b1", "a1 b1", NoteKind::Operator),
        ("vrede~2 a1", "vrede a1", NoteKind::Operator),
        ("vrede^1.5", "vrede", NoteKind::Operator),
        ("\"a1 b1\"^2", "\"a1 b1\"", NoteKind::Operator),
        ("a1 NEAR/3 b1", "a1 b1", NoteKind::Operator),
        ("-85.000", "85.000", NoteKind::Sign),
        ("a1 -€85.000,-", "a1 €85.000,-", NoteKind::Sign),
        ("a1 –2021", "a1 2021", NoteKind::Sign),
    ] {
        let reading = read(query);
        let text = reading.expression.map(|expression| expression.to_string());
        assert_eq!(text.unwrap_or_default(), read_as, "{query}");
        assert_eq!(reading.notes.kinds(), [kind], "{query}");
    }
}

#[test]
fn what_is_beyond_the_limits_is_cut_off_with_a_note() {
    let terms = |query: &str| {
        let reading = read(query);
        let text = reading.expression.map(|expression| expression.to_string()).unwrap_or_default();
        let words = text.split(|character: char| !character.is_alphanumeric());
        (words.filter(|word| !word.is_empty()).count(), reading.notes.kinds())
    };
    let cut = vec![NoteKind::Cut];
    assert_eq!(terms(&"woord ".repeat(500)), (MAX_TERMS, cut.clone()));
    assert_eq!(terms(&"a/".repeat(300)), (MAX_TERMS, cut.clone()));
    assert_eq!(terms(&format!("\"{}\"", "a ".repeat(300))), (MAX_TERMS, cut.clone()));
    assert_eq!(terms(&"x".repeat(100_000)), (1, cut));
    assert_eq!(terms(&"(".repeat(2_000)), (0, vec![NoteKind::Parenthesis]));
    let deep = format!("{}a{}", "(".repeat(33), ")".repeat(33));
    assert_eq!(terms(&deep), (1, vec![NoteKind::Parenthesis; 2]));
    assert_eq!(terms(&format!("{}a{}", "(".repeat(32), ")".repeat(32))), (1, Vec::new()));
    let stars = (0..9).map(|number| format!("woo{number}*")).collect::<Vec<_>>().join(" ");
    assert_eq!(terms(&stars), (9, vec![NoteKind::Wildcard]));
}

#[test]
fn notes_are_few_and_short() {
    let many: Vec<String> =
        (0..40).map(|number| format!("{}:x", "ab".repeat(31 + number))).collect();
    let many: Vec<String> =
        many.iter().enumerate().map(|(i, name)| format!("{}{name}", "z".repeat(i))).collect();
    let notes = read(&many.join(" ")).notes.to_wire();
    assert_eq!(notes.len(), 10);
    assert!(notes.iter().all(|note| note.text.chars().count() == 60));
}

/// Pieces that mean something to the grammar, and some that do not.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "bcd",
        "(",
        ")",
        "\"",
        "„",
        "*",
        ":",
        "~",
        "~3",
        "-",
        "–",
        "-7",
        "+",
        " ",
        " ",
        " AND ",
        " EN ",
        " OR ",
        " OF ",
        " NOT ",
        " NIET ",
        "jaar:",
        "doel:",
        "land:",
        "kleur:",
        "2021",
        "..",
        ">",
        "<=",
        "ë",
        "/",
        "é\u{301}",
        "abc",
        "?",
        "!",
        "||",
        " && ",
        "^2",
        "~",
        "NEAR/3",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// What was read, written and read again.
fn check_inverse(query: &str) -> Result<(), TestCaseError> {
    let Reading { expression, notes: _ } = read(query);
    let text = expression.as_ref().map(ToString::to_string).unwrap_or_default();
    prop_assert_eq!(read(&text), Reading { expression, notes: Notes::default() }, "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn writing_and_reading_are_inverse(query in pieces()) {
        check_inverse(&query)?;
    }

    #[test]
    fn writing_and_reading_are_inverse_for_any_text(query in "\\PC{0,80}") {
        check_inverse(&query)?;
    }
}
