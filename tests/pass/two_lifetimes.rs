//! Tasks with declared lifetimes, bounds among them, elided ones beside them, and `'static`.
use flow_runtime::{Runner, flow, task};

struct View<'a>(&'a [u32]);

#[task]
fn rows() -> Vec<u32> {
    vec![4, 5, 6]
}

#[task]
fn pick<'a, 'b: 'a>(rows: &'a [u32], names: &'b str, view: View<'a>, _fixed: &'static str) -> usize {
    let longest: &'a str = names;
    rows.len() + longest.len() + view.0.len()
}

#[task]
async fn nested<'a, 'b>(of: &'a [&'b str], view: &View<'_>, plain: &u32) -> u32
where
    'b: 'a,
{
    of.len() as u32 + view.0[0] + plain
}

flow! {
    fn picking(names: String) -> u32 {
        rows = rows();
        n = pick(rows, names, View(&rows[1..]), "fixed");
        m = nested(of: &[&names[..1], &n.to_string()], view: &View(rows), plain: &rows[2]);
        last = nested(&[], &View(&[*m]), m);
        last
    }
}

fn main() {
    let run = Runner::in_memory().run(picking("abc".to_owned())).unwrap();
    assert_eq!(*run.result(picking::n).unwrap(), 8);
    assert_eq!(*run.output(), 24);
}
