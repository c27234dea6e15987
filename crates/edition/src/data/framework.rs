//! The framework as data.

use model::LocalizedText;
use serde::{Deserialize, Serialize};

use crate::data::Texts;

/// The results framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Framework {
    pub code: String,
    pub version: u32,
    pub title: Texts,
    pub language: String,
    pub from: i32,
    pub until: i32,
    pub extended_until: Option<i32>,
    pub content_hash: Option<String>,
    pub pillars: Vec<Pillar>,
    pub goals: Vec<Goal>,
}

/// A pillar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Pillar {
    pub code: String,
    pub name: Texts,
}

/// A goal or subgoal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Goal {
    pub id: String,
    pub code: String,
    pub kind: GoalKind,
    pub pillar: String,
    pub parent: Option<String>,
    pub statement: Texts,
    pub indicators: Vec<Indicator>,
}

/// Kind of a goal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GoalKind {
    StrategicGoal,
    Subgoal,
    // Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Indicator {
    pub id: String,
    pub code: String,
    pub measure: Measure,
    pub statement: Texts,
    pub items: Vec<Texts>,
    pub sub_prompts: Vec<Texts>,
    pub optional: bool,
    pub target: Option<Texts>,
}

/// What an indicator asks for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Count,
    Percentage,
    CountAndPercentage,
    Amount,
    Examples,
    Statement,
    Ratio,
    // Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// An abbreviation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Abbreviation {
    pub short: String,
    pub long: Texts,
}

fn texts(LocalizedText(texts): &LocalizedText) -> Texts {
    texts.clone()
}

impl From<&model::Framework> for Framework {
    fn from(framework: &model::Framework) -> Self {
        // Organisations and abbreviations have a place of their own in the file; links are of use between versions only.
        let model::Framework {
            code,
            version,
            title,
            language,
            period,
            organisations: _,
            pillars,
            goals,
            abbreviations: _,
            links: _,
            content_hash,
            create_time: _,
        } = framework;
        Self {
            code: code.to_string(),
            version: *version,
            title: texts(title),
            language: language.clone(),
            from: period.from,
            until: period.until,
            extended_until: period.extended_until,
            content_hash: content_hash.map(|hash| hash.to_string()),
            pillars: pillars.iter().map(Into::into).collect(),
            goals: goals.iter().map(Into::into).collect(),
        }
    }
}

impl From<&model::Pillar> for Pillar {
    fn from(model::Pillar { code, name }: &model::Pillar) -> Self {
        Self { code: code.to_string(), name: texts(name) }
    }
}

impl From<&model::Goal> for Goal {
    fn from(goal: &model::Goal) -> Self {
        let model::Goal { id, code, kind, pillar, parent, statement, indicators } = goal;
        Self {
            id: id.clone(),
            code: code.clone(),
            kind: match kind {
                model::GoalKind::StrategicGoal => GoalKind::StrategicGoal,
                model::GoalKind::Subgoal => GoalKind::Subgoal,
            },
            pillar: pillar.clone(),
            parent: parent.clone(),
            statement: texts(statement),
            indicators: indicators.iter().map(Into::into).collect(),
        }
    }
}

impl From<&model::Indicator> for Indicator {
    fn from(indicator: &model::Indicator) -> Self {
        let model::Indicator { id, code, measure, statement, items, sub_prompts, optional, target } =
            indicator;
        Self {
            id: id.clone(),
            code: code.clone(),
            measure: (*measure).into(),
            statement: texts(statement),
            items: items.iter().map(texts).collect(),
            sub_prompts: sub_prompts.iter().map(texts).collect(),
            optional: *optional,
            target: target.as_ref().map(texts),
        }
    }
}

impl From<model::Measure> for Measure {
    fn from(measure: model::Measure) -> Self {
        match measure {
            model::Measure::Count => Self::Count,
            model::Measure::Percentage => Self::Percentage,
            model::Measure::CountAndPercentage => Self::CountAndPercentage,
            model::Measure::Amount => Self::Amount,
            model::Measure::Examples => Self::Examples,
            model::Measure::Statement => Self::Statement,
            model::Measure::Ratio => Self::Ratio,
        }
    }
}

impl From<&model::Abbreviation> for Abbreviation {
    fn from(model::Abbreviation { short, long }: &model::Abbreviation) -> Self {
        Self { short: short.clone(), long: texts(long) }
    }
}
