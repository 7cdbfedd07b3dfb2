//! A run state on its way from one slice to the next: as text, written in one way or another.

use flow_runtime::state::RunState;
use serde_json::Value;

use crate::random::Random;

/// How a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    AsItIs,
    /// With another order of fields, and in many lines.
    Indented,
    /// With the nodes in any order.
    Shuffled,
}

/// The message that a state becomes.
pub(super) fn sent(state: &RunState, random: &mut Random) -> Result<String, String> {
    let text = state.to_json();
    let form = [Form::AsItIs, Form::AsItIs, Form::Indented, Form::Shuffled][random.below(4)];
    if form == Form::AsItIs {
        return Ok(text);
    }
    let mut value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if form == Form::Shuffled {
        let nodes = value["nodes"].as_array_mut().ok_or("a state has nodes")?;
        let order = random.order(nodes.len());
        *nodes = order.into_iter().map(|place| nodes[place].clone()).collect();
        return Ok(value.to_string());
    }
    serde_json::to_string_pretty(&value).map_err(|error| error.to_string())
}

/// The state of a message.
pub(super) fn received(message: &str, random: &mut Random) -> Result<RunState, String> {
    let read = RunState::from_json(message).map_err(|error| error.to_string())?;
    let again = RunState::from_json(read.to_json()).map_err(|error| error.to_string())?;
    if again != read {
        return Err(format!("{message} is read as another state when it was written"));
    }
    if random.one_in(4) {
        // As who has it as part of a larger document.
        let value: Value = serde_json::from_str(message).map_err(|error| error.to_string())?;
        return serde_json::from_value(value).map_err(|error| error.to_string());
    }
    Ok(read)
}

/// A message as it was before the first slice: the run, and nothing of its nodes.
pub(super) fn unstarted(message: &str) -> Result<String, String> {
    let mut value: Value = serde_json::from_str(message).map_err(|error| error.to_string())?;
    value["slice"] = 0.into();
    value["nodes"] = Value::Array(Vec::new());
    Ok(value.to_string())
}

/// The run that a message is of.
pub(super) fn run_of(message: &str) -> Result<String, String> {
    let state = RunState::from_json(message).map_err(|error| error.to_string())?;
    state
        .run_id()
        .map(str::to_owned)
        .ok_or_else(|| "a message names its run".to_owned())
}
