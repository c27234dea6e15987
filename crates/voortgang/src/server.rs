//! The server side of the program: every service in one process, or one of them. The only composition root.

mod backends;
mod clock;
mod data_folder;
mod host;
mod listen;
mod network;
mod probes;
mod process;
mod reserve;
mod services;
mod up;
mod wiring;

pub(crate) use crate::server::{
    clock::{SystemClock, SystemIds},
    data_folder::Endpoints,
    network::Network,
    process::{run_one, signal},
    up::Up,
};
