//! Wires rendering and serves until it is stopped.

use std::sync::Arc;

use bus::{Bus, topology};
use identity::AccessGuard;
use rpc::{Channel, Incoming};
use tokio_util::sync::CancellationToken;

use crate::{
    Config, Error, Rendering, Template, TemplateFault, Workers, consumer::Renderer, grpc,
    storage::Storage,
};

/// What rendering needs from outside.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where editions are read and files go.
    pub storage: Channel,
    /// Where fonts are.
    pub fonts: fonts::Config,
    /// Where jobs come from.
    pub bus: Arc<dyn Bus>,
}

/// Serves rendering until `stop`: the calls, and the jobs of its queue.
pub async fn run(
    config: Config,
    parts: Parts,
    incoming: Incoming,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let queue = topology::rendering_jobs(config.workers.get());
    parts.bus.declare(&queue).await?;
    let guard = AccessGuard::new(parts.storage.clone());
    let template = Template::of(&config)?;
    let workers = Workers::start(config, template, parts.fonts).await?;
    let rendering = Arc::new(Rendering::new(workers, Storage::new(parts.storage)));
    let serve = rpc::server()
        .with(grpc::service(rendering.clone()))
        .behind(guard)
        .serve(incoming, stop.clone());
    let consume = bus::consume(parts.bus, queue, Arc::new(Renderer(rendering)), stop);
    tokio::try_join!(serve, consume)?;
    Ok(())
}

/// Renders a small sample with the template that `config` names, in every format and language, without serving;
/// returns what is wrong with the template.
pub async fn check(config: Config, fonts: fonts::Config) -> Result<Vec<TemplateFault>, Error> {
    let template = Template::of(&config)?;
    let languages = template.languages();
    let workers = Workers::start(config, template, fonts).await?;
    let mut faults = Vec::new();
    for language in languages {
        for fault in workers.check(&language).await? {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    Ok(faults)
}
