//! Obligations and their matrix.

use std::collections::BTreeMap;

use model::{Asked, InvalidField, MatrixCell, Obligation, ObligationMatrix, ObligationState};

use crate::{
    convert::{date_or_none, date_text, enumeration, instant, list, number, parse, timestamp},
    v1 as pb,
};

enumeration!(pb::ObligationState, ObligationState, "the state", Unspecified, {
    Open, Drafted, Submitted, Returned, Approved, NothingToReport, NotApplicable,
});

impl From<Obligation> for pb::Obligation {
    fn from(obligation: Obligation) -> Self {
        let Obligation {
            cycle,
            asked: Asked { organisation, goal, indicator },
            optional,
            state,
            reason,
            contribution,
            deadline,
            answer_time,
            late,
            accepted_reason,
            unedited,
        } = obligation;
        Self {
            cycle: cycle.to_string(),
            organisation: organisation.to_string(),
            goal,
            indicator,
            optional,
            state: pb::ObligationState::from(state).into(),
            reason,
            contribution: contribution.map_or(String::new(), |id| id.to_string()),
            deadline: date_text(deadline),
            answer_time: answer_time.map(timestamp),
            late,
            accepted_reason,
            // Only a list has these.
            deadline_reason: String::new(),
            removed: false,
            removed_reason: String::new(),
            unedited,
        }
    }
}

impl TryFrom<pb::Obligation> for Obligation {
    type Error = InvalidField;

    fn try_from(message: pb::Obligation) -> Result<Self, InvalidField> {
        let pb::Obligation {
            cycle,
            organisation,
            goal,
            indicator,
            optional,
            state,
            reason,
            contribution,
            deadline,
            answer_time,
            late,
            accepted_reason,
            deadline_reason: _,
            removed: _,
            removed_reason: _,
            unedited,
        } = message;
        let contribution = (!contribution.is_empty()).then(|| contribution.parse()).transpose();
        Ok(Self {
            cycle: parse(&cycle, "cycle")?,
            asked: Asked { organisation: parse(&organisation, "organisation")?, goal, indicator },
            optional,
            state: number::<pb::ObligationState, _>(state, "state")?,
            reason,
            contribution: contribution
                .map_err(|_| InvalidField::new("contribution", "INVALID_ID", "is no UUID"))?,
            deadline: date_or_none(&deadline, "deadline")?,
            answer_time: answer_time.as_ref().map(instant),
            late,
            accepted_reason,
            unedited,
        })
    }
}

impl From<MatrixCell> for pb::MatrixCell {
    fn from(cell: MatrixCell) -> Self {
        let MatrixCell { organisation, goal, states, required, answered, in_time, accepted } = cell;
        let state = |(state, count)| (i32::from(pb::ObligationState::from(state)), count);
        Self {
            organisation: organisation.to_string(),
            goal,
            states: states.into_iter().map(state).collect(),
            required,
            answered,
            in_time,
            accepted,
        }
    }
}

impl TryFrom<pb::MatrixCell> for MatrixCell {
    type Error = InvalidField;

    fn try_from(message: pb::MatrixCell) -> Result<Self, InvalidField> {
        let pb::MatrixCell { organisation, goal, states, required, answered, in_time, accepted } =
            message;
        let state =
            |(state, count)| Ok((number::<pb::ObligationState, _>(state, "states")?, count));
        let states: Result<BTreeMap<_, _>, InvalidField> = states.into_iter().map(state).collect();
        Ok(Self {
            organisation: parse(&organisation, "organisation")?,
            goal,
            states: states?,
            required,
            answered,
            in_time,
            accepted,
        })
    }
}

impl From<ObligationMatrix> for pb::ObligationMatrix {
    fn from(matrix: ObligationMatrix) -> Self {
        let ObligationMatrix { cycle, cells, obligations, required, answered, in_time, gaps } =
            matrix;
        Self {
            cycle: cycle.to_string(),
            cells: cells.into_iter().map(Into::into).collect(),
            obligations,
            required,
            answered,
            in_time,
            gaps,
        }
    }
}

impl TryFrom<pb::ObligationMatrix> for ObligationMatrix {
    type Error = InvalidField;

    fn try_from(message: pb::ObligationMatrix) -> Result<Self, InvalidField> {
        let pb::ObligationMatrix { cycle, cells, obligations, required, answered, in_time, gaps } =
            message;
        Ok(Self {
            cycle: parse(&cycle, "cycle")?,
            cells: list(cells, "cells")?,
            obligations,
            required,
            answered,
            in_time,
            gaps,
        })
    }
}
