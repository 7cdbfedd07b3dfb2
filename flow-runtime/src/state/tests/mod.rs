//! Run states on the wire: what is written stays readable, what is read has a stated meaning.

mod entries;
mod fit;
mod golden;
mod limits;
mod made;
mod params;
mod prefect;
mod size;
pub(crate) mod whole;
