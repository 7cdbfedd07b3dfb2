//! The named form of a flow: a function, the type of its keys, the value of its parameters, and the data of the graph.

use flow_runtime::{Date, Runner};

use crate::tasks::{fetch, join, summarise};

// ---------------------------------------------------------------------------------------------------------------
// flow! {
//     /// Nightly.
//     #[flow(name = "nightly report")]
//     pub fn nightly(day: Date, limit: u32 = 3) -> String {
//         rows   = fetch(&format!("{}/", day.year()), limit);            // an expression: one owning future
//         report = summarise(rows: rows, day: day);                      // named: a struct literal, an alias of the task
//         size   = join(report, rows, upstream: [rows]);                 // positional and bare: a plain function
//         report
//     }
// }
// ---------------------------------------------------------------------------------------------------------------

/// Nightly.
#[allow(non_camel_case_types, clippy::empty_structs_with_brackets)]
pub struct nightly {}

/// The parameters of [`nightly()`], ready to run.
#[allow(non_camel_case_types)]
#[derive(::core::clone::Clone)]
pub struct __nightly {
    day: Date,
    limit: u32,
}

/// Nightly.
pub fn nightly(day: Date) -> __nightly {
    let limit = 3;
    __nightly { day, limit }
}

#[doc(hidden)]
#[allow(
    dead_code,
    elided_lifetimes_in_paths,
    mismatched_lifetime_syntaxes,
    non_upper_case_globals,
    private_interfaces,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic
)]
const _: () = {
    use __flow::{ByFromStr as _, ByJson as _, ByNothing as _};
    use ::flow_runtime::__private as __flow;
    // A task called with named arguments is named once: the struct literal and the types would report it twice.
    use summarise as __report;

    impl nightly {
        /// The key of `rows`.
        pub const rows: fn(&Self) -> <fetch as __flow::Keyed>::Key = |_| __flow::Key::new(&__SPEC, 0);

        /// The key of `report`.
        pub const report: fn(&Self) -> <__report as __flow::Keyed>::Key = |_| __flow::Key::new(&__SPEC, 1);

        /// The key of `size`.
        pub const size: fn(&Self) -> <join as __flow::Keyed>::Key = |_| __flow::Key::new(&__SPEC, 2);
    }

    impl __nightly {
        /// Sets the parameter `limit`; `3` without it.
        pub fn limit(mut self, limit: u32) -> Self {
            self.limit = limit;
            self
        }

        /// Runs the flow; see [`Runner::run`](::flow_runtime::Runner::run).
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub fn run(self) -> ::core::result::Result<__flow::Run<nightly>, __flow::RunError<nightly>> {
            __flow::Runner::new().run(self)
        }

        /// Runs the flow on the caller's tokio runtime; see [`Runner::run_async`](::flow_runtime::Runner::run_async).
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub async fn run_async(
            self,
        ) -> ::core::result::Result<__flow::Run<nightly>, __flow::RunError<nightly>> {
            __flow::Runner::new().run_async(self).await
        }

        /// Runs the flow and gives the run whatever its state; see
        /// [`Runner::run_to_end`](::flow_runtime::Runner::run_to_end).
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn run_to_end(self) -> ::core::result::Result<__flow::Run<nightly>, __flow::StartError> {
            __flow::Runner::new().run_to_end(self)
        }
    }

    #[automatically_derived]
    impl __flow::Flow for nightly {
        // As the author wrote it; `()` without a tail. That the tail gives it is checked below.
        type Output = String;
        type Params = __nightly;
        const VALUE: Self = Self {};
        const SPEC: &'static __flow::FlowSpec = &__SPEC;
    }

    #[automatically_derived]
    impl __flow::Start for __nightly {
        type Flow = nightly;

        fn params(self) -> Self {
            self
        }
    }

    // Spanned at the tail and at the flow's output type: rustc says which of both is meant to be what.
    fn __tail(flow: &nightly) -> String {
        (nightly::report)(flow).__output()
    }

    static __SPEC: __flow::FlowSpec = __flow::FlowSpec {
        name: "nightly report",
        function: "nightly",
        module: ::core::module_path!(),
        docs: "Nightly.",
        location: __flow::Location::new(::core::file!(), 300, 12),
        zone: "UTC",
        params: __PARAMS,
        resources: &[],
        nodes: __NODES,
        tail: ::core::option::Option::Some(1),
    };

    const __PARAMS: &[__flow::ParamSpec] = &[
        __flow::ParamSpec::new::<Date>(
            "day",
            "Date",
            |params| match params.downcast_ref::<__nightly>() {
                ::core::option::Option::Some(params) => ::core::option::Option::Some(&params.day),
                ::core::option::Option::None => ::core::option::Option::None,
            },
            |text| (&&&__flow::FromText::<Date>::new()).parse(text),
        ),
        __flow::ParamSpec::new::<u32>(
            "limit",
            "u32",
            |params| match params.downcast_ref::<__nightly>() {
                ::core::option::Option::Some(params) => ::core::option::Option::Some(&params.limit),
                ::core::option::Option::None => ::core::option::Option::None,
            },
            |text| (&&&__flow::FromText::<u32>::new()).parse(text),
        )
        .default("3"),
    ];

    const __NODES: &[__flow::NodeSpec] = &[
        __flow::NodeSpec {
            name: "rows",
            task: <fetch as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 301, 9),
            edges: &[],
            arguments: &[
                __flow::Argument::positional(__flow::Source::Expression {
                    items: &[],
                    fingerprint: __flow::Fingerprint::from_words(
                        0x00000000000000000000000000000000,
                        0x000000000000000000000000000000dd,
                    ),
                    nodes: &[],
                    params: &[0],
                }),
                __flow::Argument::positional(__flow::Source::Param(1)),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::rows,
        },
        __flow::NodeSpec {
            name: "report",
            task: <__report as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 302, 9),
            edges: &[__flow::Edge::data(0)],
            arguments: &[
                __flow::Argument::named("rows", __flow::Source::Node(0)),
                __flow::Argument::named("day", __flow::Source::Param(0)),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::report,
        },
        __flow::NodeSpec {
            name: "size",
            task: <join as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 303, 9),
            edges: &[__flow::Edge::data(1), __flow::Edge::data(0)],
            arguments: &[
                __flow::Argument::positional(__flow::Source::Node(1)),
                __flow::Argument::positional(__flow::Source::Node(0)),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::size,
        },
    ];

    // One associated function per node: a free function named like a node could shadow what an argument calls.
    struct __Nodes;

    impl __Nodes {
        fn rows<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__nightly>();
            // A parameter mentioned in an expression has its declared type: a clone for each node that does so.
            let day: Date = ::core::clone::Clone::clone(&__params.day);
            __flow::Call::future(async move {
                __attempt
                    .call(<fetch>::__new(
                        &format!("{}/", day.year()),
                        <fetch>::__arg(__flow::Wire::of_parameter(&__params.limit)),
                    ))
                    .await
            })
        }

        fn report<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__nightly>();
            let rows = __attempt.wire((nightly::rows)(&nightly {}), <__report as __flow::Task>::GUARDS);
            __attempt.call(__report {
                rows: <__report>::__arg(rows),
                day: <__report>::__arg(__flow::Wire::of_parameter(&__params.day)),
            })
        }

        fn size<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let report = __attempt.wire((nightly::report)(&nightly {}), <join as __flow::Task>::GUARDS);
            let rows = __attempt.wire((nightly::rows)(&nightly {}), <join as __flow::Task>::GUARDS);
            __attempt.call(<join>::__new(<join>::__arg(report), <join>::__arg(rows)))
        }
    }

    // Targets that certainly meet: one pass for the flow, then one constant at each node (spanned there).
    const __CLASHES: __flow::Clashes<3> = __flow::clashes::<3, 8>("nightly report", __NODES);
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(__NODES, &__CLASHES, 0) {
        ::core::panic!("{}", clash.message());
    };
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(__NODES, &__CLASHES, 1) {
        ::core::panic!("{}", clash.message());
    };
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(__NODES, &__CLASHES, 2) {
        ::core::panic!("{}", clash.message());
    };

    __flow::submit! {
        __flow::Registration {
            spec: &__SPEC,
            build: |given| {
                let mut flow = nightly(given.required::<Date>(0)?);
                if let ::core::option::Option::Some(limit) = given.take::<u32>(1) {
                    flow = flow.limit(limit);
                }
                ::core::result::Result::Ok(::std::boxed::Box::new(flow))
            },
        }
    }
};

#[test]
fn the_expansion_by_hand_runs() -> Result<(), Box<dyn std::error::Error>> {
    let day: Date = "2026-11-23".parse()?;
    let run = Runner::in_memory().run(nightly(day).limit(2))?;
    assert_eq!(run.output(), "2 rows on 2026-11-23");
    assert_eq!(run.result(nightly::rows)?[1].name, "rows:2026/1");
    Ok(())
}
