//! The DOCX file: WordprocessingML, with headings as styles, real notes, lists and tables, so that it can be read aloud and
//! worked on.
//!
//! Owns the package and its fixed parts; what the edition says is written by [`story`]. Invariant: it has no id and no time but
//! those made from the edition.

mod numbering;
mod story;

use std::collections::BTreeMap;

use edition::{View, data::Identity, flow::Flow};

use crate::{
    archive::Archive,
    docx::{
        numbering::Numbers,
        story::{Story, link_id},
    },
    places::Places,
    xml::Xml,
};

/// Namespaces of the main parts.
const MAIN: [(&str, &str); 2] = [
    ("xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    ("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
];
/// Kinds of relationships begin with this.
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// Parts that the main one leads to, each under the id of its place, counted from 1.
const PARTS: [&str; 6] = ["styles", "settings", "fontTable", "numbering", "footnotes", "footer"];

/// Returns the file.
pub(crate) fn file(view: &View, identity: &Identity) -> Vec<u8> {
    let flow = Flow::of(view);
    let places = Places::of(&flow.parts);
    let mut numbers = Numbers::default();
    let mut main = Story::document(&places, &mut numbers);
    main.parts(&flow.parts);
    let (document, document_links) = main.finish();
    let mut notes = Story::notes(&places, &mut numbers);
    for (number, parts) in &flow.notes {
        notes.note(*number, parts);
    }
    let (notes, note_links) = notes.finish();

    let mut archive = Archive::dated(&identity.date);
    let mut fixed = |name: &str, text: &str| {
        archive.add(name, text.replace("LANGUAGE", &view.language).as_bytes());
    };
    fixed("[Content_Types].xml", include_str!("../templates/docx/types.xml"));
    fixed("_rels/.rels", include_str!("../templates/docx/rels.xml"));
    fixed("word/styles.xml", include_str!("../templates/docx/styles.xml"));
    fixed("word/settings.xml", include_str!("../templates/docx/settings.xml"));
    fixed("word/fontTable.xml", include_str!("../templates/docx/fontTable.xml"));
    archive.add("docProps/core.xml", &properties(view, identity));
    archive.add("word/document.xml", &document);
    archive.add("word/footnotes.xml", &notes);
    archive.add("word/numbering.xml", &numbers.part());
    archive.add("word/footer.xml", &footer(view));
    archive.add("word/_rels/document.xml.rels", &relationships(&PARTS, &document_links));
    archive.add("word/_rels/footnotes.xml.rels", &relationships(&[], &note_links));
    archive.finish()
}

fn properties(view: &View, identity: &Identity) -> Vec<u8> {
    let mut xml = Xml::document();
    xml.open(
        "cp:coreProperties",
        &[
            ("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:dcterms", "http://purl.org/dc/terms/"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ],
    );
    xml.element("dc:title", &[], &format!("{}: {}", view.title, view.subtitle));
    xml.element("dc:identifier", &[], &format!("sha256:{}", identity.manifest_hash));
    xml.element("dc:language", &[], &view.language);
    let time = format!("{}T00:00:00Z", identity.date);
    for name in ["dcterms:created", "dcterms:modified"] {
        xml.element(name, &[("xsi:type", "dcterms:W3CDTF")], &time);
    }
    xml.close("cp:coreProperties");
    xml.into_bytes()
}

fn footer(view: &View) -> Vec<u8> {
    let mut xml = Xml::document();
    xml.open("w:ftr", &MAIN);
    xml.open("w:p", &[]);
    xml.open("w:pPr", &[]);
    xml.empty("w:pStyle", &[("w:val", "Footer")]);
    xml.empty("w:jc", &[("w:val", "right")]);
    xml.close("w:pPr");
    let labels = [&view.labels.page, &view.labels.page_of];
    for (label, field) in labels.into_iter().zip(["PAGE", "NUMPAGES"]) {
        let before = if field == "PAGE" { "" } else { " " };
        xml.open("w:r", &[]);
        xml.element("w:t", &[("xml:space", "preserve")], &format!("{before}{label} "));
        xml.close("w:r");
        xml.open("w:fldSimple", &[("w:instr", field)]);
        xml.open("w:r", &[]);
        xml.element("w:t", &[], "1");
        xml.close("w:r");
        xml.close("w:fldSimple");
    }
    xml.close("w:p");
    xml.close("w:ftr");
    xml.into_bytes()
}

/// Leads to parts and to addresses.
fn relationships(parts: &[&str], links: &BTreeMap<String, usize>) -> Vec<u8> {
    let mut xml = Xml::document();
    let namespace = "http://schemas.openxmlformats.org/package/2006/relationships";
    xml.open("Relationships", &[("xmlns", namespace)]);
    for (number, part) in (1..).zip(parts) {
        let (id, target) = (format!("r{number}"), format!("{part}.xml"));
        let kind = format!("{RELATIONSHIPS}/{part}");
        xml.empty("Relationship", &[("Id", &id), ("Type", &kind), ("Target", &target)]);
    }
    let kind = format!("{RELATIONSHIPS}/hyperlink");
    for (link, number) in links {
        let id = link_id(*number);
        let of =
            [("Id", id.as_str()), ("Type", &kind), ("Target", link), ("TargetMode", "External")];
        xml.empty("Relationship", &of);
    }
    xml.close("Relationships");
    xml.into_bytes()
}
