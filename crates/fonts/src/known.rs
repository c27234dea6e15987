//! The fonts that are used where the one of running text lacks a letter, in order of preference.
//!
//! Invariant: which of them prints a letter does not depend on what else is installed.

/// A family of fonts.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub covers: &'static str,
    /// Package of Debian that has it.
    pub package: &'static str,
    /// Its files, the regular one first.
    pub files: &'static [&'static str],
    /// The face in a file of several.
    pub face: u32,
}

/// One of Noto's core families.
macro_rules! core {
    ($name:literal, $covers:literal, $($file:literal),+) => {
        Family { name: $name, covers: $covers, package: "fonts-noto-core", files: &[$($file),+], face: 0 }
    };
}

/// The largest file comes last, so that it is read for its own letters alone.
pub(crate) const FAMILIES: [Family; 23] = [
    core!(
        "Noto Serif",
        "Latin, Greek and Cyrillic",
        "NotoSerif-Regular.ttf",
        "NotoSerif-Bold.ttf",
        "NotoSerif-Italic.ttf",
        "NotoSerif-BoldItalic.ttf"
    ),
    core!("Noto Naskh Arabic", "Arabic", "NotoNaskhArabic-Regular.ttf", "NotoNaskhArabic-Bold.ttf"),
    core!("Noto Serif Hebrew", "Hebrew", "NotoSerifHebrew-Regular.ttf", "NotoSerifHebrew-Bold.ttf"),
    core!(
        "Noto Serif Ethiopic",
        "Ethiopic",
        "NotoSerifEthiopic-Regular.ttf",
        "NotoSerifEthiopic-Bold.ttf"
    ),
    core!(
        "Noto Serif Armenian",
        "Armenian",
        "NotoSerifArmenian-Regular.ttf",
        "NotoSerifArmenian-Bold.ttf"
    ),
    core!(
        "Noto Serif Georgian",
        "Georgian",
        "NotoSerifGeorgian-Regular.ttf",
        "NotoSerifGeorgian-Bold.ttf"
    ),
    core!("Noto Sans Syriac", "Syriac", "NotoSansSyriac-Regular.ttf"),
    core!("Noto Sans Thaana", "Thaana", "NotoSansThaana-Regular.ttf", "NotoSansThaana-Bold.ttf"),
    core!("Noto Sans NKo", "N’Ko", "NotoSansNKo-Regular.ttf"),
    core!("Noto Sans Tifinagh", "Tifinagh", "NotoSansTifinagh-Regular.ttf"),
    core!(
        "Noto Serif Devanagari",
        "Devanagari",
        "NotoSerifDevanagari-Regular.ttf",
        "NotoSerifDevanagari-Bold.ttf"
    ),
    core!(
        "Noto Serif Bengali",
        "Bengali",
        "NotoSerifBengali-Regular.ttf",
        "NotoSerifBengali-Bold.ttf"
    ),
    core!("Noto Serif Tamil", "Tamil", "NotoSerifTamil-Regular.ttf", "NotoSerifTamil-Bold.ttf"),
    core!(
        "Noto Serif Sinhala",
        "Sinhala",
        "NotoSerifSinhala-Regular.ttf",
        "NotoSerifSinhala-Bold.ttf"
    ),
    core!("Noto Serif Thai", "Thai", "NotoSerifThai-Regular.ttf", "NotoSerifThai-Bold.ttf"),
    core!("Noto Serif Lao", "Lao", "NotoSerifLao-Regular.ttf", "NotoSerifLao-Bold.ttf"),
    core!("Noto Serif Khmer", "Khmer", "NotoSerifKhmer-Regular.ttf", "NotoSerifKhmer-Bold.ttf"),
    core!(
        "Noto Serif Myanmar",
        "Burmese",
        "NotoSerifMyanmar-Regular.ttf",
        "NotoSerifMyanmar-Bold.ttf"
    ),
    core!(
        "Noto Sans Symbols",
        "symbols",
        "NotoSansSymbols-Regular.ttf",
        "NotoSansSymbols-Bold.ttf"
    ),
    core!("Noto Sans Symbols 2", "symbols", "NotoSansSymbols2-Regular.ttf"),
    core!("Noto Sans Math", "mathematical signs", "NotoSansMath-Regular.ttf"),
    Family {
        name: "Noto Color Emoji",
        covers: "emoji",
        package: "fonts-noto-color-emoji",
        files: &["NotoColorEmoji.ttf"],
        face: 0,
    },
    Family {
        name: "Noto Serif CJK SC",
        covers: "Chinese, Japanese and Korean",
        package: "fonts-noto-cjk",
        files: &["NotoSerifCJK-Regular.ttc"],
        face: 2,
    },
];
