//! Journals: what is written stays readable, and what is damaged is noticed.

mod damage;
mod golden;
mod records;
mod replay;
