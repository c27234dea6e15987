//! What the edition says, as WordprocessingML: the document, or its notes.

use std::collections::BTreeMap;

use edition::{
    Align, Contents, Item,
    flow::{Cell, Link, Orientation, Part, Role, Row, Run, Table, Words},
};

use crate::{
    address::encoded,
    docx::{
        MAIN,
        numbering::{INDENT, Numbers, level},
    },
    places::Places,
    xml::Xml,
};

/// Height and width of a page, its margin, and the width of its text, in twentieths of a point.
const A4: (u32, u32) = (16838, 11906);
const MARGIN: u32 = 1247;

/// A part of the package in the making.
pub(super) struct Story<'a> {
    xml: Xml,
    root: &'static str,
    places: &'a Places,
    numbers: &'a mut Numbers,
    /// Addresses that it leads to, each with its number.
    links: BTreeMap<String, usize>,
    bookmarks: usize,
    orientation: Orientation,
    /// The note whose number stands before the next paragraph.
    note: Option<usize>,
    /// Whether a table was the last: two that touch would be one.
    is_after_table: bool,
}

/// Where a part stands.
#[derive(Debug, Clone, Copy)]
struct Around {
    /// Style of its paragraphs.
    style: &'static str,
    /// How far it is indented.
    indent: u32,
    /// How many lists it stands in.
    lists: usize,
    /// The list and level that its next paragraph is an item of.
    item: Option<(usize, u8)>,
    /// Whether its next paragraph is read from right to left.
    is_leftward: bool,
}

const OUTSIDE: Around =
    Around { style: "Normal", indent: 0, lists: 0, item: None, is_leftward: false };

impl<'a> Story<'a> {
    pub(super) fn document(places: &'a Places, numbers: &'a mut Numbers) -> Self {
        let mut story = Self::new("w:document", places, numbers);
        story.xml.open("w:body", &[]);
        story
    }

    /// The notes; the first two are the lines that Word draws above them.
    pub(super) fn notes(places: &'a Places, numbers: &'a mut Numbers) -> Self {
        let mut story = Self::new("w:footnotes", places, numbers);
        for (id, kind, line) in [
            ("-1", "separator", "w:separator"),
            ("0", "continuationSeparator", "w:continuationSeparator"),
        ] {
            story.xml.open("w:footnote", &[("w:type", kind), ("w:id", id)]);
            story.xml.open("w:p", &[]);
            story.xml.open("w:r", &[]);
            story.xml.empty(line, &[]);
            for name in ["w:r", "w:p", "w:footnote"] {
                story.xml.close(name);
            }
        }
        story
    }

    fn new(root: &'static str, places: &'a Places, numbers: &'a mut Numbers) -> Self {
        let mut xml = Xml::document();
        xml.open(root, &MAIN);
        Self {
            xml,
            root,
            places,
            numbers,
            links: BTreeMap::new(),
            bookmarks: 0,
            orientation: Orientation::Portrait,
            note: None,
            is_after_table: false,
        }
    }

    /// The part and the addresses that it leads to.
    pub(super) fn finish(mut self) -> (Vec<u8>, BTreeMap<String, usize>) {
        if self.root == "w:document" {
            self.between_tables();
            self.section();
            self.xml.close("w:body");
        }
        self.xml.close(self.root);
        (self.xml.into_bytes(), self.links)
    }

    pub(super) fn note(&mut self, number: usize, parts: &[Part]) {
        self.xml.open("w:footnote", &[("w:id", &number.to_string())]);
        self.note = Some(number);
        if !matches!(parts.first(), Some(Part::Paragraph { .. })) {
            self.paragraph("FootnoteText", OUTSIDE, |_| ());
        }
        self.within(parts, Around { style: "FootnoteText", ..OUTSIDE });
        self.between_tables();
        self.xml.close("w:footnote");
    }

    pub(super) fn parts(&mut self, parts: &[Part]) {
        self.within(parts, OUTSIDE);
    }

    /// Recursion is bounded by the depth that parsing takes.
    fn within(&mut self, parts: &[Part], around: Around) {
        for part in parts {
            self.part(part, around);
        }
    }

    fn part(&mut self, part: &Part, around: Around) {
        match part {
            Part::Heading { level, anchors, content } => self.heading(*level, anchors, content),
            Part::Paragraph { role, content } => {
                let style = match role {
                    Role::Text => around.style,
                    Role::Subtitle => "Subtitle",
                    Role::Question => "Question",
                    Role::Status => "Status",
                    Role::Open => "Open",
                    Role::Label => "Label",
                    Role::Note => "Note",
                };
                let around = Around { is_leftward: begins_leftward(content), ..around };
                self.paragraph(style, around, |story| story.runs(content));
            }
            Part::List { numbering, items } => {
                let list = self.numbers.add(*numbering, around.lists);
                for item in items {
                    self.item(item, list, around);
                }
            }
            Part::Quote { parts } => {
                let style = if around.style == "Normal" { "Quote" } else { around.style };
                let indent = around.indent + 2 * INDENT;
                self.within(parts, Around { style, indent, ..around });
            }
            Part::Code { text, language } => {
                let text = text.strip_suffix('\n').unwrap_or(text);
                let words =
                    Words { text: text.to_owned(), language: language.clone(), ..Words::default() };
                self.paragraph("Preformatted", around, |story| story.words(&words));
            }
            Part::Table(table) => self.table(table, around),
            // Its numbers stand in a table beside it.
            Part::Picture { .. } => {}
            Part::Rule => self.paragraph("Rule", around, |_| ()),
            Part::Contents(contents) => self.contents(contents),
            Part::Pages(orientation) => self.pages(*orientation),
        }
    }

    fn heading(&mut self, level: u8, anchors: &[String], content: &[Run]) {
        let style = match level {
            1 => "Title".to_owned(),
            level => format!("Heading{}", level - 1),
        };
        self.paragraph(&style, OUTSIDE, |story| {
            for anchor in anchors {
                let Some(name) = story.places.name(anchor) else { continue };
                let id = story.bookmarks.to_string();
                story.bookmarks += 1;
                story.xml.empty("w:bookmarkStart", &[("w:id", &id), ("w:name", &name)]);
                story.xml.empty("w:bookmarkEnd", &[("w:id", &id)]);
            }
            story.runs(content);
        });
    }

    fn item(&mut self, item: &[Part], list: usize, around: Around) {
        let level = level(around.lists);
        let inside = Around {
            indent: around.indent + INDENT,
            lists: around.lists + 1,
            item: None,
            ..around
        };
        let begin = Around { item: Some((list, level)), ..inside };
        let rest = if let Some((first @ Part::Paragraph { .. }, rest)) = item.split_first() {
            self.part(first, begin);
            rest
        } else {
            self.paragraph(around.style, begin, |_| ());
            item
        };
        self.within(rest, inside);
    }

    fn paragraph(&mut self, style: &str, around: Around, write: impl FnOnce(&mut Self)) {
        self.is_after_table = false;
        self.xml.open("w:p", &[]);
        self.xml.open("w:pPr", &[]);
        self.xml.empty("w:pStyle", &[("w:val", style)]);
        if let Some((list, level)) = around.item {
            self.xml.open("w:numPr", &[]);
            self.xml.empty("w:ilvl", &[("w:val", &level.to_string())]);
            self.xml.empty("w:numId", &[("w:val", &list.to_string())]);
            self.xml.close("w:numPr");
        }
        if around.is_leftward {
            self.xml.empty("w:bidi", &[]);
        }
        if 0 < around.indent {
            let indent = around.indent.to_string();
            let hanging = INDENT.to_string();
            let hanging = around.item.map(|_| ("w:hanging", hanging.as_str()));
            let attributes: Vec<_> =
                [("w:left", indent.as_str())].into_iter().chain(hanging).collect();
            self.xml.empty("w:ind", &attributes);
        }
        self.xml.close("w:pPr");
        if let Some(number) = self.note.take() {
            self.raised(&number.to_string(), |_| ());
            self.words(&Words { text: " ".to_owned(), ..Words::default() });
        }
        write(self);
        self.xml.close("w:p");
    }

    /// A raised number; `before` is written before it.
    fn raised(&mut self, number: &str, before: impl FnOnce(&mut Xml)) {
        self.xml.open("w:r", &[]);
        self.xml.open("w:rPr", &[]);
        self.xml.empty("w:rStyle", &[("w:val", "FootnoteReference")]);
        self.xml.close("w:rPr");
        before(&mut self.xml);
        self.xml.element("w:t", &[], number);
        self.xml.close("w:r");
    }

    fn runs(&mut self, content: &[Run]) {
        for run in content {
            match run {
                Run::Words(words) => match &words.link {
                    None => self.words(words),
                    Some(link) => self.link(link, words),
                },
                Run::Break => {
                    self.xml.open("w:r", &[]);
                    self.xml.empty("w:br", &[]);
                    self.xml.close("w:r");
                }
                Run::Note { number } => {
                    let id = number.to_string();
                    self.raised(&id, |xml| {
                        let own = [("w:customMarkFollows", "1"), ("w:id", id.as_str())];
                        xml.empty("w:footnoteReference", &own);
                    });
                }
                Run::NoteAgain { number } => self.raised(&number.to_string(), |_| ()),
            }
        }
    }

    fn link(&mut self, link: &Link, words: &Words) {
        match link {
            Link::Address(address) => {
                let next = self.links.len();
                let number = *self.links.entry(encoded(address)).or_insert(next);
                self.xml.open("w:hyperlink", &[("r:id", &link_id(number))]);
                self.words(words);
                self.xml.close("w:hyperlink");
            }
            Link::Anchor(anchor) => match self.places.name(anchor) {
                Some(name) => {
                    self.xml.open("w:hyperlink", &[("w:anchor", &name)]);
                    self.words(words);
                    self.xml.close("w:hyperlink");
                }
                None => self.words(words),
            },
        }
    }

    fn words(&mut self, words: &Words) {
        let Words { text, is_strong, is_emphasis, is_code, link, language } = words;
        self.xml.open("w:r", &[]);
        self.xml.open("w:rPr", &[]);
        let styles = [(link.is_some(), "Hyperlink"), (*is_code, "Code")];
        if let Some((_, style)) = styles.into_iter().find(|(is_so, _)| *is_so) {
            self.xml.empty("w:rStyle", &[("w:val", style)]);
        }
        for name in ["w:b", "w:bCs"].into_iter().filter(|_| *is_strong) {
            self.xml.empty(name, &[]);
        }
        for name in ["w:i", "w:iCs"].into_iter().filter(|_| *is_emphasis) {
            self.xml.empty(name, &[]);
        }
        if first_strong(text) == Some(true) {
            self.xml.empty("w:rtl", &[]);
        }
        if let Some(language) = language {
            self.xml.empty("w:lang", &[("w:val", language)]);
        }
        self.xml.close("w:rPr");
        for (place, line) in text.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
            if 0 < place {
                self.xml.empty("w:br", &[]);
            }
            for (place, piece) in line.split('\t').enumerate() {
                if 0 < place {
                    self.xml.empty("w:tab", &[]);
                }
                self.xml.element("w:t", &[("xml:space", "preserve")], piece);
            }
        }
        self.xml.close("w:r");
    }

    /// The table of contents: a field that Word can make anew, and until then what it would be.
    fn contents(&mut self, contents: &Contents) {
        self.paragraph("TOCHeading", OUTSIDE, |story| {
            story.words(&Words { text: contents.heading.clone(), ..Words::default() });
        });
        let mut lines = Vec::new();
        for item in &contents.items {
            lines.push(("TOC1", item));
            for within in &item.items {
                lines.push(("TOC2", within));
                lines.extend(within.items.iter().map(|item| ("TOC3", item)));
            }
        }
        let last = lines.len().saturating_sub(1);
        for (place, (style, Item { anchor, name, items: _ })) in lines.into_iter().enumerate() {
            self.paragraph(style, OUTSIDE, |story| {
                if place == 0 {
                    story.field("begin");
                    story.xml.open("w:r", &[]);
                    let instruction = " TOC \\o \"1-3\" \\n \\h \\z \\u ";
                    story.xml.element("w:instrText", &[("xml:space", "preserve")], instruction);
                    story.xml.close("w:r");
                    story.field("separate");
                }
                let language = name.language().map(str::to_owned);
                let link = Link::Anchor(anchor.clone());
                let words = Words { text: name.to_string(), language, ..Words::default() };
                story.link(&link, &words);
                if place == last {
                    story.field("end");
                }
            });
        }
    }

    fn field(&mut self, kind: &str) {
        self.xml.open("w:r", &[]);
        self.xml.empty("w:fldChar", &[("w:fldCharType", kind)]);
        self.xml.close("w:r");
    }

    fn between_tables(&mut self) {
        if self.is_after_table {
            self.paragraph("Between", OUTSIDE, |_| ());
        }
    }

    fn table(&mut self, table: &Table, around: Around) {
        let Table { caption, head, rows } = table;
        let columns = rows.iter().map(|row| row.cells.len()).chain([head.len()]).max();
        let Some(columns) = columns.filter(|columns| 0 < *columns) else { return };
        if !caption.is_empty() {
            self.paragraph("Caption", around, |story| story.runs(caption));
        }
        self.between_tables();
        let has_heading = rows.iter().any(|row| row.has_heading);
        let room = self.text_width().saturating_sub(around.indent);
        let widths = widths(columns, room, has_heading);
        self.xml.open("w:tbl", &[]);
        self.xml.open("w:tblPr", &[]);
        self.xml.empty("w:tblStyle", &[("w:val", "Grid")]);
        self.xml.empty("w:tblW", &[("w:w", &room.to_string()), ("w:type", "dxa")]);
        if 0 < around.indent {
            let indent = around.indent.to_string();
            self.xml.empty("w:tblInd", &[("w:w", &indent), ("w:type", "dxa")]);
        }
        self.xml.empty("w:tblLayout", &[("w:type", "fixed")]);
        let (first_row, first_column) = (on(!head.is_empty()), on(has_heading));
        let look = [("w:val", "0000"), ("w:firstRow", first_row), ("w:firstColumn", first_column)];
        self.xml.empty("w:tblLook", &look);
        self.xml.close("w:tblPr");
        self.xml.open("w:tblGrid", &[]);
        for width in &widths {
            self.xml.empty("w:gridCol", &[("w:w", &width.to_string())]);
        }
        self.xml.close("w:tblGrid");
        if !head.is_empty() {
            self.xml.open("w:tr", &[]);
            self.xml.open("w:trPr", &[]);
            self.xml.empty("w:cantSplit", &[]);
            self.xml.empty("w:tblHeader", &[]);
            self.xml.close("w:trPr");
            self.cells(head, &widths, "TableHead");
            self.xml.close("w:tr");
        }
        for row in rows {
            let Row { is_heading, has_heading: _, cells } = row;
            self.xml.open("w:tr", &[]);
            if row.is_short() {
                self.xml.open("w:trPr", &[]);
                self.xml.empty("w:cantSplit", &[]);
                self.xml.close("w:trPr");
            }
            if *is_heading {
                let whole = [widths.iter().sum()];
                self.spanning(cells, &whole, columns);
            } else {
                self.cells(cells, &widths, "TableText");
            }
            self.xml.close("w:tr");
        }
        self.xml.close("w:tbl");
        self.is_after_table = true;
    }

    fn cells(&mut self, cells: &[Cell], widths: &[u32], style: &str) {
        for (cell, width) in cells.iter().zip(widths) {
            self.cell(cell, *width, style, None);
        }
    }

    fn spanning(&mut self, cells: &[Cell], widths: &[u32], columns: usize) {
        for (cell, width) in cells.iter().zip(widths) {
            self.cell(cell, *width, "TableHead", Some(columns));
        }
    }

    fn cell(&mut self, cell: &Cell, width: u32, style: &str, span: Option<usize>) {
        let Cell { align, content } = cell;
        self.xml.open("w:tc", &[]);
        self.xml.open("w:tcPr", &[]);
        self.xml.empty("w:tcW", &[("w:w", &width.to_string()), ("w:type", "dxa")]);
        if let Some(columns) = span {
            self.xml.empty("w:gridSpan", &[("w:val", &columns.to_string())]);
        }
        if style == "TableHead" {
            let shade = [("w:val", "clear"), ("w:color", "auto"), ("w:fill", "E9F0F1")];
            self.xml.empty("w:shd", &shade);
        }
        self.xml.close("w:tcPr");
        self.xml.open("w:p", &[]);
        self.xml.open("w:pPr", &[]);
        self.xml.empty("w:pStyle", &[("w:val", style)]);
        if begins_leftward(content) {
            self.xml.empty("w:bidi", &[]);
        }
        if let Some(align) = align {
            let side = match align {
                Align::Center => "center",
                Align::Right => "right",
            };
            self.xml.empty("w:jc", &[("w:val", side)]);
        }
        self.xml.close("w:pPr");
        self.runs(content);
        self.xml.close("w:p");
        self.xml.close("w:tc");
    }

    fn page(&self) -> (u32, u32) {
        match self.orientation {
            Orientation::Portrait => A4,
            Orientation::Landscape => (A4.1, A4.0),
        }
    }

    fn text_width(&self) -> u32 {
        self.page().1 - 2 * MARGIN
    }

    /// What was written so far stands on pages of its own; what follows lies this way.
    fn pages(&mut self, orientation: Orientation) {
        self.xml.open("w:p", &[]);
        self.xml.open("w:pPr", &[]);
        self.xml.empty("w:pStyle", &[("w:val", "Between")]);
        self.section();
        self.xml.close("w:pPr");
        self.xml.close("w:p");
        self.is_after_table = false;
        self.orientation = orientation;
    }

    fn section(&mut self) {
        let (height, width) = self.page();
        let (height, width, margin) = (height.to_string(), width.to_string(), MARGIN.to_string());
        self.xml.open("w:sectPr", &[]);
        self.xml.empty("w:footerReference", &[("w:type", "default"), ("r:id", "r6")]);
        let orient = match self.orientation {
            Orientation::Portrait => "portrait",
            Orientation::Landscape => "landscape",
        };
        let size = [("w:w", width.as_str()), ("w:h", height.as_str()), ("w:orient", orient)];
        self.xml.empty("w:pgSz", &size);
        let margin = margin.as_str();
        self.xml.empty(
            "w:pgMar",
            &[
                ("w:top", margin),
                ("w:right", margin),
                ("w:bottom", margin),
                ("w:left", margin),
                ("w:header", "600"),
                ("w:footer", "600"),
                ("w:gutter", "0"),
            ],
        );
        self.xml.close("w:sectPr");
    }
}

/// The id of a link in the part's relationships.
pub(super) fn link_id(number: usize) -> String {
    format!("l{}", number + 1)
}

/// Whether a paragraph is read from right to left, by the first letter that says.
fn begins_leftward(content: &[Run]) -> bool {
    let first = content
        .iter()
        .find_map(|run| if let Run::Words(words) = run { first_strong(&words.text) } else { None });
    first == Some(true)
}

/// Whether the first letter of a text is of a script from right to left; absent where it has no letter.
fn first_strong(text: &str) -> Option<bool> {
    let first = text.chars().find(|c| c.is_alphabetic())?;
    Some(edition::Text::plain(&first.to_string()).has_right_to_left())
}

fn on(is_on: bool) -> &'static str {
    if is_on { "1" } else { "0" }
}

/// The widths of columns: the first is wider than the others where it has the headings of rows.
fn widths(columns: usize, room: u32, has_heading: bool) -> Vec<u32> {
    let count = u32::try_from(columns).unwrap_or(u32::MAX);
    if !has_heading || columns < 2 {
        return vec![room / count; columns];
    }
    let share = match columns {
        2 => 36,
        3..=5 => 40,
        _ => 28,
    };
    let first = room * share / 100;
    let mut widths = vec![(room - first) / (count - 1); columns];
    widths[0] = first;
    widths
}
