//! What a reminder says, in Dutch or English, as plain text. It names no person.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use messages::{Language, Messages};
use model::{
    Asked, Cycle, Framework, LocalizedText, Obligation, Organisation, Slug, reminder::Digest,
};

/// The largest number of obligations that one reminder lists.
const MAX_LISTED: usize = 200;
/// The largest length of the title of a goal or an indicator, in characters.
const MAX_TITLE_CHARACTERS: usize = 160;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    /// Subject line.
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// All that a text is made of, apart from its recipient and its digest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'a> {
    pub(crate) cycle: &'a Cycle,
    /// Its framework version.
    pub(crate) framework: &'a Framework,
    /// Organisations that are named.
    pub(crate) organisations: &'a BTreeMap<Slug, Organisation>,
    /// Every obligation of the cycle.
    pub(crate) obligations: &'a [Obligation],
    /// Whom to ask; empty: the coordinator.
    pub(crate) contact: &'a str,
    /// Where to answer; empty: not said.
    pub(crate) answer_at: &'a str,
}

impl Occasion<'_> {
    /// The letter about a digest; in English unless the language is Dutch.
    pub(crate) fn letter(&self, digest: &Digest, language: &str) -> Letter {
        let messages = in_language(language);
        Letter { subject: self.subject(digest, messages), text: self.text(digest, messages) }
    }

    fn subject(&self, digest: &Digest, messages: &Messages) -> String {
        let of: BTreeSet<&Slug> = digest.asked.iter().map(|asked| &asked.organisation).collect();
        let earliest = of.iter().filter_map(|code| self.deadline(code)).min();
        let count = ("count", digest.asked.len().into());
        let title = ("title", self.title(messages).into());
        let period = ("period", self.cycle.period.label().into());
        if digest.escalation {
            let organisations = ("organisations", of.len().into());
            messages.with("mail-unanswered", &[count, organisations, title, period])
        } else if digest.step > 0 {
            messages.with("mail-late", &[count, title, period])
        } else {
            let deadline = ("deadline", day(earliest, messages).into());
            messages.with("mail-expected", &[count, deadline, title, period])
        }
    }

    fn text(&self, digest: &Digest, messages: &Messages) -> String {
        let opening = match (digest.escalation, digest.step > 0) {
            (true, _) => "mail-escalates",
            (false, true) => "mail-is-over",
            (false, false) => "mail-awaits",
        };
        let plan =
            [("title", self.title(messages).into()), ("period", self.cycle.period.label().into())];
        let mut paragraphs = vec![
            messages.text("mail-greeting").into_owned(),
            messages.with(opening, &plan),
            self.list(digest, messages),
        ];
        if digest.escalation {
            paragraphs.push(messages.text("mail-what-to-do").into_owned());
        } else {
            paragraphs.push(match self.answer_at {
                "" => messages.text("mail-how-to-answer").into_owned(),
                place => messages.with("mail-how-to-answer-at", &[("place", place.into())]),
            });
            paragraphs.push(match self.contact {
                "" => messages.text("mail-ask-coordinator").into_owned(),
                contact => messages.with("mail-ask", &[("contact", contact.into())]),
            });
        }
        let reference = format!("{} {:+}", self.cycle.name, digest.step);
        paragraphs.push(messages.with("mail-footer", &[("reference", reference.into())]));
        format!("{}\n", paragraphs.join("\n\n"))
    }

    /// What is open, by organisation, then by goal, each with its title.
    fn list(&self, digest: &Digest, messages: &Messages) -> String {
        let mut lines: Vec<String> = Vec::new();
        let mut last: Option<&Asked> = None;
        for asked in digest.asked.iter().take(MAX_LISTED) {
            let is_same_organisation = last.is_some_and(|l| l.organisation == asked.organisation);
            if !is_same_organisation {
                if last.is_some() {
                    lines.push(String::new());
                }
                lines.push(self.organisation(&asked.organisation, digest, messages));
            }
            if !is_same_organisation || last.is_none_or(|last| last.goal != asked.goal) {
                let goal = self.framework.goal(&asked.goal).map(|goal| &goal.statement);
                lines.push(format!("- {} {}", asked.goal, self.line(goal, messages)));
            }
            lines.push(self.part(asked, messages));
            last = Some(asked);
        }
        let rest = digest.asked.len().saturating_sub(MAX_LISTED);
        if 0 < rest {
            lines.push(messages.with("mail-more", &[("count", rest.into())]));
        }
        lines.join("\n")
    }

    fn organisation(&self, code: &Slug, digest: &Digest, messages: &Messages) -> String {
        let name = self
            .organisations
            .get(code)
            .and_then(|organisation| organisation.name_on(self.cycle.period.until()));
        let name = name.map_or(String::new(), |name| self.line(Some(name), messages));
        let id = if digest.step > 0 { "mail-organisation-late" } else { "mail-organisation-by" };
        let arguments = [
            ("organisation", name.into()),
            ("code", code.as_str().into()),
            ("deadline", day(self.deadline(code), messages).into()),
        ];
        messages.with(id, &arguments)
    }

    fn part(&self, asked: &Asked, messages: &Messages) -> String {
        if asked.indicator.is_empty() {
            return format!("  - {}", messages.text("mail-as-a-whole"));
        }
        let indicator = self.framework.indicator(&asked.indicator);
        let statement = indicator.map(|(_, indicator)| &indicator.statement);
        format!("  - {} {}", asked.indicator, self.line(statement, messages))
    }

    fn deadline(&self, organisation: &Slug) -> Option<Date> {
        let of = |obligation: &&Obligation| obligation.asked.organisation == *organisation;
        self.obligations.iter().find(of).and_then(|obligation| obligation.deadline)
    }

    fn title(&self, messages: &Messages) -> String {
        self.line(Some(&self.framework.title), messages)
    }

    /// A text in the recipient's language where there is one, on one line.
    fn line(&self, text: Option<&LocalizedText>, messages: &Messages) -> String {
        line(text.map_or("", |text| text.get(messages.tag(), &self.framework.language)))
    }
}

/// A text on one line, cut where it is long.
pub(super) fn line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_TITLE_CHARACTERS {
        return line;
    }
    let cut: String = line.chars().take(MAX_TITLE_CHARACTERS - 1).collect();
    format!("{}…", cut.trim_end())
}

/// Who speaks neither Dutch nor English reads English.
pub(super) fn in_language(tag: &str) -> &'static Messages {
    Messages::of(Language::from_tag(tag).unwrap_or(Language::English))
}

/// A day in words, such as `15 april 2022`; empty where there is none.
pub(super) fn day(day: Option<Date>, messages: &Messages) -> String {
    day.map_or(String::new(), |day| messages.date(day))
}
