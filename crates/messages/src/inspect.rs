//! Which messages a file holds, and which arguments each takes.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Message, Pattern, PatternElement,
};

/// Returns the names of the arguments of each message, by its id.
pub(crate) fn arguments(resource: &FluentResource) -> BTreeMap<&str, BTreeSet<&str>> {
    messages(resource).map(|message| (message.id.name, arguments_of(message))).collect()
}

/// Returns the ids of the messages that take no arguments.
pub(crate) fn plain(resource: &FluentResource) -> impl Iterator<Item = String> {
    let without = messages(resource).filter(|message| arguments_of(message).is_empty());
    without.map(|message| message.id.name.to_owned())
}

fn messages(resource: &FluentResource) -> impl Iterator<Item = &Message<&str>> {
    resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message),
        Entry::Term(_)
        | Entry::Comment(_)
        | Entry::GroupComment(_)
        | Entry::ResourceComment(_)
        | Entry::Junk { .. } => None,
    })
}

fn arguments_of<'a>(message: &Message<&'a str>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    if let Some(pattern) = &message.value {
        in_pattern(pattern, &mut found);
    }
    found
}

fn in_pattern<'a>(pattern: &Pattern<&'a str>, found: &mut BTreeSet<&'a str>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, found);
        }
    }
}

fn in_expression<'a>(expression: &Expression<&'a str>, found: &mut BTreeSet<&'a str>) {
    match expression {
        Expression::Select { selector, variants } => {
            in_inline(selector, found);
            for variant in variants {
                in_pattern(&variant.value, found);
            }
        }
        Expression::Inline(inline) => in_inline(inline, found),
    }
}

fn in_inline<'a>(inline: &InlineExpression<&'a str>, found: &mut BTreeSet<&'a str>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name);
        }
        InlineExpression::Placeable { expression } => in_expression(expression, found),
        InlineExpression::FunctionReference { arguments, .. } => in_call(arguments, found),
        InlineExpression::TermReference { arguments, .. } => {
            if let Some(arguments) = arguments {
                in_call(arguments, found);
            }
        }
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. } => {}
    }
}

fn in_call<'a>(
    CallArguments { positional, named }: &CallArguments<&'a str>,
    found: &mut BTreeSet<&'a str>,
) {
    for value in positional.iter().chain(named.iter().map(|argument| &argument.value)) {
        in_inline(value, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, sources};

    /// Differences between two languages; of each id with its arguments.
    fn differences(one: &str, other: &str) -> Vec<String> {
        let resource = |text: &str| FluentResource::try_new(text.to_owned()).unwrap();
        let (one, other) = (resource(one), resource(other));
        let (one, other) = (arguments(&one), arguments(&other));
        let ids: BTreeSet<&str> = one.keys().chain(other.keys()).copied().collect();
        let differs = |id: &&str| one.get(id) != other.get(id);
        ids.into_iter()
            .filter(differs)
            .map(|id| format!("{id}: {:?} and {:?}", one.get(id), other.get(id)))
            .collect()
    }

    #[test]
    fn every_language_has_the_same_messages_with_the_same_arguments() {
        for language in Language::ALL {
            for ((area, text), (_, dutch)) in
                sources(language).into_iter().zip(sources(Language::Dutch))
            {
                assert_eq!(differences(text, dutch), [""; 0], "{area}.ftl of {language:?}");
            }
        }
    }

    #[test]
    fn a_message_that_a_language_lacks_or_gives_other_arguments_is_found() {
        let found = differences("a = { $x }\nb = b\n", "a = { $y }\n");
        assert_eq!(
            found,
            [r#"a: Some({"x"}) and Some({"y"})"#, "b: Some({}) and None"],
            "{found:?}"
        );
    }

    #[test]
    fn every_id_begins_with_its_area_and_stands_once() {
        for language in Language::ALL {
            let mut all = BTreeSet::new();
            for (area, text) in sources(language) {
                let resource = FluentResource::try_new(text.to_owned()).unwrap();
                for message in messages(&resource) {
                    let id = message.id.name;
                    assert!(id.starts_with(&format!("{area}-")), "{id} in {area}.ftl");
                    assert!(message.value.is_some() && message.attributes.is_empty(), "{id}");
                    assert!(all.insert(id.to_owned()), "{id} stands twice");
                }
                let junk = resource.entries().any(|entry| matches!(entry, Entry::Junk { .. }));
                assert!(!junk, "{area}.ftl");
            }
        }
    }
}
