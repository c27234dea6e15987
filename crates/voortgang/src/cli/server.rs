//! The command line of `up`, `serve` and `demo`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Clone, Args)]
pub(crate) struct Ports {
    /// Port for gRPC; 0 means any free one [default: 7400]
    #[arg(long)]
    pub(crate) grpc_port: Option<u16>,
    /// Port for pages; 0 means any free one [default: 7480]
    #[arg(long)]
    pub(crate) http_port: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    /// Folder for everything that is kept [default: voortgang-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ports: Ports,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) up: UpArgs,
    /// End after publishing
    #[arg(long)]
    pub(crate) once: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The service
    #[arg(value_enum)]
    pub(crate) service: Service,
    /// Configuration file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Service {
    /// Keeps the record
    Storage,
    /// Searches
    Search,
    /// Renders editions
    Rendering,
    /// Takes contributions
    Ingest,
    /// Serves pages, and is the gateway for calls from outside
    Portal,
}

impl Service {
    /// Its name in logs, traces and configurations.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Storage => "storage",
            Self::Search => "search",
            Self::Rendering => "rendering",
            Self::Ingest => "ingest",
            Self::Portal => "portal",
        }
    }
}
