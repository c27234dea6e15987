//! What tests share: a clock and ids that they command, small examples of everything, and programs that they run.

mod clock;
mod examples;
pub mod openssl;
mod python;

pub use crate::{
    clock::{TestClock, TestIds},
    examples::{content, cycle, framework, save},
    python::python,
};
