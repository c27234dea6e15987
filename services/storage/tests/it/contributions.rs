//! Contributions: lists of them.

mod history;

use wire::v1 as pb;

use crate::{
    calls::{prepared, reason, save_all},
    sandbox::Sandbox,
};

pub(crate) use crate::contributions::history::*;

pub(crate) async fn lists_page_without_gap_or_repeat(sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    let saves =
        (0..25).map(|i| testkit::save(&format!("id-{i:02}"), &format!("Tekst {i}."))).collect();
    save_all(&mut client, saves, false).await;
    let mut request = pb::ListContributionsRequest {
        cycle: "plan/2021".into(),
        page_size: 7,
        ..pb::ListContributionsRequest::default()
    };
    let mut ids = Vec::new();
    loop {
        let page =
            client.contributions().list_contributions(request.clone()).await.unwrap().into_inner();
        ids.extend(page.contributions.into_iter().map(|contribution| contribution.external_id));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(ids, (0..25).map(|i| format!("id-{i:02}")).collect::<Vec<_>>());
    let foreign = pb::ListContributionsRequest {
        organisation: "alfa".into(),
        page_token: "AAAAAAAAAAAAAAAA".into(),
        ..request
    };
    assert_eq!(
        reason(&client.contributions().list_contributions(foreign).await.unwrap_err()),
        "INVALID_PAGE_TOKEN"
    );
}
