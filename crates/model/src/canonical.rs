//! The canonical form of what is hashed, version 1.
//!
//! A canonical form is a sequence of fields. A field is its name, a space, the length of its value in bytes in decimal,
//! a line feed, the value, and a line feed. The first field is `form` with the name and version of the form. Lists repeat
//! their field; a part with fields of its own is a field whose value is that part's sequence. Empty values are left out, so
//! that a field that is added later changes no hash of what does not use it. Text is hashed as written, in UTF-8.
//! Test vectors are in the tests below.

use crate::{
    AnswerStatus, Comparison, Completeness, Content, ContributionKind, Exclusion, Figure,
    FigureKind, Framework, Goal, Hash, Indicator, LocalizedText, Manifest, MatrixCell, Measure,
    Narrative, Organisation, Override, Pin, Precision, Reference, ReferenceKind, ReviewPolicy,
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
}

/// Returns the canonical form of a contribution's content.
pub fn content(content: &Content) -> Vec<u8> {
    let Content {
        kind,
        goals,
        indicators,
        answer,
        narratives,
        figures,
        references,
        section,
        source_pages,
        note,
        partners,
    } = content;
    let mut fields = Fields::of("content 1");
    fields.add("kind", contribution_kind(*kind));
    fields.add_all("goal", goals);
    fields.add_all("indicator", indicators);
    fields.add("answer", answer.map_or("", AnswerStatus::name));
    fields.add_all("narrative", narratives.iter().map(narrative));
    fields.add_all("figure", figures.iter().map(figure));
    fields.add_all("reference", references.iter().map(reference));
    fields.add("section", section);
    fields.add_all("source-page", source_pages.iter().map(ToString::to_string));
    fields.add("note", note);
    fields.add_all("partner", partners);
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

fn completeness(Completeness { matrix, accepted_gaps }: &Completeness) -> Vec<u8> {
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

fn narrative(Narrative { language, markdown }: &Narrative) -> Vec<u8> {
    let mut fields = Fields::default();
    fields.add("language", language);
    fields.add("markdown", markdown);
    fields.0
}

fn figure(figure: &Figure) -> Vec<u8> {
    let Figure {
        kind,
        value,
        per,
        unit,
        precision,
        from,
        until,
        counts,
        indicator,
        comparisons,
        target,
        break_note,
        caveat,
        fact,
        label,
    } = figure;
    let mut fields = Fields::default();
    fields.add("kind", figure_kind(*kind));
    fields.add("value", value);
    fields.add("per", per);
    fields.add("unit", unit);
    fields.add("precision", precision_name(*precision));
    fields.add("from", from);
    fields.add("until", until);
    fields.add("counts", counts);
    fields.add("indicator", indicator);
    fields.add_all("comparison", comparisons.iter().map(comparison));
    fields.add("target", target.as_ref().map(comparison).unwrap_or_default());
    fields.add("break-note", break_note);
    fields.add("caveat", caveat);
    fields.add("fact", fact);
    fields.add("label", label);
    fields.0
}

fn comparison(Comparison { value, year }: &Comparison) -> Vec<u8> {
    let mut fields = Fields::default();
    fields.add("value", value);
    fields.add("year", year.to_string());
    fields.0
}

fn reference(Reference { kind, as_written, target, url }: &Reference) -> Vec<u8> {
    let mut fields = Fields::default();
    fields.add("kind", reference_kind(*kind));
    fields.add("as-written", as_written);
    fields.add("target", target);
    fields.add("url", url);
    fields.0
}

fn contribution_kind(kind: ContributionKind) -> &'static str {
    match kind {
        ContributionKind::Answer => "answer",
        ContributionKind::GeneralRemark => "general_remark",
        ContributionKind::Unanswered => "unanswered",
        ContributionKind::Erased => "erased",
    }
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

fn figure_kind(kind: FigureKind) -> &'static str {
    match kind {
        FigureKind::Amount => "amount",
        FigureKind::Count => "count",
        FigureKind::Percentage => "percentage",
        FigureKind::Ratio => "ratio",
    }
}

fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::Exact => "exact",
        Precision::About => "about",
        Precision::AtMost => "at_most",
        Precision::AtLeast => "at_least",
    }
}

fn reference_kind(kind: ReferenceKind) -> &'static str {
    match kind {
        ReferenceKind::Contribution => "contribution",
        ReferenceKind::ParliamentaryPaper => "parliamentary_paper",
        ReferenceKind::Law => "law",
        ReferenceKind::Document => "document",
        ReferenceKind::Web => "web",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Content {
        Content {
            goals: vec!["1".into()],
            indicators: vec!["1.0-a".into()],
            answer: Some(AnswerStatus::Reported),
            narratives: vec![Narrative { language: "nl".into(), markdown: "Één zin.\n".into() }],
            ..Content::default()
        }
    }

    #[test]
    fn the_canonical_form_of_a_content_is_as_documented() {
        let expected = "form 9\ncontent 1\nkind 6\nanswer\ngoal 1\n1\nindicator 5\n1.0-a\nanswer 8\nreported\n\
                        narrative 38\nlanguage 2\nnl\nmarkdown 11\nÉén zin.\n\n\n";
        assert_eq!(String::from_utf8(content(&sample())).unwrap(), expected);
    }

    #[test]
    fn each_field_of_a_content_changes_the_hash() {
        let edits: [fn(&mut Content); 10] = [
            |c| c.kind = ContributionKind::GeneralRemark,
            |c| c.goals.push("2".into()),
            |c| c.indicators.clear(),
            |c| c.answer = None,
            |c| c.narratives[0].markdown.push(' '),
            |c| {
                c.references.push(Reference {
                    kind: ReferenceKind::Law,
                    as_written: "x".into(),
                    target: String::new(),
                    url: String::new(),
                });
            },
            |c| c.section = "Intern".into(),
            |c| c.source_pages = vec![1],
            |c| c.note = "n".into(),
            |c| c.partners.push("beta".into()),
        ];
        let mut hashes = vec![content_hash(&sample())];
        for edit in edits {
            let mut changed = sample();
            edit(&mut changed);
            hashes.push(content_hash(&changed));
        }
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), 11);
    }

    #[test]
    fn a_value_that_looks_like_fields_is_no_second_field() {
        let mut forged = sample();
        forged.section = "x\nnote 1\ny".into();
        let mut honest = sample();
        honest.section = "x".into();
        honest.note = "y".into();
        assert_ne!(content(&forged), content(&honest));
    }
}
