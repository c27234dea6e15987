//! Rendering: turns a pinned edition into files: a PDF, an HTML page, data, tables.
//!
//! Owns the files of each format, the template and the processes that render. It stores nothing: files go to storage.
//! Invariant: the same edition, template and version of the program give the same bytes, on any machine and day.

mod address;
mod archive;
mod cause;
mod config;
mod consumer;
mod data_package;
mod docx;
mod epub;
mod error;
mod grpc;
mod html;
mod markdown;
mod metrics;
mod odt;
mod pdf;
mod places;
mod render;
mod rendered;
mod run;
mod service;
mod storage;
mod template;
mod workbook;
mod worker;
mod xml;

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
