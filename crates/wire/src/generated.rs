//! The generated code, one module per package.

#![expect(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    unreachable_pub,
    reason = "generated from the protos"
)]

/// All protos as a serialised `FileDescriptorSet`, for reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!("gen/descriptors.bin");

/// The packages, nested as the generated code expects.
mod voortgang {
    pub mod events {
        pub mod v1 {
            include!("gen/voortgang.events.v1.rs");
        }
    }
    pub mod ingest {
        pub mod v1 {
            include!("gen/voortgang.ingest.v1.rs");
        }
    }
    pub mod rendering {
        pub mod v1 {
            include!("gen/voortgang.rendering.v1.rs");
        }
    }
    pub mod search {
        pub mod v1 {
            include!("gen/voortgang.search.v1.rs");
        }
    }
    pub mod storage {
        pub mod v1 {
            include!("gen/voortgang.storage.v1.rs");
        }
    }
}

mod methods {
    include!("gen/methods.rs");
}

pub use methods::Method;
pub use voortgang::{
    events::v1 as events, ingest::v1 as ingest, rendering::v1 as rendering, search::v1 as search,
    storage::v1 as storage,
};
