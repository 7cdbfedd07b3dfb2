//! The bare form of a flow: an expression, whose type lives in its block.

use flow_runtime::Runner;

use crate::{Row, named::__nightly, tasks::join};

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
                resources: &[],
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
                        items: &[],
                        fingerprint: __flow::Fingerprint::from_words(
                            0x00000000000000000000000000000000,
                            0x000000000000000000000000000000ee,
                        ),
                        nodes: &[],
                        params: &[],
                    }),
                ],
                overrides: __flow::Overrides::NONE,
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
