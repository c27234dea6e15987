//! The command line of `up`, `serve` and `demo`.

use std::path::PathBuf;

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use wire::Service;

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
    /// Data folder [default: voortgang-data]
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
    /// Exit after publishing
    #[arg(long)]
    pub(crate) once: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The service
    #[arg(value_parser = service())]
    pub(crate) service: Service,
    /// Configuration file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// The services, and what each does.
const SERVICES: [(Service, &str); 5] = [
    (Service::Storage, "Keeps the record"),
    (Service::Search, "Searches"),
    (Service::Rendering, "Renders editions"),
    (Service::Ingest, "Takes contributions"),
    (Service::Portal, "Serves pages, and is the gateway for calls from outside"),
];

/// Reads the name of a service.
fn service() -> impl TypedValueParser<Value = Service> {
    let values = SERVICES.map(|(service, about)| PossibleValue::new(service.name()).help(about));
    PossibleValuesParser::new(values).map(|name| {
        let mut services = SERVICES.into_iter().map(|(service, _)| service);
        services.find(|service| service.name() == name).expect("the parser takes these names alone")
    })
}
