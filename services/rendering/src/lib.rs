//! Rendering: turns a pinned edition into a PDF, an HTML page and a data file.
//!
//! Owns the published formats, the template and the processes that render. It stores nothing: files go to storage.
//! Invariant: the same edition, template and version of the program give the same bytes, on any machine and day.

mod blocks;
mod config;
mod consumer;
mod error;
mod figures;
mod grpc;
mod html;
mod input;
mod json;
mod labels;
mod metrics;
mod pdf;
mod printable;
mod render;
mod run;
mod sample;
mod service;
mod storage;
mod template;
mod view;
mod worker;

pub use crate::{
    config::Config,
    error::Error,
    input::{Report, Reporter},
    render::{Position, Rendered, typst_files},
    run::{Parts, check, run},
    service::Rendering,
    template::{InvalidTemplate, Template, TemplateFault},
    worker::{Workers, worker_main},
};
