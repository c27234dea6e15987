//! Rules for frameworks and contributions. Each check reports every fault, not the first.

mod content;
mod framework;

pub use content::{MAX_LIST, MAX_TEXT_BYTES, content};
pub use framework::framework;
