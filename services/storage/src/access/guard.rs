//! Decides on every call before it is answered.

use std::sync::Arc;

use http::{Request, Response};
use model::Grant;
use rpc::{Identity, Next};
use tonic::body::Body;

use crate::{
    Storage,
    access::{Caller, on_behalf_of},
};

/// Stands before all services of storage.
#[derive(Debug)]
pub(crate) struct Guard(pub(crate) Arc<Storage>);

#[tonic::async_trait]
impl rpc::Guard for Guard {
    async fn answer(&self, request: Request<Body>, next: Next) -> Response<Body> {
        let caller = Arc::new(self.caller(rpc::caller(request.headers())));
        on_behalf_of(Some(caller), next.answer(request)).await
    }
}

impl Guard {
    fn caller(&self, identity: Option<Identity>) -> Caller {
        match identity {
            None => Caller::service(&self.0.config.actor),
            Some(Identity::Anybody) => {
                Caller { id: "public".to_owned(), grants: Vec::new(), is_service: false }
            }
            Some(Identity::Token(token)) => {
                let grants =
                    token.grants.into_iter().filter_map(|claim| Grant::try_from(claim).ok());
                Caller { id: token.subject, grants: grants.collect(), is_service: false }
            }
            Some(Identity::Certificate { oin }) => {
                Caller { id: format!("oin:{oin}"), grants: Vec::new(), is_service: false }
            }
        }
    }
}
