//! Parameters as text: by `FromStr` where the type has it, else as JSON. Told apart on the concrete type by method
//! resolution, since two blanket implementations would be ambiguous.

use core::fmt::Display;
use core::marker::PhantomData;
use core::str::FromStr;

use serde::de::DeserializeOwned;

use crate::spec::Erased;

/// Reads a `T`; `flow!` calls `(&&&FromText::<T>::new()).parse(text)`.
pub struct FromText<T>(PhantomData<T>);

impl<T> FromText<T> {
    /// A reader.
    #[allow(clippy::new_without_default, reason = "only macros make one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// By `FromStr`, found first.
pub trait ByFromStr {
    /// Reads `text`.
    ///
    /// # Errors
    ///
    /// What the type says of the text.
    fn parse(&self, text: &str) -> Result<Erased, String>;
}

impl<T> ByFromStr for &&FromText<T>
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

/// As JSON: found after one dereference, so only where `FromStr` is missing.
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
            Err(error) => Err(format!("not JSON of its type: {error}{}", as_text::<T>(text))),
        }
    }
}

/// What to write where the text was meant as a string of JSON: without its quotes it is none.
fn as_text<T: DeserializeOwned>(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let for_shell = quoted.replace('\'', r"'\''");
    match serde_json::from_str::<T>(&quoted) {
        Ok(_) => format!("; a text has quotes in JSON: write '{for_shell}'"),
        // The type takes no text.
        Err(error) if error.to_string().starts_with("invalid type") => String::new(),
        Err(error) => format!("; nor is '{for_shell}': {error}"),
    }
}

/// Not at all, found last: only for a type that is no parameter, which `ParamSpec::new` says better.
pub trait ByNothing {
    /// Reads nothing.
    ///
    /// # Errors
    ///
    /// Always.
    fn parse(&self, text: &str) -> Result<Erased, String>;
}

impl<T> ByNothing for FromText<T> {
    fn parse(&self, _: &str) -> Result<Erased, String> {
        Err("not the text of a parameter".to_owned())
    }
}

#[cfg(test)]
#[allow(
    clippy::needless_borrow,
    reason = "the macros write every reference: which one is needed depends on the type"
)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Point {
        x: u8,
    }

    struct Nothing;

    #[test]
    fn text_is_read_by_from_str_then_as_json_then_not_at_all() {
        let number = (&&&FromText::<u32>::new()).parse("7").unwrap();
        assert_eq!(number.downcast_ref::<u32>(), Some(&7));
        let text = (&&&FromText::<String>::new()).parse("no \"JSON\"").unwrap();
        assert_eq!(text.downcast_ref::<String>().unwrap(), "no \"JSON\"");
        let point = (&&&FromText::<Point>::new()).parse(r#"{"x": 3}"#).unwrap();
        assert_eq!(point.downcast_ref::<Point>(), Some(&Point { x: 3 }));
        let list = (&&&FromText::<Vec<u8>>::new()).parse("[1, 2]").unwrap();
        assert_eq!(list.downcast_ref::<Vec<u8>>().unwrap(), &[1, 2]);
        assert!((&&&FromText::<Nothing>::new()).parse("1").is_err());
    }

    #[test]
    fn who_left_out_the_quotes_of_json_is_told_to_write_them() {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Mode {
            Fast,
            Slow,
        }
        let told = |text| (&&&FromText::<Mode>::new()).parse(text).err().unwrap();
        assert!(told("slow").ends_with(r#"write '"slow"'"#), "{}", told("slow"));
        assert!(
            told("slwo").contains(r#"nor is '"slwo"': unknown variant"#),
            "{}",
            told("slwo")
        );
        assert!((&&&FromText::<Mode>::new()).parse(r#""fast""#).is_ok());
        let told = (&&&FromText::<Option<String>>::new())
            .parse("it's")
            .err()
            .unwrap();
        assert!(told.ends_with(r#"write '"it'\''s"'"#), "{told}");
        let told = (&&&FromText::<Vec<u8>>::new()).parse("1, 2").err().unwrap();
        assert!(!told.contains("quotes") && !told.contains("nor"), "{told}");
    }
}
