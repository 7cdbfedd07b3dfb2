//! Which flow a person means: names, module paths where names are shared, and advice where nothing fits.
//! It reads no arguments and runs nothing.

use crate::registry::Registration;
use crate::spec::FlowSpec;
use crate::suggest::closest;

/// The flows that a command line offers.
#[derive(Clone, Copy)]
pub(super) struct Flows<'a> {
    all: &'a [&'static Registration],
}

impl<'a> Flows<'a> {
    pub(super) fn new(all: &'a [&'static Registration]) -> Self {
        Self { all }
    }

    pub(super) fn is_empty(self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn iter(self) -> impl ExactSizeIterator<Item = &'static Registration> + 'a {
        self.all.iter().copied()
    }

    /// The flow, where there is one.
    pub(super) fn only(self) -> Option<&'static Registration> {
        match self.all {
            [flow] => Some(flow),
            _ => None,
        }
    }

    /// The names under which `find` finds the flow, the shortest first: its function's name, then with more and more
    /// of its module path. Empty for two flows of one path.
    pub(super) fn names(self, flow: &'static Registration) -> Vec<String> {
        let path = flow.spec.path();
        let mut names: Vec<String> = suffixes(&path)
            .filter(|name| self.matching(name).len() == 1 && self.is(name, flow))
            .map(str::to_owned)
            .collect();
        names.sort_by_key(String::len);
        names
    }

    /// What to call the flow: the shortest name under which it is found.
    pub(super) fn label(self, flow: &'static Registration) -> String {
        let mut names = self.names(flow).into_iter();
        names.next().unwrap_or_else(|| flow.spec.path())
    }

    /// The flow that `name` means, or without a name the only one.
    ///
    /// # Errors
    ///
    /// What to write instead, where no flow or more than one is meant.
    pub(super) fn find(self, name: Option<&str>) -> Result<&'static Registration, String> {
        let Some(name) = name else {
            return self.only().ok_or_else(|| self.which());
        };
        match *self.matching(name) {
            [flow] => Ok(flow),
            [] => Err(self.unknown(name)),
            ref several => Err(self.ambiguous(name, several)),
        }
    }

    /// Whether `name` means a flow, or may mean several.
    pub(super) fn knows(self, name: &str) -> bool {
        !self.matching(name).is_empty()
    }

    /// The flows that `name` may mean: the one of exactly this path, else all whose path ends so.
    fn matching(self, name: &str) -> Vec<&'static Registration> {
        let mut found: Vec<_> = self.iter().filter(|flow| flow.spec.path() == name).collect();
        if found.is_empty() {
            found = self
                .iter()
                .filter(|flow| suffixes(&flow.spec.path()).any(|suffix| suffix == name))
                .collect();
        }
        found
    }

    fn is(self, name: &str, flow: &'static Registration) -> bool {
        let found = self.matching(name);
        found.first().is_some_and(|found| core::ptr::eq(*found, flow))
    }

    fn unknown(self, name: &str) -> String {
        let by_title = self.iter().find(|flow| flow.spec.name == name);
        let hint = by_title.map(|flow| self.label(flow)).or_else(|| {
            let labels: Vec<String> = self.iter().map(|flow| self.label(flow)).collect();
            let functions = self.iter().map(|flow| flow.spec.function);
            closest(name, labels.iter().map(String::as_str).chain(functions)).map(str::to_owned)
        });
        match hint {
            Some(hint) => format!("there is no flow `{name}`; did you mean `{hint}`?"),
            None => format!("there is no flow `{name}`; {}", self.which()),
        }
    }

    fn ambiguous(self, name: &str, several: &[&'static Registration]) -> String {
        let mut lines = vec![format!(
            "`{name}` may be any of {} flows; name one by its path:",
            several.len()
        )];
        lines.extend(
            several
                .iter()
                .map(|flow| format!("  {}  ({})", self.label(flow), flow.spec.location)),
        );
        if several.iter().any(|flow| self.names(flow).is_empty()) {
            lines.push("flows of one path cannot be told apart: give one of them another name".to_owned());
        }
        lines.join("\n")
    }

    /// Which flows there are.
    fn which(self) -> String {
        let labels: Vec<String> = self
            .iter()
            .map(|flow| format!("`{}`", self.label(flow)))
            .collect();
        match &*labels {
            [one] => format!("the only flow is {one}"),
            [all @ .., last] => format!("name one of the flows: {} or {last}", all.join(", ")),
            [] => NO_FLOWS.to_owned(),
        }
    }
}

/// What to do where no flow is registered.
pub(super) const NO_FLOWS: &str = "this binary has no flows: `flow!` registers each flow that has a name; \
     a crate of flows that is never named is not linked, so name it in `main.rs`: `use the_crate as _;`";

/// The first line of a flow's doc comment, or the name that people read where that says more.
pub(super) fn headline(flow: &FlowSpec) -> &'static str {
    match flow.docs.lines().find(|line| !line.trim().is_empty()) {
        Some(line) => line.trim(),
        None if flow.name != flow.function => flow.name,
        None => "",
    }
}

/// `a::b::c`, `b::c`, `c`.
fn suffixes(path: &str) -> impl Iterator<Item = &str> {
    let starts = path
        .match_indices("::")
        .map(|(at, separator)| at + separator.len());
    core::iter::once(0).chain(starts).map(|start| &path[start..])
}
