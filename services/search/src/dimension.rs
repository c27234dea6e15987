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
    /// Returns the names of its field in queries, English and Dutch; the first is also that of the field in the index.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Year => &["year", "jaar"],
            Self::Organisation => &["organisation", "organisatie"],
            Self::Pillar => &["pillar", "pijler"],
            Self::Goal => &["goal", "doel"],
            Self::Indicator => &["indicator"],
            Self::Answer => &["answer", "antwoord", "status"],
            Self::Cycle => &["cycle", "ronde"],
        }
    }

    /// Returns the name of its field in the index.
    pub(crate) fn name(self) -> &'static str {
        self.names()[0]
    }

    /// Returns the dimension whose field in queries has this name, whatever its case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let is_named = |dimension: &Self| {
            dimension.names().iter().any(|known| known.eq_ignore_ascii_case(name))
        };
        Self::VARIANTS.iter().copied().find(is_named)
    }

    /// Returns the dimension that a request means; none for `UNSPECIFIED` and for a number that is not known.
    pub(crate) fn from_wire(number: i32) -> Option<Self> {
        match WireDimension::try_from(number).ok()? {
            WireDimension::Unspecified => None,
            WireDimension::Year => Some(Self::Year),
            WireDimension::Organisation => Some(Self::Organisation),
            WireDimension::Pillar => Some(Self::Pillar),
            WireDimension::Goal => Some(Self::Goal),
            WireDimension::Indicator => Some(Self::Indicator),
            WireDimension::Answer => Some(Self::Answer),
            WireDimension::Cycle => Some(Self::Cycle),
        }
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
