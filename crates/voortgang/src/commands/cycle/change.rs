//! `cycle change`, `close`, `reopen` and `changes`.

use rpc::all_pages;
use wire::v1::{self as pb, CycleEffectKind};

use crate::{
    cli::{ChangeArgs, CloseArgs},
    client::{Client, PAGE_SIZE, ask},
    commands::{cycle, lines, names::Names, some, time, word},
    error::Error,
    output::Output,
};

pub(super) async fn change(
    arguments: ChangeArgs,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let ChangeArgs {
        name,
        reason,
        opening,
        deadline,
        joining,
        leaving,
        review,
        gaps,
        framework_version,
        dry_run,
    } = arguments;
    let request = pb::ChangeCycleRequest {
        name,
        reason,
        opening: opening.map(date),
        deadline: deadline.map(date),
        joining,
        leaving,
        review: review.map_or(0, |review| pb::ReviewPolicy::from(review).into()),
        gaps: gaps.map_or(0, |gaps| pb::GapPolicy::from(gaps).into()),
        framework_version: framework_version.unwrap_or_default(),
        validate_only: dry_run,
    };
    let answer = client.cycles().change_cycle(ask(request)).await?.into_inner();
    output.message(answer, |pb::ChangeCycleResponse { cycle, changed, effects, before }| {
        let mut text = text("changed", cycle.as_ref(), *changed, effects, dry_run);
        let (Some(before), Some(cycle)) = (before, cycle) else { return text };
        for line in differences(before, cycle).iter().chain(&owing_nothing(before, cycle, effects))
        {
            text.push_str("\n  ");
            text.push_str(line);
        }
        text
    })
}

/// What differs between two states of a cycle, each as it was and as it is.
fn differences(before: &pb::Cycle, now: &pb::Cycle) -> Vec<String> {
    let shown = |cycle: &pb::Cycle| {
        let date = |date: &str| some(date).unwrap_or("none").to_owned();
        [
            ("state", word(cycle.state().as_str_name(), "CYCLE_STATE_")),
            ("opening", date(&cycle.opening)),
            ("deadline", date(&cycle.deadline)),
            ("organisations", cycle.organisations.join(", ")),
            ("review", word(cycle.review().as_str_name(), "REVIEW_POLICY_")),
            ("gaps", word(cycle.gaps().as_str_name(), "GAP_POLICY_")),
            ("framework version", cycle.framework_version.to_string()),
        ]
    };
    let pairs = shown(before).into_iter().zip(shown(now));
    let different = pairs.filter(|((_, was), (_, is))| was != is);
    different.map(|((field, was), (_, is))| format!("{field}: {was} -> {is}")).collect()
}

/// Who joined and owes nothing yet, with what gives them something to answer.
fn owing_nothing(before: &pb::Cycle, now: &pb::Cycle, effects: &[pb::CycleEffect]) -> Vec<String> {
    let owes = |code: &String| {
        effects.iter().any(|effect| {
            effect.kind() == CycleEffectKind::ObligationAdded && effect.organisation == *code
        })
    };
    let joined = now.organisations.iter().filter(|code| !before.organisations.contains(code));
    let line = |code: &String| {
        format!(
            "{code} owes nothing yet; `voortgang obligations assign {} --organisation {code} --goal GOAL` asks for something",
            now.name
        )
    };
    joined.filter(|code| !owes(code)).map(line).collect()
}

pub(super) async fn close(
    CloseArgs { name, reason, dry_run }: CloseArgs,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let request = pb::CloseCycleRequest { name, reason, validate_only: dry_run };
    let answer = client.cycles().close_cycle(ask(request)).await?.into_inner();
    output.message(answer, |pb::CloseCycleResponse { cycle, changed, effects }| {
        text("closed", cycle.as_ref(), *changed, effects, dry_run)
    })
}

pub(super) async fn reopen(
    CloseArgs { name, reason, dry_run }: CloseArgs,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let request = pb::ReopenCycleRequest { name, reason, validate_only: dry_run };
    let answer = client.cycles().reopen_cycle(ask(request)).await?.into_inner();
    output.message(answer, |pb::ReopenCycleResponse { cycle, changed, effects }| {
        text("opened again", cycle.as_ref(), *changed, effects, dry_run)
    })
}

pub(super) async fn list(name: String, client: &Client, output: Output) -> Result<(), Error> {
    let changes = all_pages(|page_token| {
        let name = name.clone();
        let request = pb::ListCycleChangesRequest { name, page_size: PAGE_SIZE, page_token };
        async move {
            let page = client.cycles().list_cycle_changes(ask(request)).await?.into_inner();
            Ok((page.changes, page.next_page_token))
        }
    })
    .await?;
    let actors = changes.iter().map(|one: &pb::CycleChange| one.actor.as_str());
    let names = Names::of(actors, client, output).await;
    let list = pb::ListCycleChangesResponse { changes, ..Default::default() };
    let line = |one: &pb::CycleChange| made(one, &names);
    output
        .message(list, |list| lines(&list.changes, line, "nothing was changed since it was opened"))
}

/// `none` takes a date away.
fn date(text: String) -> String {
    if text == "none" { String::new() } else { text }
}

fn text(
    done: &str,
    cycle: Option<&pb::Cycle>,
    changed: bool,
    effects: &[pb::CycleEffect],
    dry_run: bool,
) -> String {
    let shown = cycle.map_or(String::new(), cycle::text);
    if !changed {
        return format!("nothing changed: {shown}");
    }
    let done = if dry_run { "dry run: nothing was kept".to_owned() } else { done.to_owned() };
    let mut text = format!("{done}: {shown}");
    for effect in effects {
        text.push_str("\n  ");
        text.push_str(&line(effect));
    }
    text
}

fn line(effect: &pb::CycleEffect) -> String {
    let pb::CycleEffect {
        organisation, goal, indicator, contribution, external_id, partner, ..
    } = effect;
    let what = match (some(indicator), some(goal)) {
        (Some(code), _) | (None, Some(code)) => format!("{organisation} {code}"),
        (None, None) => format!("{organisation}/{}", some(external_id).unwrap_or(contribution)),
    };
    let with = some(partner).map_or(String::new(), |partner| format!("{partner} "));
    format!("{what}: {with}{}", words(effect.kind()))
}

fn words(kind: CycleEffectKind) -> &'static str {
    match kind {
        CycleEffectKind::ObligationAdded => "is owed from now on",
        CycleEffectKind::ObligationRemoved => "is not owed any more",
        CycleEffectKind::ObligationLate => "is late now",
        CycleEffectKind::ObligationInTime => "is not late any more",
        CycleEffectKind::ObligationShut => "stays open: it cannot be answered any more",
        CycleEffectKind::ObligationAnswerable => "can be answered again",
        CycleEffectKind::TextPublishable => "goes into the next edition",
        CycleEffectKind::TextAwaitsApproval => "needs approval before it is published",
        CycleEffectKind::TextLeftOut => "stays in the record, and goes into no edition",
        CycleEffectKind::TextOutsideFramework => {
            "names what the framework does not have: it has to be handed in anew, or publishing is refused"
        }
        CycleEffectKind::TextShut => "is not handed in, and cannot be any more",
        CycleEffectKind::TextEditable => "is not handed in, and can be again",
        CycleEffectKind::ObligationStaysOpen => "stays open, which was accepted or is allowed",
        CycleEffectKind::ObligationBlocks => {
            "is an open gap: no edition is published until it is answered or accepted"
        }
        CycleEffectKind::TextWithoutPartner => {
            "reports it no more: no edition names it with this text, and its approval is not awaited"
        }
        CycleEffectKind::TextWithPartner => {
            "reports it too from now on: editions name it with this text, and under review its approval is awaited"
        }
        CycleEffectKind::Unspecified => "changes in a way that this version does not know",
    }
}

fn made(change: &pb::CycleChange, names: &Names) -> String {
    let pb::CycleChange { number, cycle, reason, actor, time: at, before } = change;
    let reason = reason.replace('\n', " ");
    let (at, actor) = (time(at.as_ref()), names.with_id(actor));
    let mut text = format!("{number}  {at}  {actor}: {reason}");
    if let (Some(before), Some(cycle)) = (before, cycle) {
        for line in differences(before, cycle) {
            text.push_str("\n   ");
            text.push_str(&line);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_said_as_it_was_and_as_it_is() {
        let before = pb::Cycle {
            name: "plan/2021".into(),
            organisations: vec!["alfa".into()],
            gaps: pb::GapPolicy::Print.into(),
            ..pb::Cycle::default()
        };
        let now = pb::Cycle {
            deadline: "2022-03-01".into(),
            organisations: vec!["alfa".into(), "beta".into()],
            gaps: pb::GapPolicy::Refuse.into(),
            ..before.clone()
        };
        assert_eq!(differences(&before, &before), [""; 0]);
        let expected = [
            "deadline: none -> 2022-03-01",
            "organisations: alfa -> alfa, beta",
            "gaps: print -> refuse",
        ];
        assert_eq!(differences(&before, &now), expected);
        let [line] = &owing_nothing(&before, &now, &[])[..] else { panic!("one joined") };
        assert!(line.starts_with("beta owes nothing yet"), "{line}");
        let added = pb::CycleEffect {
            kind: CycleEffectKind::ObligationAdded.into(),
            organisation: "beta".into(),
            ..pb::CycleEffect::default()
        };
        assert_eq!(owing_nothing(&before, &now, &[added]), [""; 0]);
    }

    #[test]
    fn an_effect_on_a_partner_names_text_and_partner() {
        let effect = pb::CycleEffect {
            kind: CycleEffectKind::TextWithoutPartner.into(),
            organisation: "alfa".into(),
            external_id: "a-1".into(),
            partner: "beta".into(),
            ..pb::CycleEffect::default()
        };
        let line = line(&effect);
        assert!(line.starts_with("alfa/a-1: beta reports it no more: "), "{line}");
    }
}
