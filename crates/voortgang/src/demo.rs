//! `demo`: the example from submission to published report, by the same calls as any client, each step with the role for it.

mod review;
mod role_clients;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::Path};

use futures::future;
use model::Role;
use wire::v1 as pb;

use crate::{
    cli::{AskedWithReason, DemoArgs, Gaps, OpenArgs, Ports, PublishArgs, Review, UpArgs},
    client::Client,
    commands,
    config::Config,
    demo::role_clients::RoleClients,
    error::Error,
    files::{
        Syntax,
        contributions::{self, Item, Submission},
        framework, obligations,
    },
    output::{Output, note},
    results::{Demonstrated, Published, Submitted},
    server::{self, Endpoints, Up},
};

const FRAMEWORK: &str = include_str!("../../../deploy/examples/framework.yaml");

/// What is owed in the first cycle; the second takes it over.
const OBLIGATIONS: &str = include_str!("../../../deploy/examples/obligations-2021.yaml");

/// The two cycles: their contributions, and the date of their edition.
const CYCLES: [(&str, &str); 2] = [
    (include_str!("../../../deploy/examples/contributions-2021.yaml"), "2022-11-09"),
    (include_str!("../../../deploy/examples/contributions-2022-2023.yaml"), "2024-06-28"),
];

/// What stays open in each cycle: organisation, goal, indicator, and why that is accepted.
const ACCEPTED: [[&str; 4]; 2] = [
    [
        "bz",
        "2",
        "2.0-a",
        "De cel voor dit onderdeel bleef leeg; het antwoord volgt in de volgende ronde (voorbeeld).",
    ],
    ["def", "2", "", "Defensie meldde dat hierover dit keer niets beschikbaar is (voorbeeld)."],
];

pub(crate) async fn run(
    arguments: DemoArgs,
    output: Output,
) -> Result<std::process::ExitCode, Error> {
    let config = Config::for_up(&on_free_ports(arguments.up))?;
    let files = config.data.join("published");
    let up = Up::start(&config).await?;
    let clients = RoleClients::of(&config, &up.endpoints.grpc)?;
    let endpoints = up.endpoints.clone();
    let is_once = arguments.once;
    let (done, result) = tokio::sync::oneshot::channel();
    let until = async move {
        let shown = show(&clients, &files, endpoints, output).await;
        let serves_on = shown.is_ok() && !is_once;
        let _ = done.send(shown);
        if serves_on {
            server::signal().await;
        }
    };
    let code = up.run(Box::pin(until)).await;
    result.await.map_err(|_| {
        Error::failed("a part ended before the example was published; the log above says why")
    })??;
    Ok(code)
}

/// The example takes the usual ports where they are free, and any others where not.
fn on_free_ports(mut arguments: UpArgs) -> UpArgs {
    let free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).map_or(0, |_| port);
    let Ports { grpc_port, http_port } = arguments.ports;
    arguments.ports = Ports {
        grpc_port: grpc_port.or_else(|| Some(free(7400))),
        http_port: http_port.or_else(|| Some(free(7480))),
    };
    arguments
}

async fn show(
    clients: &RoleClients,
    files: &Path,
    endpoints: Endpoints,
    output: Output,
) -> Result<(), Error> {
    let (example, faults) = framework::read(FRAMEWORK, Syntax::Yaml);
    let example = example
        .ok_or_else(|| Error::failed(format!("the example framework is not valid: {faults:?}")))?;
    let coordinator = clients.of_all(Role::Coordinator)?;
    let added = commands::framework::register(
        pb::RegisterFrameworkRequest {
            framework: Some(example.into()),
            ..pb::RegisterFrameworkRequest::default()
        },
        &coordinator,
    )
    .await?;
    let framework = added.framework.unwrap_or_default();
    note(format_args!("coordinator: framework {} version {}", framework.code, framework.version));
    let mut editions = Vec::new();
    for ((text, date), accepted) in CYCLES.into_iter().zip(ACCEPTED) {
        editions.push(cycle(text, date, accepted, clients, files).await?);
    }
    let Endpoints { grpc, http: portal, .. } = endpoints;
    let demonstrated = Demonstrated { grpc, portal, files: files.display().to_string(), editions };
    output.result(&demonstrated, || where_to_look(&demonstrated))
}

async fn cycle(
    text: &str,
    date: &str,
    accepted: [&str; 4],
    clients: &RoleClients,
    files: &Path,
) -> Result<Published, Error> {
    let (submission, faults) = contributions::read(text, Syntax::Yaml);
    let submission = submission.filter(|_| faults.is_empty()).ok_or_else(|| {
        Error::failed(format!("the example contributions are not valid: {faults:?}"))
    })?;
    let head = without_items(&submission);
    let coordinator = clients.of_all(Role::Coordinator)?;
    let organisations = by_organisation(submission.items);
    let names: Vec<String> = organisations.keys().cloned().collect();
    let opened = commands::cycle::open(opening(&head, &names), &coordinator).await?;
    let cycle = opened.cycle.unwrap_or_default().name;
    assign_obligations(&cycle, &coordinator).await?;
    review::return_one(&cycle, organisations.values().flatten(), clients).await?;
    submit(&cycle, &head, organisations, clients).await?;
    review::remark_on_one(&cycle, clients).await?;
    review::approve_all(&cycle, &names, clients).await?;
    accept(&cycle, accepted, &coordinator).await?;
    publish(cycle, date, clients, files).await
}

/// Publishes the cycle, which its publisher neither wrote nor approved.
async fn publish(
    cycle: String,
    date: &str,
    clients: &RoleClients,
    files: &Path,
) -> Result<Published, Error> {
    let order = PublishArgs {
        cycle,
        date: date.to_owned(),
        format: model::Format::ALL.map(|format| format.name().to_owned()).to_vec(),
        language: Vec::new(),
        wait: true,
        timeout: 300,
        out: Some(files.to_owned()),
        retry: true,
        override_reason: String::new(),
        leave_out: Vec::new(),
        leave_out_reason: String::new(),
    };
    let office = clients.of_all(Role::Publisher)?;
    let published = commands::publish::publish(&order, &office).await?;
    let edition = &published.edition.0;
    let errors = commands::publish::errors(edition);
    if !errors.is_empty() {
        return Err(Error::failed(errors.join("; ")));
    }
    note(format_args!("publisher: {} {}", edition.name, commands::publish::state(edition)));
    Ok(published)
}

/// Assigns what is owed: from the file where there is no earlier cycle, else by rolling forward.
async fn assign_obligations(cycle: &str, client: &Client) -> Result<(), Error> {
    let request = pb::RollForwardRequest { cycle: cycle.to_owned(), ..Default::default() };
    let rolled = commands::obligations::roll_forward(request, client).await;
    match rolled {
        Ok(rolled) => {
            note(format_args!(
                "{cycle}: coordinator: {} obligations and {} drafts taken over from {}",
                rolled.obligations, rolled.drafts, rolled.from
            ));
            return Ok(());
        }
        Err(error) if error.reason == "NO_EARLIER_CYCLE" => {}
        Err(error) => return Err(error),
    }
    let (assignments, faults) = obligations::read(OBLIGATIONS, Syntax::Yaml);
    let items = assignments.map(|assignments| assignments.items).ok_or_else(|| {
        Error::failed(format!("the example obligations are not valid: {faults:?}"))
    })?;
    let owed = items.into_iter().map(|item| item.obligation).collect();
    let done = commands::obligations::assign_all(cycle.to_owned(), owed, false, client).await?;
    note(format_args!("{cycle}: coordinator: {} obligations assigned", done.assigned));
    Ok(())
}

/// Accepts the one gap of the cycle.
async fn accept(cycle: &str, gap: [&str; 4], client: &Client) -> Result<(), Error> {
    let [organisation, goal, indicator, reason] = gap.map(ToOwned::to_owned);
    let arguments =
        AskedWithReason { cycle: cycle.to_owned(), organisation, goal, indicator, reason };
    commands::obligations::accept(arguments, client).await?;
    note(format_args!("{cycle}: coordinator: one gap accepted, with its reason"));
    Ok(())
}

fn opening(head: &Submission, organisations: &[String]) -> OpenArgs {
    OpenArgs {
        framework: head.framework.to_string(),
        from: head.from.to_string(),
        until: head.until.to_string(),
        framework_version: 0,
        organisations: organisations.to_vec(),
        opening: String::new(),
        deadline: String::new(),
        gaps: Gaps::Refuse,
        review: Review::FourEyes,
        dry_run: false,
    }
}

/// Submits the items of all organisations at once.
async fn submit(
    cycle: &str,
    head: &Submission,
    organisations: BTreeMap<String, Vec<Item>>,
    clients: &RoleClients,
) -> Result<(), Error> {
    let order = commands::submit::Order {
        cycle: cycle.to_owned(),
        mode: pb::SaveMode::Submit,
        dry_run: false,
        bases: None,
    };
    let submissions = organisations.into_iter().map(|(organisation, items)| {
        let part = Submission { items, ..without_items(head) };
        let order = &order;
        async move {
            let contributor = clients.of_one(Role::Contributor, &organisation)?;
            commands::submit::submit(&part, order, &contributor).await
        }
    });
    let submitted: Vec<Submitted> = future::try_join_all(submissions).await?;
    let sum = |count: fn(&Submitted) -> u64| submitted.iter().map(count).sum::<u64>();
    let (accepted, unchanged, rejected) =
        (sum(|s| s.accepted), sum(|s| s.unchanged), sum(|s| s.rejected));
    note(format_args!(
        "{cycle}: contributors of {} organisations: {accepted} accepted, {unchanged} unchanged, {rejected} rejected",
        submitted.len()
    ));
    if rejected > 0 {
        return Err(Error::failed(format!(
            "{rejected} example contributions were rejected: {:?}",
            submitted
                .iter()
                .flat_map(|s| &s.items)
                .filter(|item| item.outcome == "rejected")
                .collect::<Vec<_>>()
        )));
    }
    Ok(())
}

fn by_organisation(items: Vec<Item>) -> BTreeMap<String, Vec<Item>> {
    let mut organisations: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for item in items {
        organisations.entry(item.save.organisation.clone()).or_default().push(item);
    }
    organisations
}

/// The submission without its items.
fn without_items(submission: &Submission) -> Submission {
    Submission {
        framework: submission.framework.clone(),
        from: submission.from,
        until: submission.until,
        cycle: submission.cycle.clone(),
        language: submission.language.clone(),
        items: Vec::new(),
        faulty: 0,
    }
}

fn where_to_look(demonstrated: &Demonstrated) -> String {
    let Demonstrated { grpc, portal, files, editions } = demonstrated;
    let edition = |published: &Published| format!("  {portal}/{}\n", published.edition.0.name);
    let pages: String = editions.iter().map(edition).collect();
    format!(
        "pages   {portal}/\n{pages}files   {files}\nsearch  {portal}/zoeken?q=vrouwen\ngRPC    {grpc}, for VOORTGANG_SERVER or --server"
    )
}
