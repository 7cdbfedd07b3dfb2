//! Records with checksums that are right, so that what is in them is reached: the input in parts, each a record.
#![no_main]

use flow_runtime::RunState;
use flow_runtime::journal::outside::{framed, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|records: Vec<Vec<u8>>| {
    let Ok((state, short)) = read(&framed(records.iter().map(Vec::as_slice))) else {
        return;
    };
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
