//! Contribution files.
//!
//! Invariant: an item with a fault is reported and left out, the others are kept; a fault outside the items refuses the file.

use std::collections::HashSet;

use jiff::civil::Date;
use model::{
    Comparison, Content, ContributionKind, Cycle, CycleName, ExternalId, Figure, InvalidField,
    Narrative, Period, Precision, Reference, Slug,
};
use wire::v1::{Save, SaveMode};

use crate::files::{
    Fault, Faults, Node, Place, Syntax,
    faults::shown,
    fields::{At, Fields},
    parse,
    shapes::{self, ANSWERS, FIGURE_KINDS, PRECISIONS, REFERENCE_KINDS, Shape},
};

/// What a file hands in.
#[derive(Debug)]
pub(crate) struct Submission {
    /// Code of the framework.
    pub(crate) framework: Slug,
    /// First day of the period.
    pub(crate) from: Date,
    /// Last day of the period.
    pub(crate) until: Date,
    /// Name of the cycle of that framework over that period.
    pub(crate) cycle: CycleName,
    /// Language of the texts that do not name theirs.
    pub(crate) language: String,
    /// The items without a fault, in the order of the file.
    pub(crate) items: Vec<Item>,
    /// How many items have a fault and are left out.
    pub(crate) faulty: usize,
}

/// One contribution, remark or open cell of a file.
#[derive(Debug)]
pub(crate) struct Item {
    /// Its path, such as `contributions[3]`.
    pub(crate) path: String,
    /// The save, but for the cycle.
    pub(crate) save: Save,
    node: Node,
}

impl Item {
    /// Where it begins.
    pub(crate) fn place(&self) -> Place {
        self.node.place
    }

    /// Where a field of the save stands, such as `content.figures[0].value`; the nearest part that the file has.
    pub(crate) fn place_of(&self, field: &str) -> Place {
        let field = field.strip_prefix("content.").unwrap_or(field);
        let renamed = [
            ("external_id", "id"),
            ("source_pages", "pages"),
            ("narratives[0]", "text[0]"),
            ("narratives", "text"),
        ];
        let path = renamed
            .iter()
            .find_map(|(ours, file)| Some(format!("{file}{}", field.strip_prefix(ours)?)));
        self.node.locate(path.as_deref().unwrap_or(field))
    }
}

/// Reads contributions and returns the faults of the file and of its items; only the former refuse the file.
pub(crate) fn read(bytes: impl AsRef<[u8]>, syntax: Syntax) -> (Option<Submission>, Vec<Fault>) {
    let mut faults = Faults::default();
    let root = parse(bytes.as_ref(), syntax, &mut faults);
    let submission = root.and_then(|root| submission(&root, &mut faults));
    (submission, faults.in_order())
}

fn submission(root: &Node, faults: &mut Faults) -> Option<Submission> {
    let fields = At::root(root).fields(&shapes::SUBMISSION, faults)?;
    let language = fields.text("language", faults);
    let framework: Option<Slug> = fields.get("framework").and_then(|at| at.name(faults));
    let period = period(&fields, faults);
    let cycle = framework
        .as_ref()
        .zip(period)
        .map(|(framework, period)| Cycle::name_of(framework, &period));
    same_cycle(&fields, cycle.as_ref(), faults);
    let lists = [
        ("contributions", &shapes::CONTRIBUTION, ContributionKind::Answer),
        ("unanswered", &shapes::UNANSWERED, ContributionKind::Unanswered),
        ("remarks", &shapes::REMARK, ContributionKind::GeneralRemark),
    ];
    let lists = lists.map(|(key, shape, kind)| (fields.list(key, faults), shape, kind));
    let refused = !faults.is_empty();
    let mut seen = HashSet::new();
    let (mut items, mut left_out) = (Vec::new(), 0);
    for (at, shape, kind) in lists
        .into_iter()
        .flat_map(|(list, shape, kind)| list.into_iter().map(move |at| (at, shape, kind)))
    {
        let mut found = Faults::default();
        let save = item(&at, shape, kind, &language, &mut found);
        if let Some(save) = &save {
            once(save, &at, &mut seen, &mut found);
        }
        match save.filter(|_| found.is_empty()) {
            Some(save) => items.push(Item { path: at.path, save, node: at.node.clone() }),
            None => left_out += 1,
        }
        faults.append(found);
    }
    let (framework, period, cycle) = (framework?, period?, cycle?);
    (!refused).then(|| Submission {
        framework,
        from: period.from(),
        until: period.until(),
        cycle,
        language,
        items,
        faulty: left_out,
    })
}

/// Reads the period: days, or years for the whole of them.
fn period(fields: &Fields<'_>, faults: &mut Faults) -> Option<Period> {
    let at = fields.get("period")?;
    let fields = at.fields(&shapes::PERIOD, faults)?;
    let from = fields.get("from").and_then(|at| day(&at, "01-01", faults));
    let until = fields.get("until").and_then(|at| day(&at, "12-31", faults));
    let period = Period::new(from?, until?);
    period.map_err(|error| at.fault(faults, error.reason, error.description)).ok()
}

fn day(at: &At<'_>, of_year: &str, faults: &mut Faults) -> Option<Date> {
    let text = at.text(faults);
    let is_year = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let is_day = text.len() == 10;
    let date = match (is_year, is_day) {
        (true, _) => wire::date(&format!("{text}-{of_year}"), ""),
        (_, true) => wire::date(&text, ""),
        _ if faults.covers(&at.path) => return None,
        _ => Err(InvalidField::new(
            "",
            "INVALID_DATE",
            format!("{} is neither a day such as `2021-12-31` nor a year", shown(&text)),
        )),
    };
    date.map_err(|error| at.fault(faults, error.reason, error.description)).ok()
}

/// Refuses a cycle that is not the one of the framework over the period.
fn same_cycle(fields: &Fields<'_>, expected: Option<&CycleName>, faults: &mut Faults) {
    let Some(at) = fields.get("cycle") else { return };
    let given: Option<CycleName> = at.name(faults);
    if let Some((given, expected)) =
        given.as_ref().zip(expected).filter(|(given, expected)| given != expected)
    {
        at.fault(faults, "CYCLE_MISMATCH", format!("framework and period make `{expected}`, not `{given}`; leave the key out or correct it"));
    }
}

/// Refuses an id that an earlier item of the organisation has.
fn once(save: &Save, at: &At<'_>, seen: &mut HashSet<(String, String)>, faults: &mut Faults) {
    if !save.external_id.is_empty()
        && !seen.insert((save.organisation.clone(), save.external_id.clone()))
    {
        let message = format!(
            "an earlier item of {} has id {}",
            shown(&save.organisation),
            shown(&save.external_id)
        );
        faults.add(at.node.locate("id"), format!("{}.id", at.path), "DUPLICATE_ID", message);
    }
}

fn item(
    at: &At<'_>,
    shape: &'static Shape,
    kind: ContributionKind,
    language: &str,
    faults: &mut Faults,
) -> Option<Save> {
    let fields = at.fields(shape, faults)?;
    let mut part = Part { fields: &fields, has: shape, faults };
    let organisation: Option<Slug> = fields.get("organisation").and_then(|at| at.name(part.faults));
    let id: Option<ExternalId> = fields.get("id").and_then(|at| at.name(part.faults));
    let content = part.content(kind, language);
    let organisation = organisation?.to_string();
    let external_id = match id {
        Some(id) => id.to_string(),
        None if part.faults.is_empty() => open_cell_id(&organisation, &content, at, part.faults),
        None => String::new(),
    };
    let draft = fields.get("draft").is_some_and(|at| at.flag(part.faults));
    Some(Save {
        cycle: String::new(),
        organisation,
        external_id,
        id: String::new(),
        content: Some(content.into()),
        mode: if draft { SaveMode::Draft } else { SaveMode::Submit }.into(),
        etag: String::new(),
        request_id: String::new(),
        autosave: false,
        from_file: true,
    })
}

/// The id of an open cell that gives none: made from what it leaves open, so that the same file again is the same item.
fn open_cell_id(organisation: &str, content: &Content, at: &At<'_>, faults: &mut Faults) -> String {
    let codes = if content.indicators.is_empty() { &content.goals } else { &content.indicators };
    let id: Result<ExternalId, _> = format!("open-{organisation}-{}", codes.join("+")).parse();
    match id {
        Ok(id) => id.to_string(),
        Err(error) => {
            at.fault(faults, error.reason, "no id can be made of its codes; give it an `id`");
            String::new()
        }
    }
}

/// Reads the content of an item; keys that its shape does not have are empty.
struct Part<'p, 'n> {
    fields: &'p Fields<'n>,
    has: &'static Shape,
    faults: &'p mut Faults,
}

impl<'n> Part<'_, 'n> {
    fn get(&self, key: &str) -> Option<At<'n>> {
        let known = self.has.required.contains(&key) || self.has.optional.contains(&key);
        known.then(|| self.fields.get(key)).flatten()
    }

    fn text(&mut self, key: &str) -> String {
        self.get(key).map(|at| at.text(self.faults)).unwrap_or_default()
    }

    fn each<T>(&mut self, key: &str, read: impl Fn(&At<'n>, &mut Faults) -> Option<T>) -> Vec<T> {
        let list = self.get(key).map(|at| at.list(self.faults)).unwrap_or_default();
        list.iter().filter_map(|at| read(at, self.faults)).collect()
    }

    fn content(&mut self, kind: ContributionKind, language: &str) -> Content {
        let texts = self.get("text").map(|at| at.texts(language, self.faults)).unwrap_or_default();
        Content {
            kind,
            goals: self.each("goals", |at, faults| Some(at.text(faults))),
            indicators: self.each("indicators", |at, faults| Some(at.text(faults))),
            answer: self.get("answer").and_then(|at| at.word(ANSWERS, self.faults)),
            narratives: texts
                .into_iter()
                .map(|(language, markdown)| Narrative { language, markdown })
                .collect(),
            figures: self.each("figures", figure),
            references: self.each("references", reference),
            section: self.text("section"),
            source_pages: self.each("pages", |at, faults| at.integer("a page number", faults)),
            note: self.text("note"),
            partners: self.each("partners", |at, faults| Some(at.text(faults))),
        }
    }
}

fn figure(at: &At<'_>, faults: &mut Faults) -> Option<Figure> {
    let fields = at.fields(&shapes::FIGURE, faults)?;
    let kind = fields.get("kind").and_then(|at| at.word(FIGURE_KINDS, faults));
    let precision = fields.get("precision").map(|at| at.word(PRECISIONS, faults));
    let comparisons =
        fields.list("comparisons", faults).iter().filter_map(|at| comparison(at, faults)).collect();
    let target = fields.get("target").and_then(|at| comparison(&at, faults));
    let mut text = |key| fields.text(key, faults);
    Some(Figure {
        value: text("value"),
        per: text("per"),
        unit: text("unit"),
        precision: precision.flatten().unwrap_or(Precision::Exact),
        from: text("from"),
        until: text("until"),
        counts: text("counts"),
        indicator: text("indicator"),
        comparisons,
        target,
        break_note: text("break_note"),
        caveat: text("caveat"),
        fact: text("fact"),
        label: text("label"),
        kind: kind?,
    })
}

fn comparison(at: &At<'_>, faults: &mut Faults) -> Option<Comparison> {
    let fields = at.fields(&shapes::COMPARISON, faults)?;
    let value = fields.text("value", faults);
    Some(Comparison { value, year: fields.get("year")?.integer("a year", faults)? })
}

fn reference(at: &At<'_>, faults: &mut Faults) -> Option<Reference> {
    let fields = at.fields(&shapes::REFERENCE, faults)?;
    let kind = fields.get("kind").and_then(|at| at.word(REFERENCE_KINDS, faults));
    let mut text = |key| fields.text(key, faults);
    Some(Reference {
        as_written: text("as_written"),
        target: text("target"),
        url: text("url"),
        kind: kind?,
    })
}
