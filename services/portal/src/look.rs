//! How the site looks: the theme as it is set, checked and made ready when the program starts.
//!
//! Invariant: no theme makes a text that cannot be read: its colours have a contrast of 4.5 to 1 with the page and with
//! what stands on them, and its names are shown as text, never as code.

use std::{borrow::Cow, fmt::Write as _, fs, path::Path};

use model::Hash;

use crate::config::Theme;

/// Bytes of a logo at most.
const MAX_LOGO_BYTES: u64 = 256 * 1024;
/// Contrast of a text with what is behind it, at least (WCAG 2.2, 1.4.3).
const MIN_CONTRAST: f64 = 4.5;
/// Backgrounds of pages in light and in dark.
const LIGHT: &str = "#ffffff";
const DARK: &str = "#12181c";

/// Why a theme is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the setting `portal.theme.{field}` {reason}")]
pub struct InvalidTheme {
    field: &'static str,
    reason: String,
}

/// A theme that is ready.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// The style sheet that it adds; empty where it changes nothing.
    pub style_sheet: String,
    /// The logo with its media type.
    pub logo: Option<(Vec<u8>, &'static str)>,
}

/// A file that is served under an address that changes with its bytes.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Where it is served.
    pub address: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What it is.
    pub bytes: Cow<'static, [u8]>,
}

impl Asset {
    pub(crate) fn new(
        name: &str,
        ending: &str,
        media_type: &'static str,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Self {
        let bytes = bytes.into();
        let hash = &Hash::of(&bytes).to_string()[..16];
        Self { address: format!("/assets/{name}.{hash}.{ending}"), media_type, bytes }
    }
}

/// The files of a theme.
#[derive(Debug)]
pub(crate) struct Assets {
    pub style_sheet: Option<Asset>,
    pub logo: Option<Asset>,
}

impl Assets {
    pub(crate) fn of(Look { style_sheet, logo }: Look) -> Self {
        let css = "text/css; charset=utf-8";
        let sheet = || Asset::new("theme", "css", css, style_sheet.clone().into_bytes());
        let logo = logo.map(|(bytes, media_type)| {
            let ending = if media_type == "image/png" { "png" } else { "svg" };
            Asset::new("logo", ending, media_type, bytes)
        });
        Self { style_sheet: (!style_sheet.is_empty()).then(sheet), logo }
    }
}

impl Look {
    /// Checks a theme and reads its logo.
    pub(crate) fn read(theme: &Theme) -> Result<Self, InvalidTheme> {
        let Theme { sender: _, logo, accent, accent_dark, font, footer } = theme;
        for link in footer {
            let is_address = ["https://", "/"].iter().any(|begin| link.address.starts_with(begin));
            if !is_address || link.text.trim().is_empty() {
                let reason =
                    "needs links with a text and an address that begins with `https://` or `/`";
                return Err(invalid("footer", reason));
            }
        }
        let mut rules = String::new();
        if !accent.is_empty() {
            colour("accent", accent, LIGHT)?;
            rules.push_str(&root(&[("accent", accent), ("sender", accent)]));
        }
        if !accent_dark.is_empty() {
            colour("accent_dark", accent_dark, DARK)?;
            let dark = root(&[("accent", accent_dark)]);
            rules.push_str("@media (prefers-color-scheme:dark){");
            rules.push_str(&dark);
            rules.push('}');
        }
        if !font.is_empty() {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-';
            if !font.chars().all(is_name) {
                return Err(invalid(
                    "font",
                    "is no name of a font: letters, digits, spaces and hyphens",
                ));
            }
            rules.push_str(&root(&[("font", &format!("\"{font}\""))]));
        }
        Ok(Self {
            style_sheet: rules,
            logo: if logo.is_empty() { None } else { Some(read(logo)?) },
        })
    }
}

/// A rule that sets variables.
fn root(variables: &[(&str, &str)]) -> String {
    let mut rule = ":root{".to_owned();
    for (name, value) in variables {
        write!(rule, "--{name}:{value};").expect("writing to a string cannot fail");
    }
    rule + "}"
}

fn invalid(field: &'static str, reason: impl Into<String>) -> InvalidTheme {
    InvalidTheme { field, reason: reason.into() }
}

fn read(path: &str) -> Result<(Vec<u8>, &'static str), InvalidTheme> {
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str());
    let media_type = match ending {
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => return Err(invalid("logo", "is no file that ends with `.svg` or `.png`")),
    };
    let unreadable = |error: std::io::Error| invalid("logo", format!("cannot be read: {error}"));
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_LOGO_BYTES {
        return Err(invalid(
            "logo",
            format!("has {size} bytes, at most {MAX_LOGO_BYTES} are taken"),
        ));
    }
    Ok((fs::read(path).map_err(unreadable)?, media_type))
}

/// Checks that a colour can be read on a background, and that the background can be read on it.
fn colour(field: &'static str, colour: &str, background: &str) -> Result<(), InvalidTheme> {
    let (Some(one), Some(other)) = (luminance(colour), luminance(background)) else {
        return Err(invalid(field, "is no colour such as `#0b4452`"));
    };
    let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
    if contrast < MIN_CONTRAST {
        let reason = format!(
            "has a contrast of {contrast:.1} to 1 with `{background}`, needed is {MIN_CONTRAST}"
        );
        return Err(invalid(field, reason));
    }
    Ok(())
}

/// The relative luminance of a colour such as `#0b4452`.
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| {
        let value = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
        let value = f64::from(value) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    let is_plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let (red, green, blue) = (part(0)?, part(2)?, part(4)?);
    is_plain.then_some(0.2126 * red + 0.7152 * green + 0.0722 * blue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::FooterLink;

    fn refused(theme: &Theme) -> String {
        Look::read(theme).unwrap_err().to_string()
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused() {
        let accent = |accent: &str| Theme { accent: accent.to_owned(), ..Theme::default() };
        assert!(Look::read(&accent("#0b4452")).unwrap().style_sheet.contains("--accent:#0b4452"));
        assert!(refused(&accent("#7cc4d1")).contains("needed is 4.5"));
        for wrong in ["red", "#fff", "#+b4452", "#0b4452;}", "#é4452"] {
            assert!(refused(&accent(wrong)).contains("is no colour"), "{wrong}");
        }
        let dark = Theme { accent_dark: "#0b4452".to_owned(), ..Theme::default() };
        assert!(refused(&dark).starts_with("the setting `portal.theme.accent_dark`"));
    }

    #[test]
    fn no_value_of_a_theme_is_code() {
        let font = Theme { font: "x\"}body{display:none".to_owned(), ..Theme::default() };
        assert!(refused(&font).contains("is no name of a font"));
        let link = FooterLink { address: "javascript:alert(1)".to_owned(), text: "a".to_owned() };
        assert!(refused(&Theme { footer: vec![link], ..Theme::default() }).contains("footer"));
        let logo = Theme { logo: "/nergens/logo.gif".to_owned(), ..Theme::default() };
        assert!(refused(&logo).contains("ends with"));
        assert_eq!(Look::read(&Theme::default()).unwrap(), Look::default());
    }
}
