//! The portal: pages for readers, without script, in Dutch and English.
//!
//! Owns addresses, pages and what they look like. It keeps nothing: the object store and search hold all that it shows,
//! so that its pages outlive the rest. Invariant: text from outside reaches a page escaped, never as code.

mod api;
mod config;
mod details;
mod encoding;
mod error;
mod http;
mod language;
mod look;
mod pages;
mod run;
mod serve;
mod service;

pub use crate::{
    config::{Config, FooterLink, Theme},
    error::Error,
    look::InvalidTheme,
    run::run,
    service::{Parts, Portal},
};
