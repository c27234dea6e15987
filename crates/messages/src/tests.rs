use super::*;

fn nl() -> &'static Messages {
    Messages::for_language("nl")
}

fn en() -> &'static Messages {
    Messages::for_language("en")
}

#[test]
fn dates_and_periods_are_written_in_words() {
    assert_eq!(nl().date_or_text("2022-06-15"), "15 juni 2022");
    assert_eq!(en().date_or_text("2022-12-01"), "1 December 2022");
    assert_eq!(nl().date_or_text("ooit"), "ooit");
    let moment = |text: &str| nl().moment(text.parse().unwrap());
    assert_eq!(moment("2022-06-15"), "15 juni 2022");
    assert_eq!(moment("2022-06-15T14:30:00+02:00"), "15 juni 2022, 12:30:00 UTC");
    assert_eq!(nl().period("2021-01-01", "2021-12-31"), "2021");
    assert_eq!(nl().period("2022-01-01", "2023-12-31"), "2022–2023");
    assert_eq!(nl().period("2021-03-01", "2021-08-31"), "1 maart 2021 t/m 31 augustus 2021");
    assert_eq!(nl().period("2021-03-01", ""), "1 maart 2021");
    assert_eq!(nl().period("", ""), "");
}

#[test]
fn numbers_and_sizes_follow_the_language() {
    for (plain, dutch, english) in [
        ("195067769", "195.067.769", "195,067,769"),
        ("-1234567.50", "-1.234.567,50", "-1,234,567.50"),
        ("1000", "1.000", "1,000"),
        ("999", "999", "999"),
        ("0", "0", "0"),
        ("-0", "-0", "-0"),
        ("007", "007", "007"),
        ("0.10", "0,10", "0.10"),
        (
            "1234567890123456789012345678901234567.5",
            "1.234.567.890.123.456.789.012.345.678.901.234.567,5",
            "1,234,567,890,123,456,789,012,345,678,901,234,567.5",
        ),
        ("ongeveer 3", "ongeveer 3", "ongeveer 3"),
        ("1e3", "1e3", "1e3"),
        ("", "", ""),
        ("-", "-", "-"),
    ] {
        assert_eq!(nl().number(plain), dutch, "{plain}");
        assert_eq!(en().number(plain), english, "{plain}");
    }
    assert_eq!(nl().size(999), "999 bytes");
    assert_eq!(nl().size(1_001), "2 kB");
    assert_eq!(nl().size(1_400_000), "1,4 MB");
    assert_eq!(en().size(12_000_000_000), "12,000.0 MB");
}

#[test]
fn lists_end_with_and() {
    assert_eq!(nl().list(&["5", "5.1", "6"]), "5, 5.1 en 6");
    assert_eq!(en().list(&["5", "6"]), "5 and 6");
    assert_eq!(nl().list(&["5"]), "5");
}

#[test]
fn a_number_decides_the_plural_and_is_written_as_the_language_does() {
    let counted = |messages: &Messages, count: u32| {
        messages.with("shared-contributions", &[("count", count.into())])
    };
    assert_eq!(counted(nl(), 1), "1 bijdrage");
    assert_eq!(counted(nl(), 1_234), "1.234 bijdragen");
    assert_eq!(counted(en(), 0), "0 contributions");
    assert_eq!(counted(en(), 1_234), "1,234 contributions");
}

#[test]
fn arguments_stand_in_the_text_as_they_are() {
    let text = nl().with("mail-ask", &[("contact", "<b>{ $x }</b>\u{2068}".into())]);
    assert_eq!(text, "Vragen? Neem contact op met <b>{ $x }</b>\u{2068}.");
}

#[test]
fn a_language_without_messages_falls_back_to_dutch_and_says_so() {
    for (tag, expected) in
        [("en-GB", "en"), ("nl-BE", "nl"), ("EN", "en"), ("fy", "nl"), ("", "nl"), ("?", "nl")]
    {
        assert_eq!(Messages::for_language(tag).tag(), expected, "{tag}");
    }
}

#[test]
fn a_missing_message_is_shown_by_its_id_and_reported_once() {
    let messages = Messages::with_overrides("en", "").unwrap();
    assert_eq!(messages.text("portal-none"), "{portal-none}");
    assert_eq!(messages.with("mail-ask", &[]), "Questions? Please contact {$contact}.");
    let faults = messages.new_faults();
    assert!(faults.contains(&"there is no message `portal-none`".to_owned()), "{faults:?}");
    assert_eq!(faults.len(), 2);
    assert_eq!(messages.text("portal-none"), "{portal-none}");
    assert!(messages.new_faults().is_empty());
}

#[test]
fn a_template_overrides_messages_and_adds_its_own() {
    let overrides = "edition-contents = In dit rapport\ntemplate-foreword = Voorwoord\n";
    let messages = Messages::with_overrides("nl", overrides).unwrap();
    assert_eq!(messages.text("edition-contents"), "In dit rapport");
    assert_eq!(messages.text("edition-abbreviations"), "Afkortingen");
    let texts: Vec<_> = messages.texts("template-").collect();
    assert_eq!(texts, [("template-foreword", "Voorwoord".into())]);
    let texts: Vec<_> = messages.texts("edition-").map(|(id, _)| id).collect();
    assert!(texts.contains(&"edition-contents") && !texts.contains(&"edition-goals"), "{texts:?}");
    assert_eq!(nl().text("edition-contents"), "Inhoud");
}

#[test]
fn a_template_brings_a_language_of_its_own() {
    let messages = Messages::with_overrides("fr", "edition-contents = Sommaire\n").unwrap();
    assert_eq!(messages.tag(), "fr");
    assert_eq!(messages.text("edition-contents"), "Sommaire");
    assert_eq!(messages.text("edition-abbreviations"), "Afkortingen");
}

#[test]
fn overrides_without_effect_are_refused_with_line_and_column() {
    let refused = |text: &str| Messages::with_overrides("nl", text).unwrap_err().to_string();
    assert_eq!(
        refused("# Ours\nedition-content = In dit rapport\n"),
        "2:1: there is no message `edition-content`; a template's own begin with `template-`"
    );
    assert_eq!(
        refused("\n\nedition-contents = { $title }\n"),
        "3:1: nothing gives `edition-contents` a value of `$title`"
    );
    assert!(refused("edition-contents = a\nb\n").starts_with("2:"), "{}", refused("a = a\nb\n"));
}
