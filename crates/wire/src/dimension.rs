//! Dimensions of search as the API lists them, with their names.

use crate::v1::Dimension;

impl Dimension {
    /// Every dimension, in the order of the API.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..).map_while(|number| Self::try_from(number).ok())
    }

    /// Its name in addresses and commands; empty for `UNSPECIFIED`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "",
            Self::Year => "year",
            Self::Organisation => "organisation",
            Self::Pillar => "pillar",
            Self::Goal => "goal",
            Self::Indicator => "indicator",
            Self::Answer => "answer",
            Self::Cycle => "cycle",
        }
    }

    /// The dimension with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|dimension| dimension.name() == name)
    }
}
