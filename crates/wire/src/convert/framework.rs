//! Frameworks and organisations.

use model::{
    Abbreviation, Framework, Goal, GoalKind, Indicator, IndicatorLink, InvalidField, LinkKind,
    LocalizedText, Measure, Organisation, OrganisationName, Pillar, PlanPeriod,
};

use crate::{
    convert::{
        date_or_none, date_text, enumeration, instant, list, number, parse, required, timestamp,
    },
    v1 as pb,
};

enumeration!(pb::GoalKind, GoalKind, "the kind of goal", Unspecified, { StrategicGoal, Subgoal });
enumeration!(pb::Measure, Measure, "the measure", Unspecified, {
    Count, Percentage, CountAndPercentage, Amount, Examples, Statement, Ratio,
});
enumeration!(pb::LinkKind, LinkKind, "the kind of link", Unspecified, { Same, Split, Merged, Broadened, Ended });

impl From<LocalizedText> for pb::LocalizedText {
    fn from(LocalizedText(texts): LocalizedText) -> Self {
        Self { texts }
    }
}

impl TryFrom<pb::LocalizedText> for LocalizedText {
    type Error = InvalidField;

    fn try_from(pb::LocalizedText { texts }: pb::LocalizedText) -> Result<Self, InvalidField> {
        Ok(Self(texts))
    }
}

fn text(text: Option<pb::LocalizedText>) -> LocalizedText {
    LocalizedText(text.unwrap_or_default().texts)
}

fn texts(messages: Vec<pb::LocalizedText>) -> Vec<LocalizedText> {
    messages.into_iter().map(|message| LocalizedText(message.texts)).collect()
}

fn messages(texts: Vec<LocalizedText>) -> Vec<pb::LocalizedText> {
    texts.into_iter().map(Into::into).collect()
}

impl From<Framework> for pb::Framework {
    fn from(framework: Framework) -> Self {
        let Framework {
            code,
            version,
            title,
            language,
            period,
            organisations,
            pillars,
            goals,
            abbreviations,
            links,
            content_hash,
            create_time,
        } = framework;
        Self {
            code: code.to_string(),
            version,
            title: Some(title.into()),
            language,
            period: Some(period.into()),
            organisations: organisations.into_iter().map(Into::into).collect(),
            pillars: pillars.into_iter().map(Into::into).collect(),
            goals: goals.into_iter().map(Into::into).collect(),
            abbreviations: abbreviations.into_iter().map(Into::into).collect(),
            links: links.into_iter().map(Into::into).collect(),
            content_hash: content_hash.map_or(String::new(), |hash| hash.to_string()),
            create_time: create_time.map(timestamp),
        }
    }
}

impl TryFrom<pb::Framework> for Framework {
    type Error = InvalidField;

    fn try_from(message: pb::Framework) -> Result<Self, InvalidField> {
        let pb::Framework {
            code,
            version,
            title,
            language,
            period,
            organisations,
            pillars,
            goals,
            abbreviations,
            links,
            content_hash,
            create_time,
        } = message;
        Ok(Self {
            code: parse(&code, "code")?,
            version,
            title: text(title),
            language,
            period: required(period, "period")?,
            organisations: list(organisations, "organisations")?,
            pillars: list(pillars, "pillars")?,
            goals: list(goals, "goals")?,
            abbreviations: list(abbreviations, "abbreviations")?,
            links: list(links, "links")?,
            content_hash: if content_hash.is_empty() {
                None
            } else {
                Some(parse(&content_hash, "content_hash")?)
            },
            create_time: create_time.as_ref().map(instant),
        })
    }
}

impl From<PlanPeriod> for pb::PlanPeriod {
    fn from(PlanPeriod { from, until, extended_until }: PlanPeriod) -> Self {
        Self { from, until, extended_until: extended_until.unwrap_or(0) }
    }
}

impl TryFrom<pb::PlanPeriod> for PlanPeriod {
    type Error = InvalidField;

    fn try_from(message: pb::PlanPeriod) -> Result<Self, InvalidField> {
        let pb::PlanPeriod { from, until, extended_until } = message;
        Ok(Self { from, until, extended_until: (extended_until != 0).then_some(extended_until) })
    }
}

impl From<Organisation> for pb::Organisation {
    fn from(Organisation { code, names, kind, oin, tooi }: Organisation) -> Self {
        Self {
            code: code.to_string(),
            names: names.into_iter().map(Into::into).collect(),
            kind,
            oin,
            tooi,
        }
    }
}

impl TryFrom<pb::Organisation> for Organisation {
    type Error = InvalidField;

    fn try_from(
        pb::Organisation { code, names, kind, oin, tooi }: pb::Organisation,
    ) -> Result<Self, InvalidField> {
        Ok(Self { code: parse(&code, "code")?, names: list(names, "names")?, kind, oin, tooi })
    }
}

impl From<OrganisationName> for pb::OrganisationName {
    fn from(OrganisationName { name, from, until }: OrganisationName) -> Self {
        Self { name: Some(name.into()), from: date_text(from), until: date_text(until) }
    }
}

impl TryFrom<pb::OrganisationName> for OrganisationName {
    type Error = InvalidField;

    fn try_from(
        pb::OrganisationName { name, from, until }: pb::OrganisationName,
    ) -> Result<Self, InvalidField> {
        Ok(Self {
            name: text(name),
            from: date_or_none(&from, "from")?,
            until: date_or_none(&until, "until")?,
        })
    }
}

impl From<Pillar> for pb::Pillar {
    fn from(Pillar { code, name }: Pillar) -> Self {
        Self { code: code.to_string(), name: Some(name.into()) }
    }
}

impl TryFrom<pb::Pillar> for Pillar {
    type Error = InvalidField;

    fn try_from(pb::Pillar { code, name }: pb::Pillar) -> Result<Self, InvalidField> {
        Ok(Self { code: parse(&code, "code")?, name: text(name) })
    }
}

impl From<Goal> for pb::Goal {
    fn from(Goal { id, code, kind, pillar, parent, statement, indicators }: Goal) -> Self {
        Self {
            id,
            code,
            kind: pb::GoalKind::from(kind).into(),
            pillar,
            parent: parent.unwrap_or_default(),
            statement: Some(statement.into()),
            indicators: indicators.into_iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<pb::Goal> for Goal {
    type Error = InvalidField;

    fn try_from(message: pb::Goal) -> Result<Self, InvalidField> {
        let pb::Goal { id, code, kind, pillar, parent, statement, indicators } = message;
        Ok(Self {
            id: if id.is_empty() { code.clone() } else { id },
            code,
            kind: number::<pb::GoalKind, _>(kind, "kind")?,
            pillar,
            parent: (!parent.is_empty()).then_some(parent),
            statement: text(statement),
            indicators: list(indicators, "indicators")?,
        })
    }
}

impl From<Indicator> for pb::Indicator {
    fn from(indicator: Indicator) -> Self {
        let Indicator { id, code, measure, statement, items, sub_prompts, optional, target } =
            indicator;
        Self {
            id,
            code,
            measure: pb::Measure::from(measure).into(),
            statement: Some(statement.into()),
            items: messages(items),
            sub_prompts: messages(sub_prompts),
            optional,
            target: target.map(Into::into),
        }
    }
}

impl TryFrom<pb::Indicator> for Indicator {
    type Error = InvalidField;

    fn try_from(message: pb::Indicator) -> Result<Self, InvalidField> {
        let pb::Indicator { id, code, measure, statement, items, sub_prompts, optional, target } =
            message;
        Ok(Self {
            id: if id.is_empty() { code.clone() } else { id },
            code,
            measure: number::<pb::Measure, _>(measure, "measure")?,
            statement: text(statement),
            items: texts(items),
            sub_prompts: texts(sub_prompts),
            optional,
            target: target.map(|target| text(Some(target))),
        })
    }
}

impl From<Abbreviation> for pb::Abbreviation {
    fn from(Abbreviation { short, long }: Abbreviation) -> Self {
        Self { short, long: Some(long.into()) }
    }
}

impl TryFrom<pb::Abbreviation> for Abbreviation {
    type Error = InvalidField;

    fn try_from(pb::Abbreviation { short, long }: pb::Abbreviation) -> Result<Self, InvalidField> {
        Ok(Self { short, long: text(long) })
    }
}

impl From<IndicatorLink> for pb::IndicatorLink {
    fn from(IndicatorLink { kind, from, to }: IndicatorLink) -> Self {
        Self { kind: pb::LinkKind::from(kind).into(), from, to }
    }
}

impl TryFrom<pb::IndicatorLink> for IndicatorLink {
    type Error = InvalidField;

    fn try_from(
        pb::IndicatorLink { kind, from, to }: pb::IndicatorLink,
    ) -> Result<Self, InvalidField> {
        Ok(Self { kind: number::<pb::LinkKind, _>(kind, "kind")?, from, to })
    }
}
