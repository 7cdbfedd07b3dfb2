//! What identifies a run.

use core::any::Any;

use jiff::{Timestamp, Zoned};
use serde_json::{Map, Value};

use crate::run_id::RunId;
use crate::spec::FlowSpec;
use crate::state::{Head, StateError, StoredParam, fingerprint_of, in_order};

/// What identifies a run, and what it carries from one process to the next.
#[derive(Debug)]
pub(crate) struct Info {
    pub(crate) id: RunId,
    /// The logical time.
    pub(crate) time: Zoned,
    /// What logical time was asked for.
    pub(crate) asked: String,
    /// When it started, in its first process.
    pub(crate) started: Timestamp,
    /// Which of the processes that drive it this is, from 1.
    pub(crate) slice: u32,
    /// What a newer version has published of it beyond what this one knows.
    carried: (Map<String, Value>, u32),
}

impl Info {
    /// Of a run that starts now.
    pub(crate) fn new(id: RunId, time: Zoned, asked: String, started: Timestamp) -> Self {
        Self {
            id,
            time,
            asked,
            started,
            slice: 0,
            carried: (Map::new(), 0),
        }
    }

    /// Of a run that goes on.
    pub(crate) fn of(head: Head) -> Self {
        Self {
            id: RunId::recorded(head.run_id),
            time: head.time,
            asked: head.asked,
            started: head.started,
            slice: head.slice,
            carried: (head.extra, head.minor),
        }
    }

    /// What is published of the run.
    ///
    /// # Errors
    ///
    /// If a parameter cannot be written.
    pub(crate) fn head(&self, spec: &'static FlowSpec, params: &dyn Any) -> Result<Head, StateError> {
        let stored = spec.params.iter().map(|param| {
            let value = match (param.get)(params) {
                Some(value) => (param.store)(value),
                None => Err("it is not there".to_owned()),
            };
            let value = value.map_err(|why| StateError::UnwritableParameter {
                flow: spec.path(),
                param: param.name,
                why,
            })?;
            Ok(StoredParam {
                name: param.name.to_owned(),
                value,
            })
        });
        Ok(Head {
            flow: spec.path(),
            fingerprint: fingerprint_of(spec),
            run_id: self.id.to_string(),
            slice: self.slice,
            time: self.time.clone(),
            asked: self.asked.clone(),
            started: self.started,
            params: in_order(stored.collect::<Result<_, _>>()?)
                .expect("a flow's parameters have names of their own"),
            extra: self.carried.0.clone(),
            minor: self.carried.1,
        })
    }
}
