//! What the edition says, as OpenDocument text.

use std::collections::BTreeMap;

use edition::{
    Align, Contents, Numbering,
    flow::{Cell, Flow, Link, Orientation, Part, Role, Row, Run, Table, Words},
};

use crate::{
    address::encoded,
    odt::styles::{Styles, of_list},
    places::Places,
    xml::Xml,
};

const NAMESPACES: [(&str, &str); 10] = [
    ("xmlns:office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
    ("xmlns:style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
    ("xmlns:text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
    ("xmlns:table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"),
    ("xmlns:draw", "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"),
    ("xmlns:fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"),
    ("xmlns:svg", "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"),
    ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("office:version", "1.3"),
];

/// Pixels of a picture in a centimetre.
const PIXELS: f64 = 37.8;

/// The text in the making.
pub(super) struct Content<'a> {
    xml: Xml,
    places: &'a Places,
    notes: &'a BTreeMap<usize, Vec<Part>>,
    styles: Styles,
    pictures: Vec<String>,
    /// The orientation that the next heading begins.
    turn: Option<Orientation>,
    tables: usize,
}

/// Where a picture stands in the package.
pub(super) fn picture_path(number: usize) -> String {
    format!("Pictures/{}.svg", number + 1)
}

impl<'a> Content<'a> {
    /// The part of the package, and its pictures.
    pub(super) fn of(flow: &'a Flow, places: &'a Places) -> (Vec<u8>, Vec<String>) {
        let mut body = Self {
            xml: Xml::part(),
            places,
            notes: &flow.notes,
            styles: Styles::default(),
            pictures: Vec::new(),
            turn: None,
            tables: 0,
        };
        body.parts(&flow.parts, "Standard");
        let Self { xml: body, styles, pictures, .. } = body;
        let mut xml = Xml::document();
        xml.open("office:document-content", &NAMESPACES);
        xml.open("office:font-face-decls", &[]);
        xml.empty(
            "style:font-face",
            &[("style:name", "DejaVu Sans Mono"), ("svg:font-family", "'DejaVu Sans Mono'")],
        );
        xml.close("office:font-face-decls");
        xml.open("office:automatic-styles", &[]);
        styles.write(&mut xml);
        write_table_styles(&mut xml);
        xml.close("office:automatic-styles");
        xml.open("office:body", &[]);
        xml.open("office:text", &[]);
        xml.add(body);
        for name in ["office:text", "office:body", "office:document-content"] {
            xml.close(name);
        }
        (xml.into_bytes(), pictures)
    }

    /// Recursion is bounded by the depth that parsing takes.
    fn parts(&mut self, parts: &[Part], style: &str) {
        for part in parts {
            self.part(part, style);
        }
    }

    fn part(&mut self, part: &Part, style: &str) {
        match part {
            Part::Heading { level, anchors, content } => self.heading(*level, anchors, content),
            Part::Paragraph { role, content } => {
                let style = match role {
                    Role::Text => style,
                    Role::Subtitle => "Subtitle",
                    Role::Question => "Question",
                    Role::Status => "Status",
                    Role::Open => "Open",
                    Role::Label => "Label",
                    Role::Note => "Remark",
                };
                self.paragraph(style, content);
            }
            Part::List { numbering, items } => self.list(*numbering, items, style),
            Part::Quote { parts } => {
                self.parts(parts, if style == "Standard" { "Quotations" } else { style });
            }
            Part::Code { text, language } => {
                let text = text.strip_suffix('\n').unwrap_or(text).to_owned();
                let words = Words { text, language: language.clone(), ..Words::default() };
                self.paragraph("Preformatted", &[Run::Words(words)]);
            }
            Part::Table(table) => self.table(table),
            Part::Picture { alt, svg } => self.picture(alt, svg),
            Part::Rule => self.paragraph("Rule", &[]),
            Part::Contents(contents) => self.contents(contents),
            Part::Pages(orientation) => self.turn = Some(*orientation),
        }
    }

    fn heading(&mut self, level: u8, anchors: &[String], content: &[Run]) {
        if level == 1 {
            return self.paragraph("Title", content);
        }
        let level = level - 1;
        let style = match self.turn.take() {
            Some(Orientation::Landscape) => "Landscape_20_Heading".to_owned(),
            Some(Orientation::Portrait) => "Portrait_20_Heading".to_owned(),
            None => format!("Heading_20_{level}"),
        };
        let level = level.to_string();
        self.xml.open("text:h", &[("text:style-name", &style), ("text:outline-level", &level)]);
        for anchor in anchors {
            if let Some(name) = self.places.name(anchor) {
                self.xml.empty("text:bookmark", &[("text:name", &name)]);
            }
        }
        self.runs(content);
        self.xml.close("text:h");
    }

    fn paragraph(&mut self, style: &str, content: &[Run]) {
        self.xml.open("text:p", &[("text:style-name", style)]);
        self.runs(content);
        self.xml.close("text:p");
    }

    fn list(&mut self, numbering: Numbering, items: &[Vec<Part>], style: &str) {
        self.xml.open("text:list", &[("text:style-name", of_list(numbering))]);
        let start = match numbering {
            Numbering::Bullets => None,
            Numbering::Numbers { start } | Numbering::Letters { start } => Some(start.to_string()),
        };
        for (place, item) in items.iter().enumerate() {
            let start = start.as_deref().filter(|_| place == 0);
            let start: Vec<_> =
                start.map(|start| ("text:start-value", start)).into_iter().collect();
            self.xml.open("text:list-item", &start);
            if !matches!(item.first(), Some(Part::Paragraph { .. } | Part::Heading { .. })) {
                self.paragraph(style, &[]);
            }
            for part in item {
                self.item_part(part, style);
            }
            self.xml.close("text:list-item");
        }
        self.xml.close("text:list");
    }

    /// A list takes no tables: their rows become paragraphs of the item.
    fn item_part(&mut self, part: &Part, style: &str) {
        match part {
            Part::Table(Table { caption: _, head, rows }) => {
                let lines = [head].into_iter().chain(rows.iter().map(|row| &row.cells));
                for cell in lines.flatten() {
                    self.paragraph(style, &cell.content);
                }
            }
            Part::Quote { parts } => {
                for part in parts {
                    self.item_part(part, style);
                }
            }
            other => self.part(other, style),
        }
    }

    fn runs(&mut self, content: &[Run]) {
        for run in content {
            match run {
                Run::Words(words) => self.linked(words),
                Run::Break => self.xml.empty("text:line-break", &[]),
                Run::Note { number } => self.note(*number),
                Run::NoteAgain { number } => {
                    let style = [("text:style-name", "Footnote_20_Symbol")];
                    self.xml.element("text:span", &style, &number.to_string());
                }
            }
        }
    }

    fn note(&mut self, number: usize) {
        let (id, label) = (format!("n{number}"), number.to_string());
        self.xml.open("text:note", &[("text:id", &id), ("text:note-class", "footnote")]);
        self.xml.element("text:note-citation", &[("text:label", &label)], &label);
        self.xml.open("text:note-body", &[]);
        let parts = self.notes.get(&number).map_or(&[][..], Vec::as_slice);
        if parts.is_empty() {
            self.paragraph("Footnote", &[]);
        }
        self.parts(parts, "Footnote");
        self.xml.close("text:note-body");
        self.xml.close("text:note");
    }

    fn linked(&mut self, words: &Words) {
        let target = match &words.link {
            None => None,
            Some(Link::Address(address)) => Some(encoded(address)),
            Some(Link::Anchor(anchor)) => self.places.name(anchor).map(|name| format!("#{name}")),
        };
        let Some(target) = target else { return self.words(words) };
        self.link(&target, "Internet_20_link", words);
    }

    fn link(&mut self, target: &str, style: &str, words: &Words) {
        let own = [("xlink:type", "simple"), ("xlink:href", target), ("text:style-name", style)];
        self.xml.open("text:a", &own);
        self.words(words);
        self.xml.close("text:a");
    }

    fn words(&mut self, words: &Words) {
        let style = self.styles.of_words(words);
        if let Some(style) = &style {
            self.xml.open("text:span", &[("text:style-name", style)]);
        }
        self.spaced(&words.text);
        if style.is_some() {
            self.xml.close("text:span");
        }
    }

    /// A text with spaces, tabs and lines as elements, which would else be one space.
    fn spaced(&mut self, text: &str) {
        for (place, line) in text.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
            if 0 < place {
                self.xml.empty("text:line-break", &[]);
            }
            for (place, piece) in line.split('\t').enumerate() {
                if 0 < place {
                    self.xml.empty("text:tab", &[]);
                }
                for (place, words) in piece.split(' ').enumerate() {
                    if 0 < place {
                        self.xml.empty("text:s", &[]);
                    }
                    self.xml.text(words);
                }
            }
        }
    }

    fn contents(&mut self, contents: &Contents) {
        self.xml.open("text:table-of-content", &[("text:name", "Contents")]);
        self.xml.open("text:table-of-content-source", &[("text:outline-level", "3")]);
        self.xml.element(
            "text:index-title-template",
            &[("text:style-name", "Contents_20_Heading")],
            &contents.heading,
        );
        self.xml.close("text:table-of-content-source");
        self.xml.open("text:index-body", &[]);
        self.xml.open("text:index-title", &[("text:name", "Contents_Head")]);
        let heading = Words { text: contents.heading.clone(), ..Words::default() };
        self.paragraph("Contents_20_Heading", &[Run::Words(heading)]);
        self.xml.close("text:index-title");
        for item in &contents.items {
            self.contents_line("Contents_20_1", item);
            for within in &item.items {
                self.contents_line("Contents_20_2", within);
                for item in &within.items {
                    self.contents_line("Contents_20_3", item);
                }
            }
        }
        self.xml.close("text:index-body");
        self.xml.close("text:table-of-content");
    }

    fn contents_line(&mut self, style: &str, item: &edition::Item) {
        let words = Words {
            text: item.name.to_string(),
            language: item.name.language().map(str::to_owned),
            ..Words::default()
        };
        let target = self.places.name(&item.anchor).map(|name| format!("#{name}"));
        self.xml.open("text:p", &[("text:style-name", style)]);
        match target {
            Some(target) => self.link(&target, "Index_20_Link", &words),
            None => self.words(&words),
        }
        self.xml.close("text:p");
    }

    fn table(&mut self, table: &Table) {
        let Table { caption, head, rows } = table;
        let columns = rows.iter().map(|row| row.cells.len()).chain([head.len()]).max();
        let Some(columns) = columns.filter(|columns| 0 < *columns) else { return };
        if !caption.is_empty() {
            self.paragraph("Caption", caption);
        }
        self.tables += 1;
        let name = format!("Table{}", self.tables);
        self.xml.open("table:table", &[("table:name", &name), ("table:style-name", "Table")]);
        let has_heading = rows.iter().any(|row| row.has_heading) && 1 < columns;
        let first = match columns {
            2 => "First",
            3..=5 => "Wider",
            _ => "Wide",
        };
        let others = columns - usize::from(has_heading);
        if has_heading {
            self.xml.empty("table:table-column", &[("table:style-name", first)]);
        }
        let count = others.to_string();
        let repeated = ("table:number-columns-repeated", count.as_str());
        self.xml.empty("table:table-column", &[("table:style-name", "Other"), repeated]);
        if !head.is_empty() {
            self.xml.open("table:table-header-rows", &[]);
            self.row(head, columns, true, (false, true));
            self.xml.close("table:table-header-rows");
        }
        for row in rows {
            let Row { is_heading, has_heading: _, cells } = row;
            self.row(cells, columns, *is_heading, (*is_heading, row.is_short()));
        }
        self.xml.close("table:table");
    }

    /// A row; it may span all columns, and stay on one page.
    fn row(
        &mut self,
        cells: &[Cell],
        columns: usize,
        is_heading: bool,
        (is_spanning, is_together): (bool, bool),
    ) {
        let count = columns.to_string();
        let style = if is_together { "Together" } else { "Parted" };
        self.xml.open("table:table-row", &[("table:style-name", style)]);
        for Cell { align, content } in cells {
            let style = match (is_heading, align) {
                (true, None) => "Table_20_Heading",
                (true, Some(Align::Center)) => "Table_20_Heading_20_Centered",
                (true, Some(Align::Right)) => "Table_20_Heading_20_Right",
                (false, None) => "Table_20_Contents",
                (false, Some(Align::Center)) => "Table_20_Centered",
                (false, Some(Align::Right)) => "Table_20_Right",
            };
            let cell = if is_heading { "Head" } else { "Cell" };
            let mut attributes = vec![("table:style-name", cell), ("office:value-type", "string")];
            if is_spanning {
                attributes.push(("table:number-columns-spanned", count.as_str()));
            }
            self.xml.open("table:table-cell", &attributes);
            self.paragraph(style, content);
            self.xml.close("table:table-cell");
        }
        let lacking = if is_spanning { "table:covered-table-cell" } else { "table:table-cell" };
        for _ in cells.len()..columns {
            self.xml.empty(lacking, &[]);
        }
        self.xml.close("table:table-row");
    }

    fn picture(&mut self, alt: &str, svg: &str) {
        let path = picture_path(self.pictures.len());
        let name = format!("Picture{}", self.pictures.len() + 1);
        let [width, height] = ["width", "height"].map(|name| length(svg, name));
        self.pictures.push(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{svg}"));
        self.xml.open("text:p", &[("text:style-name", "Picture")]);
        self.xml.open(
            "draw:frame",
            &[
                ("draw:name", name.as_str()),
                ("text:anchor-type", "as-char"),
                ("svg:width", width.as_str()),
                ("svg:height", height.as_str()),
            ],
        );
        let link =
            [("xlink:href", path.as_str()), ("xlink:type", "simple"), ("xlink:show", "embed")];
        let kind = [("xlink:actuate", "onLoad"), ("draw:mime-type", "image/svg+xml")];
        self.xml.empty("draw:image", &[&link[..], &kind[..]].concat());
        self.xml.element("svg:desc", &[], alt);
        self.xml.close("draw:frame");
        self.xml.close("text:p");
    }
}

/// A length of the picture, as our own writer of pictures says it.
fn length(svg: &str, name: &str) -> String {
    let value = svg.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    let pixels: f64 = value.and_then(|(value, _)| value.parse().ok()).unwrap_or(300.0);
    format!("{:.2}cm", pixels / PIXELS)
}

fn write_table_styles(xml: &mut Xml) {
    xml.open("style:style", &[("style:name", "Table"), ("style:family", "table")]);
    let whole = [("style:rel-width", "100%"), ("table:align", "margins")];
    xml.empty("style:table-properties", &[&whole[..], &[("fo:margin-bottom", "0.3cm")]].concat());
    xml.close("style:style");
    for (name, share) in [("First", "9*"), ("Wide", "32*"), ("Wider", "43*"), ("Other", "16*")] {
        xml.open("style:style", &[("style:name", name), ("style:family", "table-column")]);
        xml.empty("style:table-column-properties", &[("style:rel-column-width", share)]);
        xml.close("style:style");
    }
    for (name, together) in [("Together", "always"), ("Parted", "auto")] {
        xml.open("style:style", &[("style:name", name), ("style:family", "table-row")]);
        xml.empty("style:table-row-properties", &[("fo:keep-together", together)]);
        xml.close("style:style");
    }
    for (name, fill) in [("Head", "#e9f0f1"), ("Cell", "transparent")] {
        xml.open("style:style", &[("style:name", name), ("style:family", "table-cell")]);
        xml.empty(
            "style:table-cell-properties",
            &[
                ("fo:background-color", fill),
                ("fo:padding", "0.1cm"),
                ("fo:border-bottom", "0.5pt solid #b9c3ca"),
            ],
        );
        xml.close("style:style");
    }
}
