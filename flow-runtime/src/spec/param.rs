use core::any::Any;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contained::{caught, caught_as};
use crate::digest::Digest;
use crate::state::ParamText;

use super::Show;

/// What a flow's parameter can be: owned data that can be written down and handed to every worker.
///
/// Implemented for every type that fits; nobody writes it by hand. `Clone` is asked where it is used: the type of a flow's
/// value derives it, and rustc would say twice that it is missing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a flow",
    label = "not a parameter",
    note = "a parameter is `Clone + Serialize + DeserializeOwned + Send + Sync + 'static`: it is copied to the nodes that take it, and stored with the run"
)]
pub trait ParamValue: Serialize + DeserializeOwned + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> ParamValue for T {}

/// A value whose type the caller knows.
pub type Erased = Box<dyn Any + Send + Sync>;

/// A parameter of a flow.
#[derive(Clone, Copy)]
pub struct ParamSpec {
    /// Its name.
    pub name: &'static str,
    /// Its type, as the author wrote it.
    pub type_text: &'static str,
    /// Its doc comment.
    pub docs: &'static str,
    /// Its default, as the author wrote it.
    pub default: Option<&'static str>,
    /// Finds the value in the flow's parameters.
    pub get: fn(&dyn Any) -> Option<&dyn Any>,
    /// Reads a value from the command line: by `FromStr`, else as JSON.
    pub parse: fn(&str) -> Result<Erased, String>,
    /// Shows a value in a path; `None` where its type does not implement `Display`, or no node's own target needs it.
    pub show: Option<Show>,
    /// Reads a value from a run state.
    pub(crate) from_json: fn(&serde_json::Value) -> Result<Erased, String>,
    /// The same from MessagePack.
    pub(crate) unpack: fn(&[u8]) -> Result<Erased, String>,
    /// A value as a run state holds it.
    pub(crate) store: fn(&dyn Any) -> Result<ParamText, String>,
    /// A value as people read it, cut if it is long.
    pub(crate) text: fn(&dyn Any) -> String,
    /// The digest of a value: blake3 of its MessagePack with map entries sorted.
    pub(crate) digest: fn(&dyn Any) -> Option<Digest>,
}

impl ParamSpec {
    /// A parameter of type `T`; `parse` comes from [`FromText`](crate::param::FromText).
    pub const fn new<T: ParamValue>(
        name: &'static str,
        type_text: &'static str,
        get: fn(&dyn Any) -> Option<&dyn Any>,
        parse: fn(&str) -> Result<Erased, String>,
    ) -> Self {
        Self {
            name,
            type_text,
            docs: "",
            default: None,
            show: None,
            get,
            parse,
            from_json: |json| read(|| T::deserialize(json)),
            unpack: |bytes| read(|| rmp_serde::from_slice::<T>(bytes)),
            store: |value| match value.downcast_ref::<T>() {
                Some(value) => caught_as("writing it and reading it back", |panic| panic, || stored(value)),
                None => Err("it is of another type".to_owned()),
            },
            text: |value| value.downcast_ref::<T>().map_or_else(String::new, shortened),
            digest: |value| {
                let value = value.downcast_ref::<T>()?;
                caught(|| Digest::of_value(value)).ok()?.ok()
            },
        }
    }

    /// With what shows it in a path, from `Shows`.
    pub const fn shown(self, show: Option<Show>) -> Self {
        Self { show, ..self }
    }

    /// With its doc comment.
    pub const fn docs(self, docs: &'static str) -> Self {
        Self { docs, ..self }
    }

    /// With its default, as the author wrote it.
    pub const fn default(self, text: &'static str) -> Self {
        Self {
            default: Some(text),
            ..self
        }
    }
}

/// What the author's own `Deserialize` makes of something.
fn read<T: ParamValue, E: fmt::Display>(read: impl FnOnce() -> Result<T, E>) -> Result<Erased, String> {
    let value = caught_as(
        "reading it",
        |panic| panic,
        || read().map_err(|error| error.to_string()),
    )?;
    Ok(Box::new(value))
}

/// A value as JSON where that gives it back, else as MessagePack: JSON loses what is no number, and takes no tuple as a
/// key.
fn stored<T: ParamValue>(value: &T) -> Result<ParamText, String> {
    let digest = Digest::of_value(value).map_err(|error| error.to_string())?;
    let is_same = |other: &T| Digest::of_value(other).is_ok_and(|other| other == digest);
    if let Ok(json) = serde_json::to_value(value)
        && T::deserialize(&json).is_ok_and(|back| is_same(&back))
        && let Some(json) = ParamText::json(json)
    {
        return Ok(json);
    }
    let packed = crate::message_pack::encode(value).map_err(|error| error.to_string())?;
    // A map has another order in every process, and its parameter is the same one all the same.
    let packed = crate::message_pack::canonical(&packed).map_err(|error| error.to_string())?;
    match rmp_serde::from_slice::<T>(&packed) {
        Ok(back) if is_same(&back) => Ok(ParamText::Packed(packed)),
        Ok(_) => Err("what is read back is another value".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// A value as JSON without the quotes of a string, at most 60 characters of it.
fn shortened<T: Serialize>(value: &T) -> String {
    const LONGEST: usize = 60;
    let json = match caught(|| serde_json::to_value(value)) {
        Ok(Ok(serde_json::Value::String(text))) => text,
        Ok(Ok(json)) => json.to_string(),
        Ok(Err(_)) | Err(_) => return "a value".to_owned(),
    };
    match json.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &json[..end]),
        None => json,
    }
}

impl fmt::Debug for ParamSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParamSpec")
            .field("name", &self.name)
            .field("type", &self.type_text)
            .finish_non_exhaustive()
    }
}
