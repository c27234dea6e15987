//! Takes jobs from their queue.

use std::sync::Arc;

use bus::{Delivery, Fault, Handler};
use wire::EventBody;

use crate::{Error, Rendering};

/// Renders what is asked for.
#[derive(Debug)]
pub(crate) struct Renderer(pub(crate) Arc<Rendering>);

impl Handler for Renderer {
    async fn handle(&self, deliveries: &[Delivery]) -> Vec<Result<(), Fault>> {
        let mut outcomes = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            outcomes.push(self.one(delivery).await);
        }
        outcomes
    }
}

impl Renderer {
    async fn one(&self, delivery: &Delivery) -> Result<(), Fault> {
        let body = EventBody::decode(&delivery.event.topic, &delivery.event.payload)
            .map_err(|error| Fault::Reject(error.into()))?;
        let EventBody::RenderingRequested(requested) = body else {
            return Err(Fault::Reject(anyhow::anyhow!(
                "`{}` is no request to render",
                delivery.event.topic
            )));
        };
        self.0.do_job(&requested.job).await.or_else(settled)
    }
}

/// A job that is done or failed, whose file is not the one that was published, or of an edition that was withdrawn, needs
/// nothing more; one that another worker holds is looked at again later.
fn settled(error: Error) -> Result<(), Fault> {
    let Error::Storage(status) = &error else { return Err(Fault::Retry(error.into())) };
    match rpc::reason(status).as_deref() {
        Some("JOB_DONE" | "JOB_FAILED" | "LEASE_LOST" | "WITHDRAWN" | "FILE_DIFFERS") => Ok(()),
        Some("JOB_NOT_FOUND" | "EDITION_NOT_FOUND") => Err(Fault::Reject(error.into())),
        _ => Err(Fault::Retry(error.into())),
    }
}
