//! `crate = engine` finds the runtime under another name, in tasks and in both forms of a flow.
extern crate flow_runtime as engine;

mod inner {
    pub(crate) use ::flow_runtime as other;
}

#[engine::task(crate = engine)]
fn one() -> u32 {
    1
}

#[engine::task(crate = crate::inner::other, target = "<node>.json")]
async fn double(n: u32) -> Result<u32, String> {
    Ok(2 * n)
}

engine::flow! {
    #[flow(crate = engine, name = "twice")]
    fn twice(n: u32 = 3) -> u32 {
        a = double(n);
        b = double(a);
        b
    }
}

fn main() {
    let runner = engine::Runner::in_memory();
    let run = runner.run(twice()).unwrap();
    assert_eq!((run.flow(), *run.output()), ("twice", 12));

    let bare = engine::flow! {
        #![flow(crate = engine)]
        a = one();
        b = double(n: a);
        b
    };
    assert_eq!(*runner.run(bare).unwrap().output(), 2);
}
