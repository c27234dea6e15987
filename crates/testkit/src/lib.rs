//! What tests share: a clock and ids that they command, small examples of everything, the table of who may do what and
//! its proof, and programs that they run.

mod access;
mod clock;
mod examples;
pub mod fuzz;
pub mod matrix;
pub mod openssl;
mod positions;
mod proxy;
mod python;
mod shared;

pub use crate::{
    access::{AccessRow, ROLES, documented_access},
    clock::{TestClock, TestIds},
    examples::{content, cycle, framework, save},
    positions::misplaced,
    proxy::Proxy,
    python::python,
    shared::shared,
};
