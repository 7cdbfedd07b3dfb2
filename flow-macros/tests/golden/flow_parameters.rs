// fn n(a: u8, a: &str, run: u8 = 1) {
//     b = f(a);
//     a = f(run + 1);
// }

#[doc(hidden)]
#[allow(non_upper_case_globals)]
const __n_error: ::core::primitive::usize = ::core::compile_error! {
    "a parameter is stored with the run and must be owned; write `a: String`"
};
::core::compile_error! {
    "`a` is a parameter already, in line 1; choose another name"
}
::core::compile_error! {
    "`run` cannot name a parameter, it is a method of the flow beside the setters; choose another name"
}
::core::compile_error! {
    "`a` is a parameter of this flow; choose another name for the node"
}
#[allow(clippy::missing_const_for_fn)]
fn n(a: u8, __a_1: [(); __n_error]) -> __n {
    let run: u8 = 1;
    __n { a, __a_1, run }
}
#[allow(
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    clippy::empty_structs_with_brackets
)]
struct n {}
/// The parameters of [`n()`], ready to run.
#[allow(non_camel_case_types, unreachable_pub)]
#[must_use = "a flow does nothing until it is run"]
struct __n {
    a: u8,
    __a_1: [(); __n_error],
    run: u8,
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
    impl n {
        /// The key of `b`.
        pub const b: fn(&Self) -> <f as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            0,
        );
        /// The key of `a`.
        pub const a: fn(&Self) -> <f as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            1,
        );
    }
    impl __n {
        /// Runs the flow; see `Runner::run`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub fn run(self) -> ::core::result::Result<__flow::Run<n>, __flow::RunError<n>> {
            __flow::Runner::new().run(self)
        }
        /// Runs the flow on the caller's tokio runtime; see `Runner::run_async`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub async fn run_async(
            self,
        ) -> ::core::result::Result<__flow::Run<n>, __flow::RunError<n>> {
            __flow::Runner::new().run_async(self).await
        }
        /// Runs the flow and gives the run whatever its state; see `Runner::run_to_end`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn run_to_end(
            self,
        ) -> ::core::result::Result<__flow::Run<n>, __flow::StartError> {
            __flow::Runner::new().run_to_end(self)
        }
        /// Starts the flow in the background; see `Runner::start`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn start(
            self,
        ) -> ::core::result::Result<__flow::Handle<n>, __flow::StartError> {
            __flow::Runner::new().start(self)
        }
    }
    impl n {
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
        _: &mut __flow::Given,
    ) -> ::core::result::Result<__n, __flow::MissingParam> {
        ::core::result::Result::Err(__flow::MissingParam { place: 0 })
    }
    #[automatically_derived]
    impl ::core::clone::Clone for __n {
        fn clone(&self) -> Self {
            Self {
                a: <u8 as ::core::clone::Clone>::clone(&self.a),
                __a_1: <[(); __n_error] as ::core::clone::Clone>::clone(&self.__a_1),
                run: <u8 as ::core::clone::Clone>::clone(&self.run),
            }
        }
    }
    #[automatically_derived]
    impl __flow::Flow for n {
        type Output = ();
        type Params = __n;
        const VALUE: Self = Self {};
        const SPEC: &'static __flow::FlowSpec = &__SPEC;
    }
    #[automatically_derived]
    impl __flow::Start for __n {
        type Flow = n;
        fn params(self) -> Self {
            self
        }
    }
    static __SPEC: __flow::FlowSpec = __flow::FlowSpec {
        name: "n",
        function: "n",
        module: ::core::module_path!(),
        docs: "",
        location: __flow::Location::new(::core::file!(), 1, 4),
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
        fn b<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__n>();
            __attempt
                .call(<f>::__new(<f>::__arg(__flow::Wire::of_parameter(&__params.a))))
        }
        fn a<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__n>();
            let run: u8 = <u8 as ::core::clone::Clone>::clone(&__params.run);
            __flow::Call::future(async move {
                __attempt.call(<f>::__new(run + 1)).await
            })
        }
    }
};
