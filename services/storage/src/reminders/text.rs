//! What a reminder says, in Dutch or English, as plain text. It names no person.

#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::{
    Asked, Cycle, Framework, LocalizedText, Obligation, Organisation, Slug, reminder::Digest,
};

use crate::reminders::text::words::{Words, words};

/// Most things that one reminder lists.
const MOST: usize = 200;
/// Longest title of a goal or an indicator, in characters.
const LONGEST: usize = 160;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    /// Subject line.
    pub(crate) subject: String,
    /// Text.
    pub(crate) text: String,
}

/// All that a text is made of, apart from what is told to whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'a> {
    /// The cycle.
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
        let words = words(language);
        Letter { subject: self.subject(digest, &words), text: self.text(digest, &words) }
    }

    fn subject(&self, digest: &Digest, words: &Words) -> String {
        let count = digest.asked.len();
        let of: BTreeSet<&Slug> = digest.asked.iter().map(|asked| &asked.organisation).collect();
        let told = if digest.escalation {
            (words.unanswered)(count, of.len())
        } else if 0 < digest.step {
            (words.late)(count)
        } else {
            let earliest = of.iter().filter_map(|code| self.deadline(code)).min();
            (words.expected)(count, &day(earliest, words))
        };
        format!("{told} ({} {})", self.title(words), self.cycle.period.label())
    }

    fn text(&self, digest: &Digest, words: &Words) -> String {
        let (title, period) = (self.title(words), self.cycle.period.label());
        let opening = match (digest.escalation, 0 < digest.step) {
            (true, _) => words.escalates,
            (false, true) => words.is_over,
            (false, false) => words.awaits,
        };
        let opening = opening.replace("{title}", &title).replace("{period}", &period);
        let mut paragraphs = vec![words.greeting.to_owned(), opening, self.list(digest, words)];
        if digest.escalation {
            paragraphs.push(words.what_to_do.to_owned());
        } else {
            paragraphs.push(match self.answer_at {
                "" => words.how_to_answer.to_owned(),
                place => words.how_to_answer_at.replace("{place}", place),
            });
            paragraphs.push(match self.contact {
                "" => words.ask_coordinator.to_owned(),
                contact => words.ask.replace("{contact}", contact),
            });
        }
        let reference = format!("{} {:+}", self.cycle.name, digest.step);
        paragraphs.push(words.footer.replace("{reference}", &reference));
        format!("{}\n", paragraphs.join("\n\n"))
    }

    /// What is open, by organisation, then by goal, each with its title.
    fn list(&self, digest: &Digest, words: &Words) -> String {
        let mut lines: Vec<String> = Vec::new();
        let mut last: Option<&Asked> = None;
        for asked in digest.asked.iter().take(MOST) {
            let is_same_organisation = last.is_some_and(|l| l.organisation == asked.organisation);
            if !is_same_organisation {
                if last.is_some() {
                    lines.push(String::new());
                }
                lines.push(self.organisation(&asked.organisation, digest, words));
            }
            if !is_same_organisation || last.is_none_or(|last| last.goal != asked.goal) {
                let goal = self.framework.goal(&asked.goal).map(|goal| &goal.statement);
                lines.push(format!("- {} {}", asked.goal, self.line(goal, words)));
            }
            lines.push(self.part(asked, words));
            last = Some(asked);
        }
        let rest = digest.asked.len().saturating_sub(MOST);
        if 0 < rest {
            lines.push((words.more)(rest));
        }
        lines.join("\n")
    }

    fn organisation(&self, code: &Slug, digest: &Digest, words: &Words) -> String {
        let name = self
            .organisations
            .get(code)
            .and_then(|organisation| organisation.name_on(self.cycle.period.until()));
        let name = name.map_or(String::new(), |name| self.line(Some(name), words));
        let until = if 0 < digest.step { words.deadline_was } else { words.deadline_is };
        format!("{name} ({code}), {until} {}:", day(self.deadline(code), words))
    }

    fn part(&self, asked: &Asked, words: &Words) -> String {
        if asked.indicator.is_empty() {
            return format!("  - {}", words.as_a_whole);
        }
        let indicator = self.framework.indicator(&asked.indicator);
        let statement = indicator.map(|(_, indicator)| &indicator.statement);
        format!("  - {} {}", asked.indicator, self.line(statement, words))
    }

    fn deadline(&self, organisation: &Slug) -> Option<Date> {
        let of = |obligation: &&Obligation| obligation.asked.organisation == *organisation;
        self.obligations.iter().find(of).and_then(|obligation| obligation.deadline)
    }

    fn title(&self, words: &Words) -> String {
        self.line(Some(&self.framework.title), words)
    }

    /// A text in the recipient's language where there is one, on one line.
    fn line(&self, text: Option<&LocalizedText>, words: &Words) -> String {
        let text = text.map_or("", |text| text.get(words.language, &self.framework.language));
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= LONGEST {
            return line;
        }
        let cut: String = line.chars().take(LONGEST - 1).collect();
        format!("{}…", cut.trim_end())
    }
}

/// A day in words, such as `15 april 2022`.
fn day(day: Option<Date>, words: &Words) -> String {
    let Some(day) = day else { return String::new() };
    let month = usize::try_from(day.month()).unwrap_or(1).saturating_sub(1);
    format!("{} {} {}", day.day(), words.months.get(month).unwrap_or(&""), day.year())
}
