//! Items of organisations that the sender does not write for, in a file that holds the sender's own too.

use std::collections::BTreeSet;

use crate::{files::contributions::Submission, results::Submitted};

/// Leaves them alone: one file of all organisations is handed in by each of them. Where all items are of others, the file is not
/// the sender's to hand in, and each stays refused.
pub(super) fn leave_alone(submission: &Submission, submitted: &mut Submitted) {
    let organisations = submission.items.iter().map(|item| item.save.organisation.as_str());
    let is_refused = |reason: &str| reason == "OTHER_ORGANISATION";
    let foreign: BTreeSet<&str> = organisations
        .clone()
        .zip(&submitted.items)
        .filter(|(_, item)| item.findings.iter().any(|finding| is_refused(&finding.reason)))
        .map(|(organisation, _)| organisation)
        .collect();
    if organisations.clone().all(|organisation| foreign.contains(organisation)) {
        return;
    }
    for (organisation, item) in organisations.zip(&mut submitted.items) {
        if foreign.contains(organisation) && item.outcome == "rejected" {
            "left_alone".clone_into(&mut item.outcome);
            item.findings.clear();
            submitted.rejected -= 1;
            submitted.left_alone += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        files::{Syntax, contributions},
        results::{FindingShown, Submitted, SubmittedItem},
    };

    use super::*;

    fn item(path: &str, reason: Option<&str>) -> SubmittedItem {
        let finding = |reason: &str| FindingShown {
            severity: "blocker".into(),
            field: String::new(),
            reason: reason.into(),
            message: String::new(),
            line: 1,
        };
        SubmittedItem {
            path: path.into(),
            line: 1,
            external_id: None,
            outcome: if reason.is_some() { "rejected" } else { "accepted" }.into(),
            version: None,
            etag: None,
            approvals_ended: Vec::new(),
            findings: reason.map(finding).into_iter().collect(),
            conflict: None,
        }
    }

    /// What becomes of items of these organisations, each refused for a reason or accepted.
    fn submitted_by(items: &[(&str, Option<&str>)]) -> (u64, u64, Vec<String>) {
        let contribution = |(place, (organisation, _)): (usize, &(&str, Option<&str>))| {
            format!(
                "  - {{id: c-{place}, organisation: {organisation}, goals: [\"1\"], answer: reported, text: Tekst.}}\n"
            )
        };
        let list: String = items.iter().enumerate().map(contribution).collect();
        let text = format!(
            "framework: plan\nperiod: {{from: 2021, until: 2021}}\nlanguage: nl\ncontributions:\n{list}"
        );
        let (submission, faults) = contributions::read(text, Syntax::Yaml);
        let submission = submission.unwrap_or_else(|| panic!("{faults:?}"));
        assert_eq!(submission.items.len(), items.len(), "{faults:?}");
        let rejected = items.iter().filter(|(_, reason)| reason.is_some()).count() as u64;
        let items = items.iter().map(|(name, reason)| item(name, *reason)).collect();
        let mut submitted = Submitted { rejected, items, ..Submitted::default() };
        leave_alone(&submission, &mut submitted);
        let outcomes = submitted.items.iter().map(|item| item.outcome.clone()).collect();
        (submitted.rejected, submitted.left_alone, outcomes)
    }

    #[test]
    fn items_of_others_are_left_alone_and_a_file_of_others_is_refused() {
        let other = Some("OTHER_ORGANISATION");
        let found =
            submitted_by(&[("alfa", None), ("beta", other), ("beta", Some("UNKNOWN_GOAL"))]);
        assert_eq!((found.0, found.1), (0, 2), "{found:?}");
        let found = submitted_by(&[("alfa", Some("UNKNOWN_GOAL")), ("beta", other)]);
        assert_eq!((found.0, found.1), (1, 1), "{found:?}");
        let found = submitted_by(&[("beta", other), ("beta", other)]);
        assert_eq!((found.0, found.1), (2, 0), "{found:?}");
        assert_eq!(found.2, ["rejected", "rejected"]);
    }
}
