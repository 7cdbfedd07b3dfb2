//! A task in a module of its own name is called by path: `parse::parse(..)`.
use flow_runtime::{Runner, flow};

mod parse {
    #[flow_runtime::task]
    pub(crate) fn parse(text: &str) -> Result<i32, std::num::ParseIntError> {
        text.trim().parse()
    }
}

flow! {
    fn parsing(text: String) -> i32 {
        parse = parse::parse(text);
        again = parse::parse(&format!(" {parse}0 "));
        again
    }
}

fn main() {
    let runner = Runner::in_memory();
    assert_eq!(*runner.run(parsing(" 4".to_owned())).unwrap().output(), 40);
    assert!(runner.run(parsing("four".to_owned())).is_err());
    assert_eq!(parse::parse("5"), Ok(5));
}
