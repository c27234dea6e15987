//! Event messages and the topics they travel under.

use model::InvalidField;
use prost::Message as _;

use crate::events as pb;

/// Topics, one per event message, past tense and versioned.
pub mod topics {
    /// A framework version was registered.
    pub const FRAMEWORK_REGISTERED: &str = "framework.registered.v1";
    /// A cycle was opened.
    pub const CYCLE_OPENED: &str = "cycle.opened.v1";
    /// A cycle was changed, closed or opened again.
    pub const CYCLE_CHANGED: &str = "cycle.changed.v1";
    /// A draft revision was saved.
    pub const CONTRIBUTION_DRAFTED: &str = "contribution.drafted.v1";
    /// A submitted revision was saved.
    pub const CONTRIBUTION_SUBMITTED: &str = "contribution.submitted.v1";
    /// A revision was approved.
    pub const CONTRIBUTION_APPROVED: &str = "contribution.approved.v1";
    /// A contribution was returned to its organisation.
    pub const CONTRIBUTION_RETURNED: &str = "contribution.returned.v1";
    /// A contribution was withdrawn.
    pub const CONTRIBUTION_WITHDRAWN: &str = "contribution.withdrawn.v1";
    /// The approval of a revision does not hold any more.
    pub const CONTRIBUTION_UNAPPROVED: &str = "contribution.unapproved.v1";
    /// What is owed in a cycle changed.
    pub const OBLIGATIONS_CHANGED: &str = "obligations.changed.v1";
    /// An edition was pinned.
    pub const EDITION_PINNED: &str = "edition.pinned.v1";
    /// A file of an edition is to be rendered.
    pub const RENDERING_REQUESTED: &str = "rendering.requested.v1";
    /// A file of an edition could not be rendered.
    pub const RENDERING_FAILED: &str = "rendering.failed.v1";
    /// A rendered file was stored.
    pub const ARTEFACT_STORED: &str = "artefact.stored.v1";
    /// An edition became public.
    pub const EDITION_PUBLISHED: &str = "edition.published.v1";
    /// A public edition was withdrawn.
    pub const EDITION_WITHDRAWN: &str = "edition.withdrawn.v1";
    /// The record was restored from a backup.
    pub const RECORD_RESTORED: &str = "record.restored.v1";
}

/// Any event that storage publishes.
#[derive(Debug, Clone, PartialEq)]
pub enum EventBody {
    /// A framework version was registered.
    FrameworkRegistered(pb::FrameworkRegistered),
    /// A cycle was opened.
    CycleOpened(pb::CycleOpened),
    /// A cycle was changed, closed or opened again.
    CycleChanged(pb::CycleChanged),
    /// A draft revision was saved.
    ContributionDrafted(pb::ContributionDrafted),
    /// A submitted revision was saved.
    ContributionSubmitted(pb::ContributionSubmitted),
    /// A revision was approved.
    ContributionApproved(pb::ContributionApproved),
    /// A contribution was returned to its organisation.
    ContributionReturned(pb::ContributionReturned),
    /// A contribution was withdrawn.
    ContributionWithdrawn(pb::ContributionWithdrawn),
    /// The approval of a revision does not hold any more.
    ContributionUnapproved(pb::ContributionUnapproved),
    /// What is owed in a cycle changed.
    ObligationsChanged(pb::ObligationsChanged),
    /// An edition was pinned.
    EditionPinned(pb::EditionPinned),
    /// A file of an edition is to be rendered.
    RenderingRequested(pb::RenderingRequested),
    /// A file of an edition could not be rendered.
    RenderingFailed(pb::RenderingFailed),
    /// A rendered file was stored.
    ArtefactStored(pb::ArtefactStored),
    /// An edition became public.
    EditionPublished(pb::EditionPublished),
    /// A public edition was withdrawn.
    EditionWithdrawn(pb::EditionWithdrawn),
    /// The record was restored from a backup.
    RecordRestored(pb::RecordRestored),
}

/// Declares topic, encoding and decoding of every variant, so that none is forgotten.
macro_rules! bodies {
    ($($variant:ident => $topic:ident),+ $(,)?) => {
        impl EventBody {
            /// The topic it travels under.
            pub fn topic(&self) -> &'static str {
                match self { $(Self::$variant(_) => topics::$topic),+ }
            }

            /// Its payload, a protobuf message.
            pub fn encode(&self) -> Vec<u8> {
                match self { $(Self::$variant(body) => body.encode_to_vec()),+ }
            }

            /// Reads the payload that came under `topic`.
            pub fn decode(topic: &str, payload: &[u8]) -> Result<Self, InvalidField> {
                match topic {
                    $(topics::$topic => pb::$variant::decode(payload).map(Self::$variant).map_err(|error| undecodable(topic, &error)),)+
                    _ => Err(InvalidField::new("topic", "UNKNOWN_TOPIC", format!("`{}` is not known here", topic.escape_debug()))),
                }
            }
        }
    };
}

bodies! {
    FrameworkRegistered => FRAMEWORK_REGISTERED,
    CycleOpened => CYCLE_OPENED,
    CycleChanged => CYCLE_CHANGED,
    ContributionDrafted => CONTRIBUTION_DRAFTED,
    ContributionSubmitted => CONTRIBUTION_SUBMITTED,
    ContributionApproved => CONTRIBUTION_APPROVED,
    ContributionReturned => CONTRIBUTION_RETURNED,
    ContributionWithdrawn => CONTRIBUTION_WITHDRAWN,
    ContributionUnapproved => CONTRIBUTION_UNAPPROVED,
    ObligationsChanged => OBLIGATIONS_CHANGED,
    EditionPinned => EDITION_PINNED,
    RenderingRequested => RENDERING_REQUESTED,
    RenderingFailed => RENDERING_FAILED,
    ArtefactStored => ARTEFACT_STORED,
    EditionPublished => EDITION_PUBLISHED,
    EditionWithdrawn => EDITION_WITHDRAWN,
    RecordRestored => RECORD_RESTORED,
}

fn undecodable(topic: &str, error: &prost::DecodeError) -> InvalidField {
    InvalidField::new("payload", "UNDECODABLE_EVENT", format!("no `{topic}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_back_as_written() {
        let body = EventBody::CycleOpened(pb::CycleOpened { cycle: "plan/2021".into() });
        assert_eq!(EventBody::decode(body.topic(), &body.encode()), Ok(body));
    }

    #[test]
    fn an_unknown_topic_and_a_truncated_payload_are_named() {
        assert_eq!(
            EventBody::decode("contribution.eaten.v1", b"").unwrap_err().reason,
            "UNKNOWN_TOPIC"
        );
        let fault = EventBody::decode(topics::CYCLE_OPENED, &[0x0a, 0x20, 0x61]).unwrap_err();
        assert_eq!(fault.reason, "UNDECODABLE_EVENT");
    }
}
