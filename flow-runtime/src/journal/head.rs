//! The first record of a journal: which run it is.

use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::record::timestamp;
use crate::digest::ShortDigest;
use crate::state::{Head, ParamText, StoredParam, in_order, is_run_id};

/// What run it is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HeadRecord {
    #[serde(rename = "f")]
    flow: String,
    #[serde(rename = "p")]
    fingerprint: ByteBuf,
    #[serde(rename = "i")]
    pub(crate) run_id: String,
    /// Flow, parameters and logical time, digested: what identifies the run.
    #[serde(rename = "d")]
    pub(crate) identity: ByteBuf,
    #[serde(rename = "t")]
    time: String,
    #[serde(rename = "a")]
    asked: String,
    #[serde(rename = "s")]
    started: i64,
    #[serde(rename = "v", default, skip_serializing_if = "Vec::is_empty")]
    params: Vec<ParamRecord>,
}

/// A parameter: its name, and its value in one of two forms.
#[derive(Debug, Serialize, Deserialize)]
struct ParamRecord {
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "j", default, skip_serializing_if = "Option::is_none")]
    json: Option<String>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    packed: Option<ByteBuf>,
}

impl HeadRecord {
    pub(crate) fn new(head: &Head) -> Self {
        let param = |param: &StoredParam| {
            let (json, packed) = match &param.value {
                ParamText::Json(value) => (Some(value.to_string()), None),
                ParamText::Packed(bytes) => (None, Some(bytes.clone().into())),
            };
            ParamRecord {
                name: param.name.clone(),
                json,
                packed,
            }
        };
        Self {
            flow: head.flow.clone(),
            fingerprint: head.fingerprint.as_bytes().to_vec().into(),
            run_id: head.run_id.clone(),
            identity: head.identity().as_bytes().to_vec().into(),
            time: head.time.to_string(),
            asked: head.asked.clone(),
            started: head.started.as_microsecond(),
            params: head.params.iter().map(param).collect(),
        }
    }

    /// The run, before its first slice.
    pub(crate) fn read(self) -> Result<Head, String> {
        let param = |param: ParamRecord| {
            let value = match (param.json, param.packed) {
                (Some(text), None) => {
                    let value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
                    let value = ParamText::json(value);
                    value.ok_or_else(|| format!("the parameter `{}` nests too deep", param.name))?
                }
                (None, Some(bytes)) => ParamText::Packed(bytes.into_vec()),
                _ => return Err(format!("the parameter `{}` has not one value", param.name)),
            };
            Ok(StoredParam {
                name: param.name,
                value,
            })
        };
        let params: Result<Vec<_>, String> = self.params.into_iter().map(param).collect();
        let params = in_order(params?).map_err(|name| format!("the parameter `{name}` is there twice"))?;
        if !is_run_id(&self.run_id) {
            return Err(format!("{:?} is no run's id", self.run_id));
        }
        Ok(Head {
            flow: self.flow,
            fingerprint: short(self.fingerprint)?,
            run_id: self.run_id,
            slice: 0,
            time: self.time.parse::<Zoned>().map_err(|error| error.to_string())?,
            asked: self.asked,
            started: timestamp(self.started)?,
            params,
            extra: serde_json::Map::new(),
            minor: 0,
        })
    }

    pub(crate) fn flow(&self) -> &str {
        &self.flow
    }

    pub(crate) fn started(&self) -> Option<Timestamp> {
        timestamp(self.started).ok()
    }
}

fn short(bytes: ByteBuf) -> Result<ShortDigest, String> {
    let bytes: [u8; 16] = bytes.into_vec().try_into().map_err(|_| "a digest has 16 bytes")?;
    Ok(ShortDigest::from_bytes(bytes))
}
