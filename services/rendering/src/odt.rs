//! The ODT file: OpenDocument 1.3, with headings as outline, real notes, lists, tables with heading rows, and pictures with their
//! descriptions.
//!
//! Owns the package and its fixed parts; what the edition says is written by [`content`]. Invariant: it has no id and no time but
//! those made from the edition.

mod content;
mod styles;

use edition::{View, data::Identity, flow::Flow};

use crate::{archive::Archive, odt::content::Content, places::Places, xml::Xml};

const MEDIA_TYPE: &str = "application/vnd.oasis.opendocument.text";

/// Returns the file.
pub(crate) fn file(view: &View, identity: &Identity) -> Vec<u8> {
    let flow = Flow::of(view);
    let places = Places::of(&flow.parts);
    let (content, pictures) = Content::of(&flow, &places);
    let mut archive = Archive::dated(&identity.date);
    archive.add_stored("mimetype", MEDIA_TYPE.as_bytes());
    archive.add("content.xml", &content);
    archive.add("styles.xml", fixed_styles(view).as_bytes());
    archive.add("meta.xml", &properties(view, identity));
    for (number, picture) in pictures.iter().enumerate() {
        archive.add(&content::picture_path(number), picture.as_bytes());
    }
    archive.add("META-INF/manifest.xml", manifest(pictures.len()).as_bytes());
    archive.finish()
}

fn fixed_styles(view: &View) -> String {
    let (language, country) = styles::locale(&view.language);
    let mut label = Xml::part();
    label.text(&view.labels.page);
    let mut of = Xml::part();
    of.text(&view.labels.page_of);
    let [label, of] =
        [label, of].map(|xml| String::from_utf8(xml.into_bytes()).unwrap_or_default());
    include_str!("../templates/odt/styles.xml")
        .replace("LANGUAGE", language)
        .replace("COUNTRY", country)
        .replace("PAGE_LABEL", &label)
        .replace("PAGE_OF", &of)
}

fn manifest(pictures: usize) -> String {
    let entry = |number| {
        let path = content::picture_path(number);
        format!(
            "<manifest:file-entry manifest:full-path=\"{path}\" manifest:media-type=\"image/svg+xml\"/>"
        )
    };
    let entries: String = (0..pictures).map(entry).collect();
    include_str!("../templates/odt/manifest.xml").replace("PICTURES", &entries)
}

fn properties(view: &View, identity: &Identity) -> Vec<u8> {
    let mut xml = Xml::document();
    xml.open(
        "office:document-meta",
        &[
            ("xmlns:office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
            ("xmlns:meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("office:version", "1.3"),
        ],
    );
    xml.open("office:meta", &[]);
    xml.element("dc:title", &[], &format!("{}: {}", view.title, view.subtitle));
    let time = format!("{}T00:00:00", identity.date);
    xml.element("meta:creation-date", &[], &time);
    xml.element("dc:date", &[], &time);
    xml.element("dc:language", &[], &view.language);
    let hash = format!("sha256:{}", identity.manifest_hash);
    xml.element("meta:user-defined", &[("meta:name", "Edition")], &hash);
    xml.close("office:meta");
    xml.close("office:document-meta");
    xml.into_bytes()
}
