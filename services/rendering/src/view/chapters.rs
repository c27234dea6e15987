//! Chapters: which contribution is printed where.

use crate::{
    Error,
    blocks::{Block, blocks},
    figures::PrintedFigure,
    json::{Contribution, Edition, GoalKind, Indicator, Kind, Reference, ReferenceKind},
    labels::Labels,
    view::{
        Chapter, Entry, Local, Pair, Part, PrintedIndicator, PrintedReference, Section, anchor,
    },
};

/// What a section is made with.
#[derive(Debug, Clone, Copy)]
struct Printer<'a> {
    edition: &'a Edition,
    local: Local<'a>,
    labels: &'a Labels,
}

/// Returns one chapter for each organisation, in printed order.
pub(crate) fn chapters(
    edition: &Edition,
    local: Local<'_>,
    labels: &Labels,
) -> Result<Vec<Chapter>, Error> {
    let printer = Printer { edition, local, labels };
    if let Some(stray) =
        edition.contributions.iter().find(|c| !is_reporter(edition, &c.organisation))
    {
        let reason = format!("contribution `{}` is of no organisation of the cycle", stray.address);
        return Err(Error::Content(reason));
    }
    edition
        .organisations
        .iter()
        .map(|organisation| printer.chapter(&organisation.code, &organisation.name))
        .collect()
}

fn is_reporter(edition: &Edition, code: &str) -> bool {
    edition.organisations.iter().any(|organisation| organisation.code == code)
}

impl<'a> Printer<'a> {
    fn chapter(self, code: &str, name: &str) -> Result<Chapter, Error> {
        let own = || self.edition.contributions.iter().filter(|c| c.organisation == code);
        let (remarks, answers): (Vec<_>, Vec<_>) =
            own().partition(|c| c.kind == Kind::GeneralRemark);
        let mut pillars = Vec::new();
        let known = self
            .edition
            .framework
            .pillars
            .iter()
            .map(|pillar| (pillar.code.as_str(), self.local.pick(&pillar.name)));
        for (pillar, pillar_name) in known.chain([("", self.labels.get("other").to_owned())]) {
            let here: Vec<_> =
                answers.iter().copied().filter(|c| self.pillar(c) == pillar).collect();
            if !here.is_empty() {
                pillars.push(Part {
                    code: pillar.to_owned(),
                    name: pillar_name,
                    goals: self.sections(code, &here)?,
                });
            }
        }
        let remarks =
            remarks.into_iter().map(|remark| self.entry(remark)).collect::<Result<_, _>>()?;
        Ok(Chapter { code: code.to_owned(), name: name.to_owned(), remarks, pillars })
    }

    /// Code of the pillar of a contribution's first known goal; empty where there is none.
    fn pillar(self, contribution: &Contribution) -> &'a str {
        let framework = &self.edition.framework;
        let goal = contribution
            .goals
            .iter()
            .find_map(|code| framework.goals.iter().find(|goal| goal.code == *code));
        let pillar = goal
            .and_then(|goal| framework.pillars.iter().find(|pillar| pillar.code == goal.pillar));
        pillar.map_or("", |pillar| pillar.code.as_str())
    }

    /// Sections by goals answered, in the order in which goals first appear.
    fn sections(
        self,
        organisation: &str,
        contributions: &[&Contribution],
    ) -> Result<Vec<Section>, Error> {
        let mut order: Vec<&[String]> = Vec::new();
        for contribution in contributions {
            if !order.contains(&contribution.goals.as_slice()) {
                order.push(&contribution.goals);
            }
        }
        order
            .into_iter()
            .map(|goals| {
                let entries = contributions
                    .iter()
                    .filter(|c| c.goals == goals)
                    .map(|c| self.entry(c))
                    .collect::<Result<_, _>>()?;
                Ok(self.section(organisation, goals, entries))
            })
            .collect()
    }

    fn section(self, organisation: &str, goals: &[String], entries: Vec<Entry>) -> Section {
        let known =
            |code: &String| self.edition.framework.goals.iter().find(|goal| goal.code == *code);
        let all_subgoals =
            goals.iter().all(|code| known(code).is_some_and(|goal| goal.kind == GoalKind::Subgoal));
        let word = match (all_subgoals && !goals.is_empty(), goals.len()) {
            (true, 1) => "subgoal",
            (true, _) => "subgoals",
            (false, 0 | 1) => "goal",
            (false, _) => "goals",
        };
        let codes: Vec<&str> = goals.iter().map(String::as_str).collect();
        let heading = if goals.is_empty() {
            self.labels.get("other").to_owned()
        } else {
            format!("{} {}", self.labels.get(word), self.labels.list(&codes))
        };
        let statement = |code: &String| {
            known(code).map(|goal| self.local.pick(&goal.statement)).unwrap_or_default()
        };
        Section {
            // No code holds a comma, so no other list of goals has this anchor.
            anchor: format!("{organisation}:{}", goals.join(",")),
            heading,
            goals: goals
                .iter()
                .map(|code| Pair { name: code.clone(), text: statement(code) })
                .collect(),
            entries,
        }
    }

    fn entry(self, contribution: &Contribution) -> Result<Entry, Error> {
        let (language, blocks) = self.narrative(contribution)?;
        let known = contribution.answer.as_deref().filter(|answer| *answer != "reported");
        Ok(Entry {
            anchor: anchor(&contribution.organisation, &contribution.id),
            id: contribution.id.clone(),
            unanswered: contribution.kind == Kind::Unanswered,
            status: known.map(|answer| self.labels.get(&format!("answer.{answer}")).to_owned()),
            section: contribution.section.clone(),
            indicators: contribution.indicators.iter().map(|code| self.indicator(code)).collect(),
            language,
            blocks,
            figures: contribution
                .figures
                .iter()
                .map(|figure| PrintedFigure::of(figure, self.labels))
                .collect(),
            references: contribution
                .references
                .iter()
                .map(|reference| self.reference(contribution, reference))
                .collect(),
        })
    }

    /// The narrative in the language asked for, else the original.
    fn narrative(self, contribution: &Contribution) -> Result<(String, Vec<Block>), Error> {
        let texts = &contribution.texts;
        let Some(text) =
            texts.iter().find(|text| text.language == self.local.language).or(texts.first())
        else {
            return Ok((self.local.fallback.to_owned(), Vec::new()));
        };
        let passages: Vec<&str> = contribution
            .passages
            .iter()
            .filter(|p| p.language == text.language)
            .map(|p| p.id.as_str())
            .collect();
        let place = |reason: String| {
            Error::Content(format!("contribution `{}`: {reason}", contribution.address))
        };
        let anchor = anchor(&contribution.organisation, &contribution.id);
        Ok((text.language.clone(), blocks(&text.markdown, &passages, &anchor).map_err(place)?))
    }

    fn indicator(self, code: &str) -> PrintedIndicator {
        let all = self.edition.framework.goals.iter().flat_map(|goal| &goal.indicators);
        let texts = |texts: &[_]| texts.iter().map(|text| self.local.pick(text)).collect();
        match all.into_iter().find(|indicator| indicator.code == code) {
            Some(Indicator {
                id: _,
                code,
                measure: _,
                statement,
                items,
                sub_prompts,
                optional,
                target,
            }) => PrintedIndicator {
                code: code.clone(),
                statement: self.local.pick(statement),
                items: texts(items),
                sub_prompts: texts(sub_prompts),
                optional: *optional,
                target: target.as_ref().map(|target| self.local.pick(target)),
            },
            None => PrintedIndicator {
                code: code.to_owned(),
                statement: String::new(),
                items: Vec::new(),
                sub_prompts: Vec::new(),
                optional: false,
                target: None,
            },
        }
    }

    fn reference(
        self,
        from: &Contribution,
        Reference { kind, as_written, target, url }: &Reference,
    ) -> PrintedReference {
        let word = match kind {
            ReferenceKind::Contribution => "reference.contribution",
            ReferenceKind::ParliamentaryPaper => "reference.parliamentary_paper",
            ReferenceKind::Law => "reference.law",
            ReferenceKind::Document => "reference.document",
            ReferenceKind::Web => "reference.web",
        };
        let is_here = |candidate: &String| {
            self.edition.contributions.iter().any(|c| anchor(&c.organisation, &c.id) == *candidate)
        };
        let candidates = [target.clone(), anchor(&from.organisation, target)];
        let inside = candidates
            .into_iter()
            .find(|candidate| *kind == ReferenceKind::Contribution && is_here(candidate));
        let is_web = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
        PrintedReference {
            kind: self.labels.get(word).to_owned(),
            text: if as_written.is_empty() { target.clone() } else { as_written.clone() },
            url: if is_web { url.clone() } else { String::new() },
            anchor: inside.unwrap_or_default(),
        }
    }
}
