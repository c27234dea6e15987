//! Labels that recur in a view.

use messages::Messages;
use serde::Serialize;

/// Labels that recur, in the language of the view.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Labels {
    /// A link to the text.
    pub skip: String,
    /// Before a page number in a foot.
    pub page: String,
    /// Between a page number and their total.
    pub page_of: String,
    /// Before a page number in the overview.
    pub page_short: String,
    /// Heading of goals.
    pub goal: String,
    /// Heading of indicators.
    pub indicator: String,
    /// Heading of contributions.
    pub contribution: String,
    /// Heading of remarks on a whole report.
    pub general_remark: String,
    /// In place of indicators: on the goal as a whole.
    pub no_indicator: String,
    /// In a cell of the overview without contributions.
    pub no_contribution: String,
    /// In a chapter without contributions.
    pub no_contributions: String,
    /// In an edition without chapters.
    pub nothing_inside: String,
    /// On what was left unanswered.
    pub unanswered: String,
    /// Before the other organisations of a joint contribution.
    pub together_with: String,
    /// In a chapter, before joint contributions that stand in another one.
    pub joint: String,
    /// Before the status of a contribution.
    pub answer: String,
    /// On an indicator that may be left out.
    pub optional: String,
    /// Before what an indicator aims at.
    pub target: String,
    /// Heading of figures.
    pub figures: String,
    /// Heading of what figures are.
    pub figure_label: String,
    /// Heading of values.
    pub figure_value: String,
    /// Heading of references.
    pub references: String,
    /// Name of the link of a passage to itself.
    pub permalink: String,
    /// Name of the link of a contribution to itself.
    pub permalink_contribution: String,
}

impl Labels {
    pub(crate) fn of(messages: &Messages) -> Self {
        let text = |id| messages.text(id).into_owned();
        Self {
            skip: text("shared-skip"),
            page: text("edition-page"),
            page_of: text("edition-page-of"),
            page_short: text("edition-matrix-page"),
            goal: text("shared-goal"),
            indicator: text("shared-indicator"),
            contribution: text("edition-contribution"),
            general_remark: text("edition-general-remark"),
            no_indicator: text("edition-no-indicator"),
            no_contribution: text("edition-matrix-none"),
            no_contributions: text("edition-no-contributions"),
            nothing_inside: text("edition-nothing-inside"),
            unanswered: text("edition-unanswered"),
            together_with: text("edition-together-with"),
            joint: text("edition-joint"),
            answer: text("shared-answer"),
            optional: text("edition-indicator-optional"),
            target: text("edition-indicator-target"),
            figures: text("edition-figures"),
            figure_label: text("edition-figure-label"),
            figure_value: text("edition-figure-value"),
            references: text("edition-references"),
            permalink: text("edition-permalink"),
            permalink_contribution: text("edition-permalink-contribution"),
        }
    }
}
