// #![flow(crate = my::runtime)]
// rows = load();
// n = count(rows.len());
// n

fn expression() {
    let f = {
        struct __Flow<__Output>(::core::marker::PhantomData<fn() -> __Output>);
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
            use my::runtime::__private as __flow;
            impl<__Output: __flow::Shared> __Flow<__Output> {
                /// The tail alone knows the flow's output type: inference takes it from the key.
                fn __with_tail(_: fn(&Self) -> __flow::Key<__Output>) -> Self {
                    <Self as __flow::Flow>::VALUE
                }
                /// The key of `rows`.
                fn rows(&self) -> <load as __flow::Keyed>::Key {
                    __flow::Key::new(&__SPEC, 0)
                }
                /// The key of `n`.
                fn n(&self) -> <count as __flow::Keyed>::Key {
                    __flow::Key::new(&__SPEC, 1)
                }
            }
            impl<__Output: __flow::Shared> __Flow<__Output> {
                /// Runs the flow; see `Runner::run`.
                ///
                /// # Errors
                ///
                /// Unless the run is a success; the error owns the run.
                fn run(
                    self,
                ) -> ::core::result::Result<__flow::Run<Self>, __flow::RunError<Self>> {
                    __flow::Runner::new().run(self)
                }
                /// Runs the flow on the caller's tokio runtime; see `Runner::run_async`.
                ///
                /// # Errors
                ///
                /// Unless the run is a success; the error owns the run.
                async fn run_async(
                    self,
                ) -> ::core::result::Result<__flow::Run<Self>, __flow::RunError<Self>> {
                    __flow::Runner::new().run_async(self).await
                }
                /// Runs the flow and gives the run whatever its state; see `Runner::run_to_end`.
                ///
                /// # Errors
                ///
                /// If the run cannot start.
                fn run_to_end(
                    self,
                ) -> ::core::result::Result<__flow::Run<Self>, __flow::StartError> {
                    __flow::Runner::new().run_to_end(self)
                }
                /// Starts the flow in the background; see `Runner::start`.
                ///
                /// # Errors
                ///
                /// If the run cannot start.
                fn start(
                    self,
                ) -> ::core::result::Result<__flow::Handle<Self>, __flow::StartError> {
                    __flow::Runner::new().start(self)
                }
                /// The flow, going on from a run state; see `Runner::slice` and `Runner::resume`.
                ///
                /// # Errors
                ///
                /// If the state is none of this flow.
                fn restore(
                    self,
                    state: __flow::RunState,
                ) -> ::core::result::Result<__flow::Restored<Self>, __flow::StateError> {
                    __flow::Restored::new(
                        state,
                        &__SPEC,
                        |_| ::core::result::Result::Ok(self),
                    )
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
                params: __PARAMS,
                resources: &[],
                nodes: __NODES,
                tail: ::core::option::Option::Some(1),
            };
            const __PARAMS: &[__flow::ParamSpec] = &[];
            const __NODES: &[__flow::NodeSpec] = &[
                __flow::NodeSpec {
                    name: "rows",
                    task: <load as __flow::Task>::SPEC,
                    location: __flow::Location::new(::core::file!(), 2, 1),
                    edges: &[],
                    arguments: &[],
                    overrides: __flow::Overrides::NONE,
                    run: __Nodes::rows,
                },
                __flow::NodeSpec {
                    name: "n",
                    task: <count as __flow::Task>::SPEC,
                    location: __flow::Location::new(::core::file!(), 3, 1),
                    edges: &[__flow::Edge::data(0)],
                    arguments: &[
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
                    overrides: __flow::Overrides::NONE,
                    run: __Nodes::n,
                },
            ];
            struct __Nodes;
            #[allow(non_snake_case)]
            impl __Nodes {
                fn rows<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
                    __attempt.call(<load>::__new())
                }
                fn n<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
                    let rows = __attempt
                        .needed(
                            <__Flow<()> as __flow::Flow>::VALUE.rows(),
                            <count as __flow::Task>::GUARDS,
                        );
                    __flow::Call::future(async move {
                        __attempt.call(<count>::__new(rows.len())).await
                    })
                }
            }
            const __CLASHES: __flow::Clashes<2> = __flow::clashes::<
                2,
                4,
            >("flow", __NODES);
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
        };
        __Flow::__with_tail(|flow| flow.n())
    };
}
