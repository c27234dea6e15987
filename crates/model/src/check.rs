//! Rules for frameworks and contributions. Each check reports every fault, not the first.

mod content;
mod cycle;
mod figures;
mod findings;
mod framework;
mod links;

pub use content::{MAX_LIST, MAX_TEXT_BYTES, content, partners};
pub use cycle::{CycleFinding, cycle};
pub use framework::framework;
pub use links::links;
