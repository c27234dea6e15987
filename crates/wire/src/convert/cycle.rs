//! Cycles.

use model::{
    Cycle, CycleState, GapPolicy, InvalidField, MadeCycleChange, Period, ReviewPolicy, Slug,
};

use crate::{
    convert::{
        date, date_or_none, date_text, enumeration, instant, number, number_or_default, parse,
        timestamp,
    },
    v1 as pb,
};

enumeration!(pb::ReviewPolicy, ReviewPolicy, "the policy", Unspecified, { None, FourEyes });
enumeration!(pb::GapPolicy, GapPolicy, "the policy", Unspecified, { Print, Refuse });
enumeration!(pb::CycleState, CycleState, "the state", Unspecified, { Open, Closed });

impl From<Cycle> for pb::Cycle {
    fn from(cycle: Cycle) -> Self {
        let Cycle {
            name,
            framework,
            framework_version,
            period,
            organisations,
            opening,
            deadline,
            state,
            create_time,
            gaps,
            review,
        } = cycle;
        Self {
            name: name.to_string(),
            framework: framework.to_string(),
            framework_version,
            from: period.from().to_string(),
            until: period.until().to_string(),
            organisations: organisations.iter().map(Slug::to_string).collect(),
            opening: date_text(opening),
            deadline: date_text(deadline),
            state: pb::CycleState::from(state).into(),
            create_time: create_time.map(timestamp),
            gaps: pb::GapPolicy::from(gaps).into(),
            review: pb::ReviewPolicy::from(review).into(),
        }
    }
}

/// Reads a cycle; in a request name, state and time are left out: the name is made, and the cycle is open.
impl TryFrom<pb::Cycle> for Cycle {
    type Error = InvalidField;

    fn try_from(message: pb::Cycle) -> Result<Self, InvalidField> {
        let pb::Cycle {
            name: _,
            framework,
            framework_version,
            from,
            until,
            organisations,
            opening,
            deadline,
            state,
            create_time,
            gaps,
            review,
        } = message;
        let framework: Slug = parse(&framework, "framework")?;
        let period = Period::new(date(&from, "from")?, date(&until, "until")?)?;
        let state = if state == 0 {
            CycleState::Open
        } else {
            number::<pb::CycleState, _>(state, "state")?
        };
        let slug = |(i, code): (usize, String)| parse(&code, &format!("organisations[{i}]"));
        Ok(Self {
            name: Self::name_of(&framework, &period),
            framework,
            framework_version,
            period,
            organisations: organisations
                .into_iter()
                .enumerate()
                .map(slug)
                .collect::<Result<_, _>>()?,
            opening: date_or_none(&opening, "opening")?,
            deadline: date_or_none(&deadline, "deadline")?,
            state,
            create_time: create_time.as_ref().map(instant),
            gaps: number_or_default::<pb::GapPolicy, _>(gaps, "gaps")?,
            review: number_or_default::<pb::ReviewPolicy, _>(review, "review")?,
        })
    }
}

impl From<MadeCycleChange> for pb::CycleChange {
    fn from(MadeCycleChange { number, cycle, reason, actor, time }: MadeCycleChange) -> Self {
        Self {
            number,
            cycle: Some(cycle.into()),
            reason,
            actor,
            time: Some(timestamp(time)),
            // Only a list has it.
            before: None,
        }
    }
}
