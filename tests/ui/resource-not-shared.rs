use std::rc::Rc;

use flow_runtime::flow;

fn connect() -> Rc<u8> {
    Rc::new(1)
}

flow! {
    fn pages(#[resource(connect)] http: Rc<u8>) {}
    //                                  ^^^^^^
}

fn main() {}
