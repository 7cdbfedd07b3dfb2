//! A format of an author's own.

use super::{DecodeError, EncodeError};
use crate::task::BoxError;

/// How values of type `T` are written and read: `format = Yaml` on a task, or on a node with a target of its own.
///
/// ```
/// use flow_runtime::checkpoint::Format;
/// use flow_runtime::{BoxError, Runner, flow, task};
///
/// /// Numbers, one a line.
/// struct Lines;
///
/// impl Format<Vec<u32>> for Lines {
///     const NAME: &'static str = "lines";
///
///     fn encode(numbers: &Vec<u32>) -> Result<Vec<u8>, BoxError> {
///         Ok(numbers.iter().map(|number| format!("{number}\n")).collect::<String>().into_bytes())
///     }
///
///     fn decode(bytes: &[u8]) -> Result<Vec<u32>, BoxError> {
///         Ok(str::from_utf8(bytes)?.lines().map(str::parse).collect::<Result<_, _>>()?)
///     }
/// }
///
/// #[task(target = "numbers.txt", format = Lines)]
/// fn numbers() -> Vec<u32> { vec![3, 5] }
///
/// let f = flow! { n = numbers(); n };
/// # let directory = std::env::temp_dir().join(format!("flow-own-format-{}", std::process::id()));
/// let run = Runner::new().store(&directory).run(f)?;
/// assert_eq!(std::fs::read_to_string(directory.join("numbers.txt"))?, "3\n5\n");
/// # std::fs::remove_dir_all(directory)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no format for `{T}`",
    label = "`{T}` is not written so",
    note = "implement `flow_runtime::checkpoint::Format<{T}>` for `{Self}`, or choose another format"
)]
pub trait Format<T> {
    /// What records and messages call it. Another name outdates what was written under the one before.
    const NAME: &'static str;

    /// Makes bytes of a value. What is written is to be read again: equal values best as equal bytes.
    ///
    /// # Errors
    ///
    /// If the format cannot hold the value; its node fails, and nothing is written.
    fn encode(value: &T) -> Result<Vec<u8>, BoxError>;

    /// Makes a value of bytes, which may be anybody's.
    ///
    /// # Errors
    ///
    /// If they are none.
    fn decode(bytes: &[u8]) -> Result<T, BoxError>;
}

pub(super) fn encode<T, F: Format<T>>(value: &T) -> Result<Vec<u8>, EncodeError> {
    F::encode(value).map_err(EncodeError::new)
}

pub(super) fn decode<T, F: Format<T>>(bytes: &[u8]) -> Result<T, DecodeError> {
    F::decode(bytes).map_err(DecodeError::new)
}
