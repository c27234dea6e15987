//! Names of people beside the ids that the record has of them, to whoever may read them.
//!
//! Invariant: a name is printed and goes nowhere else. JSON has ids alone.

use std::collections::{BTreeMap, BTreeSet};

use tonic::Code;
use wire::v1 as pb;

use crate::{
    client::{Client, ask},
    output::Output,
};

/// Maximum number of people that are looked up for one answer.
const MAX_PEOPLE: usize = 100;

/// Names by id.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    /// The names of these people, as far as the caller may read them and there are any; none for JSON. Each is read on its own,
    /// so that nobody's name is read that is not printed.
    pub(crate) async fn of<'a>(
        ids: impl IntoIterator<Item = &'a str>,
        client: &Client,
        output: Output,
    ) -> Self {
        let mut names = Self::default();
        if output.is_json {
            return names;
        }
        let is_person = |id: &&str| id.len() == 36 && id.split('-').count() == 5;
        let ids: BTreeSet<&str> = ids.into_iter().filter(is_person).collect();
        for id in ids.into_iter().take(MAX_PEOPLE) {
            let request = pb::GetPersonRequest { id: id.to_owned() };
            match client.people().get_person(ask(request)).await {
                Ok(answer) => {
                    let name = answer.into_inner().person.unwrap_or_default().name;
                    names.0.insert(id.to_owned(), name);
                }
                // Somebody who was never a person of the record, such as a program.
                Err(status) if status.code() == Code::NotFound => {}
                Err(_) => break,
            }
        }
        names
    }

    /// The name with the id beside it; the id alone where the name is not known.
    pub(crate) fn with_id(&self, id: &str) -> String {
        match self.0.get(id).filter(|name| !name.is_empty()) {
            Some(name) => format!("{name} ({id})"),
            None => id.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_beside_its_id_and_what_is_not_known_is_an_id() {
        let anna = "0192f0c1-2b7a-7000-8000-000000000001";
        let gone = "0192f0c1-2b7a-7000-8000-000000000002";
        let names = [(anna.to_owned(), "Anna de Wit".to_owned()), (gone.to_owned(), String::new())];
        let names = Names(names.into());
        assert_eq!(names.with_id(anna), format!("Anna de Wit ({anna})"));
        assert_eq!(names.with_id(gone), gone, "erased");
        assert_eq!(names.with_id("operator"), "operator");
    }
}
