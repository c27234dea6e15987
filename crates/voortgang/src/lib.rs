//! The `voortgang` command: every service, and every client of them.
//!
//! A library, so that the fault tests can build the same program without its guarantees of durability.

mod cli;
mod client;
mod commands;
mod config;
mod demo;
mod durability;
mod error;
mod files;
mod operator;
mod output;
mod results;
mod server;

use std::{path::Path, process::ExitCode};

use clap::FromArgMatches as _;
use runtime::{LogFormat, Telemetry, Traces};
use tracing::Instrument as _;

pub use crate::durability::Durability;
use wire::Service;

use crate::{
    cli::{Cli, Command, ServeArgs, UpArgs},
    config::Config,
    error::Error,
    output::{Output, line, note},
    server::{Endpoints, Up},
};

/// Runs the program: parses the command line, and returns the exit code.
pub fn main(durability: Durability) -> ExitCode {
    let matches = cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let name = matches.subcommand_name().unwrap_or_default();
    let output = Output { is_json: cli.json };
    if matches!(cli.command, Command::RenderWorker) {
        return rendering::worker_main();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return end(&Error::failed(format!("no threads can be started: {error}")), output);
        }
    };
    match runtime.block_on(run(cli, name, output, durability)) {
        Ok(code) => code,
        Err(error) => end(&error, output),
    }
}

/// Prints why a command did not succeed.
fn end(error: &Error, output: Output) -> ExitCode {
    if !error.message.is_empty() {
        note(error.text());
        if output.is_json {
            let _ = output.result(&commands::failure(error), String::new);
        }
    }
    ExitCode::from(error.code)
}

async fn run(
    cli: Cli,
    name: &str,
    output: Output,
    durability: Durability,
) -> Result<ExitCode, Error> {
    let Cli { command, server, json: _, verbose } = cli;
    match command {
        Command::Demo(arguments) => {
            let level = if verbose { "info" } else { "warn" };
            let _traces = telemetry("demo", Some((LogFormat::Text, level)), &otlp())?;
            Box::pin(demo::run(arguments, output)).await
        }
        Command::Up(arguments) => up(&arguments, output, durability).await,
        Command::Serve(ServeArgs { service, config }) => {
            one(service, config.as_deref(), durability).await
        }
        command => {
            let otlp = otlp();
            // A client logs nothing; it only has spans where they are sent somewhere.
            let _traces = match otlp.as_str() {
                "" => None,
                otlp => Some(telemetry("command", None, otlp)?),
            };
            let span = tracing::info_span!("command", otel.name = name, otel.kind = "client");
            client_command(command, server.as_deref(), verbose, output).instrument(span).await
        }
    }
}

/// Runs a command that serves nothing: most of them ask a server.
async fn client_command(
    command: Command,
    server: Option<&str>,
    verbose: bool,
    output: Output,
) -> Result<ExitCode, Error> {
    let client = || client::find(server);
    match command {
        Command::Search(args) => commands::search::run(args, &client()?, output).await?,
        Command::Suggest(args) => commands::suggest::run(args, &client()?, output).await?,
        Command::Framework(command) => {
            commands::framework::run(command, &client()?, output).await?;
        }
        Command::Cycle(command) => {
            commands::cycle::run(command, &client()?, output, verbose).await?;
        }
        Command::Contribution(command) => {
            commands::contribution::run(command, &client()?, output).await?;
        }
        Command::Obligations(command) => {
            commands::obligations::run(command, &client()?, output).await?;
        }
        Command::Reminders(command) => {
            commands::reminders::run(command, &client()?, output).await?;
        }
        Command::Review(command) => commands::review::run(command, &client()?, output).await?,
        Command::Remark(command) => commands::remark::run(command, &client()?, output).await?,
        Command::Submit(args) => {
            let server = client::name_of(server);
            commands::submit::run(args, (&server, &client()?), output, verbose).await?;
        }
        Command::Publish(args) => commands::publish::run(args, &client()?, output).await?,
        Command::Edition(command) => commands::edition::run(command, &client()?, output).await?,
        Command::Repair { edition } => commands::repair::run(edition, &client()?, output).await?,
        Command::Withdraw(named) => commands::withdraw::run(named, &client()?, output).await?,
        Command::People(command) => commands::people::run(command, &client()?, output).await?,
        Command::Status => commands::status::run(&client()?, output).await?,
        Command::DeadLetters(command) => {
            commands::dead_letters::run(command, &client()?, output).await?;
        }
        Command::Audit(command) => commands::audit::run(command, server, output).await?,
        Command::Backup(args) => commands::backup::run(args, output).await?,
        Command::Restore(args) => commands::restore::run(args, output).await?,
        Command::Token(args) => commands::token::run(&args, output)?,
        Command::Revoke(args) => {
            commands::access::revoke(args, &client()?, output).await?;
        }
        Command::Whoami => commands::access::whoami(&client()?, output).await?,
        Command::Reindex => commands::reindex::run(&client()?, output).await?,
        Command::Synonyms(command) => commands::synonyms::run(command, server, output).await?,
        Command::CheckConfig { file } => {
            commands::check_config::run(file.as_deref(), output).await?;
        }
        Command::Schema { name } => commands::schema::run(name.as_deref())?,
        Command::Completions { shell } => completions(shell),
        Command::Demo(_) | Command::Up(_) | Command::Serve(_) | Command::RenderWorker => {
            return Err(Error::failed("this is no command of a client"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn completions(shell: clap_complete::Shell) {
    clap_complete::generate(shell, &mut cli::command(), "voortgang", &mut std::io::stdout());
}

fn telemetry(
    role: &'static str,
    log: Option<(LogFormat, &str)>,
    otlp: &str,
) -> Result<Traces, Error> {
    Ok(runtime::init_telemetry(&Telemetry { role, log, otlp })?)
}

/// Where the traces of a command go: commands read no configuration file.
fn otlp() -> String {
    runtime::variable("VOORTGANG__TELEMETRY__OTLP").unwrap_or_default()
}

async fn up(arguments: &UpArgs, output: Output, durability: Durability) -> Result<ExitCode, Error> {
    let mut config = Config::for_up(arguments)?;
    durability.apply(&mut config);
    let log = Some((config.log.format, config.log.level.as_str()));
    let _traces = telemetry("up", log, &config.telemetry.otlp)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), data = %config.data.display(), "voortgang starts");
    let up = Up::start(&config).await?;
    output.result(&up.endpoints, || {
        let Endpoints { grpc, http, health, pid: _, version: _ } = &up.endpoints;
        let commands = if grpc == client::DEFAULT_SERVER {
            String::new()
        } else {
            format!("\ncommands reach it with VOORTGANG_SERVER={grpc}")
        };
        format!("gRPC   {grpc}\npages  {http}\nhealth {health}{commands}")
    })?;
    line("");
    Ok(up.run(server::signal()).await)
}

/// Runs one service.
async fn one(
    service: Service,
    file: Option<&Path>,
    durability: Durability,
) -> Result<ExitCode, Error> {
    let mut config = Config::load(file)?.placed();
    durability.apply(&mut config);
    let log = Some((config.log.format, config.log.level.as_str()));
    let _traces = telemetry(service.name(), log, &config.telemetry.otlp)?;
    server::run_one(service, &config).await
}
