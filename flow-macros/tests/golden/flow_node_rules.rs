// fn report(day: Date) -> Summary {
//     #[node(retries = 5, retry_delay = "10s", tags = ["web"])]
//     rows = fetch(day);
//     /// Whatever became of the rows.
//     #[node(trigger = all_finished)]
//     #[node(on_failure = hooks::alert)]
//     told = tell(rows);
//     #[node(trigger = rules::mine, skip_on_upstream_skip = false)]
//     both = etl::merge(rows: rows, count: rows.success().map_or(0, Vec::len));
//     #[node(skip_on_upstream_skip = false)]
//     last = done(told, upstream: [both]);
//     last
// }

#[allow(clippy::missing_const_for_fn)]
fn report(day: Date) -> __report {
    __report { day }
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
    use etl::merge as __task_both;
    impl report {
        /// The key of `rows`.
        pub const rows: fn(&Self) -> <fetch as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            0,
        );
        /// The key of `told`.
        ///
        /// Whatever became of the rows.
        pub const told: fn(&Self) -> <tell as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            1,
        );
        /// The key of `both`.
        pub const both: fn(&Self) -> <__task_both as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            2,
        );
        /// The key of `last`.
        pub const last: fn(&Self) -> <done as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            3,
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
        let flow = report(given.required::<Date>(0)?);
        ::core::result::Result::Ok(flow)
    }
    #[automatically_derived]
    impl ::core::clone::Clone for __report {
        fn clone(&self) -> Self {
            Self {
                day: <Date as ::core::clone::Clone>::clone(&self.day),
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
        tail: ::core::option::Option::Some(3),
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
    ];
    const __NODES: &[__flow::NodeSpec] = &[
        __flow::NodeSpec {
            name: "rows",
            task: <fetch as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 3, 5),
            edges: &[],
            arguments: &[__flow::Argument::positional(__flow::Source::Param(0))],
            overrides: __flow::Overrides {
                rules: ::core::option::Option::Some(
                    &__flow::Rules {
                        retries: 5,
                        retry_delay: ::core::time::Duration::new(10, 0),
                        tags: &["web"],
                        ..<fetch as __flow::Task>::SPEC.rules
                    },
                ),
                ..__flow::Overrides::NONE
            },
            run: __Nodes::rows,
        },
        __flow::NodeSpec {
            name: "told",
            task: <tell as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 7, 5),
            edges: &[__flow::Edge::data(0)],
            arguments: &[__flow::Argument::positional(__flow::Source::Node(0))],
            overrides: __flow::Overrides {
                rules: ::core::option::Option::Some(
                    &__flow::Rules {
                        trigger: __flow::Trigger::AllFinished,
                        on_failure: ::core::option::Option::Some(__flow::FailureHook {
                            name: "hooks::alert",
                            call: |__failed| __flow::HookEnd::end(
                                __flow::call_failure_hook(hooks::alert, __failed),
                            ),
                        }),
                        ..<tell as __flow::Task>::SPEC.rules
                    },
                ),
                ..__flow::Overrides::NONE
            },
            run: __Nodes::told,
        },
        __flow::NodeSpec {
            name: "both",
            task: <__task_both as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 9, 5),
            edges: &[__flow::Edge::data(0)],
            arguments: &[
                __flow::Argument::named("rows", __flow::Source::Node(0)),
                __flow::Argument::named(
                    "count",
                    __flow::Source::Expression {
                        fingerprint: __flow::Fingerprint::from_words(
                            0x93b0237cf2f7348adff86dd57189c277,
                            0xc54b673d365ede304d149a2cf4add9dd,
                        ),
                        nodes: &[0],
                        params: &[],
                        items: &[],
                    },
                ),
            ],
            overrides: __flow::Overrides {
                rules: ::core::option::Option::Some(
                    &__flow::Rules {
                        trigger: __flow::Trigger::Custom {
                            name: "rules::mine",
                            holds: rules::mine,
                        },
                        skip_on_upstream_skip: false,
                        ..<__task_both as __flow::Task>::SPEC.rules
                    },
                ),
                ..__flow::Overrides::NONE
            },
            run: __Nodes::both,
        },
        __flow::NodeSpec {
            name: "last",
            task: <done as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 11, 5),
            edges: &[__flow::Edge::data(1), __flow::Edge::order(2)],
            arguments: &[__flow::Argument::positional(__flow::Source::Node(1))],
            overrides: __flow::Overrides {
                rules: ::core::option::Option::Some(
                    &__flow::Rules {
                        skip_on_upstream_skip: false,
                        ..<done as __flow::Task>::SPEC.rules
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
                        <fetch>::__arg(__flow::Wire::of_parameter(&__params.day)),
                    ),
                )
        }
        fn told<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let rows = __attempt
                .wire(
                    (report::rows)(&report {}),
                    __flow::Guards::<
                        __flow::AllFinished,
                        <tell as __flow::Task>::Skip,
                    >::new(),
                );
            __attempt.call(<tell>::__new(<tell>::__arg(rows)))
        }
        fn both<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let rows = __attempt
                .upstream(
                    (report::rows)(&report {}),
                    __flow::Guards::<
                        __flow::CustomTrigger,
                        __flow::RunOnUpstreamSkip,
                    >::new(),
                );
            let __wire_rows = __attempt
                .wire(
                    (report::rows)(&report {}),
                    __flow::Guards::<
                        __flow::CustomTrigger,
                        __flow::RunOnUpstreamSkip,
                    >::new(),
                );
            __flow::Call::future(async move {
                __attempt
                    .call(__task_both {
                        rows: <__task_both>::__arg(__wire_rows),
                        count: rows.success().map_or(0, Vec::len),
                    })
                    .await
            })
        }
        fn last<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let told = __attempt
                .wire(
                    (report::told)(&report {}),
                    __flow::Guards::<
                        <done as __flow::Task>::Trigger,
                        __flow::RunOnUpstreamSkip,
                    >::new(),
                );
            __attempt.call(<done>::__new(<done>::__arg(told)))
        }
    }
    const __CLASHES: __flow::Clashes<4> = __flow::clashes::<4, 8>("report", __NODES);
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
    const _: () = if let ::core::option::Option::Some(fault) = __flow::delay_fault(
        <fetch as __flow::Task>::SPEC,
        ::core::time::Duration::new(10, 0),
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
