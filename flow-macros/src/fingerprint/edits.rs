//! Edits of a body: each of a hundred makes it another one, none of fifty does.

use std::collections::HashMap;

use super::of_tokens;

fn of(source: &str) -> [u8; 32] {
    of_tokens(source.parse().expect("the test's source is Rust"))
}

/// A body as people write them, with a bit of everything.
const BODY: &str = r#"{
    #[derive(Clone)]
    struct Sum { total: i64, rows: Vec<u8> }
    const LIMIT: usize = 10;
    let mut sum = Sum { total: 0, rows: Vec::new() };
    let name = format!("{}-{LIMIT}", cx.node());
    for (index, row) in rows.iter().enumerate().skip(1) {
        if index > LIMIT && row.weight >= 0.5 { break; }
        sum.total += i64::from(row.value) * 2;
    }
    let label = match sum.total {
        0 => 'a',
        1..=9 | 11 => 'b',
        n if n < -1 => 'c',
        _ => return Err("too many".into()),
    };
    while let Some(last) = sum.rows.pop() { stack.push(last as u16); }
    let first: Option<&str> = names.first().map(|name| name.trim());
    let parsed = text.parse::<u32>()?;
    loop { unsafe_free(&mut sum, *parsed_ref, !flag, b"raw", r"c:\dir", 0x1F_u8); }
    Ok(Report { name, label, first, total: sum.total as f64 / 3.0, ..Report::default() })
}"#;

/// What is replaced in the body, once, and by what.
const CHANGES: [(&str, &str); 101] = [
    // Names.
    ("struct Sum", "struct Sums"),
    ("total: i64", "amount: i64"),
    ("LIMIT: usize", "BOUND: usize"),
    ("let mut sum", "let mut all"),
    ("let name", "let title"),
    ("(index, row)", "(place, row)"),
    ("(index, row)", "(index, line)"),
    ("row.weight", "row.mass"),
    ("row.value", "row.worth"),
    ("n if n", "m if n"),
    ("Some(last)", "Some(end)"),
    ("|name| name.trim()", "|it| it.trim()"),
    ("unsafe_free", "unsafe_keep"),
    ("Report {", "Summary {"),
    ("let parsed", "let r#parsed"),
    // Types.
    ("i64, rows", "i32, rows"),
    ("Vec<u8>", "Vec<u16>"),
    ("Vec<u8>", "VecDeque<u8>"),
    ("usize = 10", "u32 = 10"),
    ("Option<&str>", "Option<&'static str>"),
    ("Option<&str>", "Option<String>"),
    ("parse::<u32>", "parse::<u64>"),
    ("as u16", "as u32"),
    ("as f64", "as f32"),
    ("i64::from", "i128::from"),
    // Literals.
    ("= 10", "= 11"),
    ("= 10", "= 10_usize"),
    ("total: 0", "total: 1"),
    ("skip(1)", "skip(2)"),
    ("skip(1)", "skip(1u8)"),
    ("0.5", "0.50"),
    ("0.5", "0.25"),
    ("* 2", "* 3"),
    ("0 =>", "-0 =>"),
    ("'a'", "'A'"),
    ("'b'", "\"b\""),
    ("1..=9", "1..=8"),
    ("11", "12"),
    ("-1", "-2"),
    ("\"too many\"", "\"too  many\""),
    ("\"too many\"", "\"Too many\""),
    ("\"too many\"", "r\"too many\""),
    ("\"{}-{LIMIT}\"", "\"{}_{LIMIT}\""),
    ("b\"raw\"", "\"raw\""),
    ("b\"raw\"", "b\"row\""),
    ("0x1F_u8", "0x1f_u8"),
    ("0x1F_u8", "31_u8"),
    ("3.0", "3.5"),
    // Operators.
    ("index > LIMIT", "index >= LIMIT"),
    ("index > LIMIT", "index < LIMIT"),
    ("index > LIMIT", "index != LIMIT"),
    ("> LIMIT && row", "> LIMIT || row"),
    ("> LIMIT && row", "> LIMIT & row"),
    (">= 0.5", "> 0.5"),
    ("+= i64", "-= i64"),
    ("+= i64", "= i64"),
    ("* 2", "+ 2"),
    ("/ 3.0", "% 3.0"),
    ("1..=9", "1..9"),
    ("9 | 11", "9, 11"),
    ("< -1", "> -1"),
    ("< -1", "< 1"),
    ("!flag", "flag"),
    ("!flag", "-flag"),
    ("*parsed_ref", "&parsed_ref"),
    ("&mut sum", "&sum"),
    ("parse::<u32>()?", "parse::<u32>()"),
    ("..Report::default()", "Report::default()"),
    ("last as u16", "last"),
    // Order.
    ("total: 0, rows: Vec::new()", "rows: Vec::new(), total: 0"),
    ("total: i64, rows: Vec<u8>", "rows: Vec<u8>, total: i64"),
    ("name, label", "label, name"),
    ("!flag, b\"raw\"", "b\"raw\", !flag"),
    ("(index, row)", "(row, index)"),
    // Shape.
    ("Vec::new()", "vec![]"),
    ("Vec::new()", "Vec::new"),
    ("Vec::new()", "Vec::with_capacity(0)"),
    (".skip(1)", ""),
    (".enumerate()", ".enumerate().rev()"),
    ("{ break; }", "{ continue; }"),
    ("{ break; }", "break;"),
    ("{ break; }", "{ break }"),
    ("return Err", "Err"),
    (".into()", ".to_owned().into()"),
    ("if index", "if !index"),
    ("while let Some(last)", "if let Some(last)"),
    ("for (index", "for mut_ in (index"),
    ("let mut sum", "let sum"),
    ("loop {", "{"),
    ("loop {", "'out: loop {"),
    ("format!", "format_args!"),
    ("format!(\"{}-{LIMIT}\", cx.node())", "cx.node().to_string()"),
    ("match sum.total", "match (sum.total)"),
    ("_ => return", "other => return"),
    ("n if n < -1 => 'c',", ""),
    ("|name| name.trim()", "str::trim"),
    ("names.first().map", "names.last().map"),
    ("Ok(Report", "Err(Report"),
    ("#[derive(Clone)]", ""),
    ("#[derive(Clone)]", "#[derive(Clone, Debug)]"),
    ("r\"c:\\dir\"", "\"c:\\\\dir\""),
];

/// What leaves it the same body: blanks, lines, comments, documentation.
const REFORMATTED: [(&str, &str); 51] = [
    ("= 10", "=10"),
    ("= 10", "=  10"),
    ("= 10", "=\n10"),
    ("= 10", "= /* at most */ 10"),
    ("= 10;", "= 10; // at most"),
    ("total: 0", "total:0"),
    ("total: 0", "total : 0"),
    ("Sum {", "Sum{"),
    ("Vec<u8>", "Vec < u8 >"),
    ("Vec<u8>", "Vec<\n u8>"),
    ("Vec::new()", "Vec :: new ( )"),
    ("Vec::new()", "Vec::new(/* nothing */)"),
    ("rows.iter()", "rows\n    .iter()"),
    ("rows.iter()", "rows . iter ( )"),
    (".enumerate().skip(1)", "\n.enumerate()\n.skip( 1 )"),
    ("index > LIMIT", "index>LIMIT"),
    ("LIMIT && row", "LIMIT&&row"),
    ("row.weight >= 0.5", "row.weight>=0.5"),
    ("{ break; }", "{break;}"),
    ("{ break; }", "{ break ; }"),
    ("{ break; }", "{\n    break;\n}"),
    ("{ break; }", "{ /* enough */ break; }"),
    ("+= i64", "+=i64"),
    ("* 2", "*2"),
    ("0 => 'a'", "0=>'a'"),
    ("1..=9 | 11", "1 ..= 9|11"),
    ("n if n < -1", "n if n<-1"),
    ("< -1", "< - 1"),
    ("_ => return", "_=>return"),
    ("\"too many\".into()", "\"too many\"\n.into()"),
    ("while let", "while\nlet"),
    ("last as u16", "last  as  u16"),
    ("Option<&str>", "Option< &str >"),
    ("|name| name.trim()", "| name |name.trim()"),
    ("parse::<u32>()?", "parse :: < u32 > ( ) ?"),
    ("&mut sum", "& mut sum"),
    ("*parsed_ref", "* parsed_ref"),
    ("!flag", "! flag"),
    ("b\"raw\", r", "b\"raw\",\nr"),
    ("as f64 / 3.0", "as f64/3.0"),
    ("..Report::default()", ".. Report::default()"),
    ("{ name, label", "{name,label"),
    ("struct Sum", "/// Adds.\nstruct Sum"),
    ("struct Sum", "/** Adds. */ struct Sum"),
    ("struct Sum", "#[doc = \"Adds.\"] struct Sum"),
    ("struct Sum", "#[doc(hidden)]\nstruct Sum"),
    ("total: i64", "/// So far.\ntotal: i64"),
    ("const LIMIT", "// A limit.\nconst LIMIT"),
    ("let mut sum", "\n\n    let mut sum"),
    ("Ok(Report", "/* at\n last */ Ok(Report"),
    ("for (index", "\tfor(index"),
];

/// The body after an edit, which must find its place.
fn edited((from, to): (&str, &str)) -> String {
    assert!(BODY.contains(from), "`{from}` is not there");
    BODY.replacen(from, to, 1)
}

#[test]
fn a_hundred_edits_make_another_body_each() {
    let mut seen = HashMap::from([(of(BODY), BODY.to_owned())]);
    for change in CHANGES {
        let body = edited(change);
        if let Some(same) = seen.insert(of(&body), body.clone()) {
            // Two edits may be told in one.
            assert_eq!(same, body, "`{}` for `{}` is seen by nobody", change.1, change.0);
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

#[test]
fn fifty_others_leave_it_the_same() {
    for change in REFORMATTED {
        assert_eq!(of(BODY), of(&edited(change)), "`{}` for `{}`", change.1, change.0);
    }
    let all = REFORMATTED
        .iter()
        .fold(BODY.to_owned(), |body, (from, to)| body.replacen(from, to, 1));
    assert_eq!(of(BODY), of(&all));
}

/// What is easily taken for the same, or for another.
#[test]
fn tokens_are_told_apart_as_rustc_does() {
    for (before, after) in [
        ("f(\"a b\")", "f(\"a  b\")"),
        ("f(a, b)", "f(a b)"),
        ("(a)", "[a]"),
        ("{ a }", "(a)"),
        ("(a) b", "(a b)"),
        ("a && b", "a & &b"),
        ("a || b", "a | |b"),
        ("ab c", "a bc"),
        ("r#type", "type"),
        ("x: &'a str", "x: &'b str"),
        ("a => b", "a >= b"),
    ] {
        assert_ne!(of(before), of(after), "`{before}` and `{after}`");
    }
    for (before, after) in [
        ("Vec<Vec<u8> >", "Vec<Vec<u8>>"),
        ("a<-1", "a < -1"),
        ("x=&&y", "x = &&y"),
        ("a&&&b", "a && &b"),
        ("match x{_=>-1}", "match x { _ => -1 }"),
        ("|x|-x", "|x| -x"),
        ("a..-b", "a .. -b"),
        ("/** Adds. */ fn f() {}", "/// Adds two.\nfn f() {}"),
        ("{ //! Inner.\n a }", "{ a }"),
        ("{ #![doc = \"x\"] a }", "{ a }"),
    ] {
        assert_eq!(of(before), of(after), "`{before}` and `{after}`");
    }
}
