//! The canonical form of what is hashed, version 1.
//!
//! A canonical form is a sequence of fields. A field is its name, a space, the length of its value in bytes in decimal,
//! a line feed, the value, and a line feed. The first field is `form` with the name and version of the form. Lists repeat
//! their field; a part with fields of its own is a field whose value is that part's sequence. Empty values are left out, so
//! that a field that is added later changes no hash of what does not use it. Text is hashed as written, in UTF-8.
//! Test vectors are in the tests below.

use crate::{
    Completeness, Content, Exclusion, Framework, Goal, Hash, Indicator, LocalizedText, Manifest,
    MatrixCell, Measure, Organisation, Override, Pin, ReviewPolicy,
    fields::{Field, Value},
};

/// Writes fields one after another.
#[derive(Debug, Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn of(form: &str) -> Self {
        let mut fields = Self::default();
        fields.add("form", form);
        fields
    }

    fn add(&mut self, name: &str, value: impl AsRef<[u8]>) {
        let value = value.as_ref();
        if value.is_empty() {
            return;
        }
        self.0.extend_from_slice(format!("{name} {}\n", value.len()).as_bytes());
        self.0.extend_from_slice(value);
        self.0.push(b'\n');
    }

    fn add_all<T: AsRef<[u8]>>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        for value in values {
            self.add(name, value);
        }
    }

    fn add_fields(&mut self, fields: &[Field<'_>]) {
        for Field { name, value } in fields {
            self.add_value(&name.replace('_', "-"), value);
        }
    }

    /// What is in a list has the list's name in the singular.
    fn add_value(&mut self, name: &str, value: &Value<'_>) {
        match value {
            Value::List(values) => {
                for value in values {
                    self.add_value(name.trim_end_matches('s'), value);
                }
            }
            Value::Part(fields) => {
                let mut part = Self::default();
                part.add_fields(fields);
                self.add(name, part.0);
            }
            value => self.add(name, value.plain().as_bytes()),
        }
    }
}

/// Returns the canonical form of a contribution's content.
pub fn content(content: &Content) -> Vec<u8> {
    let mut fields = Fields::of("content 1");
    fields.add_fields(&content.fields());
    fields.0
}

/// Returns the content hash: SHA-256 of the canonical form.
pub fn content_hash(value: &Content) -> Hash {
    Hash::of(&content(value))
}

/// Returns the canonical form of a framework; version, hash and time of registration are no part of it.
pub fn framework(framework: &Framework) -> Vec<u8> {
    let Framework {
        code,
        version: _,
        title,
        language,
        period,
        organisations,
        pillars,
        goals,
        abbreviations,
        links,
        content_hash: _,
        create_time: _,
    } = framework;
    let mut fields = Fields::of("framework 1");
    fields.add("code", code.as_str());
    fields.add("title", localized(title));
    fields.add("language", language);
    fields.add("from", period.from.to_string());
    fields.add("until", period.until.to_string());
    fields.add(
        "extended-until",
        period.extended_until.map_or(String::new(), |year| year.to_string()),
    );
    fields.add_all("organisation", organisations.iter().map(organisation));
    for pillar in pillars {
        let mut part = Fields::default();
        part.add("code", pillar.code.as_str());
        part.add("name", localized(&pillar.name));
        fields.add("pillar", part.0);
    }
    fields.add_all("goal", goals.iter().map(goal));
    for abbreviation in abbreviations {
        let mut part = Fields::default();
        part.add("short", &abbreviation.short);
        part.add("long", localized(&abbreviation.long));
        fields.add("abbreviation", part.0);
    }
    for link in links {
        let mut part = Fields::default();
        part.add("kind", format!("{:?}", link.kind).to_lowercase());
        part.add_all("from", &link.from);
        part.add_all("to", &link.to);
        fields.add("link", part.0);
    }
    fields.0
}

/// Returns the canonical form of an organisation, by which the register sees whether it changed.
pub fn organisation(organisation: &Organisation) -> Vec<u8> {
    let Organisation { code, names, kind, oin, tooi } = organisation;
    let mut fields = Fields::default();
    fields.add("code", code.as_str());
    for name in names {
        let mut part = Fields::default();
        part.add("name", localized(&name.name));
        part.add("from", name.from.map_or(String::new(), |day| day.to_string()));
        part.add("until", name.until.map_or(String::new(), |day| day.to_string()));
        fields.add("name", part.0);
    }
    fields.add("kind", kind);
    fields.add("oin", oin);
    fields.add("tooi", tooi);
    fields.0
}

/// Returns the canonical form of an edition's manifest.
pub fn manifest(manifest: &Manifest) -> Vec<u8> {
    let Manifest {
        cycle,
        number,
        date,
        framework_version,
        framework_hash,
        organisations,
        pins,
        completeness,
        review,
        overrides,
        exclusions,
    } = manifest;
    let mut fields = Fields::of("manifest 1");
    fields.add("cycle", cycle.as_str());
    fields.add("number", number.to_string());
    fields.add("date", date.to_string());
    fields.add("framework-version", framework_version.to_string());
    fields.add("framework-hash", framework_hash.to_string());
    for (code, name) in organisations {
        let mut part = Fields::default();
        part.add("code", code.as_str());
        part.add("name", name);
        fields.add("organisation", part.0);
    }
    for Pin { organisation, external_id, content_hash } in pins {
        let mut part = Fields::default();
        part.add("organisation", organisation.as_str());
        part.add("external-id", external_id.as_ref().map_or("", |id| id.as_str()));
        part.add("content-hash", content_hash.to_string());
        fields.add("pin", part.0);
    }
    fields.add("completeness", completeness.as_ref().map(self::completeness).unwrap_or_default());
    // Left out where there is none, so that an edition without review has the hash that it always had.
    fields.add("review", if *review == ReviewPolicy::None { "" } else { review.name() });
    for Override { action, reason, confirmation, .. } in overrides {
        let mut part = Fields::default();
        part.add("action", action);
        part.add("reason", reason);
        part.add("confirmed", if confirmation.is_some() { "yes" } else { "" });
        fields.add("override", part.0);
    }
    for Exclusion { organisation, contribution, reason } in exclusions {
        let mut part = Fields::default();
        part.add("organisation", organisation.as_str());
        part.add("contribution", contribution);
        part.add("reason", reason);
        fields.add("exclusion", part.0);
    }
    fields.0
}

fn completeness(Completeness { matrix, accepted_gaps, open_gaps }: &Completeness) -> Vec<u8> {
    let mut fields = Fields::default();
    for MatrixCell { organisation, goal, states, required, answered, in_time, accepted } in
        &matrix.cells
    {
        let mut part = Fields::default();
        part.add("organisation", organisation.as_str());
        part.add("goal", goal);
        for (state, count) in states {
            part.add(state.name(), count.to_string());
        }
        let counts = [required, answered, in_time, accepted];
        part.add("counts", counts.map(ToString::to_string).join(" "));
        fields.add("cell", part.0);
    }
    for gap in accepted_gaps {
        let mut part = Fields::default();
        part.add("asked", gap.asked.to_string());
        part.add("reason", &gap.accepted_reason);
        fields.add("accepted", part.0);
    }
    for gap in open_gaps {
        fields.add("open", gap.asked.to_string());
    }
    fields.0
}

fn localized(LocalizedText(texts): &LocalizedText) -> Vec<u8> {
    let mut fields = Fields::default();
    for (language, text) in texts {
        fields.add(language, text);
    }
    fields.0
}

fn goal(goal: &Goal) -> Vec<u8> {
    let Goal { id, code, kind, pillar, parent, statement, indicators } = goal;
    let mut fields = Fields::default();
    fields.add("id", id);
    fields.add("code", code);
    fields.add("kind", format!("{kind:?}").to_lowercase());
    fields.add("pillar", pillar);
    fields.add("parent", parent.as_deref().unwrap_or(""));
    fields.add("statement", localized(statement));
    fields.add_all("indicator", indicators.iter().map(indicator));
    fields.0
}

fn indicator(indicator: &Indicator) -> Vec<u8> {
    let Indicator { id, code, measure, statement, items, sub_prompts, optional, target } =
        indicator;
    let mut fields = Fields::default();
    fields.add("id", id);
    fields.add("code", code);
    fields.add("measure", measure_name(*measure));
    fields.add("statement", localized(statement));
    fields.add_all("item", items.iter().map(localized));
    fields.add_all("sub-prompt", sub_prompts.iter().map(localized));
    fields.add("optional", if *optional { "yes" } else { "" });
    fields.add("target", target.as_ref().map(localized).unwrap_or_default());
    fields.0
}

fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Count => "count",
        Measure::Percentage => "percentage",
        Measure::CountAndPercentage => "count_and_percentage",
        Measure::Amount => "amount",
        Measure::Examples => "examples",
        Measure::Statement => "statement",
        Measure::Ratio => "ratio",
    }
}

#[cfg(test)]
mod tests;
