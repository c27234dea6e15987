//! What a notice says, in Dutch or English, as plain text. It names no person, and gives for each thing the page or the command
//! that shows it.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use messages::Messages;
use model::{
    Asked, Contribution, CycleState, Decision, Framework, NoticeKind, Passage, ReturnReason, Slug,
    Target, reminder::Member,
};

use crate::reminders::{
    notices::happening::{About, Change, Happening, Plan, Work},
    text::{Letter, day, in_language, line},
};

/// The largest number of things that one mail says, and of lines of one of them.
const MAX_LISTED: usize = 100;

/// What happened, to be said to somebody.
#[derive(Debug, Clone, Copy)]
pub(super) struct News<'a> {
    /// In the order in which it happened, in one cycle.
    pub(super) happened: &'a [Happening],
    pub(super) member: &'a Member,
    /// Address of the pages; empty where it is not known.
    pub(super) pages_at: &'a str,
}

impl News<'_> {
    /// The letter; in English unless the language is Dutch.
    pub(super) fn letter(&self, language: &str) -> Letter {
        let messages = in_language(language);
        let Some(last) = self.happened.last() else {
            return Letter { subject: String::new(), text: String::new() };
        };
        let Plan { cycle, framework } = &*last.plan;
        let title = line(framework.title.get(messages.tag(), &framework.language));
        let plan = [("title", title.into()), ("period", cycle.period.label().into())];
        let (greeting, choice) = (messages.text("mail-greeting"), messages.text("mail-choice"));
        let mut paragraphs =
            vec![greeting.into_owned(), messages.with("mail-what-happened", &plan)];
        let listed = self.happened.iter().take(MAX_LISTED);
        paragraphs.extend(listed.map(|happening| self.paragraph(happening, messages)));
        let rest = self.happened.len().saturating_sub(MAX_LISTED);
        if 0 < rest {
            paragraphs.push(messages.with("mail-more", &[("count", rest.into())]));
        }
        paragraphs.push(choice.into_owned());
        let reference = format!("{} #{}", cycle.name, last.position);
        paragraphs.push(messages.with("mail-footer", &[("reference", reference.into())]));
        let subject = match self.happened {
            [one] => self.headline(one, messages),
            many => messages.with("mail-news", &[("count", many.len().into())]),
        };
        let [title, period] = plan;
        let subject =
            messages.with("mail-about-plan", &[("subject", subject.into()), title, period]);
        Letter { subject, text: format!("{}\n", paragraphs.join("\n\n")) }
    }

    /// What happened, its particulars, and where to see it.
    fn paragraph(&self, happening: &Happening, messages: &Messages) -> String {
        let mut lines = vec![format!("{}.", self.headline(happening, messages))];
        match &happening.about {
            About::Obligations(_) => lines.extend(self.asked(happening, messages)),
            About::Contribution(work) => {
                lines.extend(goals(&work.head, &happening.plan.framework, messages));
                if happening.kind == NoticeKind::Returned {
                    lines.extend(work.decision.iter().flat_map(|it| returned(it, work, messages)));
                }
            }
            About::Change(change) => lines.extend(changed(change, messages)),
            About::Edition(_, reason) => lines.extend(quoted(reason)),
        }
        lines.push(messages.text("mail-see").into_owned());
        lines.extend(self.places(happening).into_iter().map(|place| format!("  {place}")));
        lines.join("\n")
    }

    fn headline(&self, happening: &Happening, messages: &Messages) -> String {
        let id = match happening.kind {
            NoticeKind::Assigned => "mail-assigned",
            NoticeKind::HandedIn => "mail-handed-in",
            NoticeKind::Returned => "mail-returned",
            NoticeKind::Approved => "mail-approved",
            NoticeKind::Remarked => "mail-remarked",
            NoticeKind::Answered => "mail-answered",
            NoticeKind::Changed => "mail-changed",
            NoticeKind::Published => "mail-published",
            NoticeKind::Withdrawn => "mail-withdrawn",
        };
        match &happening.about {
            About::Obligations(_) => {
                let count = happening.asked_of(self.member).len();
                let codes = self.organisations(happening).join(", ");
                messages.with(id, &[("count", count.into()), ("organisations", codes.into())])
            }
            About::Contribution(work) => messages.with(id, &[("name", name(&work.head).into())]),
            About::Change(change) => {
                let name = change.made.cycle.name.as_str();
                messages.with(change_id(change), &[("name", name.into())])
            }
            About::Edition(name, _) => messages.with(id, &[("name", name.as_str().into())]),
        }
    }

    /// Codes of the organisations of the recipient that something was assigned to.
    fn organisations<'a>(&self, happening: &'a Happening) -> Vec<&'a str> {
        let asked = happening.asked_of(self.member).into_iter();
        let codes: BTreeSet<&str> = asked.map(|asked| asked.organisation.as_str()).collect();
        codes.into_iter().collect()
    }

    /// What was assigned, each with its title.
    fn asked(&self, happening: &Happening, messages: &Messages) -> Vec<String> {
        let asked = happening.asked_of(self.member);
        let framework = &happening.plan.framework;
        let title = |asked: &Asked| {
            let indicator = framework.indicator(&asked.indicator).map(|(_, it)| &it.statement);
            let goal = framework.goal(&asked.goal).map(|goal| &goal.statement);
            let statement = indicator.or(goal);
            line(statement.map_or("", |it| it.get(messages.tag(), &framework.language)))
        };
        let listed = asked.iter().copied().take(MAX_LISTED);
        let mut lines: Vec<String> =
            listed.map(|asked| format!("- {asked}: {}", title(asked))).collect();
        let rest = asked.len().saturating_sub(MAX_LISTED);
        if 0 < rest {
            lines.push(messages.with("mail-more", &[("count", rest.into())]));
        }
        lines
    }

    /// The page, or the commands, that show it.
    fn places(&self, happening: &Happening) -> Vec<String> {
        let cycle = &happening.plan.cycle.name;
        match &happening.about {
            About::Obligations(_) => self
                .organisations(happening)
                .into_iter()
                .map(|code| format!("voortgang obligations list {cycle} --organisation {code}"))
                .collect(),
            About::Contribution(work) => vec![command(happening.kind, &work.head)],
            About::Change(_) => vec![format!("voortgang cycle changes {cycle}")],
            About::Edition(name, _) if self.pages_at.is_empty() => {
                vec![format!("voortgang edition show {name}")]
            }
            About::Edition(name, _) => {
                vec![format!("{}/{name}", self.pages_at.trim_end_matches('/'))]
            }
        }
    }
}

/// The commands that mails give, with examples of names: the command line is tested against them.
pub fn commands_of_mails() -> Vec<String> {
    let named = ["plan/2021 alfa a-1", "0192f0c1-2b7a-7000-8000-000000000001"];
    let of_contributions = NoticeKind::NAMES
        .iter()
        .flat_map(|(kind, _)| [named_command(*kind, named[0]), unnamed_command(*kind, named[1])]);
    let others = [
        "voortgang obligations list plan/2021 --organisation alfa",
        "voortgang cycle changes plan/2021",
        "voortgang edition show plan/2021/1",
    ];
    of_contributions.chain(others.map(ToOwned::to_owned)).collect()
}

/// The command that shows what happened to a contribution.
fn command(kind: NoticeKind, head: &Contribution) -> String {
    match &head.external_id {
        Some(id) => named_command(kind, &format!("{} {} {id}", head.cycle, head.organisation)),
        None => unnamed_command(kind, &head.id.to_string()),
    }
}

/// The same of one that has a name of its organisation's own.
fn named_command(kind: NoticeKind, name: &str) -> String {
    match kind {
        NoticeKind::Returned => format!("voortgang review decisions {name}"),
        NoticeKind::Remarked | NoticeKind::Answered => format!("voortgang remark list {name}"),
        _ => format!("voortgang contribution show {name}"),
    }
}

/// The same of one that is known by its id alone, with which it cannot be shown; what changed in it can.
fn unnamed_command(kind: NoticeKind, id: &str) -> String {
    match kind {
        NoticeKind::Returned | NoticeKind::Remarked | NoticeKind::Answered => {
            named_command(kind, id)
        }
        _ => format!("voortgang review compare {id}"),
    }
}

/// Organisation and public id.
fn name(head: &Contribution) -> String {
    format!("{}/{}", head.organisation, head.public_id())
}

/// The goals that a contribution answers, each with its title.
fn goals(head: &Contribution, framework: &Framework, messages: &Messages) -> Vec<String> {
    let goals = head.content.goals.iter().take(MAX_LISTED);
    let title = |code: &String| {
        let statement = framework.goal(code).map(|goal| &goal.statement);
        let statement = statement.map_or("", |it| it.get(messages.tag(), &framework.language));
        format!("- {code}: {}", line(statement))
    };
    goals.map(title).collect()
}

/// Why it was returned, the reviewer's words, and the passages that they are about.
fn returned(decision: &Decision, work: &Work, messages: &Messages) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(reason) = decision.reason {
        let reason = messages.text(reason_id(reason)).into_owned();
        lines.push(messages.with("mail-reason", &[("reason", reason.into())]));
    }
    lines.extend(quoted(&decision.text));
    let targets = decision.targets.iter().filter(|target| !target.is_whole()).take(MAX_LISTED);
    lines.extend(targets.map(|target| passage(target, &work.passages, messages)));
    lines
}

/// What became of the cycle, in a word.
fn change_id(Change { before, made }: &Change) -> &'static str {
    match (before.state, made.cycle.state) {
        (CycleState::Open, CycleState::Closed) => "mail-closed",
        (CycleState::Closed, CycleState::Open) => "mail-reopened",
        (CycleState::Open, CycleState::Open) | (CycleState::Closed, CycleState::Closed) => {
            "mail-changed"
        }
    }
}

/// What everybody plans by where it is another now, and why it was changed.
fn changed(Change { before, made }: &Change, messages: &Messages) -> Vec<String> {
    let now = &made.cycle;
    let mut lines = Vec::new();
    let dates = [
        ("mail-opening", before.opening, now.opening),
        ("mail-deadline", before.deadline, now.deadline),
    ];
    for (id, _, now) in dates.into_iter().filter(|(_, before, now)| before != now) {
        let date = if now.is_some() { day(now, messages) } else { "—".to_owned() };
        lines.push(messages.with(id, &[("date", date.into())]));
    }
    for (id, some, others) in [
        ("mail-joined", &now.organisations, &before.organisations),
        ("mail-left", &before.organisations, &now.organisations),
    ] {
        let codes = some.iter().filter(|code| !others.contains(code)).map(Slug::as_str);
        let codes = codes.collect::<Vec<_>>().join(", ");
        if !codes.is_empty() {
            lines.push(messages.with(id, &[("organisations", codes.into())]));
        }
    }
    lines.extend(quoted(&made.reason));
    lines
}

/// What somebody wrote.
fn quoted(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(|line| format!("> {line}"))
}

fn reason_id(reason: ReturnReason) -> &'static str {
    match reason {
        ReturnReason::Incomplete => "mail-reason-incomplete",
        ReturnReason::Incorrect => "mail-reason-incorrect",
        ReturnReason::Unclear => "mail-reason-unclear",
        ReturnReason::Unsourced => "mail-reason-unsourced",
        ReturnReason::OutOfScope => "mail-reason-out-of-scope",
        ReturnReason::Other => "mail-reason-other",
    }
}

/// A passage by its id and how it begins, or a figure by its number.
fn passage(target: &Target, passages: &[Passage], messages: &Messages) -> String {
    if target.figure > 0 {
        return messages.with("mail-figure", &[("number", target.figure.into())]);
    }
    let sentences = match target.sentences() {
        Some((first, last)) if first == last => format!(":{first}"),
        Some((first, last)) => format!(":{first}-{last}"),
        None => String::new(),
    };
    let is_of = |passage: &&Passage| {
        passage.id == target.passage
            && (target.language.is_empty() || passage.language == target.language)
    };
    let text = passages.iter().find(is_of).map_or(String::new(), |passage| line(&passage.text));
    let id = format!("{}{sentences}", target.passage);
    messages.with("mail-passage", &[("id", id.into()), ("text", text.into())])
}
