//! `cycle findings`: what to look at twice.

use wire::v1 as pb;

use crate::{
    client::{Client, ask},
    commands::{lines, word},
    output::Output,
    stop::Stop,
};

pub(super) async fn list(name: String, client: &Client, output: Output) -> Result<(), Stop> {
    let mut request =
        pb::ListCycleFindingsRequest { name, page_size: 200, page_token: String::new() };
    let mut findings = Vec::new();
    loop {
        let page = client.cycles().list_cycle_findings(ask(request.clone())).await?.into_inner();
        findings.extend(page.findings);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let list = pb::ListCycleFindingsResponse { findings, ..Default::default() };
    output.message(list, |list| lines(&list.findings, line, "nothing to look at twice"))
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
