//! `cycle open`, `list` and `show`.

use wire::storage as pb;

use crate::{
    cli::{CycleCommand, Gaps, OpenArgs, Review},
    client::{Client, ask},
    commands::some,
    output::Output,
    results::{CycleList, CycleOpened, CycleShown},
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
            output.result(&opened, || {
                if opened.created {
                    format!("{} opened", opened.cycle.name)
                } else {
                    format!("{} is open already; nothing changed", opened.cycle.name)
                }
            })
        }
        CycleCommand::List { framework } => list(framework, client, output).await,
        CycleCommand::Show { name } => {
            let cycle = client
                .storage()
                .get_cycle(ask(pb::GetCycleRequest { name }))
                .await?
                .into_inner()
                .cycle
                .unwrap_or_default();
            let cycle = shown(cycle);
            output.result(&cycle, || {
                format!("{}gaps  {}\nreview  {}\n", text(&cycle), cycle.gaps, cycle.review)
            })
        }
    }
}

/// Opens a cycle.
pub(crate) async fn open(arguments: OpenArgs, client: &Client) -> Result<CycleOpened, Stop> {
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
    let pb::OpenCycleResponse { cycle, created } = client
        .storage()
        .open_cycle(ask(pb::OpenCycleRequest { cycle: Some(cycle) }))
        .await?
        .into_inner();
    Ok(CycleOpened { cycle: shown(cycle.unwrap_or_default()), created })
}

async fn list(framework: String, client: &Client, output: Output) -> Result<(), Stop> {
    let mut cycles = Vec::new();
    let mut request =
        pb::ListCyclesRequest { framework, page_size: 200, page_token: String::new() };
    loop {
        let page = client.storage().list_cycles(ask(request.clone())).await?.into_inner();
        cycles.extend(page.cycles.into_iter().map(shown));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let list = CycleList { cycles };
    output.result(&list, || match list.cycles.as_slice() {
        [] => {
            "no cycle yet; open one with `voortgang cycle open FRAMEWORK --from DATE --until DATE`"
                .to_owned()
        }
        cycles => cycles.iter().map(text).collect(),
    })
}

fn text(cycle: &CycleShown) -> String {
    let CycleShown {
        name,
        framework,
        framework_version,
        from,
        until,
        organisations,
        deadline,
        state,
        ..
    } = cycle;
    let deadline =
        deadline.as_ref().map_or(String::new(), |deadline| format!(", until {deadline}"));
    format!(
        "{name}  {state}{deadline}  {from} to {until}  {framework}@{framework_version}  {}\n",
        organisations.join(", ")
    )
}

fn shown(cycle: pb::Cycle) -> CycleShown {
    let state = match cycle.state() {
        pb::CycleState::Closed => "closed",
        pb::CycleState::Open | pb::CycleState::Unspecified => "open",
    };
    let gaps = match cycle.gaps() {
        pb::GapPolicy::Refuse => "refuse",
        pb::GapPolicy::Print | pb::GapPolicy::Unspecified => "print",
    };
    let review = match cycle.review() {
        pb::ReviewPolicy::FourEyes => "four-eyes",
        pb::ReviewPolicy::None | pb::ReviewPolicy::Unspecified => "none",
    };
    CycleShown {
        gaps: gaps.to_owned(),
        review: review.to_owned(),
        name: cycle.name,
        framework: cycle.framework,
        framework_version: cycle.framework_version,
        from: cycle.from,
        until: cycle.until,
        organisations: cycle.organisations,
        opening: some(cycle.opening),
        deadline: some(cycle.deadline),
        state: state.to_owned(),
    }
}
