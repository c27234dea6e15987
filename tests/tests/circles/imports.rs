//! Reads from the source of a crate which of its modules name which others.
//!
//! Paths that begin with `crate`, `super`, `self` or a child of the module count, wherever they stand, in macros too; what only
//! tests use does not, nor what a module merely passes on with `pub use`. A name that was passed on leads to the module that
//! defines it, unless a parent of the reader passes it on: what parents have is for all their children.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The names of a module from the crate's root, which itself has none.
pub(crate) type Module = Vec<String>;

/// What one file says.
#[derive(Default)]
struct Source {
    /// Names that `use` brings in, each with its path from the root.
    used: BTreeMap<String, Module>,
    /// All paths from the root.
    paths: BTreeSet<Module>,
}

/// Returns each module of the crate in `folder` with the modules that it names.
pub(crate) fn imports(folder: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut texts = BTreeMap::new();
    collect(folder, &mut Vec::new(), &mut texts);
    let sources: BTreeMap<_, _> =
        texts.iter().map(|(module, text)| (module.clone(), read(module, text, &texts))).collect();
    let named = |(module, source): (&Module, &Source)| {
        let found = source.paths.iter().map(|path| definer(path, module, &sources, 0));
        (module.clone(), found.filter(|found| found != module).collect())
    };
    sources.iter().map(named).collect()
}

/// Collects the texts of the modules in `folder`, without tests, generated code and further programs.
fn collect(folder: &Path, parent: &mut Module, texts: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        if ["tests", "gen", "bin"].contains(&name.as_str()) {
            continue;
        }
        parent.push(name);
        if path.is_dir() {
            collect(&path, parent, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let is_root = ["lib", "main"].contains(&parent.last().expect("a name").as_str());
            let module = if is_root { Module::new() } else { parent.clone() };
            let text = fs::read_to_string(&path).expect("the file can be read");
            texts.entry(module).or_default().push_str(&text);
        }
        parent.pop();
    }
}

fn read(module: &Module, text: &str, all: &BTreeMap<Module, String>) -> Source {
    let mut reader = Reader { module, all, source: Source::default() };
    let stream: TokenStream = text.parse().expect("the file is Rust");
    reader.read(&stream.into_iter().collect::<Vec<_>>());
    reader.source
}

/// The module that defines what `path` names for `reader`: the deepest one on it, or where that one has the name from.
fn definer(
    path: &[String],
    reader: &Module,
    sources: &BTreeMap<Module, Source>,
    depth: usize,
) -> Module {
    let is_module = |length: &usize| sources.contains_key(&path[..*length]);
    let length = (0..=path.len()).rev().find(is_module).unwrap_or(0);
    let (module, rest) = path.split_at(length);
    let origin = rest.first().and_then(|name| sources.get(module)?.used.get(name));
    match origin.filter(|_| !reader.starts_with(module) && depth < 8) {
        Some(origin) => definer(&[origin, &rest[1..]].concat(), reader, sources, depth + 1),
        None => module.to_vec(),
    }
}

/// How a path stands in the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Usage {
    Path,
    Used,
    PassedOn,
}

impl Usage {
    /// By the tokens before the path: `use`, `pub use` or `pub(crate) use`.
    fn of(before: &[TokenTree]) -> Self {
        let mut before = before.iter().rev().map(ToString::to_string);
        if before.next().as_deref() != Some("use") {
            return Self::Path;
        }
        let is_public = before.next().is_some_and(|token| token == "pub" || token.starts_with('('));
        if is_public { Self::PassedOn } else { Self::Used }
    }
}

struct Reader<'a> {
    module: &'a Module,
    all: &'a BTreeMap<Module, String>,
    source: Source,
}

impl Reader<'_> {
    fn read(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while at < tokens.len() {
            if is_for_tests(&tokens[at..]) {
                at += item(&tokens[at..]);
                continue;
            }
            let no_start = [":", ".", "mod", "fn"];
            let goes_on = 0 < at && no_start.contains(&tokens[at - 1].to_string().as_str());
            if let TokenTree::Group(group) = &tokens[at] {
                self.read(&group.stream().into_iter().collect::<Vec<_>>());
            } else if let TokenTree::Ident(first) = &tokens[at]
                && !goes_on
                && let Some(start) = self.start(&first.to_string())
            {
                let usage = Usage::of(&tokens[..at]);
                self.tree(&start, &tokens[at + 1..], usage);
            }
            at += 1;
        }
    }

    /// Where a path that begins with `first` starts, if it is one of this crate.
    fn start(&self, first: &str) -> Option<Module> {
        let parent = self.module.split_last().map_or(&[][..], |(_, parent)| parent);
        match first {
            "crate" => Some(Vec::new()),
            "self" => Some(self.module.clone()),
            "super" => Some(parent.to_vec()),
            _ => {
                let child = [&self.module[..], &[first.to_owned()]].concat();
                self.all.contains_key(&child).then_some(child)
            }
        }
    }

    /// Reads on after `path`: `::name`, `::{trees}`, `as name`, or the end of the path.
    fn tree(&mut self, path: &[String], tokens: &[TokenTree], usage: Usage) {
        let texts: Vec<_> = tokens.iter().take(3).map(ToString::to_string).collect();
        let goes_on = tokens.len() > 2 && texts[0] == ":" && texts[1] == ":";
        match tokens.get(2).filter(|_| goes_on) {
            Some(TokenTree::Ident(name)) if *name == "super" => {
                self.tree(&path[..path.len().saturating_sub(1)], &tokens[3..], usage);
            }
            Some(TokenTree::Ident(name)) => {
                self.tree(&[path, &[name.to_string()]].concat(), &tokens[3..], usage);
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                for tree in inner.split(|token| token.to_string() == ",") {
                    if let Some((TokenTree::Ident(name), rest)) = tree.split_first() {
                        let segment = if *name == "self" { vec![] } else { vec![name.to_string()] };
                        self.tree(&[path, &segment].concat(), rest, usage);
                    }
                }
            }
            _ => {
                let renamed = texts.first().is_some_and(|text| text == "as");
                let name = if renamed { texts.get(1) } else { path.last() };
                if let Some(name) = name.filter(|_| usage != Usage::Path) {
                    self.source.used.insert(name.clone(), path.to_vec());
                }
                if usage != Usage::PassedOn {
                    self.source.paths.insert(path.to_vec());
                }
            }
        }
    }
}

/// Whether an item begins here that only tests have.
fn is_for_tests(tokens: &[TokenTree]) -> bool {
    tokens.len() > 1 && tokens[0].to_string() == "#" && tokens[1].to_string() == "[cfg (test)]"
}

/// The tokens of the item that begins here.
fn item(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        other => other.to_string() == ";",
    };
    tokens.iter().position(ends).map_or(tokens.len(), |last| last + 1)
}
