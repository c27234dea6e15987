//! Roles and grants.

use model::{Grant, InvalidField, Role};

use crate::{
    convert::{enumeration, number, parse},
    v1 as pb,
};

enumeration!(pb::Role, Role, "the role", Unspecified, {
    Contributor, Reviewer, Coordinator, Publisher, Auditor, Administrator,
});

impl From<Grant> for pb::Grant {
    fn from(grant: Grant) -> Self {
        let Grant { role, organisation, pillars, goals } = grant;
        Self {
            role: pb::Role::from(role).into(),
            organisation: organisation
                .map_or_else(String::new, |organisation| organisation.to_string()),
            pillars,
            goals,
        }
    }
}

impl TryFrom<pb::Grant> for Grant {
    type Error = InvalidField;

    fn try_from(message: pb::Grant) -> Result<Self, InvalidField> {
        let pb::Grant { role, organisation, pillars, goals } = message;
        let organisation = if organisation.is_empty() {
            None
        } else {
            Some(parse(&organisation, "organisation")?)
        };
        Ok(Self { role: number::<pb::Role, _>(role, "role")?, organisation, pillars, goals })
    }
}
