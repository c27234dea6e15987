//! Small examples, each sound as it is.

use jiff::civil::date;
use model::{
    AnswerStatus, Content, Cycle, CycleState, Framework, GapPolicy, Goal, GoalKind, Indicator,
    LocalizedText, Measure, Narrative, Organisation, OrganisationName, Period, Pillar, PlanPeriod,
    ReviewPolicy,
};
use wire::v1 as pb;

fn dutch(text: &str) -> LocalizedText {
    LocalizedText::of("nl", text)
}

/// A framework `plan` with organisations `alfa` and `beta`, one pillar, goals `1` and `1.1`, indicators `1-a` and `1.1-a`.
pub fn framework() -> Framework {
    let organisation = |code: &str, name: &str| Organisation {
        code: code.parse().expect("a code"),
        names: vec![OrganisationName { name: dutch(name), from: None, until: None }],
        kind: "ministry".to_owned(),
        oin: String::new(),
        tooi: String::new(),
    };
    Framework {
        code: "plan".parse().expect("a code"),
        version: 0,
        title: dutch("Plan"),
        language: "nl".to_owned(),
        period: PlanPeriod { from: 2021, until: 2025, extended_until: None },
        organisations: vec![
            organisation("alfa", "Ministerie Alfa"),
            organisation("beta", "Ministerie Beta"),
        ],
        pillars: vec![Pillar { code: "een".parse().expect("a code"), name: dutch("Pijler een") }],
        goals: vec![goal("1", None), goal("1.1", Some("1"))],
        abbreviations: Vec::new(),
        links: Vec::new(),
        content_hash: None,
        create_time: None,
    }
}

fn goal(code: &str, parent: Option<&str>) -> Goal {
    let indicator = format!("{code}-a");
    Goal {
        id: code.to_owned(),
        code: code.to_owned(),
        kind: if parent.is_some() { GoalKind::Subgoal } else { GoalKind::StrategicGoal },
        pillar: "een".to_owned(),
        parent: parent.map(ToOwned::to_owned),
        statement: dutch(&format!("Doel {code}")),
        indicators: vec![Indicator {
            id: indicator.clone(),
            code: indicator,
            measure: Measure::Examples,
            statement: dutch(&format!("Indicator van {code}")),
            items: Vec::new(),
            sub_prompts: Vec::new(),
            optional: false,
            target: None,
        }],
    }
}

/// A cycle `plan/2021` in which all organisations of the framework report.
pub fn cycle() -> Cycle {
    let framework = "plan".parse().expect("a code");
    let period = Period::new(date(2021, 1, 1), date(2021, 12, 31)).expect("a period");
    Cycle {
        name: Cycle::name_of(&framework, &period),
        framework,
        framework_version: 0,
        period,
        organisations: Vec::new(),
        opening: None,
        deadline: None,
        state: CycleState::Open,
        create_time: None,
        gaps: GapPolicy::Print,
        review: ReviewPolicy::None,
    }
}

/// A content that answers goal 1 and indicator 1-a with this text.
pub fn content(text: &str) -> Content {
    Content {
        goals: vec!["1".to_owned()],
        indicators: vec!["1-a".to_owned()],
        answer: Some(AnswerStatus::Reported),
        narratives: vec![Narrative { language: "nl".to_owned(), markdown: text.to_owned() }],
        ..Content::default()
    }
}

/// A submission of `alfa` with this id and text.
pub fn save(external_id: &str, text: &str) -> pb::Save {
    pb::Save {
        cycle: "plan/2021".to_owned(),
        organisation: "alfa".to_owned(),
        external_id: external_id.to_owned(),
        content: Some(content(text).into()),
        mode: pb::SaveMode::Submit.into(),
        ..pb::Save::default()
    }
}
