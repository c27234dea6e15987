//! Lists: each has a numbering of its own, so that it begins with its own number.

use edition::Numbering;

use crate::{docx::MAIN, xml::Xml};

/// Levels that a numbering has; what is nested deeper is written at the last.
const LEVELS: u8 = 9;
/// How far each level is indented, in twentieths of a point.
pub(super) const INDENT: u32 = 340;

/// The lists of a file, in their order.
#[derive(Debug, Default)]
pub(crate) struct Numbers(Vec<(Numbering, u8)>);

/// The level of a list at this depth.
pub(super) fn level(depth: usize) -> u8 {
    u8::try_from(depth).unwrap_or(u8::MAX).min(LEVELS - 1)
}

impl Numbers {
    /// Adds a list, and returns its id.
    pub(super) fn add(&mut self, numbering: Numbering, depth: usize) -> usize {
        self.0.push((numbering, level(depth)));
        self.0.len()
    }

    /// The part of the package that has them.
    pub(super) fn part(&self) -> Vec<u8> {
        let mut xml = Xml::document();
        xml.open("w:numbering", &MAIN);
        for (id, format) in [("0", "bullet"), ("1", "decimal"), ("2", "lowerLetter")] {
            xml.open("w:abstractNum", &[("w:abstractNumId", id)]);
            xml.empty("w:multiLevelType", &[("w:val", "hybridMultilevel")]);
            for level in 0..LEVELS {
                write_level(&mut xml, level, format);
            }
            xml.close("w:abstractNum");
        }
        for (id, (numbering, level)) in (1..).zip(&self.0) {
            let (kind, start) = match numbering {
                Numbering::Bullets => ("0", None),
                Numbering::Numbers { start } => ("1", Some(start)),
                Numbering::Letters { start } => ("2", Some(start)),
            };
            let id: usize = id;
            xml.open("w:num", &[("w:numId", &id.to_string())]);
            xml.empty("w:abstractNumId", &[("w:val", kind)]);
            if let Some(start) = start {
                xml.open("w:lvlOverride", &[("w:ilvl", &level.to_string())]);
                xml.empty("w:startOverride", &[("w:val", &start.to_string())]);
                xml.close("w:lvlOverride");
            }
            xml.close("w:num");
        }
        xml.close("w:numbering");
        xml.into_bytes()
    }
}

fn write_level(xml: &mut Xml, level: u8, format: &str) {
    let place = u32::from(level) + 1;
    let shown = match format {
        "bullet" => "•".to_owned(),
        "decimal" => format!("%{place}."),
        _ => format!("%{place})"),
    };
    xml.open("w:lvl", &[("w:ilvl", &level.to_string())]);
    xml.empty("w:start", &[("w:val", "1")]);
    xml.empty("w:numFmt", &[("w:val", format)]);
    xml.empty("w:lvlText", &[("w:val", &shown)]);
    xml.empty("w:lvlJc", &[("w:val", "left")]);
    xml.open("w:pPr", &[]);
    let (left, hanging) = ((place * INDENT).to_string(), INDENT.to_string());
    xml.empty("w:ind", &[("w:left", &left), ("w:hanging", &hanging)]);
    xml.close("w:pPr");
    xml.close("w:lvl");
}
