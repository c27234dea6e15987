//! The colophon: what the edition is, and the policies that it was made under.
//!
//! Invariant: both policies are always said, so that silence never stands for one; nobody is named.

use crate::{
    Text,
    data::{
        self, Change, ChangeKind, Changes, Contribution, GapPolicy, LeftOut, OverriddenAction,
        Override, Review, ReviewPolicy,
    },
    view::{Colophon, Line, layout::Layout},
};

/// Stands in a message where a text with a language of its own goes.
const PLACE: &str = "\u{fffc}";

impl Layout<'_> {
    pub(crate) fn colophon(self, title: &Text) -> Colophon {
        let cycle = &self.edition.cycle;
        let identity = &self.edition.identity;
        let date = |text: &str| self.messages.date_or_text(text);
        let days = [("from", date(&cycle.from).into()), ("until", date(&cycle.until).into())];
        let mut lines = vec![
            self.line("edition-colophon-edition", &identity.name),
            self.line("edition-colophon-date", &date(&identity.date)),
            self.line("edition-colophon-cycle", &cycle.name),
            self.line("edition-colophon-period", &self.messages.with("shared-period-days", &days)),
            self.framework(title),
            self.line("edition-colophon-gaps", &self.label(gaps(cycle.gaps))),
        ];
        lines.extend(self.review());
        lines.extend(self.edition.left_out.iter().map(|one| self.left_out(one)));
        lines.extend(self.edition.changes.iter().flat_map(|changes| self.changes(changes)));
        lines.push(self.line("edition-colophon-manifest", &identity.manifest_hash));
        Colophon {
            anchor: "_colophon".to_owned(),
            heading: self.label("edition-colophon"),
            note: self.label("edition-colophon-note"),
            lines,
        }
    }

    fn line(self, id: &str, text: &str) -> Line {
        Line::of(&self.label(id), text)
    }

    /// The title keeps its language.
    fn framework(self, title: &Text) -> Line {
        let framework = &self.edition.framework;
        let arguments = [
            ("title", PLACE.into()),
            ("code", framework.code.as_str().into()),
            ("version", framework.version.to_string().into()),
        ];
        let text = self.messages.with("edition-colophon-framework-version", &arguments);
        let (before, after) = text.split_once(PLACE).unwrap_or((&text, ""));
        let text = [Text::plain(before), title.clone(), Text::plain(after)];
        Line {
            name: vec![Text::plain(&self.label("edition-colophon-framework"))],
            text: text.into_iter().filter(|text| !text.is_empty()).collect(),
        }
    }

    /// Who looked at it, and what was done without a second person.
    fn review(self) -> Vec<Line> {
        let Review { policy, decisions: _, overrides } = &self.edition.review;
        let policy = match policy {
            ReviewPolicy::None => "edition-colophon-review-none",
            ReviewPolicy::FourEyes => "edition-colophon-review-four-eyes",
            ReviewPolicy::Other => "edition-colophon-policy-unknown",
        };
        let mut lines = vec![
            self.line("edition-colophon-review", &self.label(policy)),
            self.line("edition-colophon-overrides", &self.rate(&self.edition.review)),
        ];
        lines.extend(overrides.iter().map(|made| self.overridden(made)));
        lines
    }

    /// How many overrides, of how many decisions; a file that does not say of how many has the number alone.
    fn rate(self, Review { policy: _, decisions, overrides }: &Review) -> String {
        let made = overrides.len();
        match (decisions, overrides.is_empty()) {
            (0, true) => self.label("edition-colophon-overrides-none"),
            (0, false) => self.messages.count(made as u64),
            (decisions, _) => {
                let arguments = [("count", made.into()), ("decisions", (*decisions).into())];
                self.messages.with("edition-colophon-overrides-count", &arguments)
            }
        }
    }

    /// Why a contribution is not in it.
    fn left_out(self, LeftOut { organisation, contribution, reason }: &LeftOut) -> Line {
        let which = format!("{}, {contribution}: ", self.name_of(organisation));
        Line {
            name: vec![Text::plain(&self.label("edition-colophon-left-out"))],
            text: vec![Text::plain(&which), self.in_framework_language(reason)],
        }
    }

    fn name_of<'c>(self, code: &'c str) -> &'c str
    where
        Self: 'c,
    {
        let data::Edition { organisations, former_organisations, .. } = self.edition;
        let mut all = organisations.iter().chain(former_organisations);
        let known = all.find(|one| one.code == code);
        known.map_or(code, |one| one.name.as_str())
    }

    /// What differs from the edition before, a line for each kind.
    fn changes(self, Changes { since, changes }: &Changes) -> Vec<Line> {
        let mut lines = vec![self.line("edition-colophon-changes", since)];
        let mut kinds: Vec<ChangeKind> = changes.iter().map(|change| change.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let of_kind: Vec<&Change> =
                changes.iter().filter(|change| change.kind == kind).collect();
            lines.push(self.line(label_of(kind), &self.changed(&of_kind)));
        }
        lines
    }

    /// The contributions of some changes, by organisation; their number where they are about none.
    fn changed(self, changes: &[&Change]) -> String {
        let mut by_organisation: Vec<(&str, Vec<String>)> = Vec::new();
        for change in changes {
            let (Some(code), Some(id)) = (&change.organisation, &change.contribution) else {
                continue;
            };
            match by_organisation.iter_mut().find(|(known, _)| known == code) {
                Some((_, named)) => named.push(self.named(code, id)),
                None => by_organisation.push((code, vec![self.named(code, id)])),
            }
        }
        if by_organisation.is_empty() {
            return self.messages.count(changes.len() as u64);
        }
        let listed = |(code, named): (&str, Vec<String>)| {
            format!("{}: {}", self.name_of(code), named.join(", "))
        };
        by_organisation.into_iter().map(listed).collect::<Vec<_>>().join("; ")
    }

    /// What a contribution answers, and its id, which alone means nothing to readers; of one that is not in the edition its id.
    fn named(self, organisation: &str, id: &str) -> String {
        let is_it = |one: &&Contribution| one.organisation == organisation && one.id == id;
        let known = self.edition.contributions.iter().find(is_it);
        let codes = known.map(|one| match one.indicators.as_slice() {
            [] => one.goals.join(" + "),
            indicators => indicators.join(" + "),
        });
        match codes.filter(|codes| !codes.is_empty()) {
            Some(codes) => format!("{codes} ({id})"),
            None => id.to_owned(),
        }
    }

    fn overridden(self, Override { action, reason, confirmed }: &Override) -> Line {
        let name = match action {
            OverriddenAction::Approve => "edition-colophon-override-approve",
            OverriddenAction::Publish => "edition-colophon-override-publish",
            OverriddenAction::Other => "edition-colophon-override-other",
        };
        let second = if *confirmed {
            "edition-colophon-override-confirmed"
        } else {
            "edition-colophon-override-unconfirmed"
        };
        let second = format!(" ({})", self.label(second));
        Line {
            name: vec![Text::plain(&self.label(name))],
            text: vec![self.in_framework_language(reason), Text::plain(&second)],
        }
    }
}

fn label_of(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "edition-colophon-changes-added",
        ChangeKind::Changed => "edition-colophon-changes-changed",
        ChangeKind::Withdrawn => "edition-colophon-changes-withdrawn",
        ChangeKind::Returned => "edition-colophon-changes-returned",
        ChangeKind::NotReporting => "edition-colophon-changes-not-reporting",
        ChangeKind::OverrideConfirmed => "edition-colophon-changes-override-confirmed",
        ChangeKind::Overrides => "edition-colophon-changes-overrides",
        ChangeKind::Completeness => "edition-colophon-changes-completeness",
        ChangeKind::Names => "edition-colophon-changes-names",
        ChangeKind::LeftOut => "edition-colophon-changes-left-out",
        ChangeKind::Cycle => "edition-colophon-changes-cycle",
        ChangeKind::Other => "edition-colophon-changes-other",
    }
}

fn gaps(policy: GapPolicy) -> &'static str {
    match policy {
        GapPolicy::Print => "edition-colophon-gaps-print",
        GapPolicy::Refuse => "edition-colophon-gaps-refuse",
        GapPolicy::Other => "edition-colophon-policy-unknown",
    }
}
