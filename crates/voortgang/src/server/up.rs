//! `up`: every service in one process, with a data folder of its own.

use std::process::ExitCode;

use crate::{
    config::Config,
    error::Error,
    operator::Operator,
    server::{
        data_folder::{DataFolder, Endpoints},
        process::{Deployment, Process},
    },
};

/// Every service in one process, started.
#[derive(Debug)]
pub(crate) struct Up {
    process: Process,
    data: DataFolder,
    /// Its addresses.
    pub(crate) endpoints: Endpoints,
}

impl Up {
    /// Starts every service; database, bus and object store are the embedded ones unless the configuration names others.
    pub(crate) async fn start(config: &Config) -> Result<Self, Error> {
        let data = DataFolder::take(&config.data)?;
        let process = Process::start(Deployment::Embedded, config).await?;
        let Process { supervisor, grpc, pages, health, .. } = &process;
        let pages = pages.ok_or_else(|| Error::failed("this process has no port for pages"))?;
        let scheme = if config.tls.outsiders { "https" } else { "http" };
        let endpoints = Endpoints {
            grpc: format!("{scheme}://{grpc}"),
            http: format!("http://{pages}"),
            health: format!("http://{health}"),
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        if config.identity.local {
            let operator =
                Operator::new(&config.identity.local_key, &config.data, &endpoints.grpc)?;
            supervisor.spawn("operator", operator.keep(supervisor.stopping()));
        }
        data.announce(&endpoints)?;
        Ok(Self { process, data, endpoints })
    }

    /// Waits for the end of `until`, or of a part, then stops every part.
    pub(crate) async fn run(self, until: impl Future<Output = ()>) -> ExitCode {
        let Self { process, data, endpoints: _ } = self;
        let code = process.run(until).await;
        data.withdraw();
        code
    }
}
