//! `cycle findings`: what to look at twice.

use rpc::all_pages;
use wire::v1 as pb;

use crate::{
    client::{Client, PAGE_SIZE, ask},
    commands::{lines, word},
    error::Error,
    output::Output,
};

pub(super) async fn list(
    name: String,
    client: &Client,
    output: Output,
    is_verbose: bool,
) -> Result<(), Error> {
    let findings = all_pages(|page_token| {
        let name = name.clone();
        let request = pb::ListCycleFindingsRequest { name, page_size: PAGE_SIZE, page_token };
        async move {
            let page = client.cycles().list_cycle_findings(ask(request)).await?.into_inner();
            Ok((page.findings, page.next_page_token))
        }
    })
    .await?;
    let list = pb::ListCycleFindingsResponse { findings, ..Default::default() };
    output.message(list, |list| text(&list.findings, is_verbose))
}

/// The findings, those that are good to know alone only where they are asked for.
fn text(findings: &[pb::CycleFinding], is_verbose: bool) -> String {
    let is_info = |found: &&pb::CycleFinding| {
        found.finding.as_ref().is_some_and(|finding| finding.severity() == pb::Severity::Info)
    };
    let hidden = if is_verbose { 0 } else { findings.iter().filter(is_info).count() };
    let shown: Vec<_> = findings.iter().filter(|found| is_verbose || !is_info(found)).collect();
    let text = lines(&shown, |found| line(found), "nothing to look at twice");
    if hidden == 0 { text } else { format!("{text}\n{hidden} of severity info; `-v` lists them") }
}

fn line(found: &pb::CycleFinding) -> String {
    let pb::CycleFinding { organisation, contribution, finding } = found;
    let pb::Finding { reason, field, message, .. } = finding.clone().unwrap_or_default();
    let severity = finding.as_ref().map(pb::Finding::severity).unwrap_or_default();
    let severity = word(severity.as_str_name(), "SEVERITY_");
    let what = if organisation.is_empty() {
        "the cycle".to_owned()
    } else {
        format!("{organisation}/{contribution}")
    };
    format!("{what}  {severity}  {field}: {message} ({reason})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_good_to_know_is_counted_and_listed_where_asked() {
        let found = |severity: pb::Severity, reason: &str| pb::CycleFinding {
            organisation: "alfa".into(),
            contribution: "a-1".into(),
            finding: Some(pb::Finding {
                severity: severity.into(),
                reason: reason.into(),
                ..pb::Finding::default()
            }),
        };
        let findings = [found(pb::Severity::Warning, "ONE"), found(pb::Severity::Info, "OTHER")];
        let short = text(&findings, false);
        assert!(short.contains("(ONE)") && !short.contains("(OTHER)"), "{short}");
        assert!(short.ends_with("1 of severity info; `-v` lists them"), "{short}");
        let whole = text(&findings, true);
        assert!(whole.contains("(ONE)") && whole.contains("(OTHER)"), "{whole}");
        assert!(!whole.contains("-v"), "{whole}");
    }
}
