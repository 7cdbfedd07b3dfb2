// fn all(day: Date) -> u32 { a = one(day); b = one(day); c = sum([a, day, b,], [a, 1], []); c }

#[allow(clippy::missing_const_for_fn)]
fn all(day: Date) -> __all {
    __all { day }
}
#[allow(
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    clippy::empty_structs_with_brackets
)]
struct all {}
/// The parameters of [`all()`], ready to run.
#[allow(non_camel_case_types, unreachable_pub)]
#[must_use = "a flow does nothing until it is run"]
struct __all {
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
    impl all {
        /// The key of `a`.
        pub const a: fn(&Self) -> <one as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            0,
        );
        /// The key of `b`.
        pub const b: fn(&Self) -> <one as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            1,
        );
        /// The key of `c`.
        pub const c: fn(&Self) -> <sum as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            2,
        );
    }
    fn __tail(flow: &all) -> u32 {
        (all::c)(flow).__output()
    }
    impl __all {
        /// Runs the flow; see `Runner::run`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub fn run(
            self,
        ) -> ::core::result::Result<__flow::Run<all>, __flow::RunError<all>> {
            __flow::Runner::new().run(self)
        }
        /// Runs the flow on the caller's tokio runtime; see `Runner::run_async`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub async fn run_async(
            self,
        ) -> ::core::result::Result<__flow::Run<all>, __flow::RunError<all>> {
            __flow::Runner::new().run_async(self).await
        }
        /// Runs the flow and gives the run whatever its state; see `Runner::run_to_end`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn run_to_end(
            self,
        ) -> ::core::result::Result<__flow::Run<all>, __flow::StartError> {
            __flow::Runner::new().run_to_end(self)
        }
        /// Starts the flow in the background; see `Runner::start`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn start(
            self,
        ) -> ::core::result::Result<__flow::Handle<all>, __flow::StartError> {
            __flow::Runner::new().start(self)
        }
    }
    impl all {
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
    ) -> ::core::result::Result<__all, __flow::MissingParam> {
        let flow = all(given.required::<Date>(0)?);
        ::core::result::Result::Ok(flow)
    }
    #[automatically_derived]
    impl ::core::clone::Clone for __all {
        fn clone(&self) -> Self {
            Self {
                day: <Date as ::core::clone::Clone>::clone(&self.day),
            }
        }
    }
    #[automatically_derived]
    impl __flow::Flow for all {
        type Output = u32;
        type Params = __all;
        const VALUE: Self = Self {};
        const SPEC: &'static __flow::FlowSpec = &__SPEC;
    }
    #[automatically_derived]
    impl __flow::Start for __all {
        type Flow = all;
        fn params(self) -> Self {
            self
        }
    }
    static __SPEC: __flow::FlowSpec = __flow::FlowSpec {
        name: "all",
        function: "all",
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
            |params| match params.downcast_ref::<__all>() {
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
            name: "a",
            task: <one as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 1, 28),
            edges: &[],
            arguments: &[__flow::Argument::positional(__flow::Source::Param(0))],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::a,
        },
        __flow::NodeSpec {
            name: "b",
            task: <one as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 1, 42),
            edges: &[],
            arguments: &[__flow::Argument::positional(__flow::Source::Param(0))],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::b,
        },
        __flow::NodeSpec {
            name: "c",
            task: <sum as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 1, 56),
            edges: &[__flow::Edge::data(0), __flow::Edge::data(1)],
            arguments: &[
                __flow::Argument::positional(
                    __flow::Source::List(
                        &[
                            __flow::Source::Node(0),
                            __flow::Source::Param(0),
                            __flow::Source::Node(1),
                        ],
                    ),
                ),
                __flow::Argument::positional(__flow::Source::Expression {
                    fingerprint: __flow::Fingerprint::from_words(
                        0x8f72a7f6c4a1095e3070f2896d0d6d40,
                        0x04d7578d64278357d2a379398f7b1742,
                    ),
                    nodes: &[0],
                    params: &[],
                    items: &[],
                }),
                __flow::Argument::positional(__flow::Source::Expression {
                    fingerprint: __flow::Fingerprint::from_words(
                        0xd53d18c23212ea7b6300594bb89bce60,
                        0x218f6eff2b9d628b8cc42d3e79bbd5ab,
                    ),
                    nodes: &[],
                    params: &[],
                    items: &[],
                }),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::c,
        },
    ];
    struct __Nodes;
    #[allow(non_snake_case)]
    impl __Nodes {
        fn a<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__all>();
            __attempt
                .call(
                    <one>::__new(<one>::__arg(__flow::Wire::of_parameter(&__params.day))),
                )
        }
        fn b<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__all>();
            __attempt
                .call(
                    <one>::__new(<one>::__arg(__flow::Wire::of_parameter(&__params.day))),
                )
        }
        fn c<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__all>();
            let a = __attempt.upstream((all::a)(&all {}), <sum as __flow::Task>::GUARDS);
            let __wire_a = __attempt
                .wire((all::a)(&all {}), <sum as __flow::Task>::GUARDS);
            let b = __attempt.wire((all::b)(&all {}), <sum as __flow::Task>::GUARDS);
            __flow::Call::future(async move {
                __attempt
                    .call(
                        <sum>::__new(
                            __flow::gather(
                                [
                                    <sum>::__arg(__wire_a),
                                    <sum>::__arg(__flow::Wire::of_parameter(&__params.day)),
                                    <sum>::__arg(b),
                                ],
                                &mut __flow::Gathered::new(),
                            ),
                            [a, 1],
                            [],
                        ),
                    )
                    .await
            })
        }
    }
    const __CLASHES: __flow::Clashes<3> = __flow::clashes::<3, 8>("all", __NODES);
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
    __flow::submit! {
        __flow::Registration { spec : & __SPEC, build : | given | match __build(given) {
        ::core::result::Result::Ok(flow) =>
        ::core::result::Result::Ok(::std::boxed::Box::new(flow)),
        ::core::result::Result::Err(missing) => ::core::result::Result::Err(missing), },
        }
    }
};
