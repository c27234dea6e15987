//! The generated code, one module per package.

#![expect(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    unreachable_pub,
    reason = "generated from the protos"
)]

/// All protos as a serialised `FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!("gen/descriptors.bin");
/// The protos of the public package alone, for reflection.
pub const PUBLIC_DESCRIPTORS: &[u8] = include_bytes!("gen/public.bin");

/// The packages, nested as the generated code expects.
mod voortgang {
    pub mod events {
        pub mod v1 {
            include!("gen/voortgang.events.v1.rs");
        }
    }
    pub mod internal {
        pub mod v1 {
            include!("gen/voortgang.internal.v1.rs");
        }
    }
    pub mod v1 {
        include!("gen/voortgang.v1.rs");
    }
}

mod calls {
    include!("gen/calls.rs");
}

pub use calls::{Method, Service};
pub use voortgang::{events::v1 as events, internal::v1 as internal, v1};
