//! `framework`: add, list, show, and an indicator over all cycles.

mod series;

use rpc::all_pages;
use wire::v1 as pb;

use crate::{
    cli::{AddArgs, FrameworkCommand},
    client::{Client, PAGE_SIZE, ask},
    commands::{lines, read, refuse_file, word},
    error::Error,
    files::{Syntax, framework},
    output::{Output, note},
};

pub(crate) async fn run(
    command: FrameworkCommand,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    match command {
        FrameworkCommand::Add(arguments) => add(arguments, client, output).await,
        FrameworkCommand::List => list(client, output).await,
        FrameworkCommand::Show { name } => show(&name, client, output).await,
        FrameworkCommand::Series { framework, indicator } => {
            series::run(&framework, indicator, client, output).await
        }
    }
}

async fn add(arguments: AddArgs, client: &Client, output: Output) -> Result<(), Error> {
    let AddArgs { file, dry_run, again } = arguments;
    let (framework, faults) = framework::read(read(&file)?, Syntax::of(&file));
    let Some(framework) = framework else { return Err(refuse_file(&file, &faults, output)) };
    let framework = Some(framework.into());
    let request = pb::RegisterFrameworkRequest { framework, validate_only: dry_run, again };
    let added = register(request, client).await?;
    for finding in &added.findings {
        let severity = word(finding.severity().as_str_name(), "SEVERITY_");
        note(format_args!(
            "{}: {severity}: {} ({})",
            file.display(),
            finding.message,
            finding.reason
        ));
    }
    output.message(added, |added| {
        let pb::RegisterFrameworkResponse { framework, created, latest_version, findings: _ } = added;
        let (code, version) =
            framework.as_ref().map_or(("", 0), |one| (one.code.as_str(), one.version));
        match (created, dry_run) {
            (true, true) => format!("{code} would be registered as version {version}"),
            (true, false) => format!("{code} registered as version {version}"),
            (false, _) if version < *latest_version => format!(
                "{code} version {version} had this content, and version {latest_version} is the latest; nothing changed: `--again` registers it once more"
            ),
            (false, _) => {
                format!("{code} version {version} has this content already; nothing changed")
            }
        }
    })
}

/// Registers a framework.
pub(crate) async fn register(
    request: pb::RegisterFrameworkRequest,
    client: &Client,
) -> Result<pb::RegisterFrameworkResponse, Error> {
    Ok(client.frameworks().register_framework(ask(request)).await?.into_inner())
}

async fn list(client: &Client, output: Output) -> Result<(), Error> {
    let frameworks = all_pages(|page_token| {
        let request = pb::ListFrameworksRequest { page_size: PAGE_SIZE, page_token };
        async move {
            let page = client.frameworks().list_frameworks(ask(request)).await?.into_inner();
            Ok((page.frameworks, page.next_page_token))
        }
    })
    .await?;
    let list = pb::ListFrameworksResponse { frameworks, ..Default::default() };
    output.message(list, |list| {
        lines(
            &list.frameworks,
            line,
            "no framework yet; register one with `voortgang framework add FILE`",
        )
    })
}

fn line(framework: &pb::Framework) -> String {
    let pb::Framework { code, version, goals, .. } = framework;
    let indicators: usize = goals.iter().map(|goal| goal.indicators.len()).sum();
    let title = first(framework.title.as_ref());
    format!("{code}@{version}  {title}  {} goals, {indicators} indicators", goals.len())
}

async fn show(name: &str, client: &Client, output: Output) -> Result<(), Error> {
    let (code, version) = version_of(name)?;
    let request = pb::GetFrameworkRequest { code, version };
    let framework = client
        .frameworks()
        .get_framework(ask(request))
        .await?
        .into_inner()
        .framework
        .unwrap_or_default();
    output.message(framework, whole)
}

/// The code and version that a name has; 0 is the latest.
fn version_of(name: &str) -> Result<(String, u32), Error> {
    let (code, version) = name.split_once('@').unwrap_or((name, "0"));
    let version = version.parse().map_err(|_| {
        Error::failed(format!("`{name}` is no framework; write `code` or `code@version`"))
    })?;
    Ok((code.to_owned(), version))
}

fn whole(framework: &pb::Framework) -> String {
    let pb::Framework { code, version, title, content_hash, organisations, goals, links, .. } =
        framework;
    let title = first(title.as_ref());
    let organisations: Vec<&str> = organisations.iter().map(|one| one.code.as_str()).collect();
    let organisations = organisations.join(", ");
    let line = |goal: &pb::Goal| {
        let indicators: Vec<&str> = goal.indicators.iter().map(|one| one.code.as_str()).collect();
        let statement = first(goal.statement.as_ref());
        format!("{:6} {statement}  [{}]\n", goal.code, indicators.join(", "))
    };
    let goals: String = goals.iter().map(line).collect();
    let links: String = links.iter().map(link).collect();
    format!(
        "{code}@{version}  {title}\ncontent {content_hash}\norganisations: {organisations}\n{goals}{links}"
    )
}

/// What became of indicators of an earlier version, by their ids.
fn link(link: &pb::IndicatorLink) -> String {
    let kind = word(link.kind().as_str_name(), "LINK_KIND_");
    let to = if link.to.is_empty() { "nothing".to_owned() } else { link.to.join(", ") };
    format!("link   {kind}: {} -> {to}\n", link.from.join(", "))
}

/// A text in its first language.
fn first(text: Option<&pb::LocalizedText>) -> &str {
    text.and_then(|text| text.texts.values().next()).map_or("", String::as_str)
}
