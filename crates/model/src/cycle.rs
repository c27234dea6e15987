//! Reporting cycles.

mod change;

use std::ops::RangeInclusive;

use jiff::civil::Date;

pub use crate::cycle::change::{CycleChange, MadeCycleChange, NewDate};
use crate::{CycleName, Instant, InvalidField, Slug};

/// Years of a period: those that every name and file writes with four digits.
const YEARS: RangeInclusive<i16> = 1_000..=9_999;

/// A period of whole days, both ends included, in years of four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Date,
    until: Date,
}

impl Period {
    /// The period from `from` up to and including `until`.
    pub fn new(from: Date, until: Date) -> Result<Self, InvalidField> {
        for (field, day) in [("from", from), ("until", until)] {
            if !YEARS.contains(&day.year()) {
                let message = format!("{day} is not in the years 1000 to 9999");
                return Err(InvalidField::new(field, "INVALID_DATE", message));
            }
        }
        if until < from {
            return Err(InvalidField::new(
                "until",
                "PERIOD_ENDS_BEFORE_IT_BEGINS",
                format!("{until} is before {from}"),
            ));
        }
        Ok(Self { from, until })
    }

    /// First day.
    pub fn from(&self) -> Date {
        self.from
    }

    /// Last day.
    pub fn until(&self) -> Date {
        self.until
    }

    /// Label in names: `2021`, `2022-2023`, or the dates where they are not whole years: `20210301_20210831`.
    pub fn label(&self) -> String {
        let whole_years = self.from.day_of_year() == 1 && self.until == self.until.last_of_year();
        match (whole_years, self.from.year() == self.until.year()) {
            (true, true) => self.from.year().to_string(),
            (true, false) => format!("{}-{}", self.from.year(), self.until.year()),
            (false, _) => {
                format!("{}_{}", self.from.strftime("%Y%m%d"), self.until.strftime("%Y%m%d"))
            }
        }
    }

    /// Calendar years that it touches.
    pub fn years(&self) -> impl Iterator<Item = i16> + use<> {
        self.from.year()..=self.until.year()
    }
}

/// Whether a cycle takes contributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CycleState {
    /// Takes contributions.
    Open,
    /// Takes no contributions any more.
    Closed,
}

/// What becomes of a required obligation that is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GapPolicy {
    /// The edition prints it as open.
    #[default]
    Print,
    /// No edition without the coordinator's acceptance, which it prints.
    Refuse,
}

impl GapPolicy {
    /// Its name in commands and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Print => "print",
            Self::Refuse => "refuse",
        }
    }
}

/// Whether contributions are approved before they are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReviewPolicy {
    /// What is submitted is published.
    #[default]
    None,
    /// Only what is approved is published, and nobody approves or publishes their own contributions.
    FourEyes,
}

impl ReviewPolicy {
    /// Its name in commands and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::FourEyes => "four-eyes",
        }
    }
}

/// One reporting round on one framework version over one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// Name, made from framework and period.
    pub name: CycleName,
    /// Code of the framework.
    pub framework: Slug,
    /// Version of the framework.
    pub framework_version: u32,
    /// The period reported on.
    pub period: Period,
    /// Organisations that report, in printed order.
    pub organisations: Vec<Slug>,
    /// First day on which contributions are taken.
    pub opening: Option<Date>,
    /// Last day for contributions.
    pub deadline: Option<Date>,
    /// Whether it takes contributions.
    pub state: CycleState,
    /// When it was opened.
    pub create_time: Option<Instant>,
    /// What becomes of gaps.
    pub gaps: GapPolicy,
    /// Whether contributions are approved before they are published.
    pub review: ReviewPolicy,
}

impl Cycle {
    /// The name of the cycle of `framework` over `period`.
    pub fn name_of(framework: &Slug, period: &Period) -> CycleName {
        format!("{framework}/{}", period.label())
            .parse()
            .expect("a slug and a period label make a cycle name")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_period_is_named_after_its_years_or_its_days() {
        let label = |from, until| Period::new(from, until).unwrap().label();
        assert_eq!(label(date(2021, 1, 1), date(2021, 12, 31)), "2021");
        assert_eq!(label(date(2022, 1, 1), date(2023, 12, 31)), "2022-2023");
        assert_eq!(label(date(2021, 3, 1), date(2021, 8, 31)), "20210301_20210831");
        assert!(Period::new(date(2021, 3, 1), date(2021, 2, 1)).is_err());
    }

    #[test]
    fn a_period_has_years_of_four_digits_and_a_name_in_all_of_them() {
        for (from, until, field) in [
            (date(1, 1, 1), date(1, 12, 31), "from"),
            (date(999, 12, 31), date(2021, 12, 31), "from"),
            (date(-1, 1, 1), date(2021, 12, 31), "from"),
        ] {
            let fault = Period::new(from, until).unwrap_err();
            assert_eq!((fault.field.as_str(), fault.reason.as_ref()), (field, "INVALID_DATE"));
        }
        let plan: Slug = "plan".parse().unwrap();
        for year in 1_000..=9_999 {
            for period in [
                Period::new(date(year, 1, 1), date(year, 12, 31)),
                Period::new(date(year, 12, 31), date(9_999, 12, 31)),
            ] {
                Cycle::name_of(&plan, &period.unwrap());
            }
        }
    }
}
