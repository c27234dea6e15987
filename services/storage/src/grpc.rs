//! The generated traits onto the verbs, a file for each resource: convert, call, convert; nothing else.

mod access;
mod audit;
mod changes;
mod contributions;
mod convert;
mod cycles;
mod editions;
mod frameworks;
mod jobs;
mod obligations;
mod operations;
mod organisations;
mod overrides;
mod people;
mod remarks;
mod reminders;
mod reviews;
mod saves;

use std::sync::Arc;

use tonic::{Response, Status};
use wire::{MAX_MESSAGE, internal, v1};

use crate::{Error, Storage};

/// Maximum size in bytes of a request to a service that takes nothing large; answers of it may be larger.
const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// Answers every gRPC service of storage.
#[derive(Debug, Clone)]
pub(crate) struct Grpc(Arc<Storage>);

type Reply<T> = Result<Response<T>, Status>;

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        error.failure().into_status(error)
    }
}

/// Adds every gRPC service of storage to a server.
pub(crate) fn add(server: rpc::Server, storage: Arc<Storage>) -> rpc::Server {
    let grpc = Grpc(storage);
    macro_rules! with {
        ($server:expr, $max_request:expr; $($package:ident::$module:ident::$service:ident),+ $(,)?) => {
            $server$(.with(
                $package::$module::$service::new(grpc.clone())
                    .max_decoding_message_size($max_request)
                    .max_encoding_message_size(MAX_MESSAGE)
            ))+
        };
    }
    let server = with!(server, MAX_REQUEST;
        v1::access_service_server::AccessServiceServer,
        v1::audit_service_server::AuditServiceServer,
        v1::override_service_server::OverrideServiceServer,
        v1::remark_service_server::RemarkServiceServer,
        v1::reminder_service_server::ReminderServiceServer,
        v1::review_service_server::ReviewServiceServer,
        internal::authorisation_service_server::AuthorisationServiceServer,
        internal::read_service_server::ReadServiceServer,
    );
    with!(server, MAX_MESSAGE;
        v1::contribution_service_server::ContributionServiceServer,
        v1::cycle_service_server::CycleServiceServer,
        v1::edition_service_server::EditionServiceServer,
        v1::framework_service_server::FrameworkServiceServer,
        v1::obligation_service_server::ObligationServiceServer,
        v1::operations_service_server::OperationsServiceServer,
        v1::organisation_service_server::OrganisationServiceServer,
        v1::person_service_server::PersonServiceServer,
        internal::change_service_server::ChangeServiceServer,
        internal::job_service_server::JobServiceServer,
        internal::save_service_server::SaveServiceServer,
    )
}
