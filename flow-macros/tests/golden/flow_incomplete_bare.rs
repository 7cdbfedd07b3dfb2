// a = load();
// b = parse(rows: a, day: );
// c =

fn expression() {
    let f = {
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        const ____Flow_error: ::core::primitive::usize = ::core::compile_error! {
            "expected an expression after `day:`"
        };
        ::core::compile_error! {
            "expected a task call after `=`; write `c = task(..);`"
        }
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
            use parse as __task_b;
            impl __Flow {
                /// The key of `a`.
                fn a(&self) -> <load as __flow::Keyed>::Key {
                    __flow::Key::new(&__SPEC, 0)
                }
                /// The key of `b`.
                fn b(&self) -> <__task_b as __flow::Keyed>::Key {
                    __flow::Key::new(&__SPEC, 1)
                }
                /// The key of `c`.
                fn c(&self) -> __flow::Key<[(); ____Flow_error]> {
                    __flow::Key::new(&__SPEC, 2)
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
            const __NODES: &[__flow::NodeSpec] = &[];
            struct __Nodes;
            #[allow(non_snake_case)]
            impl __Nodes {
                fn a<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
                    __attempt.call(<load>::__new())
                }
            }
        };
        __Flow
    };
}
