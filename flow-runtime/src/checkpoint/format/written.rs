//! The format of a node's own target, asked of the output of a task that knows nothing of it: only where something is
//! written, for a task that did not compile has had its error.

#[cfg(feature = "csv")]
use super::Rows;
use super::text::Empty;
use super::{Bytes, Codec, Format, Serializable, Text};
use crate::task::Shared;

/// An output that a node's own target writes as text, unless nothing `IS_WRITTEN`. The marker is inferred.
#[diagnostic::on_unimplemented(
    message = "the output `{Self}` of this task cannot be written as text: implement Display and FromStr, or choose `.json`",
    label = "writes `{Self}` as text",
    note = "the error of `FromStr` must implement `Display`"
)]
pub trait WrittenAsText<Marker, const IS_WRITTEN: bool> {
    /// How it becomes bytes; `None` where nothing does.
    const CODEC: Option<Codec>;
}

#[diagnostic::do_not_recommend]
impl<T: Shared + Text<Marker>, Marker> WrittenAsText<Marker, true> for T {
    const CODEC: Option<Codec> = Some(Codec::text::<T, Marker>());
}

#[diagnostic::do_not_recommend]
impl<T> WrittenAsText<Empty, false> for T {
    const CODEC: Option<Codec> = None;
}

/// A trait of the outputs that a format of ours takes, unless nothing `IS_WRITTEN`.
macro_rules! written {
    ($(#[$about:meta])* $name:ident: $output:ident, $codec:ident) => {
        $(#[$about])*
        pub trait $name<const IS_WRITTEN: bool> {
            /// How it becomes bytes; `None` where nothing does.
            const CODEC: Option<Codec>;
        }

        #[diagnostic::do_not_recommend]
        impl<T: Shared + $output> $name<true> for T {
            const CODEC: Option<Codec> = Some(Codec::$codec::<T>());
        }

        #[diagnostic::do_not_recommend]
        impl<T> $name<false> for T {
            const CODEC: Option<Codec> = None;
        }
    };
}

written! {
    /// The same as JSON.
    #[diagnostic::on_unimplemented(
        message = "the output `{Self}` of this task cannot be written as JSON: derive `serde::Serialize` and `serde::Deserialize` for it, or choose `.txt`",
        label = "writes `{Self}` as JSON"
    )]
    WrittenAsJson: Serializable, json
}

written! {
    /// The same as it is.
    #[diagnostic::on_unimplemented(
        message = "only `Vec<u8>` is stored as bytes, not the output `{Self}` of this task",
        label = "writes `{Self}` as bytes",
        note = "choose `.json` or `.txt`"
    )]
    WrittenAsBytes: Bytes, bytes
}

written! {
    /// The same as MessagePack.
    #[diagnostic::on_unimplemented(
        message = "the output `{Self}` of this task cannot be written as MessagePack: derive `serde::Serialize` and `serde::Deserialize` for it, or choose `.txt`",
        label = "writes `{Self}` as MessagePack"
    )]
    WrittenAsMsgpack: Serializable, msgpack
}

#[cfg(feature = "csv")]
written! {
    /// The same as CSV.
    #[diagnostic::on_unimplemented(
        message = "only a `Vec` of serializable rows is stored as CSV, not the output `{Self}` of this task",
        label = "writes `{Self}` as CSV",
        note = "rows derive `serde::Serialize` and `serde::Deserialize`; for anything else choose `.json`"
    )]
    WrittenAsCsv: Rows, csv
}

#[cfg(feature = "postcard")]
written! {
    /// The same as postcard.
    #[diagnostic::on_unimplemented(
        message = "the output `{Self}` of this task cannot be written as postcard: derive `serde::Serialize` and `serde::Deserialize` for it, or choose `.txt`",
        label = "writes `{Self}` as postcard"
    )]
    WrittenAsPostcard: Serializable, postcard
}

/// The same in a format of the author's own.
#[diagnostic::on_unimplemented(
    message = "`{F}` is no format for `{Self}`, the output of this task",
    label = "`{Self}` is not written so",
    note = "implement `flow_runtime::checkpoint::Format<{Self}>` for `{F}`, or choose another format"
)]
pub trait WrittenBy<F, const IS_WRITTEN: bool> {
    /// How it becomes bytes; `None` where nothing does.
    const CODEC: Option<Codec>;
}

#[diagnostic::do_not_recommend]
impl<T: Shared, F: Format<T>> WrittenBy<F, true> for T {
    const CODEC: Option<Codec> = Some(Codec::by::<T, F>());
}

#[diagnostic::do_not_recommend]
impl<T, F> WrittenBy<F, false> for T {
    const CODEC: Option<Codec> = None;
}
