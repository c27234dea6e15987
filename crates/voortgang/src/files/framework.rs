//! Framework files.
//!
//! Invariant: a framework is returned only when nothing is wrong with its file, neither its form nor its sense.

use jiff::civil::Date;
use model::{
    Abbreviation, Framework, Goal, GoalKind, Indicator, IndicatorLink, LinkKind, Measure,
    Organisation, OrganisationName, Pillar, PlanPeriod, Slug,
};

use crate::files::{
    Fault, Faults, Node, Syntax,
    fields::{At, Fields},
    node::Value,
    parse,
    shapes::{self, GOAL_KINDS, LINK_KINDS, MEASURES},
};

/// Reads a framework, or every fault of its file.
pub(crate) fn read(bytes: impl AsRef<[u8]>, syntax: Syntax) -> (Option<Framework>, Vec<Fault>) {
    let mut faults = Faults::default();
    let root = parse(bytes.as_ref(), syntax, &mut faults);
    let framework = root.as_ref().and_then(|root| framework(root, &mut faults));
    (framework.filter(|_| faults.is_empty()), faults.in_order())
}

fn framework(root: &Node, faults: &mut Faults) -> Option<Framework> {
    let fields = At::root(root).fields(&shapes::FRAMEWORK, faults)?;
    let language = fields.text("language", faults);
    let mut part = Part { language: &language, faults };
    let framework = Framework {
        code: part.slug(&fields, "framework"),
        version: 0,
        title: fields
            .get("title")
            .map(|at| at.localized(&language, part.faults))
            .unwrap_or_default(),
        period: part.period(&fields),
        organisations: part.each(&fields, "organisations", Part::organisation),
        pillars: part.each(&fields, "pillars", Part::pillar),
        goals: part.each(&fields, "goals", Part::goal),
        abbreviations: part.abbreviations(&fields),
        links: part.each(&fields, "links", Part::link),
        content_hash: None,
        create_time: None,
        language: language.clone(),
    };
    check(&framework, root, faults);
    Some(framework)
}

/// Holds the framework against the model's rules and finds the place of each fault.
fn check(framework: &Framework, root: &Node, faults: &mut Faults) {
    let mut found = Faults::default();
    for fault in model::check::framework(framework) {
        let is_default_id = fault.field.ends_with("].id")
            && root.locate(&fault.field) == root.locate(fault.field.trim_end_matches(".id"));
        if !faults.covers(&fault.field) && !is_default_id {
            found.add(root.locate(&fault.field), fault.field, fault.reason, fault.description);
        }
    }
    faults.append(found);
}

/// Reads the parts of a framework whose texts are in `language`.
struct Part<'l, 'f> {
    language: &'l str,
    faults: &'f mut Faults,
}

impl Part<'_, '_> {
    /// Reads each part of a list. One that is no map is a fault and keeps its place in the list, so that paths stay right.
    fn each<'n, T>(
        &mut self,
        fields: &Fields<'n>,
        key: &str,
        read: fn(&mut Self, &At<'n>) -> T,
    ) -> Vec<T> {
        fields.list(key, self.faults).iter().map(|at| read(self, at)).collect()
    }

    /// Reads a code; the stand-in for a faulty one is never returned, since a faulty file is not.
    fn slug(&mut self, fields: &Fields<'_>, stand_in: &str) -> Slug {
        let code = fields.get("code").and_then(|at| at.name(self.faults));
        code.unwrap_or_else(|| stand_in.parse().expect("the stand-in is a code"))
    }

    fn period(&mut self, fields: &Fields<'_>) -> PlanPeriod {
        let period =
            fields.get("period").and_then(|at| at.fields(&shapes::PLAN_PERIOD, self.faults));
        let mut year = |key| period.as_ref()?.get(key)?.integer("a year", self.faults);
        PlanPeriod {
            from: year("from").unwrap_or_default(),
            until: year("until").unwrap_or_default(),
            extended_until: year("extended_until"),
        }
    }

    fn organisation(&mut self, at: &At<'_>) -> Organisation {
        let Some(fields) = at.fields(&shapes::ORGANISATION, self.faults) else {
            return Organisation {
                code: unread(at),
                names: Vec::new(),
                kind: String::new(),
                oin: String::new(),
                tooi: String::new(),
            };
        };
        let mut names = self.each(&fields, "names", Part::organisation_name);
        match fields.get("name") {
            Some(at) if names.is_empty() => {
                names.push(OrganisationName {
                    name: at.localized(self.language, self.faults),
                    from: None,
                    until: None,
                });
            }
            Some(at) => at.fault(self.faults, "NAME_GIVEN_TWICE", "give either `name` or `names`"),
            None if names.is_empty() => fields.fault(
                "name",
                "MISSING_KEY",
                "an organisation has a `name` or `names`",
                self.faults,
            ),
            None => {}
        }
        Organisation {
            code: self.slug(&fields, &unread(at).to_string()),
            names,
            kind: fields.text("kind", self.faults),
            oin: fields.text("oin", self.faults),
            tooi: fields.text("tooi", self.faults),
        }
    }

    fn organisation_name(&mut self, at: &At<'_>) -> OrganisationName {
        let fields = at.fields(&shapes::ORGANISATION_NAME, self.faults);
        let name = fields.as_ref().and_then(|fields| fields.get("name"));
        let name = name.map(|at| at.localized(self.language, self.faults)).unwrap_or_default();
        let mut date = |key| fields.as_ref().and_then(|fields| self.date(&fields.get(key)?));
        OrganisationName { name, from: date("from"), until: date("until") }
    }

    fn date(&mut self, at: &At<'_>) -> Option<Date> {
        let date = wire::date(&at.text(self.faults), &at.path);
        date.map_err(|error| at.fault(self.faults, error.reason, error.description)).ok()
    }

    fn pillar(&mut self, at: &At<'_>) -> Pillar {
        let Some(fields) = at.fields(&shapes::PILLAR, self.faults) else {
            return Pillar { code: unread(at), name: model::LocalizedText::default() };
        };
        let code = self.slug(&fields, &unread(at).to_string());
        Pillar {
            code,
            name: fields
                .get("name")
                .map(|at| at.localized(self.language, self.faults))
                .unwrap_or_default(),
        }
    }

    fn goal(&mut self, at: &At<'_>) -> Goal {
        let Some(fields) = at.fields(&shapes::GOAL, self.faults) else {
            let (id, code, statement) =
                (at.path.clone(), at.path.clone(), model::LocalizedText::default());
            return Goal {
                id,
                code,
                kind: GoalKind::StrategicGoal,
                pillar: String::new(),
                parent: None,
                statement,
                indicators: Vec::new(),
            };
        };
        let code = fields.text("code", self.faults);
        let parent = fields.get("parent").map(|at| at.text(self.faults));
        let kind = fields.get("kind").and_then(|at| at.word(GOAL_KINDS, self.faults));
        Goal {
            id: fields.get("id").map_or_else(|| code.clone(), |at| at.text(self.faults)),
            kind: kind.unwrap_or(if parent.is_some() {
                GoalKind::Subgoal
            } else {
                GoalKind::StrategicGoal
            }),
            pillar: fields.text("pillar", self.faults),
            parent,
            statement: fields
                .get("statement")
                .map(|at| at.localized(self.language, self.faults))
                .unwrap_or_default(),
            indicators: self.each(&fields, "indicators", Part::indicator),
            code,
        }
    }

    fn indicator(&mut self, at: &At<'_>) -> Indicator {
        let fields = at.fields(&shapes::INDICATOR, self.faults);
        let get = |key| fields.as_ref().and_then(|fields| fields.get(key));
        let code = get("code").map_or_else(|| at.path.clone(), |at| at.text(self.faults));
        let mut texts = |key| -> Vec<_> {
            let list =
                fields.as_ref().map(|fields| fields.list(key, self.faults)).unwrap_or_default();
            list.iter().map(|at| at.localized(self.language, self.faults)).collect()
        };
        let (items, sub_prompts) = (texts("items"), texts("sub_prompts"));
        Indicator {
            id: get("id").map_or_else(|| code.clone(), |at| at.text(self.faults)),
            code,
            measure: get("measure")
                .and_then(|at| at.word(MEASURES, self.faults))
                .unwrap_or(Measure::Statement),
            statement: get("statement")
                .map(|at| at.localized(self.language, self.faults))
                .unwrap_or_default(),
            items,
            sub_prompts,
            optional: get("optional").is_some_and(|at| at.flag(self.faults)),
            target: get("target").map(|at| at.localized(self.language, self.faults)),
        }
    }

    /// Reads abbreviations, written as a list of pairs or as a map from short to long.
    fn abbreviations(&mut self, fields: &Fields<'_>) -> Vec<Abbreviation> {
        let Some(at) = fields.get("abbreviations") else { return Vec::new() };
        let Value::Map(entries) = &at.node.value else {
            return self.each(fields, "abbreviations", Part::abbreviation);
        };
        let meaning = |entry: &crate::files::node::Entry, faults: &mut Faults| {
            At { node: &entry.node, path: format!("{}.{}", at.path, entry.key) }
                .localized(self.language, faults)
        };
        entries
            .iter()
            .map(|entry| Abbreviation {
                short: entry.key.clone(),
                long: meaning(entry, self.faults),
            })
            .collect()
    }

    fn abbreviation(&mut self, at: &At<'_>) -> Abbreviation {
        let fields = at.fields(&shapes::ABBREVIATION, self.faults);
        let get = |key| fields.as_ref().and_then(|fields| fields.get(key));
        Abbreviation {
            short: get("short").map_or_else(|| at.path.clone(), |at| at.text(self.faults)),
            long: get("long")
                .map(|at| at.localized(self.language, self.faults))
                .unwrap_or_default(),
        }
    }

    fn link(&mut self, at: &At<'_>) -> IndicatorLink {
        let Some(fields) = at.fields(&shapes::LINK, self.faults) else {
            return IndicatorLink { kind: LinkKind::Same, from: Vec::new(), to: Vec::new() };
        };
        IndicatorLink {
            kind: fields
                .get("kind")
                .and_then(|at| at.word(LINK_KINDS, self.faults))
                .unwrap_or(LinkKind::Same),
            from: fields.text_list("from", self.faults),
            to: fields.text_list("to", self.faults),
        }
    }
}

/// A code that stands for one that could not be read, different for each place in the file.
fn unread(at: &At<'_>) -> Slug {
    let number: String = at.path.chars().filter(char::is_ascii_digit).collect();
    format!("unread-{number}").parse().expect("the stand-in is a code")
}
