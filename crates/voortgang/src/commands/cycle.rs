//! `cycle open`, `list`, `show` and what changes a cycle.

mod change;
mod findings;

use rpc::all_pages;
use wire::v1 as pb;

use crate::{
    cli::{CycleCommand, Gaps, OpenArgs, Review},
    client::{Client, PAGE_SIZE, ask},
    commands::{lines, some, word},
    error::Error,
    output::Output,
};

pub(crate) async fn run(
    command: CycleCommand,
    client: &Client,
    output: Output,
    is_verbose: bool,
) -> Result<(), Error> {
    match command {
        CycleCommand::Open(arguments) => {
            let is_dry = arguments.dry_run;
            let opened = open(arguments, client).await?;
            output.message(opened, |pb::OpenCycleResponse { cycle, created }| {
                let name = cycle.as_ref().map_or("", |cycle| &cycle.name);
                match (*created, is_dry, cycle) {
                    (true, true, Some(cycle)) => {
                        format!("dry run: nothing was kept\n{}", text(cycle))
                    }
                    (true, ..) => format!("{name} opened"),
                    (false, ..) => format!("{name} is open already; nothing changed"),
                }
            })
        }
        CycleCommand::Change(arguments) => change::change(arguments, client, output).await,
        CycleCommand::Close(arguments) => change::close(arguments, client, output).await,
        CycleCommand::Reopen(arguments) => change::reopen(arguments, client, output).await,
        CycleCommand::Changes { name } => change::list(name, client, output).await,
        CycleCommand::Findings { name } => findings::list(name, client, output, is_verbose).await,
        CycleCommand::List { framework } => list(framework, client, output).await,
        CycleCommand::Show { name } => {
            let request = pb::GetCycleRequest { name };
            let cycle = client.cycles().get_cycle(ask(request)).await?.into_inner().cycle;
            let cycle = cycle.unwrap_or_default();
            let newer = newer(&cycle, client).await?;
            let deadlines = deadlines(&cycle, client).await;
            output.message(cycle, |cycle| {
                let gaps = word(cycle.gaps().as_str_name(), "GAP_POLICY_");
                let review = word(cycle.review().as_str_name(), "REVIEW_POLICY_");
                let opening = some(&cycle.opening)
                    .map_or(String::new(), |opening| format!("\nopening  {opening}"));
                format!(
                    "{}{opening}{deadlines}\ngaps  {gaps}\nreview  {review}{newer}",
                    text(cycle)
                )
            })
        }
    }
}

/// A line on each organisation with a deadline of its own, as its obligations show it to who may see them.
async fn deadlines(cycle: &pb::Cycle, client: &Client) -> String {
    let mut lines = Vec::new();
    for organisation in &cycle.organisations {
        let request = pb::ListObligationsRequest {
            cycle: cycle.name.clone(),
            organisation: organisation.clone(),
            page_size: 1,
            ..pb::ListObligationsRequest::default()
        };
        let Ok(answer) = client.obligations().list_obligations(ask(request)).await else {
            continue;
        };
        for owed in answer.into_inner().obligations {
            if let Some(why) = some(&owed.deadline_reason) {
                let why = why.replace('\n', " ");
                lines.push(format!("\ndeadline  {organisation} {}: {why}", owed.deadline));
            }
        }
    }
    lines.concat()
}

/// A line on the later version of the framework; empty where there is none.
async fn newer(cycle: &pb::Cycle, client: &Client) -> Result<String, Error> {
    let pb::Cycle { name, framework, framework_version, .. } = cycle;
    let request = pb::GetFrameworkRequest { code: framework.clone(), version: 0 };
    let latest = client.frameworks().get_framework(ask(request)).await?.into_inner().framework;
    let latest = latest.unwrap_or_default().version;
    if latest <= *framework_version {
        return Ok(String::new());
    }
    Ok(format!(
        "\nnewer  {framework}@{latest}; `voortgang cycle change {name} --framework-version {latest} --dry-run --reason TEXT` lists what it would change"
    ))
}

/// Opens a cycle.
pub(crate) async fn open(
    arguments: OpenArgs,
    client: &Client,
) -> Result<pb::OpenCycleResponse, Error> {
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
        dry_run,
    } = arguments;
    let cycle = pb::Cycle {
        framework,
        framework_version,
        from,
        until,
        organisations,
        opening,
        deadline,
        gaps: pb::GapPolicy::from(gaps).into(),
        review: pb::ReviewPolicy::from(review).into(),
        ..pb::Cycle::default()
    };
    Ok(client
        .cycles()
        .open_cycle(ask(pb::OpenCycleRequest { cycle: Some(cycle), validate_only: dry_run }))
        .await?
        .into_inner())
}

impl From<Review> for pb::ReviewPolicy {
    fn from(review: Review) -> Self {
        match review {
            Review::None => Self::None,
            Review::FourEyes => Self::FourEyes,
        }
    }
}

impl From<Gaps> for pb::GapPolicy {
    fn from(gaps: Gaps) -> Self {
        match gaps {
            Gaps::Print => Self::Print,
            Gaps::Refuse => Self::Refuse,
        }
    }
}

async fn list(framework: String, client: &Client, output: Output) -> Result<(), Error> {
    let cycles = all_pages(|page_token| {
        let framework = framework.clone();
        let request = pb::ListCyclesRequest { framework, page_size: PAGE_SIZE, page_token };
        async move {
            let page = client.cycles().list_cycles(ask(request)).await?.into_inner();
            Ok((page.cycles, page.next_page_token))
        }
    })
    .await?;
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
