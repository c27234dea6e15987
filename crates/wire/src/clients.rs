//! Clients of every gRPC service, over one transport.

use tonic::{
    body::Body as TonicBody,
    client::GrpcService,
    codegen::{Body, Bytes, InterceptedService, StdError},
};

use crate::{MAX_MESSAGE, internal, v1};

/// A transport, with a client of every gRPC service over it.
#[derive(Debug, Clone)]
pub struct Clients<T>(T);

impl<T> Clients<T> {
    /// Clients over this transport.
    pub const fn new(transport: T) -> Self {
        Self(transport)
    }

    /// What the clients call by.
    pub const fn transport(&self) -> &T {
        &self.0
    }
}

impl<T, F> Clients<InterceptedService<T, F>> {
    /// Clients over this transport whose requests pass the interceptor first.
    pub fn with_interceptor(transport: T, interceptor: F) -> Self
    where
        F: tonic::service::Interceptor,
    {
        Self(InterceptedService::new(transport, interceptor))
    }
}

/// Declares a client for each gRPC service, with the limits of the installation.
macro_rules! clients {
    ($($name:ident: $package:ident::$module:ident::$client:ident, $what:literal;)+) => {
        impl<T> Clients<T>
        where
            T: GrpcService<TonicBody> + Clone,
            T::Error: Into<StdError>,
            T::ResponseBody: Body<Data = Bytes> + Send + 'static,
            <T::ResponseBody as Body>::Error: Into<StdError> + Send,
        {$(
            #[doc = concat!("A client of ", $what, ".")]
            pub fn $name(&self) -> $package::$module::$client<T> {
                $package::$module::$client::new(self.0.clone())
                    .max_decoding_message_size(MAX_MESSAGE)
                    .max_encoding_message_size(MAX_MESSAGE)
            }
        )+}
    };
}

clients! {
    access: v1::access_service_client::AccessServiceClient, "access";
    audit: v1::audit_service_client::AuditServiceClient, "the audit log";
    contributions: v1::contribution_service_client::ContributionServiceClient, "contributions and their history";
    cycles: v1::cycle_service_client::CycleServiceClient, "cycles";
    editions: v1::edition_service_client::EditionServiceClient, "editions";
    frameworks: v1::framework_service_client::FrameworkServiceClient, "frameworks";
    obligations: v1::obligation_service_client::ObligationServiceClient, "obligations";
    operations: v1::operations_service_client::OperationsServiceClient, "operations";
    organisations: v1::organisation_service_client::OrganisationServiceClient, "organisations";
    overrides: v1::override_service_client::OverrideServiceClient, "overrides";
    people: v1::person_service_client::PersonServiceClient, "people";
    remarks: v1::remark_service_client::RemarkServiceClient, "remarks";
    reminders: v1::reminder_service_client::ReminderServiceClient, "reminders";
    reviews: v1::review_service_client::ReviewServiceClient, "reviews";
    search: v1::search_service_client::SearchServiceClient, "search";
    search_index: v1::search_index_service_client::SearchIndexServiceClient, "the search indexes";
    submissions: v1::submission_service_client::SubmissionServiceClient, "submissions";
    templates: v1::template_service_client::TemplateServiceClient, "templates";
    authorisation: internal::authorisation_service_client::AuthorisationServiceClient, "authorisation, internal";
    changes: internal::change_service_client::ChangeServiceClient, "changes, internal";
    jobs: internal::job_service_client::JobServiceClient, "rendering jobs, internal";
    reads: internal::read_service_client::ReadServiceClient, "recorded reads, internal";
    saves: internal::save_service_client::SaveServiceClient, "checked saves, internal";
}
