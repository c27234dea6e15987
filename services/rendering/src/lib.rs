//! Rendering: turns a pinned edition into a PDF, an HTML page and a data file.
//!
//! Owns the PDF, the HTML file, the template and the processes that render. It stores nothing: files go to storage.
//! Invariant: the same edition, template and version of the program give the same bytes, on any machine and day.

mod cause;
mod config;
mod consumer;
mod error;
mod grpc;
mod html;
mod metrics;
mod pdf;
mod render;
mod rendered;
mod run;
mod service;
mod storage;
mod template;
mod worker;

pub use crate::{
    config::Config,
    error::Error,
    render::typst_files,
    rendered::{Position, Rendered},
    run::{Parts, check, run},
    service::Rendering,
    template::{InvalidTemplate, Template, TemplateFault},
    worker::{Workers, worker_main},
};
