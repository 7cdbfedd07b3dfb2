//! Every form of `if` and `match`.

use flow_runtime::{Runner, flow, task};

#[task]
fn rows(count: u32) -> Vec<u32> {
    (0..count).collect()
}

#[task]
fn total(rows: &[u32], plus: u32) -> u32 {
    rows.iter().sum::<u32>() + plus
}

mod apart {
    use flow_runtime::task;

    #[task]
    pub(crate) async fn small(number: u32) -> u32 {
        number
    }
}

struct Wide {
    x: u32,
}

const MANY: usize = 3;

flow! {
    fn all(count: u32, named: Option<u32>) -> u32 {
        rows = rows(count);
        a = if count > 1 { total(rows, 1) } else { apart::small(0) };
        let b = if let Some(n) = named { apart::small(n) } else if rows.len() == MANY { total(plus: 2, rows: rows) } else { apart::small(number: 1) };
        c = if let Some(n) = named && n > 2 && let [first, ..] = rows.as_slice() { total(&[n, *first], count) };
        d = match (rows.len(), named) {
            | (0, _) | (_, None) => apart::small(7),
            (MANY, Some(n @ 1..=9)) if n > 3 => { total(rows, n) }
            (_, Some(n)) if { let m = n + 1; m > 0 } => apart::small(n),
            _ => total(rows: rows, plus: 1, upstream: [a]),
        };
        e = if { let n = count; n > 2 } { apart::small(1) } else { apart::small(2) };
        f = if matches!(rows.as_slice(), [_, ..]) && !(Wide { x: count }.x == 0) { apart::small(1) } else { apart::small(2) };
        g = if match count { 0 => true, _ => false } { apart::small(1) } else { apart::small(2) };
        h = match rows.as_slice() { [] => apart::small(0), [n, ..] => apart::small(rows.iter().filter(|m| *m > n).count() as u32) };
        i = total(&[*a, *b, *d, *e, *f, *g, *h], 0);
        i
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let run = Runner::in_memory().run(all(3, Some(4)))?;
    let results = (*run.result(all::a)?, *run.result(all::b)?, *run.result(all::c)?, *run.result(all::d)?);
    assert_eq!(results, (4, 4, 7, 7));
    let results = (*run.result(all::e)?, *run.result(all::f)?, *run.result(all::g)?, *run.result(all::h)?);
    assert_eq!(results, (1, 1, 2, 2));
    Ok(())
}
