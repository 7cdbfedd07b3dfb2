//! Draft of the names that the rest of the crate uses.

use core::any::Any;

use serde::Serialize;
use serde::de::DeserializeOwned;

type Decoded = Box<dyn Any + Send + Sync>;

/// How an output becomes bytes.
#[derive(Debug, Clone, Copy)]
pub struct Codec {
    /// The format's name.
    pub name: &'static str,
    /// Writes a value.
    pub encode: fn(&dyn Any) -> Result<Vec<u8>, String>,
    /// Reads a value.
    pub decode: fn(&[u8]) -> Result<Decoded, String>,
}

impl Codec {
    /// JSON.
    pub const fn json<T: Serialize + DeserializeOwned + Send + Sync + 'static>() -> Self {
        Self {
            name: "json",
            encode: |value| {
                value
                    .downcast_ref::<T>()
                    .map(|v| serde_json::to_vec(v).map_err(|e| e.to_string()))
                    .unwrap()
            },
            decode: |bytes| {
                serde_json::from_slice::<T>(bytes)
                    .map(|v| Box::new(v) as Decoded)
                    .map_err(|e| e.to_string())
            },
        }
    }

    /// MessagePack.
    pub const fn message_pack<T: Serialize + DeserializeOwned + Send + Sync + 'static>() -> Self {
        Self {
            name: "msgpack",
            encode: |value| {
                value
                    .downcast_ref::<T>()
                    .map(|v| rmp_serde::to_vec_named(v).map_err(|e| e.to_string()))
                    .unwrap()
            },
            decode: |bytes| {
                rmp_serde::from_slice::<T>(bytes)
                    .map(|v| Box::new(v) as Decoded)
                    .map_err(|e| e.to_string())
            },
        }
    }
}

/// Why a checkpoint cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("draft")]
pub struct CheckpointError;

/// Why a checkpoint is reused.
#[derive(Debug)]
pub struct Reuse;
