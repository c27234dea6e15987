//! `cycle open`, `list` and `show`.

use wire::v1 as pb;

use crate::{
    cli::{CycleCommand, Gaps, OpenArgs, Review},
    client::{Client, ask},
    commands::{lines, some, word},
    output::Output,
    stop::Stop,
};

pub(crate) async fn run(
    command: CycleCommand,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    match command {
        CycleCommand::Open(arguments) => {
            let opened = open(arguments, client).await?;
            output.message(opened, |pb::OpenCycleResponse { cycle, created }| {
                let name = cycle.as_ref().map_or("", |cycle| &cycle.name);
                if *created {
                    format!("{name} opened")
                } else {
                    format!("{name} is open already; nothing changed")
                }
            })
        }
        CycleCommand::List { framework } => list(framework, client, output).await,
        CycleCommand::Show { name } => {
            let cycle = client
                .cycles()
                .get_cycle(ask(pb::GetCycleRequest { name }))
                .await?
                .into_inner()
                .cycle
                .unwrap_or_default();
            output.message(cycle, |cycle| {
                let gaps = word(cycle.gaps().as_str_name(), "GAP_POLICY_");
                let review = word(cycle.review().as_str_name(), "REVIEW_POLICY_");
                format!("{}\ngaps  {gaps}\nreview  {review}", text(cycle))
            })
        }
    }
}

/// Opens a cycle.
pub(crate) async fn open(
    arguments: OpenArgs,
    client: &Client,
) -> Result<pb::OpenCycleResponse, Stop> {
    let OpenArgs {
        framework,
        from,
        until,
        framework_version,
        organisations,
        opening,
        deadline,
        gaps,
        review,
    } = arguments;
    let review = match review {
        Review::None => pb::ReviewPolicy::None,
        Review::FourEyes => pb::ReviewPolicy::FourEyes,
    };
    let gaps = match gaps {
        Gaps::Print => pb::GapPolicy::Print,
        Gaps::Refuse => pb::GapPolicy::Refuse,
    };
    let cycle = pb::Cycle {
        framework,
        framework_version,
        from,
        until,
        organisations,
        opening,
        deadline,
        gaps: gaps.into(),
        review: review.into(),
        ..pb::Cycle::default()
    };
    Ok(client
        .cycles()
        .open_cycle(ask(pb::OpenCycleRequest { cycle: Some(cycle) }))
        .await?
        .into_inner())
}

async fn list(framework: String, client: &Client, output: Output) -> Result<(), Stop> {
    let mut cycles = Vec::new();
    let mut request =
        pb::ListCyclesRequest { framework, page_size: 200, page_token: String::new() };
    loop {
        let page = client.cycles().list_cycles(ask(request.clone())).await?.into_inner();
        cycles.extend(page.cycles);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let list = pb::ListCyclesResponse { cycles, ..Default::default() };
    output.message(list, |list| {
        lines(
            &list.cycles,
            text,
            "no cycle yet; open one with `voortgang cycle open FRAMEWORK --from DATE --until DATE`",
        )
    })
}

fn text(cycle: &pb::Cycle) -> String {
    let pb::Cycle {
        name, framework, framework_version, from, until, organisations, deadline, ..
    } = cycle;
    let state = word(cycle.state().as_str_name(), "CYCLE_STATE_");
    let deadline = some(deadline).map_or(String::new(), |deadline| format!(", until {deadline}"));
    format!(
        "{name}  {state}{deadline}  {from} to {until}  {framework}@{framework_version}  {}",
        organisations.join(", ")
    )
}
