//! The parts of an edition, in the order of `templates/body.html`.

use std::collections::BTreeMap;

use crate::{
    Text, View,
    flow::{
        Cell, Flow, Link, Orientation, Part, Role, Row, Run, Table, Words, narrative, phrase,
        plain, strong, text,
    },
    view::{
        Chapter, Completeness, Count, Counts, Entry, Figure, Goal, Indicator, Joint, Labels, Line,
        Numbering, Overview, Picture, Reference, RowCell, Section, Status,
    },
};

/// Columns of a table that a page has room for upright.
const MAX_UPRIGHT: usize = 5;

pub(super) fn flow(view: &View) -> Flow {
    let mut walk = Walk { labels: &view.labels, parts: Vec::new(), notes: BTreeMap::new() };
    walk.head(view);
    walk.overview(&view.overview);
    if view.chapters.is_empty() {
        walk.paragraph(Role::Label, plain(&view.labels.nothing_inside));
    }
    for chapter in &view.chapters {
        walk.chapter(chapter);
    }
    if let Some(abbreviations) = &view.abbreviations {
        walk.heading(2, &abbreviations.anchor, plain(&abbreviations.heading));
        walk.pairs(&abbreviations.lines);
    }
    walk.heading(2, &view.colophon.anchor, plain(&view.colophon.heading));
    walk.paragraph(Role::Text, plain(&view.colophon.note));
    walk.pairs(&view.colophon.lines);
    Flow { parts: walk.parts, notes: walk.notes }
}

struct Walk<'a> {
    labels: &'a Labels,
    parts: Vec<Part>,
    notes: BTreeMap<usize, Vec<Part>>,
}

impl Walk<'_> {
    fn heading(&mut self, level: u8, anchor: &str, content: Vec<Run>) {
        self.parts.push(Part::heading(level, anchor, content));
    }

    fn paragraph(&mut self, role: Role, content: Vec<Run>) {
        self.parts.push(Part::paragraph(role, content));
    }

    fn bullets(&mut self, items: impl Iterator<Item = Vec<Run>>) {
        let items = items.map(|item| vec![Part::paragraph(Role::Text, item)]).collect();
        self.parts.push(Part::List { numbering: Numbering::Bullets, items });
    }

    /// Names, each with what is said beside it.
    fn pairs(&mut self, lines: &[Line]) {
        let row = |Line { name, text }: &Line| {
            Row::headed(vec![Cell::of(strong(phrase(name))), Cell::of(phrase(text))])
        };
        if !lines.is_empty() {
            let rows = lines.iter().map(row).collect();
            self.parts.push(Part::Table(Table { rows, ..Table::default() }));
        }
    }

    fn head(&mut self, view: &View) {
        self.parts.push(Part::Heading {
            level: 1,
            anchors: Vec::new(),
            content: text(&view.title),
        });
        self.paragraph(Role::Subtitle, plain(&view.subtitle));
        self.paragraph(Role::Text, plain(&format!("{} · {}", view.date, view.edition)));
        self.parts.push(Part::Contents(view.contents.clone()));
    }

    fn overview(&mut self, overview: &Overview) {
        let is_wide = overview.columns.len() > MAX_UPRIGHT;
        if is_wide {
            self.parts.push(Part::Pages(Orientation::Landscape));
        }
        self.heading(2, &overview.anchor, plain(&overview.heading));
        self.legend(overview);
        let mut head = vec![Cell::of(plain(&self.labels.goal))];
        head.extend(overview.columns.iter().map(|column| Cell::of(plain(&column.short))));
        let mut rows = Vec::new();
        for pillar in &overview.pillars {
            if !pillar.name.is_empty() {
                let cells = vec![Cell::of(text(&pillar.name))];
                rows.push(Row { is_heading: true, has_heading: true, cells });
            }
            for row in &pillar.rows {
                let mut goal = strong(plain(&row.code));
                goal.extend(plain(" "));
                goal.extend(text(&row.statement));
                let mut cells = vec![Cell::of(goal)];
                cells.extend(row.cells.iter().map(cell));
                rows.push(Row::headed(cells));
            }
        }
        self.parts.push(Part::Table(Table { caption: plain(&overview.caption), head, rows }));
        if is_wide {
            self.parts.push(Part::Pages(Orientation::Portrait));
        }
        self.completeness(&overview.completeness);
    }

    /// What symbols and abbreviations mean.
    fn legend(&mut self, overview: &Overview) {
        self.paragraph(Role::Label, plain(&overview.legend_heading));
        let symbols = overview.legend.iter();
        self.bullets(symbols.map(|line| plain(&format!("{} {}", line.state.letter(), line.text))));
        self.bullets(overview.columns.iter().map(|column| {
            let mut content = strong(plain(&column.short));
            content.extend(plain(" "));
            content.extend(text(&column.name));
            content
        }));
    }

    fn completeness(&mut self, completeness: &Completeness) {
        self.heading(3, &completeness.anchor, plain(&completeness.heading));
        let Some(counts) = &completeness.counts else {
            return self.paragraph(Role::Text, plain(&completeness.nothing));
        };
        let Counts { help, caption, columns, rows, total, .. } = counts;
        self.paragraph(Role::Text, plain(help));
        let (first, others) = columns.split_first().expect("there are six columns");
        let mut head = vec![Cell::of(plain(first))];
        head.extend(others.iter().map(|column| Cell::right(plain(column))));
        let row = |Count { name, numbers }: &Count| {
            let mut cells = vec![Cell::of(text(name))];
            cells.extend(numbers.iter().map(|number| Cell::right(plain(number))));
            Row::headed(cells)
        };
        let rows = rows.iter().chain([total]).map(row).collect();
        self.parts.push(Part::Table(Table { caption: plain(caption), head, rows }));
        self.pictures(&counts.pictures);
        self.pairs(&counts.without_report);
        self.parts.push(Part::Heading {
            level: 4,
            anchors: Vec::new(),
            content: plain(&counts.accepted_heading),
        });
        if counts.accepted.is_empty() {
            self.paragraph(Role::Text, plain(&counts.none_accepted));
        }
        self.pairs(&counts.accepted);
        if !counts.open.is_empty() {
            self.parts.push(Part::Heading {
                level: 4,
                anchors: Vec::new(),
                content: plain(&counts.open_heading),
            });
            self.pairs(&counts.open);
        }
    }

    fn pictures(&mut self, pictures: &[Picture]) {
        for Picture { title, alt, svg, note, columns, rows } in pictures {
            self.paragraph(Role::Label, text(title));
            self.parts.push(Part::Picture { alt: alt.clone(), svg: svg.clone() });
            let [first, second] = columns;
            let rows: Vec<Row> = rows
                .iter()
                .map(|row| {
                    Row::headed(vec![Cell::of(text(&row.name)), Cell::right(text(&row.value))])
                })
                .collect();
            if !rows.is_empty() {
                let mut caption = plain(&format!("{}: ", self.labels.figures));
                caption.extend(text(title));
                let head = vec![Cell::of(plain(first)), Cell::right(plain(second))];
                self.parts.push(Part::Table(Table { caption, head, rows }));
            }
            if !note.is_empty() {
                self.paragraph(Role::Note, plain(note));
            }
        }
    }

    fn chapter(&mut self, Chapter { anchor, name, remarks, parts, joint }: &Chapter) {
        self.heading(2, anchor, text(name));
        if remarks.is_empty() && parts.is_empty() && joint.is_empty() {
            self.paragraph(Role::Text, plain(&self.labels.no_contributions));
        }
        for remark in remarks {
            self.entry(remark, 3);
        }
        for part in parts {
            self.heading(3, &part.anchor, text(&part.name));
            for section in &part.sections {
                self.section(section);
            }
        }
        if !joint.is_empty() {
            self.paragraph(Role::Label, plain(&self.labels.joint));
            self.bullets(joint.iter().map(|Joint { anchor, organisation, heading }| {
                let others = Words::plain(&format!(": {heading}"));
                vec![linked(Words::of(organisation), anchor), linked(others, anchor)]
            }));
        }
    }

    fn section(&mut self, section: &Section) {
        let Section { anchor, earlier_anchors, heading, goals, entries } = section;
        let anchors = earlier_anchors.iter().chain([anchor]).cloned().collect();
        self.parts.push(Part::Heading { level: 4, anchors, content: plain(heading) });
        for Goal { code, statement } in goals {
            if !statement.is_empty() {
                let mut content = coded(code, 1 < goals.len());
                content.extend(text(statement));
                self.paragraph(Role::Question, content);
            }
        }
        for entry in entries {
            self.entry(entry, 5);
        }
    }

    fn entry(&mut self, entry: &Entry, level: u8) {
        self.heading(level, &entry.anchor, plain(&entry.heading));
        if !entry.partners.is_empty() {
            let mut content = plain(&format!("{}: ", self.labels.together_with));
            for (place, partner) in entry.partners.iter().enumerate() {
                content.extend(plain(if place == 0 { "" } else { " · " }));
                content.extend(text(partner));
            }
            self.paragraph(Role::Text, content);
        }
        for indicator in &entry.indicators {
            self.indicator(indicator, 1 < entry.indicators.len());
        }
        if !entry.section.is_empty() {
            self.paragraph(Role::Label, text(&entry.section));
        }
        if let Some(Status { text: status, reason, is_unanswered }) = &entry.status {
            let role = if *is_unanswered { Role::Open } else { Role::Status };
            self.paragraph(role, plain(&format!("{}: {status}", self.labels.answer)));
            if !reason.is_empty() {
                self.paragraph(Role::Text, text(reason));
            }
        }
        let read = narrative::read(&entry.blocks, level + 1, entry.foreign.as_deref());
        self.parts.extend(read.parts);
        self.notes.extend(read.notes);
        self.figures(&entry.figures);
        self.pictures(&entry.pictures);
        self.references(&entry.references);
    }

    fn indicator(&mut self, indicator: &Indicator, is_coded: bool) {
        let Indicator { code, statement, items, sub_prompts, is_optional, target } = indicator;
        if statement.is_empty() {
            return;
        }
        let mut content = coded(code, is_coded);
        content.extend(text(statement));
        if *is_optional {
            content.extend(plain(&format!(" ({})", self.labels.optional)));
        }
        self.paragraph(Role::Question, content);
        if !items.is_empty() || !sub_prompts.is_empty() {
            self.bullets(items.iter().chain(sub_prompts).map(text));
        }
        if let Some(target) = target {
            let mut content = plain(&format!("{}: ", self.labels.target));
            content.extend(text(target));
            self.paragraph(Role::Question, content);
        }
    }

    fn figures(&mut self, figures: &[Figure]) {
        if figures.is_empty() {
            return;
        }
        let Labels { figures: caption, figure_label, figure_value, .. } = self.labels;
        let row = |Figure { label, value, notes }: &Figure| {
            let mut content = text(value);
            for note in notes {
                content.push(Run::Break);
                content.extend(plain(&format!("{}: ", note.name)));
                content.extend(text(&note.text));
            }
            Row::headed(vec![Cell::of(text(label)), Cell::of(content)])
        };
        self.parts.push(Part::Table(Table {
            caption: plain(caption),
            head: vec![Cell::of(plain(figure_label)), Cell::of(plain(figure_value))],
            rows: figures.iter().map(row).collect(),
        }));
    }

    fn references(&mut self, references: &[Reference]) {
        if references.is_empty() {
            return;
        }
        self.paragraph(Role::Label, plain(&self.labels.references));
        self.bullets(references.iter().map(|Reference { kind, text, url, anchor }| {
            let mut content = plain(&format!("{kind}: "));
            content.push(reference(text, url, anchor));
            content
        }));
    }
}

fn reference(text: &Text, url: &str, anchor: &str) -> Run {
    let link = if !url.is_empty() {
        Some(Link::Address(url.to_owned()))
    } else if !anchor.is_empty() {
        Some(Link::Anchor(anchor.to_owned()))
    } else {
        None
    };
    Run::Words(Words { link, ..Words::of(text) })
}

fn linked(words: Words, anchor: &str) -> Run {
    Run::Words(Words { link: Some(Link::Anchor(anchor.to_owned())), ..words })
}

/// Symbols that lead to contributions, and how much of what was owed is there.
fn cell(RowCell { links, owed, open }: &RowCell) -> Cell {
    let mut content = Vec::new();
    for link in links {
        content.push(linked(Words::plain(link.state.letter()), &link.anchor));
    }
    if let Some(state) = open {
        content.extend(plain(state.letter()));
    }
    if !owed.is_empty() {
        if !content.is_empty() {
            content.push(Run::Break);
        }
        content.extend(plain(owed));
    }
    Cell::of(content)
}

/// A code before what it stands for, where there are several.
fn coded(code: &str, is_coded: bool) -> Vec<Run> {
    if !is_coded {
        return Vec::new();
    }
    let mut content = strong(plain(code));
    content.extend(plain(" "));
    content
}
