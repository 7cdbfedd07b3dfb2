//! Parameters in a run state: as JSON where that gives them back, else as MessagePack; and back into a flow's types.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use crate::spec::{Erased, FlowSpec, Location, ParamSpec};
use crate::state::{Head, ParamText, RunState, StateError, StoredParam, parameters};

type Pairs = HashMap<(u8, u8), String>;

const fn param<T: crate::spec::ParamValue>(name: &'static str, type_text: &'static str) -> ParamSpec {
    ParamSpec::new::<T>(name, type_text, |_| None, |_| Err(String::new()))
}

static FLOW: FlowSpec = FlowSpec {
    name: "f",
    function: "f",
    module: "mine",
    docs: "",
    location: Location::new("", 1, 1),
    zone: "UTC",
    params: &[
        param::<f64>("ratio", "f64"),
        param::<Pairs>("pairs", "Pairs"),
        param::<u32>("limit", "u32").default("1000"),
    ],
    resources: &[],
    nodes: &[],
    tail: None,
};

fn stored<T: crate::spec::ParamValue>(value: &T) -> Result<ParamText, String> {
    (param::<T>("p", "").store)(value)
}

fn head(params: Vec<(&str, ParamText)>) -> Head {
    let stored = |(name, value): (&str, ParamText)| StoredParam {
        name: name.to_owned(),
        value,
    };
    Head {
        params: params.into_iter().map(stored).collect(),
        ..super::whole::head()
    }
}

fn value<T: Clone + 'static>(values: &[Option<Erased>], place: usize) -> Option<T> {
    values[place]
        .as_ref()
        .map(|value| value.downcast_ref::<T>().unwrap().clone())
}

#[test]
fn what_json_gives_back_is_json_and_the_rest_is_packed() {
    let json = |text: ParamText| matches!(text, ParamText::Json(_));
    assert!(json(stored(&7_u32).unwrap()));
    assert!(json(stored(&1.1_f64).unwrap()));
    assert!(json(stored(&u64::MAX).unwrap()));
    assert!(json(stored(&()).unwrap()));
    assert!(json(stored(&Some("text".to_owned())).unwrap()));
    assert!(json(stored(&BTreeMap::from([(1_u8, "x".to_owned())])).unwrap()));
    assert!(!json(stored(&f64::NAN).unwrap()));
    assert!(!json(stored(&vec![1.0, f64::INFINITY]).unwrap()));
    assert!(!json(stored(&Pairs::from([((1, 2), "x".to_owned())])).unwrap()));
    assert!(!json(stored(&u128::MAX).unwrap()));
}

#[test]
fn what_nests_deep_is_packed_and_read_again() {
    let nested = |levels: usize| (0..levels).fold(7.into(), |inner, _| serde_json::Value::Array(vec![inner]));
    let state = |value: ParamText| RunState {
        children: std::collections::BTreeMap::new(),
        head: Some(Box::new(head(vec![("deep", value)]))),
        nodes: Vec::new(),
    };
    assert!(matches!(stored(&nested(100)), Ok(ParamText::Json(_))));
    for levels in [101, 250] {
        let packed = stored(&nested(levels)).unwrap();
        assert!(matches!(packed, ParamText::Packed(_)));
        let state = state(packed);
        assert_eq!(RunState::from_json(state.to_json()).unwrap(), state);
    }
    assert!(stored(&nested(300)).is_err());
    let error = RunState::from_json(state(ParamText::Json(nested(101))).to_json()).unwrap_err();
    assert!(
        error.to_string().ends_with("the parameter `deep` nests too deep"),
        "{error}"
    );
}

#[test]
fn a_map_is_packed_in_one_order() {
    // Each has an order of its own.
    let pairs = || -> Pairs { (0..50).map(|n| ((n, n), n.to_string())).collect() };
    let first = stored(&pairs()).unwrap();
    for _ in 0..10 {
        assert_eq!(stored(&pairs()).unwrap(), first);
    }
    let identity = |map: HashMap<u32, u32>| head(vec![("p", stored(&map).unwrap())]).identity();
    let many = || (0..50).map(|n| (n, n)).collect();
    assert_eq!(identity(many()), identity(many()));
    assert_ne!(identity(many()), identity(HashMap::new()));
}

#[test]
fn a_value_that_does_not_come_back_is_refused() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Lossy {
        #[serde(skip_deserializing)]
        lost: u32,
    }
    assert!(stored(&Lossy { lost: 0 }).is_ok());
    let error = stored(&Lossy { lost: 1 }).unwrap_err();
    assert_eq!(error, "what is read back is another value");
}

#[test]
fn parameters_come_back_as_the_flows_types() {
    let pairs = Pairs::from([((1, 2), "x".to_owned())]);
    let head = head(vec![
        ("pairs", stored(&pairs).unwrap()),
        ("ratio", stored(&f64::NEG_INFINITY).unwrap()),
    ]);
    let values = parameters(Some(&head), &FLOW).unwrap();
    assert_eq!(value::<f64>(&values, 0), Some(f64::NEG_INFINITY));
    assert_eq!(value::<Pairs>(&values, 1), Some(pairs));
    assert_eq!(value::<u32>(&values, 2), None, "it has a default");
    let head = super::params::head(vec![
        ("limit", ParamText::Json(7.into())),
        ("ratio", ParamText::Json(2.into())),
        ("pairs", stored(&Pairs::new()).unwrap()),
    ]);
    let values = parameters(Some(&head), &FLOW).unwrap();
    assert_eq!(
        (value::<f64>(&values, 0), value::<u32>(&values, 2)),
        (Some(2.0), Some(7))
    );
}

#[test]
fn what_the_flow_has_no_use_for_is_an_error_with_advice() {
    let ratio = || ("ratio", ParamText::Json(1.into()));
    let pairs = || ("pairs", stored(&Pairs::new()).unwrap());
    let packed = |bytes: &[u8]| ParamText::Packed(bytes.to_vec());
    let mut deep = vec![0x91; 300];
    deep.push(1);
    let table: Vec<(Vec<(&str, ParamText)>, &str)> = vec![
        (vec![], "has no value for the parameter `ratio`"),
        (vec![ratio()], "has no value for the parameter `pairs`"),
        (
            vec![ratio(), pairs(), ("most", ParamText::Json(1.into()))],
            "has no parameter `most`",
        ),
        (
            vec![("ratio", ParamText::Json("x".into())), pairs()],
            "`ratio` of flow `mine::f` is no `f64`: invalid type",
        ),
        (
            vec![ratio(), pairs(), ("limit", ParamText::Json((-1).into()))],
            "is no `u32`: invalid value",
        ),
        (
            vec![
                ratio(),
                pairs(),
                ("limit", ParamText::Json(4_294_967_296_u64.into())),
            ],
            "is no `u32`",
        ),
        (
            vec![ratio(), ("pairs", packed(&[0xa1, b'x']))],
            "`pairs` of flow `mine::f` is no `Pairs`",
        ),
        (
            vec![ratio(), ("pairs", packed(&[]))],
            "is no `Pairs`: the encoded value ends early",
        ),
        (
            vec![ratio(), ("pairs", packed(&[0x80, 0]))],
            "is no `Pairs`: bytes follow the encoded value",
        ),
        (
            vec![ratio(), ("pairs", packed(&deep))],
            "is no `Pairs`: the value nests too deep",
        ),
    ];
    for (params, said) in table {
        let mut shown = String::new();
        let _ = write!(shown, "{params:?}");
        let error = parameters(Some(&head(params)), &FLOW).unwrap_err();
        assert!(error.to_string().contains(said), "{shown}: {error}");
        let advice = error.advice();
        match error {
            StateError::MissingParameter { .. } => {
                assert!(advice.starts_with("give the parameter a default"));
            }
            _ => assert!(
                advice.starts_with("go on with the program that wrote the state"),
                "{advice}"
            ),
        }
    }
    // A bare list has none.
    assert!(matches!(
        parameters(None, &FLOW),
        Err(StateError::MissingParameter { param: "ratio", .. })
    ));
}
