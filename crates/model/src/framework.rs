//! Frameworks and organisations.

mod succession;

use std::collections::HashSet;

pub(crate) use crate::framework::succession::lost_indicators;
pub use crate::framework::succession::{Relative, goal_code, relatives, successors};
use crate::{Hash, Instant, LocalizedText, Slug};

/// A results framework: pillars, goals and indicators. Build one freely; [`crate::check::framework`] says whether it is sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Code, such as `nap1325-iv`.
    pub code: Slug,
    /// Version counted from 1; 0 before it is registered.
    pub version: u32,
    /// Title as printed.
    pub title: LocalizedText,
    /// Language of its texts unless a text says otherwise.
    pub language: String,
    /// Years that the plan covers.
    pub period: PlanPeriod,
    /// Organisations that it introduces.
    pub organisations: Vec<Organisation>,
    /// Pillars in printed order.
    pub pillars: Vec<Pillar>,
    /// Goals in printed order.
    pub goals: Vec<Goal>,
    /// Abbreviations explained in publications.
    pub abbreviations: Vec<Abbreviation>,
    /// How indicators of the version before relate to those of this one.
    pub links: Vec<IndicatorLink>,
    /// Hash of the content; absent before it is registered.
    pub content_hash: Option<Hash>,
    /// When it was registered.
    pub create_time: Option<Instant>,
}

impl Framework {
    /// The goal with this printed code.
    pub fn goal(&self, code: &str) -> Option<&Goal> {
        self.goals.iter().find(|goal| goal.code == code)
    }

    /// The indicator with this printed code and the goal that it belongs to.
    pub fn indicator(&self, code: &str) -> Option<(&Goal, &Indicator)> {
        self.goals.iter().find_map(|goal| {
            Some((goal, goal.indicators.iter().find(|indicator| indicator.code == code)?))
        })
    }

    /// The indicator with this id.
    pub fn indicator_with_id(&self, id: &str) -> Option<&Indicator> {
        self.goals.iter().flat_map(|goal| &goal.indicators).find(|indicator| indicator.id == id)
    }

    /// The ids of all indicators.
    pub(crate) fn indicator_ids(&self) -> HashSet<&str> {
        let indicators = self.goals.iter().flat_map(|goal| &goal.indicators);
        indicators.map(|indicator| indicator.id.as_str()).collect()
    }

    /// The pillar with this code.
    pub fn pillar(&self, code: &str) -> Option<&Pillar> {
        self.pillars.iter().find(|pillar| pillar.code.as_str() == code)
    }
}

/// The calendar years that a plan covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanPeriod {
    /// First year.
    pub from: i32,
    /// Last year as adopted.
    pub until: i32,
    /// Last year after an extension.
    pub extended_until: Option<i32>,
}

/// Who reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Code, unique in the installation.
    pub code: Slug,
    /// Names with the period in which each holds.
    pub names: Vec<OrganisationName>,
    /// Kind, such as `ministry`.
    pub kind: String,
    /// Dutch organisation identification number (Logius OIN, twenty digits); empty where unknown.
    pub oin: String,
    /// Address in the TOOI register of government organisations; empty where unknown.
    pub tooi: String,
}

/// A name of an organisation and when it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationName {
    /// The name.
    pub name: LocalizedText,
    /// First day; absent: since always.
    pub from: Option<jiff::civil::Date>,
    /// Last day; absent: still.
    pub until: Option<jiff::civil::Date>,
}

impl Organisation {
    /// The name that holds on `day`, else the last one; never fails.
    pub fn name_on(&self, day: jiff::civil::Date) -> Option<&LocalizedText> {
        let holds = |name: &&OrganisationName| {
            name.from.is_none_or(|from| from <= day) && name.until.is_none_or(|until| day <= until)
        };
        self.names.iter().find(holds).or(self.names.last()).map(|name| &name.name)
    }

    /// The name under which it is printed in a report over a period that ends on `day`: its code where it has no name, since a
    /// chapter must have a heading.
    pub fn printed_name(&self, day: jiff::civil::Date, language: &str) -> &str {
        let name = self.name_on(day).map_or("", |name| name.get(language, "nl").trim());
        if name.is_empty() { self.code.as_str() } else { name }
    }
}

/// A pillar groups goals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pillar {
    /// Code, unique in the framework.
    pub code: Slug,
    /// Name as printed.
    pub name: LocalizedText,
}

/// What kind of goal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoalKind {
    /// A goal of its own.
    StrategicGoal,
    /// A goal under another goal.
    Subgoal,
}

/// A goal or subgoal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// Id that is stable over versions.
    pub id: String,
    /// Printed code, such as `1.2`.
    pub code: String,
    /// Strategic goal or subgoal.
    pub kind: GoalKind,
    /// Code of its pillar.
    pub pillar: String,
    /// Code of the parent goal.
    pub parent: Option<String>,
    /// The goal in words.
    pub statement: LocalizedText,
    /// Indicators in printed order.
    pub indicators: Vec<Indicator>,
}

/// What an indicator asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// A number of things.
    Count,
    /// A share in percent.
    Percentage,
    /// A number and a share.
    CountAndPercentage,
    /// An amount of money.
    Amount,
    /// Examples or stories.
    Examples,
    /// A statement in words.
    Statement,
    /// A ratio of two numbers.
    Ratio,
}

impl Measure {
    /// Whether an answer should hold a number.
    pub fn asks_for_a_number(self) -> bool {
        match self {
            Self::Examples | Self::Statement => false,
            Self::Count
            | Self::Percentage
            | Self::CountAndPercentage
            | Self::Amount
            | Self::Ratio => true,
        }
    }
}

/// An indicator of a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Id that is stable over versions.
    pub id: String,
    /// Printed code, such as `1.2-a`.
    pub code: String,
    /// What it asks for.
    pub measure: Measure,
    /// The indicator in words.
    pub statement: LocalizedText,
    /// Nested items.
    pub items: Vec<LocalizedText>,
    /// Sub-prompts that an answer should address.
    pub sub_prompts: Vec<LocalizedText>,
    /// Whether an answer may be left out.
    pub optional: bool,
    /// Target in words.
    pub target: Option<LocalizedText>,
}

/// An abbreviation and its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abbreviation {
    /// The abbreviation as printed.
    pub short: String,
    /// What it stands for.
    pub long: LocalizedText,
}

/// How indicators changed from one version to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// The same measure under another code or wording.
    Same,
    /// One became several.
    Split,
    /// Several became one.
    Merged,
    /// The new one measures more than the old.
    Broadened,
    /// The old one has no successor.
    Ended,
}

/// A declared relation between indicators of two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorLink {
    /// The relation.
    pub kind: LinkKind,
    /// Ids in the version before.
    pub from: Vec<String>,
    /// Ids in this version.
    pub to: Vec<String>,
}
