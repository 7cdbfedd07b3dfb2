//! What an author's code does is kept where it was called: its panics become messages, its `Drop` ends nothing. It stands below
//! every layer that calls such code.

use core::any::Any;
use core::future::poll_fn;
use core::panic::AssertUnwindSafe;
use core::pin::pin;
use core::task::Poll;
use std::panic::catch_unwind;

use crate::secret::without_secrets;

/// What `call` returns, or the message of its panic.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(panic_message)
}

/// What a future comes to, or the message of its panic.
pub(crate) async fn caught_in<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = pin!(future);
    poll_fn(|context| match caught(|| future.as_mut().poll(context)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// What `call` returns; of its panic an error that says what `doing` panicked, as `writing it`.
pub(crate) fn caught_as<T, E>(
    doing: &str,
    error: impl FnOnce(String) -> E,
    call: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    caught(call).unwrap_or_else(|panic| Err(error(format!("{doing} panicked: {panic}"))))
}

/// The message of a caught panic, whose payload may panic itself as it is dropped.
fn panic_message(payload: Box<dyn Any + Send>) -> String {
    let message = message_of(&*payload);
    dispose(payload);
    without_secrets(message)
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    match text {
        Some(text) if !text.trim().is_empty() => text.to_owned(),
        _ => "a panic without a message".to_owned(),
    }
}

/// Drops a value. Its `Drop` is the author's code: a panic in it ends neither the worker nor the run, and is told by
/// the panic hook like every other.
pub(crate) fn dispose<T>(value: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        // What it panics with may panic too, and so on without end.
        core::mem::forget(panic);
    }
}

#[cfg(test)]
mod tests {
    use super::caught;

    #[test]
    fn a_panic_whose_payload_panics_is_told() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        let told = caught(|| std::panic::panic_any(Bomb));
        assert_eq!(told.expect_err("it panics"), "a panic without a message");
    }

    #[test]
    fn a_panic_without_words_leaves_no_empty_reason() {
        assert_eq!(
            caught(|| panic!("{}", "")),
            Err::<(), _>("a panic without a message".to_owned())
        );
    }
}
