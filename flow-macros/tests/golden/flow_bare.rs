// t1 = task1();
// t3 = task3(upstream: [t1]);

fn expression() {
    let f = {
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        struct __Flow;
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
            impl __Flow {
                /// The key of `t1`.
                fn t1(&self) -> <task1 as __flow::Keyed>::Key {
                    __flow::Key::new(&__SPEC, 0)
                }
                /// The key of `t3`.
                fn t3(&self) -> <task3 as __flow::Keyed>::Key {
                    __flow::Key::new(&__SPEC, 1)
                }
            }
            impl __Flow {
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
            impl __flow::Flow for __Flow {
                type Output = ();
                type Params = Self;
                const VALUE: Self = Self;
                const SPEC: &'static __flow::FlowSpec = &__SPEC;
            }
            #[automatically_derived]
            impl __flow::Start for __Flow {
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
                tail: ::core::option::Option::None,
            };
            const __PARAMS: &[__flow::ParamSpec] = &[];
            const __NODES: &[__flow::NodeSpec] = &[
                __flow::NodeSpec {
                    name: "t1",
                    task: <task1 as __flow::Task>::SPEC,
                    location: __flow::Location::new(::core::file!(), 1, 1),
                    edges: &[],
                    arguments: &[],
                    overrides: __flow::Overrides::NONE,
                    run: __Nodes::t1,
                },
                __flow::NodeSpec {
                    name: "t3",
                    task: <task3 as __flow::Task>::SPEC,
                    location: __flow::Location::new(::core::file!(), 2, 1),
                    edges: &[__flow::Edge::order(0)],
                    arguments: &[],
                    overrides: __flow::Overrides::NONE,
                    run: __Nodes::t3,
                },
            ];
            struct __Nodes;
            #[allow(non_snake_case)]
            impl __Nodes {
                fn t1<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
                    __attempt.call(<task1>::__new())
                }
                fn t3<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
                    __attempt.call(<task3>::__new())
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
        __Flow
    };
}
