//! Run states: what is accepted writes and reads back to the same, as a document, a list and a journal.
#![no_main]

use flow_runtime::RunState;
use flow_runtime::journal::outside::{known, read, written};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &[u8]| {
    let Ok(state) = RunState::from_json(json) else {
        return;
    };
    assert_eq!(
        RunState::from_json(state.to_json()).expect("what is written is read"),
        state
    );
    let list = RunState::from_json(state.to_list_json()).expect("what is written is read");
    assert_eq!(list.to_list_json(), state.to_list_json());
    if let Some(journal) = written(&state) {
        let (recorded, _) = read(&journal).expect("what is written is read");
        assert_eq!(recorded, known(state));
    }
});
