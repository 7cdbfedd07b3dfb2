//! The two streams of the process as this command line writes them: whole lines, colour only where it is wanted, no
//! control characters from other people's texts. What the lines say is decided elsewhere.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::sync::{Arc, Mutex, PoisonError};

use clap::builder::styling::{AnsiColor, Style};

use crate::state::StateType;

/// Standard output and standard error, or what a test gives for them.
pub(super) struct Terminal {
    /// What a command was asked for: lists, drawings, help.
    pub(super) out: Stream,
    /// Everything that is said to people along the way.
    pub(super) err: Stream,
    /// Whether these are the process's own.
    pub(super) is_of_process: bool,
}

impl Terminal {
    /// The streams of the process.
    pub(super) fn of_process() -> Self {
        let env = |name: &str| std::env::var_os(name);
        Self {
            out: Stream::new(io::stdout(), colour(env, io::stdout().is_terminal())),
            err: Stream::new(io::stderr(), colour(env, io::stderr().is_terminal())),
            is_of_process: true,
        }
    }
}

impl Terminal {
    /// Standard output for a command's own use alone: what is printed from here on, by whoever, goes to standard error.
    /// `None` where it is closed.
    ///
    /// # Errors
    ///
    /// If it cannot be had.
    pub(super) fn take_out(&self) -> io::Result<Option<Stream>> {
        if !self.is_of_process {
            return Ok(Some(self.out.clone()));
        }
        // Not for the processes that bodies start: one that outlives this one would keep a reader waiting for its end.
        let out = rustix::io::fcntl_dupfd_cloexec(io::stdout(), 3)?;
        let out = File::from(out);
        if is_stand_in(&out)? {
            return Ok(None);
        }
        rustix::stdio::dup2_stdout(io::stderr())?;
        Ok(Some(Stream::new(out, false)))
    }
}

impl Terminal {
    /// Standard error past the lock that the process has on it: a body that holds it may never let it go.
    pub(super) fn err_past_locks(&self) -> Stream {
        if !self.is_of_process {
            return self.err.clone();
        }
        let own = rustix::io::fcntl_dupfd_cloexec(io::stderr(), 3);
        own.map_or_else(|_| self.err.clone(), |own| Stream::new(File::from(own), false))
    }
}

/// Whether this is what the standard library opens as a program starts in the place of a stream that is closed: the null
/// device, for reading too. Who wants nothing to be kept, as by `>/dev/null`, opens it for writing alone.
fn is_stand_in(out: &File) -> io::Result<bool> {
    let found = out.metadata()?;
    let is_null = found.file_type().is_char_device()
        && std::fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == found.rdev());
    let mode = rustix::fs::fcntl_getfl(out)? & rustix::fs::OFlags::RWMODE;
    Ok(is_null && mode == rustix::fs::OFlags::RDWR)
}

/// One stream. Clones write to the same.
#[derive(Clone)]
pub(super) struct Stream {
    to: Arc<Mutex<dyn Write + Send>>,
    colour: bool,
}

impl Stream {
    pub(super) fn new(to: impl Write + Send + 'static, colour: bool) -> Self {
        Self {
            to: Arc::new(Mutex::new(to)),
            colour,
        }
    }

    /// Writes a text and a line's end in one piece, so that lines of other writers do not cut it.
    ///
    /// # Errors
    ///
    /// What the stream says: it may be closed, or its disk full.
    pub(super) fn write_line(&self, text: &str) -> io::Result<()> {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        to.write_all(format!("{text}\n").as_bytes())?;
        to.flush()
    }

    /// Says a line to people; if nobody listens any more, the work goes on.
    pub(super) fn say(&self, text: &str) {
        let _ = self.write_line(text);
    }

    /// Says a line that starts with `error:`.
    pub(super) fn say_error(&self, text: &str) {
        let error = self.paint("error:", AnsiColor::Red.on_default().bold());
        self.say(&format!("{error} {}", printable(text)));
    }

    /// The text in a style, if the stream takes any.
    pub(super) fn paint(&self, text: &str, style: Style) -> String {
        if self.colour {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// A rendered message of the argument parser.
    pub(super) fn styled(&self, text: &clap::builder::StyledStr) -> String {
        let text = if self.colour {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        text.trim_end().to_owned()
    }
}

/// The style of a state's name.
pub(super) fn style_of(state: StateType) -> Style {
    match state {
        StateType::Success => AnsiColor::Green.on_default(),
        StateType::Cached => AnsiColor::Cyan.on_default(),
        StateType::Failed | StateType::TimedOut => AnsiColor::Red.on_default().bold(),
        StateType::TriggerFailed => AnsiColor::Red.on_default(),
        StateType::Cancelled => AnsiColor::Yellow.on_default(),
        _ => Style::new().dimmed(),
    }
}

/// Whether a stream takes colour: `NO_COLOR` forbids it, `CLICOLOR_FORCE` asks for it, else a terminal that is not
/// dumb gets it.
fn colour(env: impl Fn(&str) -> Option<OsString>, terminal: bool) -> bool {
    let set = |name| env(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    terminal && set("TERM").is_none_or(|value| value != "dumb")
}

/// A text without what could move the cursor or turn the writing round: control characters become `\u{1b}`. Line
/// ends and tabs stay.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if harmful(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// The first line of a text, printable; `...` stands for the rest.
pub(super) fn one_line(text: &str) -> String {
    let text = text.trim();
    match text.split_once('\n') {
        None => printable(text).into_owned(),
        Some((first, _)) => format!("{} ...", printable(first.trim_end())),
    }
}

#[cfg(test)]
mod tests {
    use super::{colour, one_line, printable};

    #[test]
    fn colour_is_for_terminals_unless_the_environment_says_otherwise() {
        type Environment = &'static [(&'static str, &'static str)];
        let table: [(Environment, bool, bool); 12] = [
            (&[], true, true),
            (&[], false, false),
            (&[("NO_COLOR", "1")], true, false),
            (&[("NO_COLOR", "")], true, true),
            (&[("CLICOLOR_FORCE", "1")], false, true),
            (&[("CLICOLOR_FORCE", "0")], false, false),
            (&[("CLICOLOR_FORCE", "")], false, false),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, false),
            (&[("TERM", "dumb")], true, false),
            (&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], false, true),
            (&[("TERM", "xterm-256color")], true, true),
            (&[("TERM", "xterm-256color")], false, false),
        ];
        for (set, terminal, wanted) in table {
            let env = |name: &str| {
                set.iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| value.into())
            };
            assert_eq!(colour(env, terminal), wanted, "{set:?}, terminal: {terminal}");
        }
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable("plain ünïcode\n\ttext"), "plain ünïcode\n\ttext");
        assert_eq!(printable("a\u{1b}[31mred\u{7f}\r"), "a\\u{1b}[31mred\\u{7f}\\r");
        assert_eq!(
            printable("file\u{202e}txt.exe\u{9b}1m"),
            "file\\u{202e}txt.exe\\u{9b}1m"
        );
    }

    #[test]
    fn one_line_shows_that_there_was_more() {
        assert_eq!(one_line("  one\u{7}  "), "one\\u{7}");
        assert_eq!(one_line("one\r\ntwo"), "one ...");
        assert_eq!(one_line(""), "");
    }
}
