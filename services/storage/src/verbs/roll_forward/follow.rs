//! What obligations and texts of an earlier cycle ask for and answer in the framework version of a later one.
//!
//! Invariant: an indicator is followed by its id or by a declared link; over any link that is not `same` the text is marked.

use model::{
    Asked, Content, Cycle, Finding, Framework, LinkKind, Relative, Severity, goal_code, successors,
};

use crate::{
    store::{Result, Tx},
    verbs::frameworks::framework_versions,
};

/// The versions of the framework from one cycle to another.
pub(super) struct Follow(Vec<Framework>);

/// A text as it is taken over.
pub(super) struct Followed {
    pub(super) content: Content,
    /// What somebody has to look at: indicators that are not the same, and those that ended.
    pub(super) marks: Vec<String>,
}

impl Follow {
    /// Reads the versions; that of the later cycle alone where it is not a later one.
    pub(super) async fn read(tx: &mut Tx, from: &Cycle, to: &Cycle) -> Result<Self> {
        let earlier = from.framework_version.min(to.framework_version);
        let versions = framework_versions(tx, &to.framework, earlier, to.framework_version).await?;
        Ok(Self(versions))
    }

    /// Whether both cycles report on the same version.
    pub(super) fn is_one_version(&self) -> bool {
        self.0.len() < 2
    }

    /// What goes on with what is asked: none where it ended.
    pub(super) fn asked(&self, asked: &Asked) -> Vec<Asked> {
        if self.is_one_version() {
            return vec![asked.clone()];
        }
        let of = |goal: &str, indicator: &str| Asked {
            organisation: asked.organisation.clone(),
            goal: goal.to_owned(),
            indicator: indicator.to_owned(),
        };
        if asked.indicator.is_empty() {
            return goal_code(&self.0, &asked.goal).map(|goal| of(goal, "")).into_iter().collect();
        }
        let mut found: Vec<Asked> = Vec::new();
        for successor in successors(&self.0, &asked.indicator) {
            let next = self.goal_of(&successor.code).map(|goal| of(goal, &successor.code));
            found.extend(next.filter(|next| !found.contains(next)));
        }
        found
    }

    /// What a text answers now; an error says why it has no place any more.
    pub(super) fn text(&self, content: &Content) -> std::result::Result<Followed, String> {
        let (mut goals, mut indicators, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        for code in &content.goals {
            match goal_code(&self.0, code) {
                Some(goal) => add(&mut goals, goal),
                None => marks.push(format!("goal `{code}` is not there any more")),
            }
        }
        for code in &content.indicators {
            let found = successors(&self.0, code);
            marks.extend(mark(code, &found));
            for Relative { code: next, .. } in &found {
                add(&mut indicators, next);
                // The text goes under the goal of what it answers, as it did.
                if let Some(goal) =
                    self.goal_of(next).filter(|_| self.is_under_its_goal(content, code))
                {
                    add(&mut goals, goal);
                }
            }
        }
        let has_place = (content.goals.is_empty() || !goals.is_empty())
            && (content.indicators.is_empty() || !indicators.is_empty());
        if !has_place {
            return Err(marks.join("; "));
        }
        Ok(Followed { content: Content { goals, indicators, ..content.clone() }, marks })
    }

    fn goal_of(&self, indicator: &str) -> Option<&str> {
        let (goal, _) = self.0.last()?.indicator(indicator)?;
        Some(&goal.code)
    }

    fn is_under_its_goal(&self, content: &Content, indicator: &str) -> bool {
        let found = self.0.first().and_then(|first| first.indicator(indicator));
        found.is_some_and(|(goal, _)| content.goals.contains(&goal.code))
    }
}

fn add(codes: &mut Vec<String>, code: &str) {
    if !codes.iter().any(|known| known == code) {
        codes.push(code.to_owned());
    }
}

/// What became of an indicator, where it is not the same.
fn mark(code: &str, found: &[Relative]) -> Option<String> {
    if found.is_empty() {
        return Some(format!("indicator `{code}` ended"));
    }
    let changed = found.iter().filter(|successor| !successor.is_same());
    let changed: Vec<String> = changed
        .map(|successor| {
            let kinds = successor.kinds.iter().copied().filter(|kind| *kind != LinkKind::Same);
            let kinds: Vec<&str> = kinds.map(words).collect();
            format!("{} `{}`", kinds.join(" and "), successor.code)
        })
        .collect();
    (!changed.is_empty()).then(|| format!("indicator `{code}` was {}", changed.join(", ")))
}

fn words(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Same => "carried on as",
        LinkKind::Split => "split into",
        LinkKind::Merged => "merged into",
        LinkKind::Broadened => "broadened to",
        LinkKind::Ended => "ended",
    }
}

/// The mark of a draft whose text was offered over a link that is not `same`.
pub(super) fn finding(message: &str) -> Finding {
    Finding {
        severity: Severity::Warning,
        reason: "TAKEN_OVER_BY_LINK".to_owned(),
        field: "content.indicators".to_owned(),
        message: format!("{message}: does the text still answer what is asked?"),
    }
}
