use core::any::Any;
use core::fmt::{self, Display};
use std::sync::Arc;

#[cfg(feature = "csv")]
use crate::checkpoint::Rows;
use crate::checkpoint::{Bytes, Codec, Compression, FileOutput, Format, Serializable, Text, compressed};
use crate::digest::Fingerprint;
use crate::executor::Core;
use crate::mapped::Mapped;
use crate::plan::Tolerance;
use crate::slot::{Held, Slot, Slots, TypedSlot};
use crate::task::Shared;
use crate::template::Template;

use super::{Argument, Location, Rules};

/// A task as `#[task]` wrote it.
#[derive(Debug, Clone, Copy)]
pub struct TaskSpec {
    /// The name that people and templates read: `#[task(name = "…")]`, else the function's name.
    pub name: &'static str,
    /// The function's name.
    pub function: &'static str,
    /// `core::any::type_name` of the task's struct: it knows the function that a task stands in, which
    /// `module_path!()` does not.
    pub path: fn() -> &'static str,
    /// Where the function is written.
    pub location: Location,
    /// The doc comment, lines joined by `\n`.
    pub docs: &'static str,
    /// `#[task(version = …)]`; empty without one.
    pub version: &'static str,
    /// `false` with `#[task(checkpoint = false)]`.
    pub checkpoint: bool,
    /// `#[task(target = "…")]`.
    pub target: Option<Template>,
    /// Of the body, its parameters and return type, without docs and white space.
    pub body: Fingerprint,
    /// Whether the body is an `async fn`: it decides which threads drive it.
    pub asynchronous: bool,
    /// `#[task(on_change = …)]`.
    pub on_change: OnChange,
    /// The rules of its nodes, unless a node overrides one.
    pub rules: Rules,
    /// The parameters that take arguments, in order.
    pub parameters: &'static [ParameterSpec],
    /// What the runtime must know of the output type.
    pub output: OutputSpec,
}

/// What it means for a target that is there when its task's body has been edited since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnChange {
    /// It is reused, and said: an edit may change nothing of the result.
    #[default]
    Reuse,
    /// It is made again. Where that gives the same bytes, nothing that depends on it runs.
    Rerun,
}

impl TaskSpec {
    /// The parameter that an argument of a call goes to, the one at `place`.
    pub(crate) fn parameter(&self, place: usize, argument: &Argument) -> Option<&'static ParameterSpec> {
        match argument.name {
            Some(name) => self.parameters.iter().find(|parameter| parameter.name == name),
            None => self.parameters.get(place),
        }
    }

    /// What a record calls the task: `module::function`, for a task inside a function `module::outer::function`.
    ///
    /// Neither an edited body nor another place in the same module or function makes it another task. Two tasks of
    /// one name in two blocks of one function are not told apart.
    pub fn identity(&self) -> String {
        let (place, function) = self.identity_parts();
        format!("{place}::{function}")
    }

    /// The same, before and behind the last `::`.
    pub(crate) fn identity_parts(&self) -> (&'static str, &'static str) {
        let path = (self.path)();
        // A task struct has lifetimes at most; compilers have written them and left them out.
        let path = match path.strip_suffix('>').and_then(|path| path.rsplit_once('<')) {
            Some((path, _)) => path,
            None => path,
        };
        (
            path.rsplit_once("::").map_or("", |(place, _)| place),
            self.function,
        )
    }
}

/// Shows a value of a known type; `None` for one of another.
pub type Show = fn(&dyn Any) -> Option<&dyn Display>;

/// A parameter of a task.
#[derive(Clone, Copy)]
pub struct ParameterSpec {
    /// Its name.
    pub name: &'static str,
    /// For a parameter that the target names: shows a value of the parameter's type (a reference's target; `String`
    /// for `&str`) that is at hand without an upstream result. `None` for a value of another type.
    pub show: Option<Show>,
    /// What it takes in place of an upstream's value.
    pub tolerance: Tolerance,
    /// Whether it takes the results of a `for` one at a time.
    pub streams: bool,
    /// Whether it is a resource: no argument, and part of no record and no digest.
    pub is_resource: bool,
}

impl ParameterSpec {
    /// A parameter that no target names.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            show: None,
            tolerance: Tolerance::Nothing,
            streams: false,
            is_resource: false,
        }
    }

    /// A parameter whose value the target shows; `T` is its type without reference.
    pub const fn shown<T: Display + 'static>(name: &'static str) -> Self {
        Self {
            show: Some(|value| value.downcast_ref::<T>().map(|value| value as &dyn Display)),
            ..Self::new(name)
        }
    }

    /// The same parameter, marked `#[resource]`.
    pub const fn resource(self) -> Self {
        Self {
            is_resource: true,
            ..self
        }
    }

    /// The same parameter, which takes this in place of a value.
    pub const fn tolerating(self, tolerance: Tolerance) -> Self {
        Self { tolerance, ..self }
    }

    /// The same parameter, which takes the results of a `for` one at a time.
    pub const fn streaming(self, streams: bool) -> Self {
        Self { streams, ..self }
    }
}

impl fmt::Debug for ParameterSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParameterSpec")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What the runtime must know of a task's output type, as functions on erased values.
#[derive(Clone, Copy)]
pub struct OutputSpec {
    /// `core::any::type_name` of the output: its fingerprint.
    pub type_name: fn() -> &'static str,
    /// A place for one result.
    pub(crate) slot: fn() -> Box<dyn Slot>,
    /// Places for so many.
    pub(crate) slots: fn(usize) -> Box<dyn Slots>,
    /// The results of a `for`, of which these are held.
    pub(crate) mapped: fn(Arc<Core>, usize, Vec<Option<Held>>) -> Held,
    /// How a result becomes bytes; `None` with `checkpoint = false`.
    pub codec: Option<Codec>,
    /// How a person may have written it, where that is otherwise: as JSON.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "`--given` reads it"))]
    pub(crate) by_hand: Option<Codec>,
    /// Whether this is what the author wrote: not of a task that did not compile.
    pub(super) is_known: bool,
}

impl OutputSpec {
    /// An output that `codec` writes.
    pub const fn new<T: Shared>(codec: Codec) -> Self {
        Self {
            codec: Some(codec),
            ..Self::memory::<T>()
        }
    }

    /// An output written as JSON.
    pub const fn json<T: Shared + Serializable>() -> Self {
        Self::new::<T>(Codec::json::<T>())
    }

    /// An output written as text.
    pub const fn text<T: Shared + Text<Marker>, Marker>() -> Self {
        Self::new::<T>(Codec::text::<T, Marker>())
    }

    /// An output written as it is.
    pub const fn bytes<T: Shared + Bytes>() -> Self {
        Self::new::<T>(Codec::bytes::<T>())
    }

    /// An output written as MessagePack.
    pub const fn msgpack<T: Shared + Serializable>() -> Self {
        Self {
            by_hand: Some(Codec::json::<T>()),
            ..Self::new::<T>(Codec::msgpack::<T>())
        }
    }

    /// An output written as CSV.
    #[cfg(feature = "csv")]
    pub const fn csv<T: Shared + Rows>() -> Self {
        Self::new::<T>(Codec::csv::<T>())
    }

    /// An output written as postcard.
    #[cfg(feature = "postcard")]
    pub const fn postcard<T: Shared + Serializable>() -> Self {
        Self {
            by_hand: Some(Codec::json::<T>()),
            ..Self::new::<T>(Codec::postcard::<T>())
        }
    }

    /// An output in an author's own format.
    pub const fn by<T: Shared, F: Format<T>>() -> Self {
        Self::new::<T>(Codec::by::<T, F>())
    }

    /// The same, compressed.
    pub const fn compressed(self, compression: Compression) -> Self {
        Self {
            codec: compressed(self.codec, compression),
            ..self
        }
    }

    /// A file that the body writes itself.
    pub const fn file<T: Shared + FileOutput>() -> Self {
        let codec = Codec::file();
        Self {
            type_name: codec.type_name,
            ..Self::new::<T>(codec)
        }
    }

    /// Whether it is such a file.
    pub(super) const fn is_file(&self) -> bool {
        matches!(self.codec, Some(Codec { is_file: true, .. }))
    }

    /// An output without a target: MessagePack.
    pub const fn message_pack<T: Shared + Serializable>() -> Self {
        Self {
            by_hand: Some(Codec::json::<T>()),
            ..Self::new::<T>(Codec::message_pack::<T>())
        }
    }

    /// The output of a task with `checkpoint = false`: it lives in memory only.
    pub const fn memory<T: Shared>() -> Self {
        Self {
            type_name: core::any::type_name::<T>,
            slot: || Box::new(TypedSlot::<T>::new()),
            slots: |count| {
                let slots: Box<[TypedSlot<T>]> = (0..count).map(|_| TypedSlot::new()).collect();
                Box::new(slots)
            },
            mapped: |core, node, held| Held::from(Box::new(Mapped::<T>::new(core, node, held)) as Box<_>),
            codec: None,
            by_hand: None,
            is_known: true,
        }
    }

    /// What stands for the output of a task that did not compile, which is said at the task.
    pub const fn unknown<T: Shared>() -> Self {
        Self {
            is_known: false,
            ..Self::memory::<T>()
        }
    }
}

impl fmt::Debug for OutputSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputSpec")
            .field("type", &(self.type_name)())
            .finish_non_exhaustive()
    }
}
