//! A task is a function and a struct: `use parse::parse;` imports both beside the module `parse`. Write
//! `parse::parse(..)` in the flow instead.

mod parse {
    #[flow_runtime::task]
    pub fn parse(text: &str) -> usize {
        text.len()
    }
}

use parse::parse;
//  ^^^^^^^^^^^^

fn main() {
    assert_eq!(parse("abc"), 3);
}
