//! The calls about people, and those that take something out of the record.

use wire::{internal, v1 as pb};

use crate::{audit::coverage::Ledger, calls, people, sandbox::Sandbox};

pub(super) async fn make(ledger: &mut Ledger, sandbox: &Sandbox) {
    let client = || sandbox.people.clone();
    let save = || async { people::save(&mut client(), people::anna()).await.unwrap() };
    ledger.once("PersonService.SavePerson", async { drop(save().await) }).await;
    let id = save().await.id;
    ledger
        .once("PersonService.AddMembership", async {
            people::add(&mut client(), &id, people::contributor("alfa")).await.unwrap();
        })
        .await;
    ledger
        .once("PersonService.GetPerson", async {
            let request = pb::GetPersonRequest { id: id.clone() };
            client().people().get_person(request).await.unwrap();
        })
        .await;
    ledger
        .once("PersonService.ListPeople", async {
            let request = pb::ListPeopleRequest::default();
            client().people().list_people(request).await.unwrap();
        })
        .await;
    ledger
        .once("PersonService.EndMembership", async {
            people::end(&mut client(), &id, 1, "").await.unwrap();
        })
        .await;
    ledger
        .once("PersonService.ErasePerson", async {
            people::erase(&mut client(), &id).await.unwrap();
        })
        .await;
    withdraw_and_erase(ledger, sandbox).await;
}

/// One file of the edition is still missing; a failure of it ends the rendering.
async fn withdraw_and_erase(ledger: &mut Ledger, sandbox: &Sandbox) {
    let (storage, mut rendering) = (sandbox.client.clone(), sandbox.rendering.clone());
    let html = "plan/2021/1/html/nl";
    let lease = calls::lease(&mut rendering, html).await.unwrap();
    let fail = internal::FailJobRequest { name: html.into(), lease, error: "broken".into() };
    rendering.jobs().fail_job(fail).await.unwrap();
    let list = pb::ListContributionsRequest { cycle: "plan/2021".into(), ..Default::default() };
    let listed = storage.contributions().list_contributions(list).await.unwrap().into_inner();
    let id = listed.contributions[0].id.clone();
    ledger
        .once("EditionService.WithdrawEdition", async {
            let name = "plan/2021/1".into();
            let request = pb::WithdrawEditionRequest { name, reason: "wrong".into() };
            drop(sandbox.client.editions().withdraw_edition(request).await.unwrap());
        })
        .await;
    ledger
        .once("ContributionService.EraseContribution", async {
            let request = pb::EraseContributionRequest {
                id,
                reason: "court order".into(),
                ..Default::default()
            };
            drop(sandbox.people.contributions().erase_contribution(request).await.unwrap());
        })
        .await;
}
