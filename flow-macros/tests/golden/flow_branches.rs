// fn report(day: Date, big: bool) -> Summary {
//     rows = fetch(day);
//     more = fetch(day);
//     #[node(retries = 1)]
//     last = if big && rows.len() > 3 { etl::heavy(rows: rows, day: day) } else { light(more, upstream: [rows]) };
//     /// None of it may be.
//     some = if let Some(row) = rows.first() { light(row) };
//     kind = match last { Summary::Of(n) if n > day => light(n), _ => light(1) };
//     last
// }

#[allow(clippy::missing_const_for_fn)]
fn report(day: Date, big: bool) -> __report {
    __report { day, big }
}
#[allow(
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    clippy::empty_structs_with_brackets
)]
struct report {}
/// The parameters of [`report()`], ready to run.
#[allow(non_camel_case_types, unreachable_pub)]
#[must_use = "a flow does nothing until it is run"]
struct __report {
    day: Date,
    big: bool,
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
    use etl::heavy as __task_last;
    impl report {
        /// The key of `rows`.
        pub const rows: fn(&Self) -> <fetch as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            0,
        );
        /// The key of `more`.
        pub const more: fn(&Self) -> <fetch as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            1,
        );
        /// The key of `last`.
        pub const last: fn(&Self) -> <__task_last as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            2,
        );
        /// The key of `some`.
        ///
        /// None of it may be.
        pub const some: fn(&Self) -> <light as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            3,
        );
        /// The key of `kind`.
        pub const kind: fn(&Self) -> <light as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            4,
        );
    }
    fn __tail(flow: &report) -> Summary {
        (report::last)(flow).__output()
    }
    impl __report {
        /// Runs the flow; see `Runner::run`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub fn run(
            self,
        ) -> ::core::result::Result<__flow::Run<report>, __flow::RunError<report>> {
            __flow::Runner::new().run(self)
        }
        /// Runs the flow on the caller's tokio runtime; see `Runner::run_async`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub async fn run_async(
            self,
        ) -> ::core::result::Result<__flow::Run<report>, __flow::RunError<report>> {
            __flow::Runner::new().run_async(self).await
        }
        /// Runs the flow and gives the run whatever its state; see `Runner::run_to_end`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn run_to_end(
            self,
        ) -> ::core::result::Result<__flow::Run<report>, __flow::StartError> {
            __flow::Runner::new().run_to_end(self)
        }
        /// Starts the flow in the background; see `Runner::start`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn start(
            self,
        ) -> ::core::result::Result<__flow::Handle<report>, __flow::StartError> {
            __flow::Runner::new().start(self)
        }
    }
    impl report {
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
    ) -> ::core::result::Result<__report, __flow::MissingParam> {
        let flow = report(given.required::<Date>(0)?, given.required::<bool>(1)?);
        ::core::result::Result::Ok(flow)
    }
    #[automatically_derived]
    impl ::core::clone::Clone for __report {
        fn clone(&self) -> Self {
            Self {
                day: <Date as ::core::clone::Clone>::clone(&self.day),
                big: <bool as ::core::clone::Clone>::clone(&self.big),
            }
        }
    }
    #[automatically_derived]
    impl __flow::Flow for report {
        type Output = Summary;
        type Params = __report;
        const VALUE: Self = Self {};
        const SPEC: &'static __flow::FlowSpec = &__SPEC;
    }
    #[automatically_derived]
    impl __flow::Start for __report {
        type Flow = report;
        fn params(self) -> Self {
            self
        }
    }
    static __SPEC: __flow::FlowSpec = __flow::FlowSpec {
        name: "report",
        function: "report",
        module: ::core::module_path!(),
        docs: "",
        location: __flow::Location::new(::core::file!(), 1, 4),
        zone: "UTC",
        params: __PARAMS,
        resources: &[],
        nodes: __NODES,
        tail: ::core::option::Option::Some(2),
    };
    const __PARAMS: &[__flow::ParamSpec] = &[
        __flow::ParamSpec::new::<
            Date,
        >(
            "day",
            "Date",
            |params| match params.downcast_ref::<__report>() {
                ::core::option::Option::Some(params) => {
                    ::core::option::Option::Some(&params.day)
                }
                ::core::option::Option::None => ::core::option::Option::None,
            },
            |text| (&&&__flow::FromText::<Date>::new()).parse(text),
        ),
        __flow::ParamSpec::new::<
            bool,
        >(
            "big",
            "bool",
            |params| match params.downcast_ref::<__report>() {
                ::core::option::Option::Some(params) => {
                    ::core::option::Option::Some(&params.big)
                }
                ::core::option::Option::None => ::core::option::Option::None,
            },
            |text| (&&&__flow::FromText::<bool>::new()).parse(text),
        ),
    ];
    const __conditions_last: __flow::Conditions = &[
        __flow::Source::Expression {
            fingerprint: __flow::Fingerprint::from_words(
                0x7e222450c5387afa7b3a9dbe074bb96f,
                0x31578d217e8a6a1182215d812dfa507b,
            ),
            nodes: &[0],
            params: &[1],
            items: &[],
        },
    ];
    const __conditions_some: __flow::Conditions = &[
        __flow::Source::Expression {
            fingerprint: __flow::Fingerprint::from_words(
                0x4e6460fc91a010e9612862fce1cf31ab,
                0x617c85bf88f96fd0e53187d8181d8eef,
            ),
            nodes: &[0],
            params: &[],
            items: &[],
        },
    ];
    const __conditions_kind: __flow::Conditions = &[
        __flow::Source::Expression {
            fingerprint: __flow::Fingerprint::from_words(
                0x633b0ddc7e40e8bc72f96bd2b94b448c,
                0x7e934c5a5807e37a6d6994ffe0cb2dcd,
            ),
            nodes: &[2],
            params: &[],
            items: &[],
        },
        __flow::Source::Expression {
            fingerprint: __flow::Fingerprint::from_words(
                0x07b5b374f0e102524ccfc80ed3a61cda,
                0xcb644494cb24163faa073e8e82cb07cc,
            ),
            nodes: &[],
            params: &[0],
            items: &[],
        },
    ];
    const __NODES: &[__flow::NodeSpec] = &[
        __flow::NodeSpec {
            name: "rows",
            task: <fetch as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 2, 5),
            edges: &[],
            arguments: &[__flow::Argument::positional(__flow::Source::Param(0))],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::rows,
        },
        __flow::NodeSpec {
            name: "more",
            task: <fetch as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 3, 5),
            edges: &[],
            arguments: &[__flow::Argument::positional(__flow::Source::Param(0))],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::more,
        },
        __flow::NodeSpec {
            name: "last",
            task: <__task_last as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 5, 5),
            edges: &[__flow::Edge::data(0), __flow::Edge::data(1)],
            arguments: &[],
            overrides: __flow::Overrides {
                rules: ::core::option::Option::Some(
                    &__flow::Rules {
                        retries: 1,
                        ..__flow::Rules::DEFAULT
                    },
                ),
                branch: ::core::option::Option::Some(
                    __flow::BranchPart::Whole(
                        &__flow::BranchSpec {
                            choice: __flow::NodeSpec {
                                name: "last",
                                task: <__task_last as __flow::Task>::SPEC,
                                location: __flow::Location::new(::core::file!(), 5, 5),
                                edges: &[__flow::Edge::data(0)],
                                arguments: &[],
                                overrides: __flow::Overrides {
                                    rules: ::core::option::Option::Some(
                                        &__flow::Rules {
                                            retries: 1,
                                            ..__flow::Rules::DEFAULT
                                        },
                                    ),
                                    branch: ::core::option::Option::Some(
                                        __flow::BranchPart::Choice(__conditions_last),
                                    ),
                                    ..__flow::Overrides::NONE
                                },
                                run: __Nodes::last,
                            },
                            arms: &[
                                __flow::NodeSpec {
                                    name: "last",
                                    task: <__task_last as __flow::Task>::SPEC,
                                    location: __flow::Location::new(::core::file!(), 5, 5),
                                    edges: &[__flow::Edge::data(0)],
                                    arguments: &[
                                        __flow::Argument::named("rows", __flow::Source::Node(0)),
                                        __flow::Argument::named("day", __flow::Source::Param(0)),
                                    ],
                                    overrides: __flow::Overrides {
                                        rules: ::core::option::Option::Some(
                                            &__flow::Rules {
                                                retries: 1,
                                                ..<__task_last as __flow::Task>::SPEC.rules
                                            },
                                        ),
                                        branch: ::core::option::Option::Some(
                                            __flow::BranchPart::Arm(__conditions_last),
                                        ),
                                        ..__flow::Overrides::NONE
                                    },
                                    run: __Nodes::last,
                                },
                                __flow::NodeSpec {
                                    name: "last",
                                    task: <light as __flow::Task>::SPEC,
                                    location: __flow::Location::new(::core::file!(), 5, 5),
                                    edges: &[__flow::Edge::data(0), __flow::Edge::data(1)],
                                    arguments: &[
                                        __flow::Argument::positional(__flow::Source::Node(1)),
                                    ],
                                    overrides: __flow::Overrides {
                                        rules: ::core::option::Option::Some(
                                            &__flow::Rules {
                                                retries: 1,
                                                ..<light as __flow::Task>::SPEC.rules
                                            },
                                        ),
                                        branch: ::core::option::Option::Some(
                                            __flow::BranchPart::Arm(__conditions_last),
                                        ),
                                        ..__flow::Overrides::NONE
                                    },
                                    run: __Nodes::last,
                                },
                            ],
                            may_skip: false,
                        },
                    ),
                ),
                ..__flow::Overrides::NONE
            },
            run: __Nodes::last,
        },
        __flow::NodeSpec {
            name: "some",
            task: <light as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 7, 5),
            edges: &[__flow::Edge::data(0)],
            arguments: &[],
            overrides: __flow::Overrides {
                rules: ::core::option::Option::Some(&__flow::Rules::DEFAULT),
                branch: ::core::option::Option::Some(
                    __flow::BranchPart::Whole(
                        &__flow::BranchSpec {
                            choice: __flow::NodeSpec {
                                name: "some",
                                task: <light as __flow::Task>::SPEC,
                                location: __flow::Location::new(::core::file!(), 7, 5),
                                edges: &[__flow::Edge::data(0)],
                                arguments: &[],
                                overrides: __flow::Overrides {
                                    rules: ::core::option::Option::Some(
                                        &__flow::Rules::DEFAULT,
                                    ),
                                    branch: ::core::option::Option::Some(
                                        __flow::BranchPart::Choice(__conditions_some),
                                    ),
                                    ..__flow::Overrides::NONE
                                },
                                run: __Nodes::some,
                            },
                            arms: &[
                                __flow::NodeSpec {
                                    name: "some",
                                    task: <light as __flow::Task>::SPEC,
                                    location: __flow::Location::new(::core::file!(), 7, 5),
                                    edges: &[__flow::Edge::data(0)],
                                    arguments: &[
                                        __flow::Argument::positional(__flow::Source::Expression {
                                            fingerprint: __flow::Fingerprint::from_words(
                                                0x0722c259c3b90d9322dd20a3457e4243,
                                                0x2b5155ee101ffa83321d2330babf9169,
                                            ),
                                            nodes: &[0],
                                            params: &[],
                                            items: &[],
                                        }),
                                    ],
                                    overrides: __flow::Overrides {
                                        branch: ::core::option::Option::Some(
                                            __flow::BranchPart::Arm(__conditions_some),
                                        ),
                                        ..__flow::Overrides::NONE
                                    },
                                    run: __Nodes::some,
                                },
                            ],
                            may_skip: true,
                        },
                    ),
                ),
                ..__flow::Overrides::NONE
            },
            run: __Nodes::some,
        },
        __flow::NodeSpec {
            name: "kind",
            task: <light as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 8, 5),
            edges: &[__flow::Edge::data(2)],
            arguments: &[],
            overrides: __flow::Overrides {
                rules: ::core::option::Option::Some(&__flow::Rules::DEFAULT),
                branch: ::core::option::Option::Some(
                    __flow::BranchPart::Whole(
                        &__flow::BranchSpec {
                            choice: __flow::NodeSpec {
                                name: "kind",
                                task: <light as __flow::Task>::SPEC,
                                location: __flow::Location::new(::core::file!(), 8, 5),
                                edges: &[__flow::Edge::data(2)],
                                arguments: &[],
                                overrides: __flow::Overrides {
                                    rules: ::core::option::Option::Some(
                                        &__flow::Rules::DEFAULT,
                                    ),
                                    branch: ::core::option::Option::Some(
                                        __flow::BranchPart::Choice(__conditions_kind),
                                    ),
                                    ..__flow::Overrides::NONE
                                },
                                run: __Nodes::kind,
                            },
                            arms: &[
                                __flow::NodeSpec {
                                    name: "kind",
                                    task: <light as __flow::Task>::SPEC,
                                    location: __flow::Location::new(::core::file!(), 8, 5),
                                    edges: &[__flow::Edge::data(2)],
                                    arguments: &[
                                        __flow::Argument::positional(__flow::Source::Expression {
                                            fingerprint: __flow::Fingerprint::from_words(
                                                0x3f207c19affb82cc74b9728161196693,
                                                0xfe8ca58678149ad277d9e2e6a4a355eb,
                                            ),
                                            nodes: &[2],
                                            params: &[],
                                            items: &[],
                                        }),
                                    ],
                                    overrides: __flow::Overrides {
                                        branch: ::core::option::Option::Some(
                                            __flow::BranchPart::Arm(__conditions_kind),
                                        ),
                                        ..__flow::Overrides::NONE
                                    },
                                    run: __Nodes::kind,
                                },
                                __flow::NodeSpec {
                                    name: "kind",
                                    task: <light as __flow::Task>::SPEC,
                                    location: __flow::Location::new(::core::file!(), 8, 5),
                                    edges: &[__flow::Edge::data(2)],
                                    arguments: &[
                                        __flow::Argument::positional(
                                            __flow::Source::Literal(__flow::Literal::Exact("1")),
                                        ),
                                    ],
                                    overrides: __flow::Overrides {
                                        branch: ::core::option::Option::Some(
                                            __flow::BranchPart::Arm(__conditions_kind),
                                        ),
                                        ..__flow::Overrides::NONE
                                    },
                                    run: __Nodes::kind,
                                },
                            ],
                            may_skip: false,
                        },
                    ),
                ),
                ..__flow::Overrides::NONE
            },
            run: __Nodes::kind,
        },
    ];
    struct __Nodes;
    #[allow(non_snake_case)]
    impl __Nodes {
        fn rows<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__report>();
            __attempt
                .call(
                    <fetch>::__new(
                        <fetch>::__arg(__flow::Wire::of_parameter(&__params.day)),
                    ),
                )
        }
        fn more<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__report>();
            __attempt
                .call(
                    <fetch>::__new(
                        <fetch>::__arg(__flow::Wire::of_parameter(&__params.day)),
                    ),
                )
        }
        fn last<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__report>();
            let big: bool = <bool as ::core::clone::Clone>::clone(&__params.big);
            let rows = __attempt
                .needed(
                    (report::rows)(&report {}),
                    __flow::Guards::<
                        __flow::AllSuccessful,
                        __flow::SkipOnUpstreamSkip,
                    >::new(),
                );
            __flow::Call::future(async move {
                if big && rows.len() > 3 {
                    if let ::core::option::Option::Some(ended) = __attempt.at_arm(0) {
                        return ended;
                    }
                    let __params = __attempt.params::<__report>();
                    let rows = __attempt
                        .wire(
                            (report::rows)(&report {}),
                            <__task_last as __flow::Task>::GUARDS,
                        );
                    __attempt
                        .call(__task_last {
                            rows: <__task_last>::__arg(rows),
                            day: <__task_last>::__arg(
                                __flow::Wire::of_parameter(&__params.day),
                            ),
                        })
                        .await
                } else {
                    if let ::core::option::Option::Some(ended) = __attempt.at_arm(1) {
                        return ended;
                    }
                    let more = __attempt
                        .wire(
                            (report::more)(&report {}),
                            <light as __flow::Task>::GUARDS,
                        );
                    __attempt.call(<light>::__new(<light>::__arg(more))).await
                }
            })
        }
        fn __arm_last_1(
            &self,
            other: <light as __flow::Task>::Output,
        ) -> <__task_last as __flow::Task>::Output {
            other
        }
        fn some<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let rows = ();
            let rows = __attempt
                .needed(
                    (report::rows)(&report {}),
                    __flow::Guards::<
                        __flow::AllSuccessful,
                        __flow::SkipOnUpstreamSkip,
                    >::new(),
                );
            __flow::Call::future(async move {
                if let Some(row) = rows.first() {
                    if let ::core::option::Option::Some(ended) = __attempt.at_arm(0) {
                        return ended;
                    }
                    __attempt.call(<light>::__new(row)).await
                } else {
                    __attempt.at_no_arm()
                }
            })
        }
        fn kind<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__report>();
            let day: Date = <Date as ::core::clone::Clone>::clone(&__params.day);
            let last = __attempt
                .upstream(
                    (report::last)(&report {}),
                    __flow::Guards::<
                        __flow::AllSuccessful,
                        __flow::SkipOnUpstreamSkip,
                    >::new(),
                );
            __flow::Call::future(async move {
                match last {
                    Summary::Of(n) if n > day => {
                        if let ::core::option::Option::Some(ended) = __attempt.at_arm(0)
                        {
                            return ended;
                        }
                        __attempt.call(<light>::__new(n)).await
                    }
                    _ => {
                        if let ::core::option::Option::Some(ended) = __attempt.at_arm(1)
                        {
                            return ended;
                        }
                        __attempt.call(<light>::__new(1)).await
                    }
                }
            })
        }
        fn __arm_kind_1(
            &self,
            other: <light as __flow::Task>::Output,
        ) -> <light as __flow::Task>::Output {
            other
        }
    }
    const __CLASHES: __flow::Clashes<5> = __flow::clashes::<5, 16>("report", __NODES);
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
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(
        __NODES,
        &__CLASHES,
        4,
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
