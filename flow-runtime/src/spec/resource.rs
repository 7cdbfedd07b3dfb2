use core::any::Any;
use core::fmt;

use crate::resource::Building;
use crate::slot::Held;

use super::Location;

/// A resource of a flow: a parameter marked `#[resource]`. It is given when a run starts and when it goes on, and never stored.
#[derive(Clone, Copy)]
pub struct ResourceSpec {
    /// Its name.
    pub name: &'static str,
    /// Its type, as the author wrote it.
    pub type_text: &'static str,
    /// Where it is written.
    pub location: Location,
    /// What makes it on the command line: `#[resource(path)]`.
    pub constructor: Option<Constructor>,
    /// Takes it out of the flow's parameters.
    pub take: fn(&mut dyn Any) -> Option<Held>,
}

/// What makes a resource.
#[derive(Clone, Copy)]
pub struct Constructor {
    /// Its path, as the author wrote it.
    pub path: &'static str,
    /// Calls it.
    pub build: fn() -> Building,
}

impl fmt::Debug for ResourceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceSpec")
            .field("name", &self.name)
            .field("type", &self.type_text)
            .field(
                "constructor",
                &self.constructor.map(|constructor| constructor.path),
            )
            .finish_non_exhaustive()
    }
}
