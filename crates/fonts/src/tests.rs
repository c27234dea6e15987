//! What can be printed with the fonts built in, and with those of a folder.

use super::*;

fn without_folders() -> Fonts {
    Fonts::new(Config { folders: Vec::new() }, None)
}

fn check(fonts: &Fonts, text: &str, unprintable: Option<&str>) {
    assert_eq!(fonts.unprintable(text), unprintable, "{text}");
}

#[test]
fn a_letter_that_no_font_has_is_found_with_its_marks() {
    let fonts = without_folders();
    check(&fonts, "Één ﬁnanciële bijdrage – 5 € „hoi” Ἀθηναῖοι Сотрудничество", None);
    check(&fonts, "e\u{301} a\u{200b}b\u{ad}c\u{2060}", None);
    check(&fonts, "Wij zijn 😀.", Some("😀"));
    check(&fonts, "中", Some("中"));
    check(&fonts, "ሰላም\u{301}", Some("ሰ"));
}

#[test]
fn characters_that_mean_what_a_sender_wants_are_never_printable() {
    for letter in ["\u{f0b7}", "\u{fdd0}", "\u{fffe}", "\u{10fffd}", "\u{fffd}"] {
        check(&without_folders(), letter, Some(letter));
    }
}

#[test]
fn each_family_is_found_with_the_folders_where_debian_has_it() {
    let fonts = Fonts::new(Config::default(), None);
    assert_eq!(fonts.missing(), BTreeMap::new());
    let text = "Ꞗ مرحبا שלום ሰላም Բարեւ გამარჯობა ܫܠܡܐ ދިވެހި ߒߞߏ ⵜⵉⴼⵉⵏⴰⵖ नमस्ते বাংলা தமிழ் සිංහල ไทย ລາວ ខ្មែរ မြန်မာ ✔ ☑ 中文 日本語 한국어 😀 👩‍👩‍👧 🇳🇱";
    check(&fonts, text, None);
    check(&fonts, "1\u{fe0f}\u{20e3}", Some("1\u{fe0f}\u{20e3}"));
    // Each character is in a font, but in none together.
    check(&fonts, "ሰ\u{301}", Some("ሰ\u{301}"));
    let needed = |text: &str| -> Vec<_> {
        fonts.needed(text).into_iter().map(|(family, files)| (family.name, files.len())).collect()
    };
    assert_eq!(needed("سلام"), [("Noto Naskh Arabic", 2)]);
    assert_eq!(needed("中 é 😀"), [("Noto Color Emoji", 1), ("Noto Serif CJK SC", 1)]);
    assert!(needed("Gewone tekst, één – 5 €").is_empty());
    let missing = without_folders().missing();
    assert_eq!(missing.len(), 3);
    assert!(missing["fonts-noto-core"].contains("Ethiopic"));
}

#[test]
fn the_fonts_of_a_template_count() {
    let folder = tempfile::tempdir().unwrap();
    let arabic = Fonts::new(Config::default(), None);
    let files = arabic.needed("سلام")[0].1;
    fs::create_dir(folder.path().join("fonts")).unwrap();
    fs::copy(&files[0], folder.path().join("fonts/a.ttf")).unwrap();
    fs::write(folder.path().join("broken.ttf"), "none").unwrap();
    let fonts = Fonts::new(Config { folders: Vec::new() }, Some(folder.path().to_owned()));
    check(&fonts, "ﷺ سلام", None);
    check(&fonts, "中", Some("中"));
}
