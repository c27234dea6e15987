//! What examples name: something that is published, so that they work.

use std::collections::BTreeMap;

use crate::{
    Portal,
    api::operation::Operation,
    pages::{API, segment},
    service::catalogue::{self, Catalogue},
};

/// Values for names in paths.
#[derive(Debug, Default)]
pub(crate) struct Example(BTreeMap<&'static str, String>);

impl Example {
    /// The newest edition, with its first answer to an indicator; as much of it as there is.
    pub(crate) async fn of(portal: &Portal, catalogue: &Catalogue) -> Self {
        let mut example = Self::default();
        let published = catalogue.cycles.iter().find(|cycle| cycle.current().is_some());
        let Some(cycle) = published.or(catalogue.cycles.first()) else { return example };
        example.set("framework", &cycle.framework);
        let period = cycle.name.split_once('/').map_or("", |(_, period)| period);
        example.set("period", period);
        let Some(edition) = cycle.current() else { return example };
        example.set("number", &edition.number.to_string());
        let Ok(file) = catalogue::data_file(edition, messages::Language::Dutch) else {
            return example;
        };
        // An example less is no failure.
        let Ok(cached) = portal.edition(file).await else { return example };
        let all = &cached.data().contributions;
        let answers = all.iter().find(|one| one.answer.is_some() && !one.indicators.is_empty());
        if let Some(contribution) = answers.or(all.first()) {
            example.set("organisation", &contribution.organisation);
            example.set("contribution", &contribution.id);
            if let Some(indicator) = contribution.indicators.first() {
                example.set("indicator", indicator);
            }
        }
        example
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.0.insert(name, value.to_owned());
    }

    /// What stands for a name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The address of an operation; none where something lacks that it names.
    pub(crate) fn address(&self, operation: &Operation) -> Option<String> {
        let mut address = format!("{API}{}", operation.path);
        for name in operation.names() {
            address = address.replace(&format!("{{{name}}}"), &segment(self.value(name)?));
        }
        if operation.example.is_empty() {
            Some(address)
        } else {
            Some(format!("{address}?{}", operation.example))
        }
    }
}
