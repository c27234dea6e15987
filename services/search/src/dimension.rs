//! Dimensions of facets, filters and fields of a query.
//!
//! Every place that treats one dimension otherwise than another is an exhaustive `match`, and every list of them follows the
//! enum, so that one that somebody adds does not compile before all handle it; that includes one that is added to the API alone.

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;
use wire::v1::Dimension as WireDimension;

/// A dimension of facets and filters.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Dimension {
    /// Calendar year.
    Year,
    /// Code of an organisation.
    Organisation,
    /// Code of a pillar.
    Pillar,
    /// Code of a goal.
    Goal,
    /// Code of an indicator.
    Indicator,
    /// Answer status.
    Answer,
    /// Name of a cycle.
    Cycle,
}

impl Dimension {
    /// Returns what its field in queries is called beside its name.
    fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::Year => &["jaar"],
            Self::Organisation => &["organisatie", "organization", "ministerie", "ministry"],
            Self::Pillar => &["pijler"],
            Self::Goal => &["doel", "subdoel", "subgoal"],
            Self::Indicator => &[],
            Self::Answer => &["antwoord", "status"],
            Self::Cycle => &["ronde", "rapportageronde"],
        }
    }

    /// Returns the name of its field in the index and in queries.
    pub(crate) fn name(self) -> &'static str {
        WireDimension::from(self).name()
    }

    /// Returns the dimension whose field in queries has this name, whatever its case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let is_named = |dimension: &Self| {
            let mut names = dimension.other_names().iter().copied().chain([dimension.name()]);
            names.any(|known| known.eq_ignore_ascii_case(name))
        };
        Self::VARIANTS.iter().copied().find(is_named)
    }

    /// Returns the dimension that a request means; none for `UNSPECIFIED` and for a number that is not known.
    pub(crate) fn from_wire(number: i32) -> Option<Self> {
        let wanted = WireDimension::try_from(number).ok()?;
        Self::VARIANTS.iter().copied().find(|dimension| WireDimension::from(*dimension) == wanted)
    }
}

impl From<Dimension> for WireDimension {
    fn from(dimension: Dimension) -> Self {
        match dimension {
            Dimension::Year => Self::Year,
            Dimension::Organisation => Self::Organisation,
            Dimension::Pillar => Self::Pillar,
            Dimension::Goal => Self::Goal,
            Dimension::Indicator => Self::Indicator,
            Dimension::Answer => Self::Answer,
            Dimension::Cycle => Self::Cycle,
        }
    }
}
