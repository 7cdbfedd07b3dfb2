//! The expansion of tasks and flows, written by hand: what `#[task]` and `flow!` must emit, and proof that rustc takes it.
//!
//! The macros' golden files follow this file; where they differ, this file is the one to argue about.
#![deny(warnings, missing_docs, unreachable_pub)]
#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "generated code says so in each block; here its author is at fault"
)]

use flow_runtime::{Date, Runner};

/// A row.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Row {
    /// The station.
    pub name: String,
}

type Outcome<T> = Result<T, std::num::ParseIntError>;

// ---------------------------------------------------------------------------------------------------------------
// #[task(target = "reports/<day>/<task_name>.json", version = 2)]
// pub fn summarise(rows: &[Row], day: Date) -> String { … }
// ---------------------------------------------------------------------------------------------------------------

/// Counts.
pub fn summarise(rows: &[Row], day: Date) -> String {
    format!("{} rows on {day}", rows.len())
}

/// Counts.
#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
pub struct summarise<'rows> {
    pub rows: &'rows [Row],
    pub day: Date,
}

#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::NotResult as _;
    use ::flow_runtime::__private as __flow;

    impl<'rows> summarise<'rows> {
        #[doc(hidden)]
        pub fn __new(rows: &'rows [Row], day: Date) -> Self {
            Self { rows, day }
        }

        // The bound is spanned at the parameter list: rustc shows it beside the argument that does not fit.
        #[doc(hidden)]
        pub fn __arg<'run, __Value, __Parameter, __Form>(value: &'run __Value) -> __Parameter
        where
            __Value: __flow::Feed<'run, __Parameter, __Form>,
        {
            __flow::Feed::feed(value)
        }
    }

    #[automatically_derived]
    impl<'rows> __flow::Task for summarise<'rows> {
        type Output = <String as __flow::Return<{ __flow::Probe::<String>::IS_RESULT }>>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "summarise",
            function: "summarise",
            module: ::core::module_path!(),
            location: __flow::Location::new(::core::file!(), 29, 8),
            docs: "Counts.",
            version: "2",
            checkpoint: true,
            target: ::core::option::Option::Some(__flow::Template {
                source: "reports/<day>/<task_name>.json",
                pieces: &[
                    __flow::Piece::Text("reports/"),
                    __flow::Piece::Argument("day"),
                    __flow::Piece::Text("/"),
                    __flow::Piece::TaskName,
                    __flow::Piece::Text(".json"),
                ],
            }),
            body: __flow::Fingerprint::from_words(
                0x00000000000000000000000000000000,
                0x000000000000000000000000000000aa,
            ),
            asynchronous: false,
            parameters: &[
                __flow::ParameterSpec::new("rows"),
                __flow::ParameterSpec::shown::<Date>("day"),
            ],
            output: __flow::OutputSpec::json::<<Self as __flow::Task>::Output>(),
        };

        fn call<'run>(
            self,
            _: &'run __flow::Context,
        ) -> __flow::TaskCall<'run, <Self as __flow::Task>::Output>
        where
            Self: 'run,
        {
            __flow::TaskCall::Done(__flow::Probe(summarise(self.rows, self.day)).into_result())
        }

        fn shown(&self, name: &str) -> ::core::option::Option<&dyn ::core::fmt::Display> {
            match name {
                "day" => ::core::option::Option::Some(&self.day),
                _ => ::core::option::Option::None,
            }
        }
    }
};

// ---------------------------------------------------------------------------------------------------------------
// #[task]
// async fn fetch(url: &str, limit: u32, context: &Context) -> Outcome<Vec<Row>> { … }
// (no target: `Codec::message_pack`; an alias of `Result`; `&Context` is not an argument; a private fn)
// ---------------------------------------------------------------------------------------------------------------

async fn fetch(url: &str, limit: u32, context: &flow_runtime::Context) -> Outcome<Vec<Row>> {
    let limit = limit.to_string().parse::<u8>()?;
    Ok((0..limit)
        .map(|i| Row {
            name: format!("{}:{url}{i}", context.node()),
        })
        .collect())
}

#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
struct fetch<'url> {
    pub url: &'url str,
    pub limit: u32,
}

#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::NotResult as _;
    use ::flow_runtime::__private as __flow;

    impl<'url> fetch<'url> {
        #[doc(hidden)]
        pub fn __new(url: &'url str, limit: u32) -> Self {
            Self { url, limit }
        }

        #[doc(hidden)]
        pub fn __arg<'run, __Value, __Parameter, __Form>(value: &'run __Value) -> __Parameter
        where
            __Value: __flow::Feed<'run, __Parameter, __Form>,
        {
            __flow::Feed::feed(value)
        }
    }

    #[automatically_derived]
    impl<'url> __flow::Task for fetch<'url> {
        type Output =
            <Outcome<Vec<Row>> as __flow::Return<{ __flow::Probe::<Outcome<Vec<Row>>>::IS_RESULT }>>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "fetch",
            function: "fetch",
            module: ::core::module_path!(),
            location: __flow::Location::new(::core::file!(), 120, 10),
            docs: "",
            version: "",
            checkpoint: true,
            target: ::core::option::Option::None,
            body: __flow::Fingerprint::from_words(
                0x00000000000000000000000000000000,
                0x000000000000000000000000000000bb,
            ),
            asynchronous: true,
            parameters: &[
                __flow::ParameterSpec::new("url"),
                __flow::ParameterSpec::new("limit"),
            ],
            output: __flow::OutputSpec::message_pack::<<Self as __flow::Task>::Output>(),
        };

        fn call<'run>(
            self,
            context: &'run __flow::Context,
        ) -> __flow::TaskCall<'run, <Self as __flow::Task>::Output>
        where
            Self: 'run,
        {
            __flow::TaskCall::future(async move {
                __flow::Probe(fetch(self.url, self.limit, context).await).into_result()
            })
        }
    }
};

// ---------------------------------------------------------------------------------------------------------------
// #[task(checkpoint = false)]
// fn join<'a, 'b>(left: &'a str, right: &'b [Row]) -> usize { … }
// ---------------------------------------------------------------------------------------------------------------

fn join<'a, 'b>(left: &'a str, right: &'b [Row]) -> usize {
    left.len() + right.len()
}

#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
struct join<'a, 'b> {
    pub left: &'a str,
    pub right: &'b [Row],
}

#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::NotResult as _;
    use ::flow_runtime::__private as __flow;

    impl<'a, 'b> join<'a, 'b> {
        #[doc(hidden)]
        pub fn __new(left: &'a str, right: &'b [Row]) -> Self {
            Self { left, right }
        }

        #[doc(hidden)]
        pub fn __arg<'run, __Value, __Parameter, __Form>(value: &'run __Value) -> __Parameter
        where
            __Value: __flow::Feed<'run, __Parameter, __Form>,
        {
            __flow::Feed::feed(value)
        }
    }

    #[automatically_derived]
    impl<'a, 'b> __flow::Task for join<'a, 'b> {
        type Output = <usize as __flow::Return<{ __flow::Probe::<usize>::IS_RESULT }>>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "join",
            function: "join",
            module: ::core::module_path!(),
            location: __flow::Location::new(::core::file!(), 200, 4),
            docs: "",
            version: "",
            checkpoint: false,
            target: ::core::option::Option::None,
            body: __flow::Fingerprint::from_words(
                0x00000000000000000000000000000000,
                0x000000000000000000000000000000cc,
            ),
            asynchronous: false,
            parameters: &[
                __flow::ParameterSpec::new("left"),
                __flow::ParameterSpec::new("right"),
            ],
            output: __flow::OutputSpec::memory::<<Self as __flow::Task>::Output>(),
        };

        fn call<'run>(
            self,
            _: &'run __flow::Context,
        ) -> __flow::TaskCall<'run, <Self as __flow::Task>::Output>
        where
            Self: 'run,
        {
            __flow::TaskCall::Done(__flow::Probe(join(self.left, self.right)).into_result())
        }
    }
};

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
        params: &[
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
        ],
        nodes: __NODES,
        tail: ::core::option::Option::Some(1),
    };

    const __NODES: &[__flow::NodeSpec] = &[
        __flow::NodeSpec {
            name: "rows",
            task: <fetch as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 301, 9),
            edges: &[],
            arguments: &[
                __flow::Argument::positional(__flow::Source::Expression {
                    fingerprint: __flow::Fingerprint::from_words(
                        0x00000000000000000000000000000000,
                        0x000000000000000000000000000000dd,
                    ),
                    nodes: &[],
                    params: &[0],
                }),
                __flow::Argument::positional(__flow::Source::Param(1)),
            ],
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
                        <fetch>::__arg(&__params.limit),
                    ))
                    .await
            })
        }

        fn report<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__nightly>();
            let rows = __attempt.upstream((nightly::rows)(&nightly {}), <__report as __flow::Task>::GUARDS);
            __attempt.call(__report {
                rows: <__report>::__arg(rows),
                day: <__report>::__arg(&__params.day),
            })
        }

        fn size<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let report = __attempt.upstream((nightly::report)(&nightly {}), <join as __flow::Task>::GUARDS);
            let rows = __attempt.upstream((nightly::rows)(&nightly {}), <join as __flow::Task>::GUARDS);
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

#[test]
fn a_bare_flow_by_hand_runs() -> Result<(), Box<dyn std::error::Error>> {
    // let f = flow! { size = join("abc", &[Row { name: "x".to_owned() }]); size };
    // (without a tail: a unit struct `__Flow` with `Output = ()`)
    let f = {
        #[allow(non_camel_case_types)]
        struct __Flow<__Output>(::core::marker::PhantomData<fn() -> __Output>);

        #[allow(
            dead_code,
            elided_lifetimes_in_paths,
            mismatched_lifetime_syntaxes,
            clippy::all,
            clippy::pedantic
        )]
        const _: () = {
            use ::flow_runtime::__private as __flow;

            impl<__Output: __flow::Shared> __Flow<__Output> {
                /// The tail alone knows the flow's output type: inference takes it from the key.
                fn __with_tail(_: fn(&Self) -> __flow::Key<__Output>) -> Self {
                    <Self as __flow::Flow>::VALUE
                }

                /// The key of `size`.
                fn size(&self) -> <join as __flow::Keyed>::Key {
                    __flow::Key::new(&__SPEC, 0)
                }

                /// (`run_async` and `run_to_end` as in the named form)
                fn run(self) -> ::core::result::Result<__flow::Run<Self>, __flow::RunError<Self>> {
                    __flow::Runner::new().run(self)
                }
            }

            #[automatically_derived]
            impl<__Output: __flow::Shared> __flow::Flow for __Flow<__Output> {
                type Output = __Output;
                type Params = Self;
                const VALUE: Self = Self(::core::marker::PhantomData);
                const SPEC: &'static __flow::FlowSpec = &__SPEC;
            }

            #[automatically_derived]
            impl<__Output: __flow::Shared> ::core::clone::Clone for __Flow<__Output> {
                fn clone(&self) -> Self {
                    *self
                }
            }

            #[automatically_derived]
            impl<__Output: __flow::Shared> ::core::marker::Copy for __Flow<__Output> {}

            #[automatically_derived]
            impl<__Output: __flow::Shared> __flow::Start for __Flow<__Output> {
                type Flow = Self;

                fn params(self) -> Self {
                    self
                }
            }

            static __SPEC: __flow::FlowSpec = __flow::FlowSpec {
                name: "flow",
                function: "",
                module: ::core::module_path!(),
                docs: "",
                location: __flow::Location::new(::core::file!(), 1, 1),
                zone: "UTC",
                params: &[],
                nodes: __NODES,
                tail: ::core::option::Option::Some(0),
            };

            const __NODES: &[__flow::NodeSpec] = &[__flow::NodeSpec {
                name: "size",
                task: <join as __flow::Task>::SPEC,
                location: __flow::Location::new(::core::file!(), 1, 1),
                edges: &[],
                arguments: &[
                    __flow::Argument::positional(__flow::Source::Literal(__flow::Literal::Exact("abc"))),
                    __flow::Argument::positional(__flow::Source::Expression {
                        fingerprint: __flow::Fingerprint::from_words(
                            0x00000000000000000000000000000000,
                            0x000000000000000000000000000000ee,
                        ),
                        nodes: &[],
                        params: &[],
                    }),
                ],
                run: __Nodes::size,
            }];

            struct __Nodes;

            impl __Nodes {
                fn size<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
                    __flow::Call::future(async move {
                        __attempt
                            .call(<join>::__new("abc", &[Row { name: "x".to_owned() }]))
                            .await
                    })
                }
            }
        };
        __Flow::__with_tail(|flow| flow.size())
    };
    let run = Runner::in_memory().run(f)?;
    assert_eq!(*run.result(f.size())?, 4);
    assert_eq!(*run.output(), 4);
    let _ = |flow: __nightly| (flow.clone(), flow.run_to_end(), f.run());
    Ok(())
}
