//! Files of obligations: what each organisation owes.
//!
//! Invariant: every obligation knows where it stands in the file, so that what storage refuses has a place too.

use model::Slug;
use wire::v1 as pb;

use crate::files::{
    Fault, Faults, Node, Syntax,
    fields::{At, Fields},
    parse,
    shapes::{OBLIGATION, OBLIGATIONS},
};

/// What a file assigns.
#[derive(Debug)]
pub(crate) struct Assignments {
    /// Code of the framework, where the file names it.
    pub(crate) framework: Option<Slug>,
    /// The obligations, in the order of the file.
    pub(crate) items: Vec<Item>,
}

/// One obligation.
#[derive(Debug)]
pub(crate) struct Item {
    /// The obligation, but for the cycle.
    pub(crate) obligation: pb::Obligation,
    /// Path of its entry, such as `obligations[3]`.
    path: String,
    /// Key of the indicator within the entry; empty where the goal as a whole is owed.
    indicator: String,
    node: Node,
}

impl Item {
    /// A fault that storage found in a field of the obligation, at its place in the file.
    pub(crate) fn fault(&self, field: &str, reason: &str, message: &str) -> Fault {
        let key = if field == "indicator" { &self.indicator } else { field };
        let place = self.node.locate(key);
        let dot = if key.is_empty() { "" } else { "." };
        Fault {
            line: place.line,
            column: place.column,
            path: format!("{}{dot}{key}", self.path),
            reason: reason.to_owned(),
            message: message.to_owned(),
        }
    }
}

/// Reads obligations; a file with a fault assigns nothing.
pub(crate) fn read(bytes: impl AsRef<[u8]>, syntax: Syntax) -> (Option<Assignments>, Vec<Fault>) {
    let mut faults = Faults::default();
    let root = parse(bytes.as_ref(), syntax, &mut faults);
    let assignments = root.and_then(|root| assignments(&root, &mut faults));
    let assignments = assignments.filter(|_| faults.is_empty());
    (assignments, faults.in_order())
}

fn assignments(root: &Node, faults: &mut Faults) -> Option<Assignments> {
    let fields = At::root(root).fields(&OBLIGATIONS, faults)?;
    let framework = fields.get("framework").and_then(|at| at.name(faults));
    let mut items = Vec::new();
    for at in fields.list("obligations", faults) {
        if let Some(fields) = at.fields(&OBLIGATION, faults) {
            items.extend(entry(&at, &fields, faults));
        }
    }
    Some(Assignments { framework, items })
}

/// One obligation for each indicator that an entry names, or one for the goal as a whole.
fn entry(at: &At<'_>, fields: &Fields<'_>, faults: &mut Faults) -> Vec<Item> {
    let organisation: Option<Slug> = fields.get("organisation").and_then(|at| at.name(faults));
    let goal = fields.text("goal", faults);
    let optional = fields.get("optional").is_some_and(|at| at.flag(faults));
    let indicators = fields.text_list("indicators", faults);
    let item = |indicator: &str, key: String| Item {
        obligation: pb::Obligation {
            organisation: organisation.as_ref().map_or(String::new(), ToString::to_string),
            goal: goal.clone(),
            indicator: indicator.to_owned(),
            optional,
            ..pb::Obligation::default()
        },
        path: at.path.clone(),
        indicator: key,
        node: at.node.clone(),
    };
    if indicators.is_empty() {
        return vec![item("", String::new())];
    }
    let each = indicators.iter().enumerate();
    each.map(|(i, code)| item(code, format!("indicators[{i}]"))).collect()
}
