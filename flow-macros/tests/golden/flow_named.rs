// /// Nightly report.
// #[flow(name = "nightly report", tz = "Europe/Berlin")]
// pub fn nightly(
//     day: Date,
//     /// How many rows at most.
//     limit: u32 = 1000,
// ) -> Summary {
//     rows   = fetch(&format!("{}/", day.year()), limit);
//     /// The numbers.
//     report = etl::summarise(rows: rows, day: day);
//     t1     = task1();
//     done   = notify(report, "all", -1, 0.5, upstream: [t1, report]);
//     report
// }

/// Nightly report.
#[allow(clippy::missing_const_for_fn)]
pub fn nightly(day: Date) -> __nightly {
    let limit: u32 = 1000;
    __nightly { day, limit }
}
/// Nightly report.
#[allow(
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    clippy::empty_structs_with_brackets
)]
pub struct nightly {}
/// The parameters of [`nightly()`], ready to run.
#[allow(non_camel_case_types, unreachable_pub)]
#[must_use = "a flow does nothing until it is run"]
pub struct __nightly {
    day: Date,
    limit: u32,
}
#[doc(hidden)]
#[allow(
    dead_code,
    elided_lifetimes_in_paths,
    mismatched_lifetime_syntaxes,
    non_camel_case_types,
    non_upper_case_globals,
    private_interfaces,
    unreachable_pub,
    unused_imports,
    unused_variables,
    clippy::all,
    clippy::pedantic
)]
const _: () = {
    use ::flow_runtime::__private as __flow;
    use __flow::{ByFromStr as _, ByJson as _, ByNothing as _};
    use etl::summarise as __task_report;
    impl nightly {
        /// The key of `rows`.
        pub const rows: fn(&Self) -> <fetch as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            0,
        );
        /// The key of `report`.
        ///
        /// The numbers.
        pub const report: fn(&Self) -> <__task_report as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            1,
        );
        /// The key of `t1`.
        pub const t1: fn(&Self) -> <task1 as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            2,
        );
        /// The key of `done`.
        pub const done: fn(&Self) -> <notify as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            3,
        );
    }
    fn __tail(flow: &nightly) -> Summary {
        (nightly::report)(flow).__output()
    }
    impl __nightly {
        /// Sets the parameter `limit`; `1000` without it.
        ///
        /// How many rows at most.
        pub fn limit(mut self, limit: u32) -> Self {
            self.limit = limit;
            self
        }
        /// Runs the flow; see `Runner::run`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub fn run(
            self,
        ) -> ::core::result::Result<__flow::Run<nightly>, __flow::RunError<nightly>> {
            __flow::Runner::new().run(self)
        }
        /// Runs the flow on the caller's tokio runtime; see `Runner::run_async`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub async fn run_async(
            self,
        ) -> ::core::result::Result<__flow::Run<nightly>, __flow::RunError<nightly>> {
            __flow::Runner::new().run_async(self).await
        }
        /// Runs the flow and gives the run whatever its state; see `Runner::run_to_end`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn run_to_end(
            self,
        ) -> ::core::result::Result<__flow::Run<nightly>, __flow::StartError> {
            __flow::Runner::new().run_to_end(self)
        }
        /// Starts the flow in the background; see `Runner::start`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn start(
            self,
        ) -> ::core::result::Result<__flow::Handle<nightly>, __flow::StartError> {
            __flow::Runner::new().start(self)
        }
    }
    impl nightly {
        /// The flow, going on from a run state; see `Runner::slice` and `Runner::resume`.
        ///
        /// # Errors
        ///
        /// If the state is none of this flow.
        pub fn restore(
            state: __flow::RunState,
        ) -> ::core::result::Result<__flow::Restored<Self>, __flow::StateError> {
            __flow::Restored::new(state, &__SPEC, __build)
        }
    }
    fn __build(
        given: &mut __flow::Given,
    ) -> ::core::result::Result<__nightly, __flow::MissingParam> {
        let mut flow = nightly(given.required::<Date>(0)?);
        if let ::core::option::Option::Some(value) = given.take::<u32>(1) {
            flow = flow.limit(value);
        }
        ::core::result::Result::Ok(flow)
    }
    #[automatically_derived]
    impl ::core::clone::Clone for __nightly {
        fn clone(&self) -> Self {
            Self {
                day: <Date as ::core::clone::Clone>::clone(&self.day),
                limit: <u32 as ::core::clone::Clone>::clone(&self.limit),
            }
        }
    }
    #[automatically_derived]
    impl __flow::Flow for nightly {
        type Output = Summary;
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
    static __SPEC: __flow::FlowSpec = __flow::FlowSpec {
        name: "nightly report",
        function: "nightly",
        module: ::core::module_path!(),
        docs: "Nightly report.",
        location: __flow::Location::new(::core::file!(), 3, 8),
        zone: "Europe/Berlin",
        params: __PARAMS,
        resources: &[],
        nodes: __NODES,
        tail: ::core::option::Option::Some(1),
    };
    const __PARAMS: &[__flow::ParamSpec] = &[
        __flow::ParamSpec::new::<
            Date,
        >(
            "day",
            "Date",
            |params| match params.downcast_ref::<__nightly>() {
                ::core::option::Option::Some(params) => {
                    ::core::option::Option::Some(&params.day)
                }
                ::core::option::Option::None => ::core::option::Option::None,
            },
            |text| (&&&__flow::FromText::<Date>::new()).parse(text),
        ),
        __flow::ParamSpec::new::<
            u32,
        >(
                "limit",
                "u32",
                |params| match params.downcast_ref::<__nightly>() {
                    ::core::option::Option::Some(params) => {
                        ::core::option::Option::Some(&params.limit)
                    }
                    ::core::option::Option::None => ::core::option::Option::None,
                },
                |text| (&&&__flow::FromText::<u32>::new()).parse(text),
            )
            .docs("How many rows at most.")
            .default("1000"),
    ];
    const __NODES: &[__flow::NodeSpec] = &[
        __flow::NodeSpec {
            name: "rows",
            task: <fetch as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 8, 5),
            edges: &[],
            arguments: &[
                __flow::Argument::positional(__flow::Source::Expression {
                    fingerprint: __flow::Fingerprint::from_words(
                        0x99c93f65b206e0c314cf1eb2409c7834,
                        0xd783e0fbc926b80924c46658b0b2b55b,
                    ),
                    nodes: &[],
                    params: &[0],
                    items: &[],
                }),
                __flow::Argument::positional(__flow::Source::Param(1)),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::rows,
        },
        __flow::NodeSpec {
            name: "report",
            task: <__task_report as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 10, 5),
            edges: &[__flow::Edge::data(0)],
            arguments: &[
                __flow::Argument::named("rows", __flow::Source::Node(0)),
                __flow::Argument::named("day", __flow::Source::Param(0)),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::report,
        },
        __flow::NodeSpec {
            name: "t1",
            task: <task1 as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 11, 5),
            edges: &[],
            arguments: &[],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::t1,
        },
        __flow::NodeSpec {
            name: "done",
            task: <notify as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 12, 5),
            edges: &[__flow::Edge::data(1), __flow::Edge::order(2)],
            arguments: &[
                __flow::Argument::positional(__flow::Source::Node(1)),
                __flow::Argument::positional(
                    __flow::Source::Literal(__flow::Literal::Exact("all")),
                ),
                __flow::Argument::positional(
                    __flow::Source::Literal(__flow::Literal::Exact("-1")),
                ),
                __flow::Argument::positional(
                    __flow::Source::Literal(__flow::Literal::Float("0.5")),
                ),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::done,
        },
    ];
    struct __Nodes;
    #[allow(non_snake_case)]
    impl __Nodes {
        fn rows<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__nightly>();
            let day: Date = <Date as ::core::clone::Clone>::clone(&__params.day);
            __flow::Call::future(async move {
                __attempt
                    .call(
                        <fetch>::__new(
                            &format!("{}/", day.year()),
                            <fetch>::__arg(__flow::Wire::of_parameter(&__params.limit)),
                        ),
                    )
                    .await
            })
        }
        fn report<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__nightly>();
            let rows = __attempt
                .wire(
                    (nightly::rows)(&nightly {}),
                    <__task_report as __flow::Task>::GUARDS,
                );
            __attempt
                .call(__task_report {
                    rows: <__task_report>::__arg(rows),
                    day: <__task_report>::__arg(
                        __flow::Wire::of_parameter(&__params.day),
                    ),
                })
        }
        fn t1<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            __attempt.call(<task1>::__new())
        }
        fn done<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let report = __attempt
                .wire((nightly::report)(&nightly {}), <notify as __flow::Task>::GUARDS);
            __attempt.call(<notify>::__new(<notify>::__arg(report), "all", -1, 0.5))
        }
    }
    const __CLASHES: __flow::Clashes<4> = __flow::clashes::<
        4,
        8,
    >("nightly report", __NODES);
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(
        __NODES,
        &__CLASHES,
        0,
    ) {
        ::core::panic!("{}", clash.message());
    };
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(
        __NODES,
        &__CLASHES,
        1,
    ) {
        ::core::panic!("{}", clash.message());
    };
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(
        __NODES,
        &__CLASHES,
        2,
    ) {
        ::core::panic!("{}", clash.message());
    };
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(
        __NODES,
        &__CLASHES,
        3,
    ) {
        ::core::panic!("{}", clash.message());
    };
    __flow::submit! {
        __flow::Registration { spec : & __SPEC, build : | given | match __build(given) {
        ::core::result::Result::Ok(flow) =>
        ::core::result::Result::Ok(::std::boxed::Box::new(flow)),
        ::core::result::Result::Err(missing) => ::core::result::Result::Err(missing), },
        }
    }
};
