//! Parameters as text: by `FromStr` where the type has it, else as JSON. Told apart on the concrete type by method
//! resolution, since two blanket implementations would be ambiguous.

use core::fmt::Display;
use core::marker::PhantomData;
use core::str::FromStr;

use serde::de::DeserializeOwned;

use crate::spec::Erased;

/// Reads a `T`; `flow!` calls `(&FromText::<T>::new()).parse(text)`.
pub struct FromText<T>(PhantomData<T>);

impl<T> FromText<T> {
    /// A reader.
    #[allow(clippy::new_without_default, reason = "only macros make one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// By `FromStr`.
pub trait ByFromStr {
    /// Reads `text`.
    ///
    /// # Errors
    ///
    /// What the type says of the text.
    fn parse(&self, text: &str) -> Result<Erased, String>;
}

impl<T> ByFromStr for FromText<T>
where
    T: FromStr<Err: Display> + Send + Sync + 'static,
{
    fn parse(&self, text: &str) -> Result<Erased, String> {
        match text.parse::<T>() {
            Ok(value) => Ok(Box::new(value)),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// As JSON: found one reference further away, so only where `FromStr` is missing.
pub trait ByJson {
    /// Reads `text`.
    ///
    /// # Errors
    ///
    /// Where the text is not JSON of the type.
    fn parse(&self, text: &str) -> Result<Erased, String>;
}

impl<T> ByJson for &FromText<T>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    fn parse(&self, text: &str) -> Result<Erased, String> {
        match serde_json::from_str::<T>(text) {
            Ok(value) => Ok(Box::new(value)),
            Err(error) => Err(format!("not JSON of its type: {error}")),
        }
    }
}
