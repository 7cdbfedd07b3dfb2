//! Journals as bytes: what is accepted is the same in a shorter journal, and as a document.
#![no_main]

use flow_runtime::RunState;
use flow_runtime::journal::outside::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|journal: &[u8]| {
    let Ok((state, short)) = read(journal) else { return };
    assert_eq!(
        read(&short).expect("what is written is read"),
        (state.clone(), short)
    );
    let json = state.to_json();
    assert_eq!(
        RunState::from_json(&json)
            .expect("what is written is read")
            .to_json(),
        json
    );
});
