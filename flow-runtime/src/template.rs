//! Target templates as the macros emit them: literal text and variables, already parsed and checked.
//!
//! Const data only; how a template becomes a path is the checkpoint layer's affair, how its source is parsed lives in
//! the macros.

/// A target such as `reports/<day>/<task_name>.json`, parsed at compile time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Template {
    /// The template as its author wrote it.
    pub source: &'static str,
    /// Its parts, in order.
    pub pieces: &'static [Piece],
}

/// One part of a [`Template`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Literal text; the only piece that may hold a `/`, besides a date format.
    Text(&'static str),
    /// `<date>`: the run's logical time in this strftime format.
    Date(&'static str),
    /// `<task_name>`: the name of the task.
    TaskName,
    /// `<version>`: the version of the task.
    Version,
    /// `<args>`: a digest of the arguments of the call.
    Args,
    /// `<node>`: the name of the node.
    Node,
    /// `<flow_name>`: the name of the flow.
    FlowName,
    /// `<run_id>`: the id of the run.
    RunId,
    /// `<index>`: the number of a child of a `for`, from 0.
    ChildIndex,
    /// `<key>`: the key of a child of a `for`.
    ChildKey,
    /// `<name>`: the value of the task's argument of that name.
    Argument(&'static str),
    /// `<name>` in a node's own target: the value of the flow's parameter of that name.
    Parameter {
        /// Its name.
        name: &'static str,
        /// Its place among the flow's parameters.
        index: usize,
    },
}

impl Template {
    /// Whether the path depends on what all arguments digest to.
    pub fn has_args(&self) -> bool {
        self.pieces.contains(&Piece::Args)
    }

    /// What ends the name of the file, from its first dot, as far as that is literal text.
    pub(crate) fn extension(&self) -> Option<&'static str> {
        let Some(Piece::Text(end)) = self.pieces.last() else {
            return None;
        };
        let name = end.rsplit('/').next().unwrap_or(end);
        let dot = name.find('.')?;
        Some(&name[dot..])
    }

    /// The names of the arguments that the path depends on, in the order in which they first appear.
    pub fn arguments(&self) -> impl Iterator<Item = &'static str> + use<> {
        let pieces = self.pieces;
        pieces
            .iter()
            .enumerate()
            .filter_map(move |(at, piece)| match piece {
                Piece::Argument(name) if !pieces[..at].contains(piece) => Some(*name),
                _ => None,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, Template};

    #[test]
    fn an_extension_is_what_literally_ends_the_name() {
        let of = |end: &'static str| {
            let pieces = Box::leak(Box::new([Piece::Node, Piece::Text(end)]));
            Template { source: "", pieces }.extension()
        };
        assert_eq!(of("/dump.tar.zst"), Some(".tar.zst"));
        assert_eq!(of(".txt"), Some(".txt"));
        assert_eq!((of("a.d/dump"), of("-dump")), (None, None));
        let open = Template {
            source: "",
            pieces: &[Piece::Text("a."), Piece::Node],
        };
        assert_eq!(open.extension(), None);
    }

    #[test]
    fn arguments_are_listed_once_in_order_of_appearance() {
        let template = Template {
            source: "<year>/<date:%m>/<day>-<year>.txt",
            pieces: &[
                Piece::Argument("year"),
                Piece::Text("/"),
                Piece::Date("%m"),
                Piece::Text("/"),
                Piece::Argument("day"),
                Piece::Text("-"),
                Piece::Argument("year"),
                Piece::Text(".txt"),
            ],
        };
        assert_eq!(template.arguments().collect::<Vec<_>>(), ["year", "day"]);
    }
}
