//! What tests share: a clock and ids that they command, and small examples of everything.

mod clock;
mod examples;

pub use crate::{
    clock::{TestClock, TestIds},
    examples::{content, cycle, framework, save},
};
