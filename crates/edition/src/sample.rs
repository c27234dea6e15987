//! A small edition with something in every part of the layout, for checking templates.

use jiff::civil::date;
use model::{
    Abbreviation, AnswerStatus, Asked, Comparison, Completeness, Content, Contribution,
    ContributionState, Cycle, CycleState, Figure, FigureKind, Framework, GapPolicy, Goal, GoalKind,
    Hash, Indicator, Instant, LocalizedText, Measure, Narrative, Obligation, ObligationState,
    Passage, Period, Pillar, PlanPeriod, Precision, ReviewPolicy, Slug,
};
use uuid::Uuid;

use crate::{Report, Reporter};

const TEXT: &str =
    "Een alinea met *nadruk*, **meer nadruk** en een [verwijzing](https://example.org/).";

fn slug(text: &str) -> Slug {
    text.parse().expect("a code of ours is valid")
}

fn text(dutch: &str) -> LocalizedText {
    LocalizedText::of("nl", dutch)
}

impl Report {
    /// Returns the sample.
    pub fn sample() -> Self {
        let period = Period::new(date(2021, 1, 1), date(2021, 12, 31)).expect("a year is a period");
        let framework = framework();
        let cycle = Cycle {
            name: Cycle::name_of(&framework.code, &period),
            framework: framework.code.clone(),
            framework_version: 1,
            period,
            organisations: vec![slug("voorbeeld")],
            opening: None,
            deadline: None,
            state: CycleState::Open,
            create_time: None,
            gaps: GapPolicy::Print,
            review: ReviewPolicy::None,
        };
        Self {
            edition: cycle.name.edition(1),
            date: date(2022, 1, 1),
            manifest_hash: Hash::of(b"sample"),
            organisations: vec![Reporter {
                code: slug("voorbeeld"),
                name: "Voorbeeldministerie".to_owned(),
            }],
            former_organisations: Vec::new(),
            contributions: vec![contribution(&cycle)],
            completeness: Some(completeness(&cycle)),
            review: ReviewPolicy::None,
            overrides: Vec::new(),
            exclusions: Vec::new(),
            change_note: None,
            framework,
            cycle,
        }
    }
}

/// Two obligations: one answered, one accepted as open.
fn completeness(cycle: &Cycle) -> Completeness {
    let obligation = |indicator: &str, state, accepted_reason: &str| Obligation {
        cycle: cycle.name.clone(),
        asked: Asked {
            organisation: slug("voorbeeld"),
            goal: "1".to_owned(),
            indicator: indicator.to_owned(),
        },
        optional: false,
        state,
        reason: String::new(),
        contribution: None,
        deadline: None,
        answer_time: None,
        late: false,
        accepted_reason: accepted_reason.to_owned(),
        unedited: false,
    };
    let gap = obligation("1-a", ObligationState::Open, "Het voorbeeld laat dit open.");
    let answered = obligation("", ObligationState::Submitted, "");
    Completeness {
        matrix: model::matrix(&cycle.name, &[answered, gap.clone()]),
        accepted_gaps: vec![gap],
        open_gaps: Vec::new(),
    }
}

fn framework() -> Framework {
    let indicator = Indicator {
        id: "1-a".to_owned(),
        code: "1-a".to_owned(),
        measure: Measure::Count,
        statement: text("Aantal voorbeelden"),
        items: Vec::new(),
        sub_prompts: Vec::new(),
        optional: false,
        target: None,
    };
    Framework {
        code: slug("voorbeeld"),
        version: 1,
        title: text("Voorbeeldplan"),
        language: "nl".to_owned(),
        period: PlanPeriod { from: 2021, until: 2025, extended_until: None },
        organisations: Vec::new(),
        pillars: vec![Pillar { code: slug("pijler"), name: text("Pijler") }],
        goals: vec![Goal {
            id: "1".to_owned(),
            code: "1".to_owned(),
            kind: GoalKind::StrategicGoal,
            pillar: "pijler".to_owned(),
            parent: None,
            statement: text("Een doel"),
            indicators: vec![indicator],
        }],
        abbreviations: vec![Abbreviation { short: "VB".to_owned(), long: text("voorbeeld") }],
        links: Vec::new(),
        content_hash: None,
        create_time: None,
    }
}

fn contribution(cycle: &Cycle) -> Contribution {
    let figure = Figure {
        kind: FigureKind::Count,
        value: "12".to_owned(),
        per: String::new(),
        unit: String::new(),
        precision: Precision::About,
        from: String::new(),
        until: String::new(),
        counts: "voorbeelden".to_owned(),
        indicator: "1-a".to_owned(),
        comparisons: vec![Comparison { value: "9".to_owned(), year: 2020 }],
        target: Some(Comparison { value: "15".to_owned(), year: 2024 }),
        break_note: "andere telling".to_owned(),
        caveat: String::new(),
        fact: String::new(),
        label: "Voorbeelden".to_owned(),
    };
    let content = Content {
        goals: vec!["1".to_owned()],
        indicators: vec!["1-a".to_owned()],
        answer: Some(AnswerStatus::Partial),
        narratives: vec![Narrative { language: "nl".to_owned(), markdown: TEXT.to_owned() }],
        figures: vec![figure],
        ..Content::default()
    };
    let passage = richtext::parse(TEXT).map(|document| document.plain_text()).unwrap_or_default();
    Contribution {
        id: Uuid::nil(),
        cycle: cycle.name.clone(),
        organisation: slug("voorbeeld"),
        external_id: None,
        state: ContributionState::Submitted,
        content_hash: model::canonical::content_hash(&content),
        content,
        version: 1,
        passages: vec![Passage { id: "p1".to_owned(), language: "nl".to_owned(), text: passage }],
        findings: Vec::new(),
        create_time: Instant(0),
        update_time: Instant(0),
        autosave: false,
        rolled_forward: false,
        author: String::new(),
        approved_version: 0,
        state_time: model::Instant(0),
    }
}
