//! What a coordinator looks at twice, on every database.

use identity::{ChannelExt as _, Identity};
use model::{Grant, Role};
use wire::v1 as pb;

use crate::{
    calls,
    sandbox::{Client, Sandbox},
};

fn fact(value: &str) -> pb::Figure {
    pb::Figure {
        kind: pb::FigureKind::Count.into(),
        value: value.into(),
        fact: "dijk".into(),
        ..pb::Figure::default()
    }
}

fn reference(target: &str) -> pb::Reference {
    pb::Reference {
        kind: pb::ReferenceKind::Contribution.into(),
        as_written: "zie daar".into(),
        target: target.into(),
        url: String::new(),
    }
}

async fn saved(
    sandbox: &Sandbox,
    (organisation, name): (&str, &str),
    figures: Vec<pb::Figure>,
    references: Vec<pb::Reference>,
) -> Vec<String> {
    let mut content: pb::Content = testkit::content("Een tekst.").into();
    (content.figures, content.references) = (figures, references);
    let save = pb::Save {
        organisation: organisation.into(),
        content: Some(content),
        ..testkit::save(name, "")
    };
    let saved = calls::save(&mut sandbox.client.clone(), save).await.contribution.unwrap();
    saved.findings.into_iter().map(|finding| finding.reason).collect()
}

/// The findings, page by page: what each is about, and its reason.
async fn listed(client: &Client) -> Vec<(String, String)> {
    let mut request = pb::ListCycleFindingsRequest {
        name: "plan/2021".into(),
        page_size: 2,
        page_token: String::new(),
    };
    let mut found = Vec::new();
    loop {
        let page = client.cycles().list_cycle_findings(request.clone()).await.unwrap().into_inner();
        found.extend(page.findings.into_iter().map(|one| {
            let pb::CycleFinding { organisation, contribution, finding } = one;
            (format!("{organisation}/{contribution}"), finding.unwrap().reason)
        }));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return found;
        }
    }
}

fn expected(found: &[(&str, &str)]) -> Vec<(String, String)> {
    found.iter().map(|(what, reason)| ((*what).to_owned(), (*reason).to_owned())).collect()
}

pub(crate) async fn what_to_look_at_twice_is_listed_to_those_who_see_it(sandbox: Sandbox) {
    let client = calls::prepared(&sandbox).await;
    saved(&sandbox, ("alfa", "a-1"), vec![fact("12")], vec![reference("a-9")]).await;
    saved(&sandbox, ("alfa", "a-2"), vec![], vec![reference("a-1"), reference("beta/b-1")]).await;
    saved(&sandbox, ("beta", "b-1"), vec![fact("13")], vec![reference("alfa/a-1")]).await;
    saved(&sandbox, ("beta", "b-2"), vec![fact("12.0")], vec![reference("alfa/a-9")]).await;
    let of_alfa = [("alfa/a-1", "UNKNOWN_CONTRIBUTION")];
    let of_beta = [
        ("beta/b-1", "FACT_CONTRADICTS"),
        ("beta/b-2", "FACT_REPEATED"),
        ("beta/b-2", "UNKNOWN_CONTRIBUTION"),
    ];
    assert_eq!(listed(&client).await, expected(&[&of_alfa[..], &of_beta].concat()));
    // Who sees one organisation learns nothing of another: neither what it states nor what it has.
    let limited = |organisation: &str| {
        let organisation = Some(organisation.parse().unwrap());
        let grant = Grant { organisation, ..Grant::everywhere(Role::Reviewer) };
        Client::new(sandbox.channel.clone().acting_as(&Identity::with("rita", [grant])))
    };
    assert_eq!(listed(&limited("alfa")).await, expected(&of_alfa));
    assert_eq!(listed(&limited("beta")).await, expected(&[("beta/b-2", "FACT_CONTRADICTS")]));

    let other = pb::Cycle {
        from: "2021-12-01".into(),
        until: "2022-12-31".into(),
        ..testkit::cycle().into()
    };
    client
        .cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(other), ..Default::default() })
        .await
        .unwrap();
    assert_eq!(listed(&client).await[0], ("/".into(), "PERIODS_OVERLAP".into()));
}

pub(crate) async fn who_first_hands_in_after_the_deadline_is_warned(sandbox: Sandbox) {
    let client = calls::prepared(&sandbox).await;
    let deadline = async |day: &str| {
        let request = pb::ChangeCycleRequest {
            name: "plan/2021".into(),
            deadline: Some(day.into()),
            reason: "Een reden.".into(),
            ..pb::ChangeCycleRequest::default()
        };
        client.cycles().change_cycle(request).await.unwrap();
    };
    deadline("2999-12-31").await;
    assert_eq!(saved(&sandbox, ("alfa", "a-1"), vec![], vec![]).await, [""; 0]);
    deadline("1969-12-31").await;
    assert_eq!(saved(&sandbox, ("alfa", "a-2"), vec![], vec![]).await, ["AFTER_DEADLINE"]);
    // What was handed in in time may be corrected.
    assert_eq!(saved(&sandbox, ("alfa", "a-1"), vec![fact("1")], vec![]).await, [""; 0]);
}
