//! One contribution as it is shown.

use model::AnswerStatus;
use serde::Serialize;

use crate::{
    Text, data,
    data::{Answer, Contribution, Kind},
    printable,
    view::{
        figures::Figure,
        layout::{Layout, anchor},
        narrative::{self, Block},
        pictures::Picture,
        references::Reference,
    },
};

/// A contribution.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Fragment id in page, HTML and PDF.
    pub anchor: String,
    /// Id that its organisation gave it.
    pub external_id: Option<String>,
    /// Heading, such as `Indicator 1-a`.
    pub heading: String,
    /// Organisations that report it together with that of its chapter.
    pub partners: Vec<Text>,
    /// Indicators that it answers.
    pub indicators: Vec<Indicator>,
    /// Heading under which its organisation placed it; empty where it did not.
    pub section: Text,
    /// The answer apart from its text, where it is worth saying.
    pub status: Option<Status>,
    /// Language of the narrative.
    pub language: String,
    /// Language of the narrative, where that is not the view's.
    pub foreign: Option<String>,
    /// The narrative.
    pub blocks: Vec<Block>,
    /// Figures.
    pub figures: Vec<Figure>,
    /// What figures look like, where they can be compared.
    pub pictures: Vec<Picture>,
    /// References.
    pub references: Vec<Reference>,
}

/// An answer apart from its text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// In words.
    pub text: String,
    /// Why; empty where the narrative says so, or nobody did.
    pub reason: Text,
    /// Whether what was owed was left unanswered.
    pub is_unanswered: bool,
}

/// An indicator beside its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indicator {
    /// Its code.
    pub code: String,
    /// What it asks; empty where the framework does not have it.
    pub statement: Text,
    /// What it consists of.
    pub items: Vec<Text>,
    /// What is asked besides.
    pub sub_prompts: Vec<Text>,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// What is aimed at.
    pub target: Option<Text>,
}

impl Layout<'_> {
    pub(crate) fn entry(self, contribution: &Contribution) -> Entry {
        let anchor = anchor(&contribution.organisation, &contribution.id);
        let languages = contribution.texts.iter().map(|text| text.language.as_str());
        let shown = model::shown_language(languages, self.language);
        let text = contribution.texts.iter().find(|text| Some(text.language.as_str()) == shown);
        let language =
            text.map_or(self.edition.framework.language.as_str(), |text| text.language.as_str());
        Entry {
            external_id: contribution.external_id.clone(),
            heading: self.entry_heading(contribution),
            partners: contribution.partners.iter().map(|code| self.organisation(code)).collect(),
            indicators: contribution
                .indicators
                .iter()
                .map(|code| self.shown_indicator(code))
                .collect(),
            section: self.text(&contribution.section, language),
            status: self.status(contribution),
            language: language.to_owned(),
            foreign: self.text(" ", language).language().map(str::to_owned),
            blocks: text
                .map(|text| narrative::blocks(contribution, text, &anchor))
                .unwrap_or_default(),
            figures: contribution
                .figures
                .iter()
                .map(|figure| self.figure(figure, language))
                .collect(),
            pictures: self.pictures(&contribution.figures, language),
            references: contribution
                .references
                .iter()
                .map(|reference| self.reference(reference, contribution, language))
                .collect(),
            anchor,
        }
    }

    pub(super) fn entry_heading(self, contribution: &Contribution) -> String {
        match contribution.kind {
            Kind::GeneralRemark => self.label("edition-general-remark"),
            Kind::Answer | Kind::Unanswered | Kind::Other if contribution.indicators.is_empty() => {
                self.label("edition-no-indicator")
            }
            Kind::Answer | Kind::Unanswered | Kind::Other => {
                self.listed("edition-indicators", &contribution.indicators)
            }
        }
    }

    /// Nothing is said where an answer is simply reported.
    fn status(self, contribution: &Contribution) -> Option<Status> {
        if contribution.kind == Kind::Unanswered {
            let text = self.label("edition-unanswered");
            return Some(Status { text, reason: Text::default(), is_unanswered: true });
        }
        let text = match contribution.answer.as_ref()? {
            Answer::Reported => return None,
            Answer::Partial => self.answer(AnswerStatus::Partial),
            Answer::NothingToReport => self.answer(AnswerStatus::NothingToReport),
            Answer::NotAvailable => self.answer(AnswerStatus::NotAvailable),
            Answer::NotApplicable => self.answer(AnswerStatus::NotApplicable),
            Answer::NoSpecificPolicy => self.answer(AnswerStatus::NoSpecificPolicy),
            Answer::Other(name) => printable::shown(name),
        };
        let reason = self.in_framework_language(&contribution.reason);
        Some(Status { text, reason, is_unanswered: false })
    }

    fn answer(self, answer: AnswerStatus) -> String {
        self.messages.answer(answer).into_owned()
    }

    fn shown_indicator(self, code: &str) -> Indicator {
        let Some(data::Indicator {
            id: _,
            code,
            measure: _,
            statement,
            items,
            sub_prompts,
            optional,
            target,
        }) = self.indicator(code)
        else {
            return Indicator {
                code: code.to_owned(),
                statement: Text::default(),
                items: Vec::new(),
                sub_prompts: Vec::new(),
                is_optional: false,
                target: None,
            };
        };
        Indicator {
            code: code.clone(),
            statement: self.choose(statement),
            items: items.iter().map(|item| self.choose(item)).collect(),
            sub_prompts: sub_prompts.iter().map(|prompt| self.choose(prompt)).collect(),
            is_optional: *optional,
            target: target.as_ref().map(|target| self.choose(target)),
        }
    }
}
