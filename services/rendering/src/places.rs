//! Places that links lead to: names of bookmarks have letters, digits and 40 characters at most, so that anchors get numbers.

use std::collections::BTreeMap;

use edition::flow::Part;

/// The numbers of anchors.
#[derive(Debug)]
pub(crate) struct Places(BTreeMap<String, usize>);

impl Places {
    /// The places of these parts, numbered in their order.
    pub(crate) fn of(parts: &[Part]) -> Self {
        let anchors = parts.iter().flat_map(|part| match part {
            Part::Heading { anchors, .. } => anchors.as_slice(),
            _ => &[],
        });
        Self(anchors.cloned().zip(1..).collect())
    }

    /// The number of an anchor; absent where nothing has it.
    pub(crate) fn number(&self, anchor: &str) -> Option<usize> {
        self.0.get(anchor).copied()
    }

    /// The name of the bookmark of an anchor.
    pub(crate) fn name(&self, anchor: &str) -> Option<String> {
        self.number(anchor).map(|number| format!("_p{number}"))
    }
}
