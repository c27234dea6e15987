//! A process of the installation: its ports, its services, and its health, from start to stop.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use runtime::Supervisor;

use wire::Service;

use crate::{
    config::Config,
    error::Error,
    server::{
        backends::Backends, host::Host, listen::listen, network::Network, services::start,
        wiring::Wiring,
    },
};

/// Open files besides connections of outsiders: databases, indexes, inner connections.
const OTHER_FILES: u64 = 1_024;

/// Which services a process has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deployment {
    /// All of them: they reach each other by pipes, and backends may be embedded.
    Embedded,
    /// One: it reaches the others over the network, and backends are shared.
    Split(Service),
}

/// A process whose services were started.
#[derive(Debug)]
pub(crate) struct Process {
    /// Its parts.
    pub(crate) supervisor: Supervisor,
    /// Address for gRPC.
    pub(crate) grpc: SocketAddr,
    /// Address for pages, where it has the portal.
    pub(crate) pages: Option<SocketAddr>,
    /// Address for health and counts.
    pub(crate) health: SocketAddr,
    grace: Duration,
}

impl Deployment {
    /// The services, in the order in which they are started: the portal first, which finds faults of the configuration.
    fn services(self) -> Vec<Service> {
        match self {
            Self::Embedded => {
                vec![
                    Service::Portal,
                    Service::Storage,
                    Service::Search,
                    Service::Rendering,
                    Service::Ingest,
                ]
            }
            Self::Split(service) => vec![service],
        }
    }

    /// What counts of the process are labelled with.
    fn label(self) -> &'static str {
        match self {
            Self::Embedded => "up",
            Self::Split(service) => service.name(),
        }
    }
}

impl Process {
    /// Opens the ports and starts the services.
    pub(crate) async fn start(deployment: Deployment, config: &Config) -> Result<Self, Error> {
        raise_file_limit(config);
        let services = deployment.services();
        let port = listen(&config.host, config.grpc_port, "gRPC", "--grpc-port").await?;
        let pages = if services.contains(&Service::Portal) {
            Some(listen(&config.host, config.http_port, "pages", "--http-port").await?)
        } else {
            None
        };
        let metrics = runtime::init_metrics(deployment.label())?;
        let health = &config.telemetry;
        let health = listen(&health.host, health.port, "health", "telemetry.port").await?;
        let addresses = (
            port.local_addr()?,
            pages.as_ref().map(tokio::net::TcpListener::local_addr).transpose()?,
            health.local_addr()?,
        );
        let network = Network::new(config.addresses.clone(), &config.tls, config.restarts)?;
        let bounds = config.portal.connections();
        let (wiring, is_shared) = match deployment {
            Deployment::Embedded => (Wiring::in_process(port, bounds, network)?, false),
            Deployment::Split(service) => {
                (Wiring::networked(service, port, bounds, network)?, true)
            }
        };
        let config = &with_pages(config, addresses.1);
        let backends =
            Backends::new(config.bus.clone(), config.objects.clone(), &config.data, is_shared);
        let mut host = Host::new(wiring, backends, pages);
        for service in services {
            start(service, config, &mut host).await?;
        }
        if matches!(deployment, Deployment::Embedded) {
            host.keep_reserve(&config.data)?;
        }
        let (supervisor, dependencies) = host.started();
        let serve = runtime::serve_health(health, dependencies, metrics, supervisor.stopping());
        supervisor.spawn("health", serve);
        let (grpc, pages, health) = addresses;
        let grace = Duration::from_secs(config.grace_seconds);
        Ok(Self { supervisor, grpc, pages, health, grace })
    }

    /// Waits for the end of `until`, or of a part, then stops every part.
    pub(crate) async fn run(self, until: impl Future<Output = ()>) -> ExitCode {
        self.supervisor.run(until, self.grace).await
    }
}

/// The configuration with the address that mails link to: the configured one, else the one that pages are really served at.
fn with_pages(config: &Config, pages: Option<SocketAddr>) -> Config {
    let mut config = config.clone();
    let linked = &mut config.storage.reminders.pages_at;
    // Nobody can follow a link to "any address of this machine".
    if let Some(pages) = pages.filter(|pages| linked.is_empty() && !pages.ip().is_unspecified()) {
        *linked = format!("http://{pages}");
    }
    config
}

/// Raises the limit on open files as far as the system lets it: each connection is one.
fn raise_file_limit(config: &Config) {
    let needed = 2 * config.portal.max_connections as u64 + OTHER_FILES;
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) if needed > limit => {
            tracing::warn!(
                "the system lets this process open {limit} files; it may need {needed} (ulimit -n)"
            );
        }
        Ok(_) => {}
        Err(error) => tracing::warn!("the limit on open files cannot be raised: {error}"),
    }
}

/// Runs one service until a signal.
pub(crate) async fn run_one(service: Service, config: &Config) -> Result<ExitCode, Error> {
    let process = Process::start(Deployment::Split(service), config).await?;
    let Process { grpc, pages, health, .. } = &process;
    tracing::info!(address = %grpc, health = %health, "the service starts");
    if let Some(pages) = pages {
        tracing::info!(address = %pages, "pages are served");
    }
    Ok(process.run(signal()).await)
}

/// Completes at the first signal to end.
pub(crate) async fn signal() {
    runtime::signal()
        .await
        .unwrap_or_else(|error| tracing::error!("signals cannot be received: {error:#}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_link_to_where_pages_are_served_unless_another_address_is_configured() {
        let linked = |configured: &str, pages: Option<&str>| {
            let mut config = Config::default();
            config.storage.reminders.pages_at = configured.to_owned();
            let pages = pages.map(|address| address.parse().unwrap());
            with_pages(&config, pages).storage.reminders.pages_at
        };
        assert_eq!(linked("", Some("127.0.0.1:40123")), "http://127.0.0.1:40123");
        let public = "https://plan.example.nl";
        assert_eq!(linked(public, Some("127.0.0.1:40123")), public);
        // A process without pages gives the command.
        assert_eq!(linked("", None), "");
        assert_eq!(linked("", Some("0.0.0.0:7480")), "");
    }
}
