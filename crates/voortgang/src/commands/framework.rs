//! `framework add`, `list` and `show`.

use std::path::Path;

use wire::storage as pb;

use crate::{
    cli::FrameworkCommand,
    client::{Client, ask},
    commands::{read, refuse_file},
    files::{Syntax, framework},
    output::Output,
    results::{FrameworkAdded, FrameworkEntry, FrameworkList, FrameworkShown, GoalShown},
    stop::Stop,
};

pub(crate) async fn run(
    command: FrameworkCommand,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    match command {
        FrameworkCommand::Add { file, dry_run } => add(&file, dry_run, client, output).await,
        FrameworkCommand::List => list(client, output).await,
        FrameworkCommand::Show { name } => show(&name, client, output).await,
    }
}

async fn add(file: &Path, dry_run: bool, client: &Client, output: Output) -> Result<(), Stop> {
    let (framework, faults) = framework::read(read(file)?, Syntax::of(file));
    let Some(framework) = framework else { return Err(refuse_file(file, &faults, output)) };
    let added = register(framework, dry_run, client).await?;
    output.result(&added, || {
        let FrameworkAdded { framework, version, created, .. } = &added;
        match (created, dry_run) {
            (true, true) => format!("{framework} would be registered as version {version}"),
            (true, false) => format!("{framework} registered as version {version}"),
            (false, _) => {
                format!("{framework} version {version} has this content already; nothing changed")
            }
        }
    })
}

/// Registers a framework.
pub(crate) async fn register(
    framework: model::Framework,
    dry_run: bool,
    client: &Client,
) -> Result<FrameworkAdded, Stop> {
    let request =
        pb::RegisterFrameworkRequest { framework: Some(framework.into()), validate_only: dry_run };
    let pb::RegisterFrameworkResponse { framework, created } =
        client.storage().register_framework(ask(request)).await?.into_inner();
    let framework = framework.unwrap_or_default();
    Ok(FrameworkAdded {
        framework: framework.code,
        version: framework.version,
        created,
        content_hash: framework.content_hash,
    })
}

async fn list(client: &Client, output: Output) -> Result<(), Stop> {
    let mut frameworks = Vec::new();
    let mut request = pb::ListFrameworksRequest { page_size: 200, page_token: String::new() };
    loop {
        let page = client.storage().list_frameworks(ask(request.clone())).await?.into_inner();
        frameworks.extend(page.frameworks.into_iter().map(entry));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let list = FrameworkList { frameworks };
    output.result(&list, || match list.frameworks.as_slice() {
        [] => "no framework yet; register one with `voortgang framework add FILE`".to_owned(),
        frameworks => frameworks.iter().map(line).collect::<Vec<_>>().join("\n"),
    })
}

fn line(framework: &FrameworkEntry) -> String {
    let FrameworkEntry { code, version, goals, indicators, .. } = framework;
    format!("{code}@{version}  {}  {goals} goals, {indicators} indicators", title(framework))
}

async fn show(name: &str, client: &Client, output: Output) -> Result<(), Stop> {
    let (code, version) = name.split_once('@').unwrap_or((name, "0"));
    let version = version.parse().map_err(|_| {
        Stop::failed(format!("`{name}` is no framework; write `code` or `code@version`"))
    })?;
    let request = pb::GetFrameworkRequest { code: code.to_owned(), version };
    let framework = client
        .storage()
        .get_framework(ask(request))
        .await?
        .into_inner()
        .framework
        .unwrap_or_default();
    let shown = FrameworkShown {
        content_hash: framework.content_hash.clone(),
        organisations: framework
            .organisations
            .iter()
            .map(|organisation| organisation.code.clone())
            .collect(),
        goal_list: framework.goals.iter().cloned().map(goal).collect(),
        entry: entry(framework),
    };
    output.result(&shown, || {
        let FrameworkShown { entry, content_hash, organisations, goal_list } = &shown;
        let head = format!(
            "{}@{}  {}\ncontent {content_hash}\norganisations: {}\n",
            entry.code,
            entry.version,
            title(entry),
            organisations.join(", ")
        );
        let line = |goal: &GoalShown| {
            format!(
                "{:6} {}  [{}]\n",
                goal.code,
                goal.statement.values().next().map_or("", String::as_str),
                goal.indicators.join(", ")
            )
        };
        head + &goal_list.iter().map(line).collect::<String>()
    })
}

fn title(entry: &FrameworkEntry) -> &str {
    entry.title.values().next().map_or("", String::as_str)
}

fn entry(framework: pb::Framework) -> FrameworkEntry {
    FrameworkEntry {
        code: framework.code,
        version: framework.version,
        title: framework.title.unwrap_or_default().texts,
        goals: framework.goals.len(),
        indicators: framework.goals.iter().map(|goal| goal.indicators.len()).sum(),
    }
}

fn goal(goal: pb::Goal) -> GoalShown {
    GoalShown {
        code: goal.code,
        parent: crate::commands::some(goal.parent),
        pillar: goal.pillar,
        statement: goal.statement.unwrap_or_default().texts,
        indicators: goal.indicators.into_iter().map(|indicator| indicator.code).collect(),
    }
}
