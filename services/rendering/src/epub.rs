//! The EPUB file: EPUB 3.3, each part of the HTML file a document of its own, with pictures as SVG and the reader's own letters.
//!
//! Invariant: it says what the HTML file says, since its parts are that file's; links between parts lead to their documents.

use std::collections::BTreeMap;

use edition::{Item, View, data::Identity, html};

use crate::{
    address::encoded,
    archive::Archive,
    xml::{Attributes, Xml},
};

const XHTML: &str = "http://www.w3.org/1999/xhtml";
const MEDIA_TYPE: &str = "application/epub+zip";
/// Begins each part of the body, and nothing within one.
const SECTION: &str = "<section aria-labelledby=\"";

/// Begins the target of a link.
const HREF: &str = " href=\"";

/// A document of the book.
struct Document {
    name: String,
    title: String,
    body: String,
}

/// Returns the file.
pub(crate) fn file(view: &View, identity: &Identity) -> Vec<u8> {
    let documents = documents(view);
    let mut archive = Archive::dated(&identity.date);
    archive.add_stored("mimetype", MEDIA_TYPE.as_bytes());
    archive.add("META-INF/container.xml", include_bytes!("../templates/epub/container.xml"));
    archive.add("OEBPS/package.opf", &package(view, identity, &documents));
    archive.add("OEBPS/nav.xhtml", &navigation(view, &places(&documents)));
    archive.add("OEBPS/style.css", include_bytes!("../templates/epub/style.css"));
    archive.add("OEBPS/title.xhtml", &title_page(view));
    for document in &documents {
        archive.add(&format!("OEBPS/{}", document.name), page(view, document).as_bytes());
    }
    archive.finish()
}

/// The parts of the body, in XHTML, with links to each other.
fn documents(view: &View) -> Vec<Document> {
    let body = in_xml(&html::body(view));
    let titles: BTreeMap<&str, &str> =
        view.contents.items.iter().map(|item| (item.anchor.as_str(), item.name.as_str())).collect();
    let mut documents: Vec<Document> = Vec::new();
    for part in body.split(&format!("\n{SECTION}")) {
        let part = part.strip_prefix(SECTION).unwrap_or(part);
        let Some((anchor, _)) = part.split_once('"') else { continue };
        documents.push(Document {
            name: format!("part-{}.xhtml", documents.len() + 1),
            title: titles.get(anchor).copied().unwrap_or(view.title.as_str()).to_owned(),
            body: format!("{SECTION}{part}"),
        });
    }
    let places = places(&documents);
    let linked = documents.iter().map(|document| linked(document, &places)).collect::<Vec<_>>();
    for (document, body) in documents.iter_mut().zip(linked) {
        document.body = body;
    }
    documents
}

/// HTML as XML: empty elements end, attributes have values, and drawings say what they are. Signs in texts are escaped, so that
/// only markup is changed.
fn in_xml(html: &str) -> String {
    html.replace("<br>", "<br/>")
        .replace("<hr>", "<hr/>")
        .replace(" open>", " open=\"open\">")
        .replace(" focusable=\"false\"", "")
        .replace("<svg class=", "<svg xmlns=\"http://www.w3.org/2000/svg\" class=")
}

/// The document of each id.
fn places(documents: &[Document]) -> BTreeMap<String, String> {
    let ids = |document: &Document| {
        let ids = document.body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        ids.map(|id| (id.to_owned(), document.name.clone())).collect::<Vec<_>>()
    };
    documents.iter().flat_map(ids).collect()
}

/// The text with links to other documents, and addresses that a book takes. Quotes in texts are escaped, so that only a link
/// begins so.
fn linked(document: &Document, places: &BTreeMap<String, String>) -> String {
    let mut parts = document.body.split(HREF);
    let mut linked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (target, rest) = part.split_once('"').unwrap_or((part, ""));
        linked.push_str(HREF);
        match target.strip_prefix('#') {
            Some(anchor) => {
                let other = places.get(anchor).filter(|name| **name != document.name);
                linked.extend([other.map_or("", String::as_str), "#", anchor]);
            }
            None => linked.push_str(&address(target)),
        }
        linked.extend(["\"", rest]);
    }
    linked
}

/// An address; what is escaped in HTML, and no part of addresses, is encoded.
fn address(escaped: &str) -> String {
    let plain = escaped.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">");
    encoded(&plain)
}

fn page(view: &View, document: &Document) -> String {
    let mut head = Xml::part();
    begin(&mut head, view, &document.title);
    let head = String::from_utf8(head.into_bytes()).unwrap_or_default();
    format!("{}\n{}\n</body>\n</html>\n", head, document.body)
}

/// The beginning of a document, up to its body.
fn begin(xml: &mut Xml, view: &View, title: &str) {
    let language = view.language.as_str();
    xml.open(
        "html",
        &[
            ("xmlns", XHTML),
            ("xmlns:epub", "http://www.idpf.org/2007/ops"),
            ("lang", language),
            ("xml:lang", language),
        ],
    );
    xml.open("head", &[]);
    xml.element("title", &[], title);
    xml.empty("link", &[("rel", "stylesheet"), ("type", "text/css"), ("href", "style.css")]);
    xml.close("head");
    xml.open("body", &[]);
}

fn end(mut xml: Xml) -> Vec<u8> {
    xml.close("body");
    xml.close("html");
    xml.into_bytes()
}

fn title_page(view: &View) -> Vec<u8> {
    let mut xml = Xml::document();
    begin(&mut xml, view, view.title.as_str());
    let language = view.title.language().map(|language| ("lang", language));
    let attributes: Vec<_> = language.into_iter().collect();
    xml.element("h1", &attributes, view.title.as_str());
    xml.element("p", &[("class", "subtitle")], &view.subtitle);
    xml.element("p", &[], &format!("{} · {}", view.date, view.edition));
    end(xml)
}

fn navigation(view: &View, places: &BTreeMap<String, String>) -> Vec<u8> {
    let mut xml = Xml::document();
    begin(&mut xml, view, &view.contents.heading);
    xml.open("nav", &[("epub:type", "toc"), ("id", "toc")]);
    xml.element("h1", &[], &view.contents.heading);
    entries(&mut xml, &view.contents.items, places);
    xml.close("nav");
    end(xml)
}

fn entries(xml: &mut Xml, items: &[Item], places: &BTreeMap<String, String>) {
    if items.is_empty() {
        return;
    }
    xml.open("ol", &[]);
    for Item { anchor, name, items } in items {
        xml.open("li", &[]);
        let document = places.get(anchor).map_or("", String::as_str);
        let address = format!("{document}#{anchor}");
        let language = name.language().map(|language| ("lang", language));
        let attributes: Vec<_> = [("href", address.as_str())].into_iter().chain(language).collect();
        xml.element("a", &attributes, name.as_str());
        entries(xml, items, places);
        xml.close("li");
    }
    xml.close("ol");
}

fn package(view: &View, identity: &Identity, documents: &[Document]) -> Vec<u8> {
    let mut xml = Xml::document();
    xml.open(
        "package",
        &[
            ("xmlns", "http://www.idpf.org/2007/opf"),
            ("version", "3.0"),
            ("unique-identifier", "id"),
            ("xml:lang", &view.language),
        ],
    );
    metadata(&mut xml, view, identity);
    xml.open("manifest", &[]);
    let item = |xml: &mut Xml, id: &str, name: &str, media_type: &str, properties: Option<&str>| {
        let own = [("id", id), ("href", name), ("media-type", media_type)];
        let attributes: Vec<_> =
            own.into_iter().chain(properties.map(|value| ("properties", value))).collect();
        xml.empty("item", &attributes);
    };
    item(&mut xml, "nav", "nav.xhtml", "application/xhtml+xml", Some("nav"));
    item(&mut xml, "style", "style.css", "text/css", None);
    item(&mut xml, "title", "title.xhtml", "application/xhtml+xml", None);
    for (number, document) in documents.iter().enumerate() {
        let properties = document.body.contains("<svg ").then_some("svg");
        let id = format!("part{number}");
        item(&mut xml, &id, &document.name, "application/xhtml+xml", properties);
    }
    xml.close("manifest");
    xml.open("spine", &[]);
    xml.empty("itemref", &[("idref", "title")]);
    xml.empty("itemref", &[("idref", "nav")]);
    for number in 0..documents.len() {
        xml.empty("itemref", &[("idref", &format!("part{number}"))]);
    }
    xml.close("spine");
    xml.close("package");
    xml.into_bytes()
}

fn metadata(xml: &mut Xml, view: &View, identity: &Identity) {
    xml.open("metadata", &[("xmlns:dc", "http://purl.org/dc/elements/1.1/")]);
    let identifier = format!("sha256:{}:{}", identity.manifest_hash, view.language);
    xml.element("dc:identifier", &[("id", "id")], &identifier);
    xml.element("dc:title", &[], &format!("{}: {}", view.title, view.subtitle));
    xml.element("dc:language", &[], &view.language);
    xml.element("dc:date", &[], &identity.date);
    let time = format!("{}T00:00:00Z", identity.date);
    let meta: [(Attributes<'_>, &str); 10] = [
        (&[("property", "dcterms:modified")], &time),
        (&[("property", "schema:accessMode")], "textual"),
        (&[("property", "schema:accessMode")], "visual"),
        (&[("property", "schema:accessModeSufficient")], "textual"),
        (&[("property", "schema:accessibilityFeature")], "structuralNavigation"),
        (&[("property", "schema:accessibilityFeature")], "tableOfContents"),
        (&[("property", "schema:accessibilityFeature")], "alternativeText"),
        (&[("property", "schema:accessibilityFeature")], "longDescription"),
        (&[("property", "schema:accessibilityFeature")], "readingOrder"),
        (&[("property", "schema:accessibilityHazard")], "none"),
    ];
    for (attributes, value) in meta {
        xml.element("meta", attributes, value);
    }
    xml.close("metadata");
}
