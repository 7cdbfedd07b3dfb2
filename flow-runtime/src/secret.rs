//! [`Secret`]: a value that flows through a run and is never printed, stored or logged.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;
use std::collections::BTreeSet;
#[cfg(feature = "cli")]
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{self, Serialize, Serializer};

/// A value that is read from the environment or a file, and of which only that place is known to anybody else: what is printed,
/// recorded and published says `env:API_TOKEN`, and whoever goes on with the run reads it there.
///
/// On the command line a parameter is given so: `--token env:API_TOKEN`, `--token file:/run/secrets/token`. Its digest is that of
/// the place: with another value behind it, what was made is found again.
///
/// What a secret says is replaced by `***` in the errors and messages that a run keeps and prints, where it has at least
/// four characters; so they are in what the command line prints of a panic. The author's own error, as `source()` gives it, and what
/// another panic hook prints are not looked at. A body must not return it or print it itself; `Debug` shows the place alone, and
/// there is no `Display`, so that no path can show it.
///
/// The place is read again by every process that goes on with the run, and when the run is first recorded: a variable has to stay
/// set, and a file is a regular one.
///
/// ```
/// use flow_runtime::{Runner, Secret, flow, task};
///
/// #[task]
/// fn login(token: &Secret) -> Result<u32, String> {
///     Err(format!("the server knows no {}", token.expose()))
/// }
///
/// flow! { fn visit(token: Secret) { a = login(token); } }
///
/// // As `--token file:…` does.
/// # let place = std::env::temp_dir().join(format!("flow-secret-{}", std::process::id()));
/// # std::fs::write(&place, "hunter22\n")?;
/// let token = Secret::file(&place)?;
/// assert_eq!(token.expose(), "hunter22");
/// let run = Runner::in_memory().run_to_end(visit(token))?;
/// assert_eq!(run.nodes().next().unwrap().1.to_string(), "Failed: the server knows no ***");
/// # std::fs::remove_file(&place)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Secret<T = String> {
    value: Arc<T>,
    place: Place,
}

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Env(String),
    File(PathBuf),
    /// Nowhere that another process could read.
    Here,
}

/// Why a secret cannot be had. It tells the place, and nothing of the value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// It is given itself.
    #[error("a secret is not given itself: write `env:NAME` or `file:PATH`")]
    Given,
    /// The variable is not set, or is no text.
    #[error("the environment variable `{0}` is not set, or is no text")]
    Env(String),
    /// A process that goes on with the run could not read it again.
    #[error("`{0}` is no regular file, and can be read once only")]
    Once(String),
    /// The file cannot be read.
    #[error("`{file}` cannot be read")]
    File {
        /// The file.
        file: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// What is there is no value of the type. The type's own error is not told: it may say the value.
    #[error("what `{0}` says is no `{1}`")]
    Value(String, &'static str),
}

impl<T: FromStr> Secret<T> {
    /// The value of an environment variable.
    ///
    /// # Errors
    ///
    /// If it is not set, or is no value of the type.
    pub fn env(name: impl Into<String>) -> Result<Self, SecretError> {
        let name = name.into();
        match std::env::var(&name) {
            Ok(text) => Self::read(Place::Env(name), &text),
            Err(_) => Err(SecretError::Env(name)),
        }
    }

    /// What a file says, without the final newline.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or says no value of the type.
    pub fn file(path: impl Into<PathBuf>) -> Result<Self, SecretError> {
        let path = path.into();
        let wrong = |source| SecretError::File {
            file: path.display().to_string(),
            source,
        };
        if !std::fs::metadata(&path).map_err(wrong)?.is_file() {
            return Err(SecretError::Once(path.display().to_string()));
        }
        let text = std::fs::read_to_string(&path).map_err(wrong)?;
        // Another process may be elsewhere.
        let path = std::path::absolute(&path).map_err(wrong)?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Self::read(Place::File(path), text)
    }

    fn read(place: Place, text: &str) -> Result<Self, SecretError> {
        hide(text);
        let value = text
            .parse()
            .map_err(|_| SecretError::Value(place.to_string(), core::any::type_name::<T>()))?;
        Ok(Self {
            value: Arc::new(value),
            place,
        })
    }
}

impl Secret {
    /// A value that the program has from elsewhere. A run with it cannot be recorded, for no other process could go on with it: it
    /// is for runs in memory, and for tests.
    pub fn new(value: impl Into<String>) -> Self {
        let value = value.into();
        hide(&value);
        Self {
            value: Arc::new(value),
            place: Place::Here,
        }
    }
}

impl<T> Secret<T> {
    /// The value. What is done with it from here on nobody watches.
    pub fn expose(&self) -> &T {
        &self.value
    }
}

impl<T> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            place: self.place.clone(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Here => f.write_str("given by the program"),
        }
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.place)
    }
}

impl<T: FromStr> FromStr for Secret<T> {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        if let Some(name) = text.strip_prefix("env:") {
            Self::env(name)
        } else if let Some(path) = text.strip_prefix("file:") {
            Self::file(path)
        } else {
            // It may be told what it was in many places before anybody knows better.
            hide(text);
            Err(SecretError::Given)
        }
    }
}

impl<T> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.place {
            Place::Here => Err(ser::Error::custom(
                "a secret that the program gives cannot be recorded; read it by `Secret::env` or `Secret::file`",
            )),
            place => serializer.collect_str(place),
        }
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Parameters are in formats that say what they hold.
        deserializer.deserialize_any(Named(PhantomData))
    }
}

/// Takes the place of a secret. What is no text may be the secret itself, and is not told.
struct Named<T>(PhantomData<T>);

impl<T: FromStr> de::Visitor<'_> for Named<T> {
    type Value = Secret<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`env:NAME` or `file:PATH`")
    }

    fn visit_str<E: de::Error>(self, place: &str) -> Result<Secret<T>, E> {
        place.parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret<T>, E> {
        Err(E::custom(SecretError::Given))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Secret<T>, E> {
        Err(E::custom(SecretError::Given))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret<T>, E> {
        Err(E::custom(SecretError::Given))
    }
}

/// Shorter texts stand in other words, and are no secrets worth the name.
const SHORTEST: usize = 4;

/// Whether there is any.
static IS_ANY: AtomicBool = AtomicBool::new(false);

/// What no text that a run keeps may say, for as long as the process lives.
static HIDDEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn hide(text: &str) {
    let parts = text.lines().chain([text]).map(str::trim);
    let parts = parts.filter(|part| part.chars().count() >= SHORTEST);
    let mut hidden = HIDDEN.lock().unwrap_or_else(PoisonError::into_inner);
    for part in parts {
        // As `Debug` and JSON write it, too.
        hidden.insert(part.escape_debug().to_string());
        let json = serde_json::Value::from(part).to_string();
        hidden.insert(json[1..json.len() - 1].to_owned());
        hidden.insert(part.to_owned());
        IS_ANY.store(true, Ordering::Release);
    }
}

/// Has the process print panics as it did, but for what secrets say.
#[cfg(feature = "cli")]
pub(crate) fn guard_panics() {
    static GUARDED: std::sync::Once = std::sync::Once::new();
    GUARDED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let text = info.payload_as_str().unwrap_or_default();
            let told = without_secrets(text.to_owned());
            if told == text {
                before(info);
                return;
            }
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("<unnamed>");
            let at = info.location().map(ToString::to_string).unwrap_or_default();
            // Nothing helps where it cannot be said.
            let _ = writeln!(std::io::stderr(), "thread '{name}' panicked at {at}:\n{told}");
        }));
    });
}

/// The text without what secrets say.
pub(crate) fn without_secrets(text: String) -> String {
    if !IS_ANY.load(Ordering::Acquire) {
        return text;
    }
    let hidden = HIDDEN.lock().unwrap_or_else(PoisonError::into_inner);
    // The longest first: one may be a part of another.
    let mut found: Vec<&String> = hidden.iter().filter(|secret| text.contains(&***secret)).collect();
    found.sort_unstable_by_key(|secret| core::cmp::Reverse(secret.len()));
    found
        .into_iter()
        .fold(text, |text, secret| text.replace(&**secret, "***"))
}

#[cfg(test)]
mod tests {
    use super::{Secret, without_secrets};

    #[test]
    fn only_the_place_of_a_secret_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "correct horse\r\n").unwrap();
        let text = format!("file:{}", file.path().display());
        let secret: Secret = text.parse().unwrap();
        assert_eq!(secret.expose(), "correct horse");
        assert_eq!(format!("{secret:?}"), format!("Secret({text})"));
        let json = serde_json::to_string(&secret).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        let again: Secret = serde_json::from_str(&json).unwrap();
        assert_eq!(again.expose(), secret.expose());
        let number: Secret<u64> = {
            std::fs::write(file.path(), "123456789").unwrap();
            Secret::file(file.path()).unwrap()
        };
        assert_eq!(*number.expose(), 123_456_789);
    }

    #[test]
    fn an_error_tells_the_place_and_not_the_value() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "no-number-at-all").unwrap();
        let wrong = Secret::<u64>::file(file.path()).unwrap_err().to_string();
        assert!(
            wrong.contains("is no `u64`") && !wrong.contains("no-number"),
            "{wrong}"
        );
        let given = "hunter2-and-more".parse::<Secret>().unwrap_err().to_string();
        assert!(
            given.contains("write `env:NAME`") && !given.contains("hunter2"),
            "{given}"
        );
        let unset = "env:FLOW_NO_SUCH_VARIABLE".parse::<Secret>().unwrap_err();
        assert!(unset.to_string().contains("FLOW_NO_SUCH_VARIABLE"));
        let number = serde_json::from_str::<Secret>("12345678")
            .unwrap_err()
            .to_string();
        assert!(
            number.contains("write `env:NAME`") && !number.contains("12345678"),
            "{number}"
        );
        let once = "file:/dev/null".parse::<Secret>().unwrap_err().to_string();
        assert!(once.contains("no regular file"), "{once}");
        let here = serde_json::to_string(&Secret::new("from elsewhere")).unwrap_err();
        assert!(here.to_string().contains("cannot be recorded"), "{here}");
        assert_eq!(
            format!("{:?}", Secret::new("from elsewhere")),
            "Secret(given by the program)"
        );
    }

    #[test]
    fn what_secrets_say_is_replaced_also_in_parts() {
        let _one = Secret::new("overlap-one");
        let _longer = Secret::new("overlap-one-and-two");
        let _lines = Secret::new("first line of it\nsecond line of it");
        let _short = Secret::new("abc");
        let hidden = |text: &str| without_secrets(text.to_owned());
        assert_eq!(hidden("a overlap-one b overlap-one-and-two c"), "a *** b *** c");
        assert_eq!(hidden("only second line of it here"), "only *** here");
        assert_eq!(hidden("abc stays"), "abc stays");
        let _quoted = Secret::new("p\"4ss\\w0rd");
        assert_eq!(hidden(&format!("{:?}", "no p\"4ss\\w0rd")), "\"no ***\"");
        assert_eq!(
            hidden(&serde_json::json!(["p\"4ss\\w0rd"]).to_string()),
            "[\"***\"]"
        );
    }
}
