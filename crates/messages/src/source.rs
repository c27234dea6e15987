//! The Fluent files, built into the program.

use crate::Language;

/// The files of a language, each with the name of its area, which its ids begin with.
pub fn sources(language: Language) -> [(&'static str, &'static str); 4] {
    match language {
        Language::Dutch => [
            ("shared", include_str!("../locales/nl/shared.ftl")),
            ("edition", include_str!("../locales/nl/edition.ftl")),
            ("portal", include_str!("../locales/nl/portal.ftl")),
            ("mail", include_str!("../locales/nl/mail.ftl")),
        ],
        Language::English => [
            ("shared", include_str!("../locales/en/shared.ftl")),
            ("edition", include_str!("../locales/en/edition.ftl")),
            ("portal", include_str!("../locales/en/portal.ftl")),
            ("mail", include_str!("../locales/en/mail.ftl")),
        ],
    }
}
