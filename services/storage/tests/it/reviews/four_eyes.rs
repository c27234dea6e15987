//! Four eyes, and what it takes to override them.

use prost::Message as _;
use testkit::save;
use tonic::Code;
use wire::v1 as pb;

use crate::{
    audit::pool,
    people,
    reviews::{
        approve, draft, give_back, opened, pinned, publish, reason, review_by, saved, storage_by,
        withdraw,
    },
    sandbox::{Obligations, Sandbox},
};

pub(super) async fn overrides(sandbox: &Sandbox) -> Vec<pb::Override> {
    let request = pb::ListOverridesRequest { cycle: "plan/2021".into() };
    review_by(sandbox, "rita")
        .overrides()
        .list_overrides(request)
        .await
        .unwrap()
        .into_inner()
        .overrides
}

pub(crate) async fn nobody_approves_what_they_wrote(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    // Whoever wrote any of it wrote it.
    saved(&sandbox, "rita", draft("a-1", "Een.")).await;
    let one = saved(&sandbox, "anna", save("a-1", "Twee.")).await;
    for somebody in ["anna", "rita"] {
        let status = approve(&sandbox, somebody, &one, "").await.unwrap_err();
        let refusal = (status.code(), reason(&status));
        assert_eq!(refusal, (Code::FailedPrecondition, "FOUR_EYES".to_owned()), "{somebody}");
    }
    approve(&sandbox, "sara", &one, "").await.unwrap();
    let next = saved(&sandbox, "anna", save("a-1", "Drie.")).await;
    approve(&sandbox, "sara", &next, "").await.unwrap();
    assert_eq!(overrides(&sandbox).await, []);
}

pub(crate) async fn neither_approval_nor_return_makes_an_author_a_reviewer(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let one = saved(&sandbox, "rita", save("a-1", "Een tekst.")).await;
    let approved = approve(&sandbox, "sara", &one, "").await.unwrap();
    give_back(&sandbox, &approved, Vec::new()).await.unwrap();
    let next = saved(&sandbox, "anna", save("a-1", "Een text.")).await;
    let status = approve(&sandbox, "rita", &next, "").await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "FOUR_EYES"));
    // Nor where the approved text comes back as it was.
    saved(&sandbox, "anna", save("a-1", "Iets anders.")).await;
    let back = saved(&sandbox, "anna", save("a-1", "Een tekst.")).await;
    assert_eq!(reason(&approve(&sandbox, "rita", &back, "").await.unwrap_err()), "FOUR_EYES");
    approve(&sandbox, "sara", &back, "").await.unwrap();
}

pub(crate) async fn who_wrote_only_a_figure_or_an_erased_text_wrote_it_too(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    saved(&sandbox, "rita", save("a-1", "Een tekst.")).await;
    let mut with_figure = save("a-1", "Een tekst.");
    with_figure.content.as_mut().unwrap().figures = vec![pb::Figure {
        indicator: "1-a".into(),
        kind: pb::FigureKind::Count.into(),
        precision: pb::Precision::Exact.into(),
        value: "12".into(),
        unit: "aantal".into(),
        ..pb::Figure::default()
    }];
    saved(&sandbox, "sara", with_figure).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een tekst.")).await;
    assert_eq!(reason(&approve(&sandbox, "sara", &one, "").await.unwrap_err()), "FOUR_EYES");
    let erase = pb::EraseContributionRequest {
        id: one.id.clone(),
        reason: "GDPR, article 17".into(),
        ..pb::EraseContributionRequest::default()
    };
    storage_by(&sandbox, "carla").contributions().erase_contribution(erase).await.unwrap();
    let again = saved(&sandbox, "anna", save("a-1", "Een nieuwe tekst.")).await;
    for somebody in ["rita", "sara"] {
        let status = approve(&sandbox, somebody, &again, "").await.unwrap_err();
        assert_eq!(reason(&status), "FOUR_EYES", "{somebody}");
    }
}

pub(crate) async fn the_same_text_under_another_id_has_the_same_authors(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let one = saved(&sandbox, "rita", save("a-1", "Een tekst.")).await;
    withdraw(&sandbox, &one).await.unwrap();
    let copy = saved(&sandbox, "anna", save("a-2", "Een tekst.")).await;
    assert_eq!(reason(&approve(&sandbox, "rita", &copy, "").await.unwrap_err()), "FOUR_EYES");
    let other = saved(&sandbox, "anna", save("a-3", "Een andere tekst.")).await;
    approve(&sandbox, "rita", &other, "").await.unwrap();
}

pub(crate) async fn a_person_is_one_whatever_the_token_names_them(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    // Written before she was known as a person, as herself, and by the id of the person.
    let before = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let person = pb::Person { subject: "anna".into(), ..people::anna() };
    let person = people::save(&mut sandbox.people.clone(), person).await.unwrap();
    let as_person = saved(&sandbox, "anna", save("b-1", "Twee.")).await;
    for one in [&before, &as_person] {
        let status = approve(&sandbox, &person.id, one, "").await.unwrap_err();
        assert_eq!(reason(&status), "FOUR_EYES");
    }
    // Her identity provider gives her another subject.
    let renamed = pb::Person { subject: "anna-2".into(), ..person.clone() };
    people::save(&mut sandbox.people.clone(), renamed).await.unwrap();
    for (name, one) in [("anna-2", &before), ("anna-2", &as_person), (&person.id, &before)] {
        let status = approve(&sandbox, name, one, "").await.unwrap_err();
        assert_eq!(reason(&status), "FOUR_EYES", "{name}");
    }
    approve(&sandbox, "rita", &before, "").await.unwrap();
}

pub(crate) async fn no_author_publishes_or_confirms(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    saved(&sandbox, "piet", draft("a-1", "Een.")).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een en twee.")).await;
    approve(&sandbox, "anna", &one, "Niemand anders was er.").await.unwrap();
    // Piet wrote the first words, whoever handed them in.
    assert_eq!(reason(&publish(&sandbox, "piet", "").await.unwrap_err()), "FOUR_EYES");
    let [made] = overrides(&sandbox).await.try_into().unwrap();
    let confirm = || pb::ConfirmOverrideRequest { id: made.id.clone() };
    for somebody in ["anna", "piet"] {
        let status = review_by(&sandbox, somebody)
            .overrides()
            .confirm_override(confirm())
            .await
            .unwrap_err();
        assert_eq!(reason(&status), "FOUR_EYES", "{somebody}");
    }
    review_by(&sandbox, "rita").overrides().confirm_override(confirm()).await.unwrap();
    publish(&sandbox, "rita", "").await.unwrap();
}

pub(crate) async fn what_was_rolled_forward_was_written_by_its_author_of_before(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    saved(&sandbox, "anna", save("a-1", "Van vorig jaar.")).await;
    saved(&sandbox, "anna", save("b-1", "Ook van toen.")).await;
    let next = pb::Cycle {
        from: "2022-01-01".into(),
        until: "2022-12-31".into(),
        review: pb::ReviewPolicy::FourEyes.into(),
        ..testkit::cycle().into()
    };
    let rita = storage_by(&sandbox, "rita");
    rita.cycles()
        .open_cycle(pb::OpenCycleRequest { cycle: Some(next), ..Default::default() })
        .await
        .unwrap();
    let request = pb::RollForwardRequest {
        cycle: "plan/2022".into(),
        from: String::new(),
        ..Default::default()
    };
    let rolled =
        Obligations::new(sandbox.by("rita")).obligations().roll_forward(request).await.unwrap();
    assert_eq!(rolled.into_inner().drafts, 2);
    let of_2022 = |one: pb::Save| pb::Save { cycle: "plan/2022".into(), ..one };
    // Whoever hands it in, and whoever wrote it last year.
    let one = saved(&sandbox, "sara", of_2022(save("a-1", "Van vorig jaar."))).await;
    for somebody in ["sara", "anna"] {
        let status = approve(&sandbox, somebody, &one, "").await.unwrap_err();
        assert_eq!(reason(&status), "FOUR_EYES", "{somebody}");
    }
    approve(&sandbox, "rita", &one, "").await.unwrap();
    // Whoever edits it wrote it; whoever rolled it forward did not, and a change does not take it from its first author.
    saved(&sandbox, "rita", of_2022(draft("b-1", "Van dit jaar."))).await;
    let other = saved(&sandbox, "sara", of_2022(save("b-1", "Van dit jaar."))).await;
    for somebody in ["rita", "anna"] {
        let status = approve(&sandbox, somebody, &other, "").await.unwrap_err();
        assert_eq!(reason(&status), "FOUR_EYES", "{somebody}");
    }
}

pub(crate) async fn who_becomes_known_as_a_person_stays_the_author(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let other = saved(&sandbox, "anna", save("b-1", "Twee.")).await;
    approve(&sandbox, "anna", &other, "Niemand anders was er.").await.unwrap();
    let [made] = overrides(&sandbox).await.try_into().unwrap();
    let person = pb::Person { subject: "anna".into(), ..people::anna() };
    let person = people::save(&mut sandbox.people.clone(), person).await.unwrap();
    let status = approve(&sandbox, "anna", &one, "").await.unwrap_err();
    assert_eq!(reason(&status), "FOUR_EYES");
    let confirm = pb::ConfirmOverrideRequest { id: made.id };
    let status =
        review_by(&sandbox, "anna").overrides().confirm_override(confirm).await.unwrap_err();
    assert_eq!(reason(&status), "FOUR_EYES");
    let approved = approve(&sandbox, "rita", &one, "").await.unwrap();
    assert_eq!(approved.author, "anna", "what was done before stays under the name of then");
    let status = publish(&sandbox, "anna", "").await.unwrap_err();
    assert_eq!(reason(&status), "FOUR_EYES");
    let next = saved(&sandbox, "anna", save("a-1", "Drie.")).await;
    assert_eq!(next.author, person.id);
    assert_eq!(reason(&approve(&sandbox, "anna", &next, "").await.unwrap_err()), "FOUR_EYES");
}

/// The second edition, which says that rita confirmed an override and nothing else.
fn second_after_confirmation(answer: pb::PublishEditionResponse) -> pb::Edition {
    let edition = answer.edition.unwrap();
    assert_eq!((answer.created, edition.number), (true, 2));
    let [change] = edition.changes.as_slice() else { panic!("{:?}", edition.changes) };
    let said = (change.kind(), change.actor.as_str());
    assert_eq!(said, (pb::EditionChangeKind::OverrideConfirmed, "rita"));
    edition
}

pub(crate) async fn an_override_has_a_reason_and_waits_for_a_second_person(sandbox: Sandbox) {
    let client = opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let long = "x".repeat(1_001);
    let status = approve(&sandbox, "anna", &one, &long).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "TOO_LONG"));
    approve(&sandbox, "anna", &one, "Niemand anders was er.").await.unwrap();
    let [made] = overrides(&sandbox).await.try_into().unwrap();
    let entry = (made.action.as_str(), made.object.as_str(), made.actor.as_str());
    assert_eq!(entry, ("contribution.approve", one.id.as_str(), "anna"));
    assert_eq!((made.reason.as_str(), made.confirm_time), ("Niemand anders was er.", None));
    // A reason that nothing needs is no override.
    let other = saved(&sandbox, "anna", save("b-1", "Twee.")).await;
    approve(&sandbox, "rita", &other, "Voor de zekerheid.").await.unwrap();
    assert_eq!(overrides(&sandbox).await.len(), 1);
    let first = publish(&sandbox, "piet", "").await.unwrap().edition.unwrap();
    let shown = |edition: &pb::Edition| {
        let fields = |one: &pb::Override| {
            (
                one.reason.clone(),
                one.confirm_time.is_some(),
                one.actor.clone(),
                one.confirmed_by.clone(),
            )
        };
        edition.overrides.iter().map(fields).collect::<Vec<_>>()
    };
    let nobody = String::new;
    assert_eq!(shown(&first), [("Niemand anders was er.".into(), false, nobody(), nobody())]);
    let confirm = pb::ConfirmOverrideRequest { id: made.id.clone() };
    let status = review_by(&sandbox, "anna")
        .overrides()
        .confirm_override(confirm.clone())
        .await
        .unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "FOUR_EYES"));
    let confirmed =
        review_by(&sandbox, "rita").overrides().confirm_override(confirm.clone()).await.unwrap();
    let confirmed = confirmed.into_inner().r#override.unwrap();
    assert_eq!(confirmed.confirmed_by, "rita");
    sandbox.clock.advance(1_000);
    let again = review_by(&sandbox, "sara")
        .overrides()
        .confirm_override(confirm)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again.r#override, Some(confirmed.clone()));
    assert_eq!(overrides(&sandbox).await, [confirmed]);
    let unknown = pb::ConfirmOverrideRequest { id: uuid::Uuid::nil().to_string() };
    let status =
        review_by(&sandbox, "rita").overrides().confirm_override(unknown).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    // What is printed of it changed, so that there is a new edition; the first stays as it was.
    let second = publish(&sandbox, "piet", "").await.unwrap();
    let edition = second_after_confirmation(second);
    assert_eq!(shown(&edition), [("Niemand anders was er.".into(), true, nobody(), nobody())]);
    let request = pb::GetEditionRequest { name: first.name.clone() };
    let kept = client.editions().get_edition(request).await.unwrap().into_inner().edition.unwrap();
    assert_eq!(shown(&kept), shown(&first));
}

pub(crate) async fn publishing_takes_what_is_approved_or_a_reason(sandbox: Sandbox) {
    let mut client = opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let mut names = Vec::new();
    for place in 0..12 {
        names.push(saved(&sandbox, "anna", save(&format!("c-{place:02}"), "Tekst.")).await);
    }
    let status = publish(&sandbox, "piet", "").await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::FailedPrecondition, "NOT_APPROVED")
    );
    let message = status.message();
    assert!(
        message.contains("alfa/c-00 (submitted), ") && message.contains("and 2 more"),
        "{message}"
    );
    assert_eq!(message.matches("(submitted)").count(), 10, "{message}");
    // What was returned or withdrawn stands in no edition, and nobody waits for it.
    for one in &names[..5] {
        approve(&sandbox, "rita", one, "").await.unwrap();
    }
    for one in &names[5..10] {
        give_back(&sandbox, one, Vec::new()).await.unwrap();
    }
    withdraw(&sandbox, &names[10]).await.unwrap();
    let status = publish(&sandbox, "piet", "").await.unwrap_err();
    let expected = "these are not: alfa/c-11 (submitted);";
    assert!(status.message().contains(expected), "{}", status.message());
    let made = publish(&sandbox, "piet", "De Kamer wacht.").await.unwrap();
    let edition = made.edition.unwrap();
    let ids: Vec<String> =
        pinned(&mut client, &edition.name).await.into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["c-00", "c-01", "c-02", "c-03", "c-04", "c-11"]);
    let again = publish(&sandbox, "piet", "De Kamer wacht.").await.unwrap();
    assert_eq!((made.created, again.created), (true, false));
    let [one] = overrides(&sandbox).await.try_into().unwrap();
    let entry = (one.action.as_str(), one.object.as_str(), one.actor.as_str());
    assert_eq!(entry, ("edition.publish", edition.name.as_str(), "piet"));
    assert_eq!(edition.overrides[0].reason, "De Kamer wacht.");
    approve(&sandbox, "rita", &names[11], "").await.unwrap();
    let edition = publish(&sandbox, "piet", "").await.unwrap().edition.unwrap();
    assert_eq!((edition.number, edition.overrides), (2, vec![]));
}

pub(crate) async fn nobody_publishes_what_they_handed_in(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    for (name, author) in [("a-1", "anna"), ("b-1", "piet")] {
        let one = saved(&sandbox, author, save(name, "Tekst.")).await;
        approve(&sandbox, "rita", &one, "").await.unwrap();
    }
    let status = publish(&sandbox, "piet", "").await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "FOUR_EYES"));
    assert!(status.message().contains("you wrote part of alfa/b-1:"), "{}", status.message());
    publish(&sandbox, "sara", "").await.unwrap();
    assert_eq!(overrides(&sandbox).await, []);
    let next = saved(&sandbox, "piet", save("b-1", "Anders.")).await;
    approve(&sandbox, "rita", &next, "").await.unwrap();
    publish(&sandbox, "piet", "Er is haast.").await.unwrap();
    assert_eq!(overrides(&sandbox).await.len(), 1);
}

/// Changes one byte of a saved revision behind the back of storage.
async fn tamper(sandbox: &Sandbox, id: &str, with: impl Fn(&mut pb::Contribution)) {
    let pool = pool(sandbox).await;
    let sql = "SELECT body FROM revisions WHERE contribution = $1";
    let row = sqlx::query(sql).bind(id).fetch_one(&pool).await.unwrap();
    let body: Vec<u8> = sqlx::Row::get(&row, "body");
    let mut contribution = pb::Contribution::decode(body.as_slice()).unwrap();
    with(&mut contribution);
    let sql = "UPDATE revisions SET body = $2 WHERE contribution = $1";
    let query = sqlx::query(sql).bind(id).bind(contribution.encode_to_vec());
    query.execute(&pool).await.unwrap();
}

fn one_byte(contribution: &mut pb::Contribution) {
    let markdown = &mut contribution.content.as_mut().unwrap().narratives[0].markdown;
    *markdown = markdown.replace("Tekst", "Tekzt");
}

pub(crate) async fn what_was_changed_behind_its_back_is_not_published(sandbox: Sandbox) {
    opened(&sandbox, pb::ReviewPolicy::FourEyes).await;
    let mut approved = Vec::new();
    for name in ["a-1", "b-1", "c-1"] {
        let one = saved(&sandbox, "anna", save(name, "Tekst.")).await;
        approved.push(approve(&sandbox, "rita", &one, "").await.unwrap());
    }
    let one = saved(&sandbox, "anna", save("d-1", "Tekst.")).await;
    tamper(&sandbox, &one.id, one_byte).await;
    let status = approve(&sandbox, "rita", &one, "").await.unwrap_err();
    assert_eq!(reason(&status), "CONTENT_CHANGED");
    withdraw(&sandbox, &one).await.unwrap_err();
    tamper(&sandbox, &one.id, |one| {
        let markdown = &mut one.content.as_mut().unwrap().narratives[0].markdown;
        *markdown = "Tekst.".into();
    })
    .await;
    withdraw(&sandbox, &one).await.unwrap();
    tamper(&sandbox, &approved[1].id, one_byte).await;
    // Nor with a reason, nor where its hash was changed along with it.
    for override_reason in ["", "Er is haast."] {
        let status = publish(&sandbox, "piet", override_reason).await.unwrap_err();
        let refusal = (status.code(), reason(&status));
        assert_eq!(refusal, (Code::FailedPrecondition, "CONTENT_CHANGED".to_owned()));
        let message = status.message();
        assert!(message.contains("`alfa/b-1` at revision 1"), "{message}");
        assert!(!message.contains("a-1") && !message.contains("c-1"), "{message}");
    }
    tamper(&sandbox, &approved[1].id, |one| {
        let content = one.content.clone().unwrap().try_into().unwrap();
        one.content_hash = model::canonical::content_hash(&content).to_string();
    })
    .await;
    let status = publish(&sandbox, "piet", "").await.unwrap_err();
    assert_eq!(reason(&status), "CONTENT_CHANGED");
}
