// fn report(day: Date, limit: u32) -> Summary {
//     #[node(target = "<date:%Y>/<node>.txt")]
//     rows = fetch(limit);
//     #[node(target = "<day>/<rows>-<share>.csv", format = json, retry_delay = "1s")]
//     part = etl::share(rows, day, 0.5, "all", rows.len());
//     #[node(target = "<day>/<part>.bin")]
//     last = pack(part: &part[..1], limit: limit);
//     last
// }

#[allow(clippy::missing_const_for_fn)]
fn report(day: Date, limit: u32) -> __report {
    __report { day, limit }
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
    use __flow::ShowsNothing as _;
    use pack as __task_last;
    impl report {
        /// The key of `rows`.
        pub const rows: fn(&Self) -> <fetch as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            0,
        );
        /// The key of `part`.
        pub const part: fn(&Self) -> <etl::share as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            1,
        );
        /// The key of `last`.
        pub const last: fn(&Self) -> <__task_last as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            2,
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
        let flow = report(given.required::<Date>(0)?, given.required::<u32>(1)?);
        ::core::result::Result::Ok(flow)
    }
    #[automatically_derived]
    impl ::core::clone::Clone for __report {
        fn clone(&self) -> Self {
            Self {
                day: <Date as ::core::clone::Clone>::clone(&self.day),
                limit: <u32 as ::core::clone::Clone>::clone(&self.limit),
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
            )
            .shown(__flow::Shows::<Date>::SHOW),
        __flow::ParamSpec::new::<
            u32,
        >(
                "limit",
                "u32",
                |params| match params.downcast_ref::<__report>() {
                    ::core::option::Option::Some(params) => {
                        ::core::option::Option::Some(&params.limit)
                    }
                    ::core::option::Option::None => ::core::option::Option::None,
                },
                |text| (&&&__flow::FromText::<u32>::new()).parse(text),
            )
            .shown(__flow::Shows::<u32>::SHOW),
    ];
    const __NODES: &[__flow::NodeSpec] = &[
        __flow::NodeSpec {
            name: "rows",
            task: <fetch as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 3, 5),
            edges: &[],
            arguments: &[__flow::Argument::positional(__flow::Source::Param(1))],
            overrides: __flow::Overrides {
                target: ::core::option::Option::Some(
                    &__flow::NodeTarget {
                        template: __flow::Template {
                            source: "<date:%Y>/<node>.txt",
                            pieces: &[
                                __flow::Piece::Date("%Y"),
                                __flow::Piece::Text("/"),
                                __flow::Piece::Node,
                                __flow::Piece::Text(".txt"),
                            ],
                        },
                        codec: <<fetch as __flow::Task>::Output as __flow::WrittenAsText<
                            _,
                            { __flow::is_written(<fetch as __flow::Task>::SPEC) },
                        >>::CODEC,
                    },
                ),
                ..__flow::Overrides::NONE
            },
            run: __Nodes::rows,
        },
        __flow::NodeSpec {
            name: "part",
            task: <etl::share as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 5, 5),
            edges: &[__flow::Edge::data(0)],
            arguments: &[
                __flow::Argument::positional(__flow::Source::Node(0)),
                __flow::Argument::positional(__flow::Source::Param(0)),
                __flow::Argument::positional(
                    __flow::Source::Literal(__flow::Literal::Float("0.5")),
                ),
                __flow::Argument::positional(
                    __flow::Source::Literal(__flow::Literal::Exact("all")),
                ),
                __flow::Argument::positional(__flow::Source::Expression {
                    fingerprint: __flow::Fingerprint::from_words(
                        0x8f512700fbb8b085873eca4e93ff507a,
                        0x0b746c9115aacbd29d448ec7dee571a6,
                    ),
                    nodes: &[0],
                    params: &[],
                    items: &[],
                }),
            ],
            overrides: __flow::Overrides {
                rules: ::core::option::Option::Some(
                    &__flow::Rules {
                        retry_delay: ::core::time::Duration::new(1, 0),
                        ..<etl::share as __flow::Task>::SPEC.rules
                    },
                ),
                target: ::core::option::Option::Some(
                    &__flow::NodeTarget {
                        template: __flow::Template {
                            source: "<day>/<rows>-<share>.csv",
                            pieces: &[
                                __flow::target_variable(
                                    <etl::share as __flow::Task>::SPEC,
                                    "day",
                                    ::core::option::Option::Some(0),
                                ),
                                __flow::Piece::Text("/"),
                                __flow::target_variable(
                                    <etl::share as __flow::Task>::SPEC,
                                    "rows",
                                    ::core::option::Option::None,
                                ),
                                __flow::Piece::Text("-"),
                                __flow::target_variable(
                                    <etl::share as __flow::Task>::SPEC,
                                    "share",
                                    ::core::option::Option::None,
                                ),
                                __flow::Piece::Text(".csv"),
                            ],
                        },
                        codec: <<etl::share as __flow::Task>::Output as __flow::WrittenAsJson<
                            { __flow::is_written(<etl::share as __flow::Task>::SPEC) },
                        >>::CODEC,
                    },
                ),
                ..__flow::Overrides::NONE
            },
            run: __Nodes::part,
        },
        __flow::NodeSpec {
            name: "last",
            task: <__task_last as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 7, 5),
            edges: &[__flow::Edge::data(1)],
            arguments: &[
                __flow::Argument::named(
                    "part",
                    __flow::Source::Expression {
                        fingerprint: __flow::Fingerprint::from_words(
                            0x74d9a19c12fc2fc4debb8db1251043e2,
                            0x5162cb93c68cf8d67e15fbe1de4b413c,
                        ),
                        nodes: &[1],
                        params: &[],
                        items: &[],
                    },
                ),
                __flow::Argument::named("limit", __flow::Source::Param(1)),
            ],
            overrides: __flow::Overrides {
                target: ::core::option::Option::Some(
                    &__flow::NodeTarget {
                        template: __flow::Template {
                            source: "<day>/<part>.bin",
                            pieces: &[
                                __flow::target_variable(
                                    <__task_last as __flow::Task>::SPEC,
                                    "day",
                                    ::core::option::Option::Some(0),
                                ),
                                __flow::Piece::Text("/"),
                                __flow::target_variable(
                                    <__task_last as __flow::Task>::SPEC,
                                    "part",
                                    ::core::option::Option::None,
                                ),
                                __flow::Piece::Text(".bin"),
                            ],
                        },
                        codec: <<__task_last as __flow::Task>::Output as __flow::WrittenAsBytes<
                            { __flow::is_written(<__task_last as __flow::Task>::SPEC) },
                        >>::CODEC,
                    },
                ),
                ..__flow::Overrides::NONE
            },
            run: __Nodes::last,
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
                        <fetch>::__arg(__flow::Wire::of_parameter(&__params.limit)),
                    ),
                )
        }
        fn part<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__report>();
            let rows = __attempt
                .needed(
                    (report::rows)(&report {}),
                    <etl::share as __flow::Task>::GUARDS,
                );
            let __wire_rows = __attempt
                .wire((report::rows)(&report {}), <etl::share as __flow::Task>::GUARDS);
            __flow::Call::future(async move {
                __attempt
                    .call(
                        <etl::share>::__new(
                            __flow::Shown::<
                                {
                                    __flow::shows_argument(
                                        <etl::share as __flow::Task>::SPEC,
                                        0,
                                        &["day", "rows", "share"],
                                    )
                                },
                            >::argument(__attempt, 0, <etl::share>::__arg(__wire_rows)),
                            __flow::Shown::<
                                {
                                    __flow::shows_argument(
                                        <etl::share as __flow::Task>::SPEC,
                                        1,
                                        &["day", "rows", "share"],
                                    )
                                },
                            >::argument(
                                __attempt,
                                1,
                                <etl::share>::__arg(
                                    __flow::Wire::of_parameter(&__params.day),
                                ),
                            ),
                            __flow::Shown::<
                                {
                                    __flow::shows_argument(
                                        <etl::share as __flow::Task>::SPEC,
                                        2,
                                        &["day", "rows", "share"],
                                    )
                                },
                            >::argument(__attempt, 2, 0.5),
                            "all",
                            __flow::Shown::<
                                {
                                    __flow::shows_argument(
                                        <etl::share as __flow::Task>::SPEC,
                                        4,
                                        &["day", "rows", "share"],
                                    )
                                },
                            >::argument(__attempt, 4, rows.len()),
                        ),
                    )
                    .await
            })
        }
        fn last<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__report>();
            let part = __attempt
                .needed(
                    (report::part)(&report {}),
                    <__task_last as __flow::Task>::GUARDS,
                );
            __flow::Call::future(async move {
                __attempt
                    .call(__task_last {
                        part: __flow::Shown::<
                            {
                                __flow::argument_is_shown(
                                    <__task_last as __flow::Task>::SPEC,
                                    "part",
                                    &["part"],
                                )
                            },
                        >::argument(__attempt, 0, &part[..1]),
                        limit: <__task_last>::__arg(
                            __flow::Wire::of_parameter(&__params.limit),
                        ),
                    })
                    .await
            })
        }
    }
    const __CLASHES: __flow::Clashes<3> = __flow::clashes::<3, 8>("report", __NODES);
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
    const _: () = if let ::core::option::Option::Some(fault) = __flow::target_fault(
        <fetch as __flow::Task>::SPEC,
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::variable_fault(
        <fetch as __flow::Task>::SPEC,
        __PARAMS,
        &[],
        "date",
        ::core::option::Option::None,
        "\n  <date:%Y>/<node>.txt\n   ^^^^",
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::variable_fault(
        <fetch as __flow::Task>::SPEC,
        __PARAMS,
        &[],
        "node",
        ::core::option::Option::None,
        "\n  <date:%Y>/<node>.txt\n             ^^^^",
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::target_fault(
        <etl::share as __flow::Task>::SPEC,
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::format_fault(
        <etl::share as __flow::Task>::SPEC,
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::variable_fault(
        <etl::share as __flow::Task>::SPEC,
        __PARAMS,
        &[],
        "day",
        ::core::option::Option::Some(0),
        "\n  <day>/<rows>-<share>.csv\n   ^^^",
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::variable_fault(
        <etl::share as __flow::Task>::SPEC,
        __PARAMS,
        &[],
        "rows",
        ::core::option::Option::None,
        "\n  <day>/<rows>-<share>.csv\n         ^^^^",
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::variable_fault(
        <etl::share as __flow::Task>::SPEC,
        __PARAMS,
        &[],
        "share",
        ::core::option::Option::None,
        "\n  <day>/<rows>-<share>.csv\n                ^^^^^",
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = match __flow::retries_fault(
        <etl::share as __flow::Task>::SPEC,
        "retry_delay",
    ) {
        ::core::option::Option::None => {
            __flow::delay_fault(
                <etl::share as __flow::Task>::SPEC,
                ::core::time::Duration::new(1, 0),
            )
        }
        fault => fault,
    } {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::target_fault(
        <__task_last as __flow::Task>::SPEC,
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::variable_fault(
        <__task_last as __flow::Task>::SPEC,
        __PARAMS,
        &[],
        "day",
        ::core::option::Option::Some(0),
        "\n  <day>/<part>.bin\n   ^^^",
    ) {
        ::core::panic!("{}", fault.message());
    };
    const _: () = if let ::core::option::Option::Some(fault) = __flow::variable_fault(
        <__task_last as __flow::Task>::SPEC,
        __PARAMS,
        &[],
        "part",
        ::core::option::Option::None,
        "\n  <day>/<part>.bin\n         ^^^^",
    ) {
        ::core::panic!("{}", fault.message());
    };
    __flow::submit! {
        __flow::Registration { spec : & __SPEC, build : | given | match __build(given) {
        ::core::result::Result::Ok(flow) =>
        ::core::result::Result::Ok(::std::boxed::Box::new(flow)),
        ::core::result::Result::Err(missing) => ::core::result::Result::Err(missing), },
        }
    }
};
