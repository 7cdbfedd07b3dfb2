//! Changes of JSON that stays JSON: fields go, come, are exchanged, have other types and other names.

use serde_json::{Map, Value, json};

use super::random::Random;

/// Changes a value in one to three places.
pub(crate) fn mutate(value: &mut Value, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let size = size(value);
        let mut place = random.below(size);
        at(value, &mut place, random);
    }
}

/// How many values it is made of, itself among them.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Changes the value with this number; the count goes on from there.
fn at(value: &mut Value, place: &mut usize, random: &mut Random) -> bool {
    if *place == 0 {
        change(value, random);
        return true;
    }
    *place -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| at(item, place, random)),
        Value::Object(fields) => fields.iter_mut().any(|(_, item)| at(item, place, random)),
        _ => false,
    }
}

fn change(value: &mut Value, random: &mut Random) {
    match value {
        Value::Object(fields) if random.below(4) > 0 => object(fields, random),
        Value::Array(items) if random.below(4) > 0 => array(items, random),
        Value::String(text) if random.below(3) > 0 => *text = string(text, random),
        Value::Number(number) if random.below(3) > 0 => {
            let old = number.as_i64().unwrap_or(0);
            let by = i64::try_from(random.below(5)).unwrap_or(0) - 2;
            *value = json!(old.wrapping_add(by));
        }
        _ => *value = any(random),
    }
}

fn object(fields: &mut Map<String, Value>, random: &mut Random) {
    let names: Vec<String> = fields.keys().cloned().collect();
    if names.is_empty() {
        fields.insert(field(random), any(random));
        return;
    }
    let name = random.of(&names).clone();
    match random.below(5) {
        0 => {
            fields.remove(&name);
        }
        1 => {
            let value = fields.remove(&name).unwrap_or_default();
            fields.insert(field(random), value);
        }
        2 => {
            fields.insert(field(random), any(random));
        }
        3 => {
            let other = random.of(&names).clone();
            let value = fields.get(&other).cloned().unwrap_or_default();
            fields.insert(name, value);
        }
        _ => {
            fields.insert(name, any(random));
        }
    }
}

fn array(items: &mut Vec<Value>, random: &mut Random) {
    let at = random.below(items.len() + 1);
    match random.below(4) {
        0 if at < items.len() => {
            items.remove(at);
        }
        1 if at < items.len() => items.insert(at, items[at].clone()),
        2 if at < items.len() => items.swap(at, 0),
        _ => items.insert(at, any(random)),
    }
}

/// The name of a field, mostly one that means something.
fn field(random: &mut Random) -> String {
    const FIELDS: &[&str] = &[
        "flow_state",
        "flow",
        "fingerprint",
        "run",
        "slice",
        "time",
        "asked",
        "started",
        "params",
        "packed",
        "nodes",
        "task",
        "state",
        "slug",
        "name",
        "type",
        "message",
        "attempts",
        "retries",
        "deaths",
        "run_count",
        "start_time",
        "at",
        "took",
        "digest",
        "location",
        "inline",
        "made",
        "details",
        "past",
        "attempt",
        "children",
        "total",
        "finished",
        "segments",
        "arm",
        "limit",
        "x",
        "",
        "_result",
    ];
    (*random.of(FIELDS)).to_owned()
}

/// Text that means something somewhere, or the old one with a part changed.
fn string(old: &str, random: &mut Random) -> String {
    const TEXTS: &[&str] = &[
        "",
        "a",
        "t1",
        "task1",
        "task1-1",
        "t1[3]",
        "t1[\"k\"]/b",
        "a/../b",
        "../x",
        "/x",
        ".flow/runs/x/results/y",
        "x.json",
        "Success",
        "Pending",
        "Failed",
        "Retrying",
        "Scheduled",
        "Running",
        "Mapped",
        "Cached",
        "Paused",
        "Skipped",
        "Cancelled",
        "Looped",
        "Queued",
        "1.0",
        "1.7",
        "2.0",
        "0.1",
        "2026-11-23T00:00:00Z",
        "2026-11-23T00:00:00+01:00[Europe/Berlin]",
        "-009999-01-02T01:59:59Z",
        "9999-12-30T22:00:00.999999999Z",
        "1969-12-31T23:59:59.999999999Z",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAA",
        "AA",
        "A",
        "=",
        "null",
        "1",
        "18446744073709551616",
        "\u{0}",
        "\u{1f600}",
        "\u{202e}x",
    ];
    if random.below(2) == 0 {
        return (*random.of(TEXTS)).to_owned();
    }
    let mut letters: Vec<char> = old.chars().collect();
    let at = random.below(letters.len() + 1);
    match random.below(3) {
        0 if at < letters.len() => {
            letters.remove(at);
        }
        1 if at < letters.len() => {
            letters[at] = char::from(b' ' + u8::try_from(random.below(95)).unwrap_or(0));
        }
        _ => letters.insert(
            at,
            *random.of(&['/', '[', ']', '"', '\\', '.', '-', '0', 'z', 'ü', '\u{0}']),
        ),
    }
    letters.into_iter().collect()
}

fn any(random: &mut Random) -> Value {
    match random.below(8) {
        0 => Value::Null,
        1 => Value::Bool(random.below(2) == 0),
        2 => json!(*random.of(&[
            0,
            1,
            -1,
            5,
            i64::MAX,
            i64::MIN,
            1 << 30,
            (1 << 30) + 1,
            i64::from(u32::MAX)
        ])),
        3 => json!(*random.of(&[0.0, -0.0, 0.1, 1e300, -1.5, 2.0])),
        4 => json!(random.next()),
        5 => json!([any(random)]),
        6 => json!({field(random): any(random)}),
        _ => Value::String(string("", random)),
    }
}
