//! What is taken, what is refused, and that nothing hostile gets through or takes long.

use super::*;

fn check(markdown: &str, passages: &[&str]) {
    assert_eq!(parse(markdown).unwrap().passages, passages, "{markdown}");
}

fn check_fault(markdown: &str, reason: &str, place: &str) {
    let shown: String = markdown.chars().take(40).collect();
    let faults = parse(markdown).expect_err(&shown);
    assert!(faults.len() <= MAX_FAULTS, "{shown}");
    assert_eq!(faults[0].reason, reason, "{shown}: {faults:?}");
    assert!(faults[0].description.contains(place), "{shown}: {faults:?}");
}

fn check_link(markdown: &str, expected: &str) {
    let document = parse(markdown).unwrap();
    let [Block::Paragraph { content, .. }] = document.blocks.as_slice() else {
        panic!("{document:?}")
    };
    let [Inline::Link { url, .. }] = content.as_slice() else { panic!("{content:?}") };
    assert_eq!(url, expected, "{markdown}");
}

#[test]
fn passages_are_paragraphs_headings_items_and_cells_in_reading_order() {
    check("Een\nregel.\n\n# Kop\n\nTwee.", &["Een regel.", "Kop", "Twee."]);
    check("- **Een** twee\n- drie\n  - vier", &["Een twee", "drie", "vier"]);
    check("1. a\n\n2. b\n\n   c", &["a", "b", "c"]);
    check("| a | b |\n|---|---|\n| 1 |   |", &["a", "b", "1"]);
    check("> citaat\n\n    code", &["citaat", "code"]);
    check("een\r\ntwee\r\n\r\ndrie", &["een twee", "drie"]);
}

#[test]
fn what_shows_nothing_is_no_passage() {
    check("#\n\na\n\n&nbsp;\n\n```\n```\n\n-\n- b", &["a", "b"]);
}

#[test]
fn code_keeps_its_spaces() {
    check("```\n  a\n    b\n```", &["  a\n    b"]);
}

#[test]
fn typst_code_and_signs_are_text() {
    check("#read(\"/etc/passwd\") $x$ @ref", &["#read(\"/etc/passwd\") $x$ @ref"]);
    check("x < y en 3 > 2 & <https://a.nl>", &["x < y en 3 > 2 & https://a.nl"]);
    check("\"zo\" -- 'zo' ... (c)", &["\"zo\" -- 'zo' ... (c)"]);
}

#[test]
fn a_link_has_an_address_with_a_scheme() {
    check_link("[x](https://a.nl/b?c=d#e)", "https://a.nl/b?c=d#e");
    check_link("[x](HTTPS://A.nl)", "https://A.nl");
    check_link("<a@b.nl>", "mailto:a@b.nl");
    check_link("[x](mailto:a@b.nl)", "mailto:a@b.nl");
    for bad in
        ["#hier", "/hier", "hier", "//a.nl", "https://", "ftp://a.nl", "data:x", "<https://a b>"]
    {
        check_fault(&format!("[x]({bad})"), "INVALID_LINK", "line 1, column 1");
    }
    check_fault("a [](https://a.nl)", "INVALID_LINK", "line 1, column 3: the link has no text");
}

#[test]
fn what_is_not_taken_is_named_with_its_place() {
    check_fault("goed\n\n<script>alert(1)</script>", "RAW_HTML", "line 3, column 1");
    check_fault("a <b>vet</b>", "RAW_HTML", "line 1, column 3");
    check_fault("![plaat](https://a.nl/a.png)", "IMAGE_NOT_ALLOWED", "line 1");
    check_fault("[x](javascript:alert(1))", "INVALID_LINK", "javascript");
    check_fault("a\u{7}b", "CONTROL_CHARACTER", "column 2");
    check_fault("a\rb", "CONTROL_CHARACTER", "U+000D");
    check_fault("a\u{202e}b\u{202c}", "CONTROL_CHARACTER", "U+202E");
}

#[test]
fn each_fault_is_reported() {
    let faults = parse("<b>\n\n[x](y)\n\n![z](https://z.nl)\n\n\u{1}").unwrap_err();
    let reasons: Vec<_> = faults.iter().map(|fault| fault.reason.as_ref()).collect();
    assert_eq!(reasons, ["CONTROL_CHARACTER", "RAW_HTML", "INVALID_LINK", "IMAGE_NOT_ALLOWED"]);
}

#[test]
fn limits_hold_for_what_they_count() {
    let row = |cells: usize| "|a".repeat(cells) + "|\n";
    let table = |columns: usize, rows: usize| {
        format!("{}{}{}", row(columns), "|-".repeat(columns) + "|\n", row(columns).repeat(rows))
    };
    assert!(parse(&table(20, 1)).is_ok());
    check_fault(&table(21, 1), "TOO_MANY_COLUMNS", "20");
    assert!(parse(&table(1, 1_000)).is_ok());
    check_fault(&table(1, 1_001), "TOO_MANY_ROWS", "1000");
    assert!(parse(&"*a* ".repeat(MAX_BLOCKS + 1)).is_ok());
    check_fault(&"a\n\n".repeat(MAX_BLOCKS + 1), "TOO_MANY_BLOCKS", "5000");
    check_fault(&"- a\n".repeat(60_000), "TOO_MANY_BLOCKS", "5000");
    check_fault(&"*a_ ".repeat(60_000), "TOO_MANY_RUNS", "50000");
    check_fault(&"x".repeat(MAX_BYTES + 1), "TOO_LONG", "bytes");
    check_fault(&"\u{7}".repeat(MAX_BYTES), "CONTROL_CHARACTER", "line 1, column 1");
}

#[test]
fn words_and_letters_that_cannot_be_typeset_are_refused_with_their_place() {
    let check_word = |word: &str, place: &str| {
        check_fault(&format!("goed\n\neen {word} twee"), "WORD_TOO_LONG", place);
    };
    check_word(&"[".repeat(17_000), "line 3, column 5: `[[[[");
    check_word(&"x".repeat(1_001), "begins 1001 letters");
    check_word(&"ab\u{a0}".repeat(400), "line 3, column 5");
    check_word(&"a**b**c".repeat(400), "line 3, column 1");
    check_fault(&format!("| a |\n|---|\n| {} |", "x".repeat(1_001)), "WORD_TOO_LONG", "line 3");
    check_fault(&format!("```\n{}\n```", "x".repeat(1_001)), "WORD_TOO_LONG", "line 2");
    check_fault(&format!("- a\n- q{}", "\u{301}".repeat(50_000)), "LETTER_TOO_LONG", "line 2");
    assert!(parse(&format!("{} q{}", "x".repeat(1_000), "\u{301}".repeat(31))).is_ok());
    assert!(parse(&"中文字".repeat(5_000)).is_ok(), "a line can break between ideographs");
}

#[test]
fn what_nests_deep_is_refused() {
    assert!(parse("- a\n  - b\n    - c\n      > d **e *f***").is_ok());
    check_fault(&"> ".repeat(1_000), "TOO_DEEP", "16");
    check_fault(&format!("goed\n\n{}a", "> ".repeat(1_000)), "TOO_DEEP", "line 3, column 1");
    check_fault(&format!("{}a", "- ".repeat(1_000)), "TOO_DEEP", "16");
    check_fault(&format!("{}a{}", "*a ".repeat(1_000), "*".repeat(1_000)), "TOO_DEEP", "16");
    let stairs: Vec<_> = (0..100).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
    check_fault(&stairs.concat(), "TOO_DEEP", "16");
}

/// Unchecked, the parser walks all open blocks on each line that goes on with the paragraph in them: minutes, not moments.
#[test]
fn a_paragraph_that_goes_on_deep_inside_is_refused() {
    for opening in ["- ", "> ", "1. ", "- > "] {
        let deep = opening.repeat(20_000) + "a\n";
        check_fault(
            &(deep.clone() + &"a\n".repeat((MAX_BYTES - deep.len()) / 2)),
            "TOO_DEEP",
            "16",
        );
    }
}

#[test]
fn hostile_texts_end_within_the_limits() {
    let signs = [
        "[",
        "]",
        "`",
        "*",
        "_",
        "<",
        "![",
        "[a](",
        "[a](<",
        "&#",
        "_a*",
        "\\",
        "|",
        "- - ",
        "<!--",
        "[a]: /u\n",
        "[a][a]\n",
        "<a ",
        "a|\n|-|\n",
        ">\n",
        "\n",
    ];
    for sign in signs {
        if let Ok(document) = parse(&sign.repeat(MAX_BYTES / sign.len())) {
            assert!(document.passages.len() <= MAX_BLOCKS, "{sign}");
        }
    }
}
