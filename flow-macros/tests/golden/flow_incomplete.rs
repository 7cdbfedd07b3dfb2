// fn nightly(day: Date, limit: u32 = 3) -> Summary {
//     a = ;
//     b = parse(b: );
//     c = parse(a);
//     d = parse(c)
//     d
// }

#[doc(hidden)]
#[allow(non_upper_case_globals)]
const __nightly_error: ::core::primitive::usize = ::core::compile_error! {
    "expected a task call after `=`; write `a = task(..);`"
};
::core::compile_error! {
    "expected an expression after `b:`"
}
::core::compile_error! {
    "expected `;` at the end of the statement `d = ..`"
}
#[allow(clippy::missing_const_for_fn)]
fn nightly(day: Date) -> __nightly {
    let limit: u32 = 3;
    __nightly { day, limit }
}
#[allow(
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    clippy::empty_structs_with_brackets
)]
struct nightly {}
/// The parameters of [`nightly()`], ready to run.
#[allow(non_camel_case_types, unreachable_pub)]
#[must_use = "a flow does nothing until it is run"]
struct __nightly {
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
    impl nightly {
        /// The key of `a`.
        pub const a: fn(&Self) -> __flow::Key<[(); __nightly_error]> = |_| __flow::Key::new(
            &__SPEC,
            0,
        );
        /// The key of `b`.
        pub const b: fn(&Self) -> <parse as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            1,
        );
        /// The key of `c`.
        pub const c: fn(&Self) -> <parse as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            2,
        );
        /// The key of `d`.
        pub const d: fn(&Self) -> <parse as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            3,
        );
    }
    fn __tail(flow: &nightly) -> Summary {
        (nightly::d)(flow).__output()
    }
    impl __nightly {
        /// Sets the parameter `limit`; `3` without it.
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
        _: &mut __flow::Given,
    ) -> ::core::result::Result<__nightly, __flow::MissingParam> {
        ::core::result::Result::Err(__flow::MissingParam { place: 0 })
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
        name: "nightly",
        function: "nightly",
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
        fn c<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let a = __attempt
                .wire((nightly::a)(&nightly {}), <parse as __flow::Task>::GUARDS);
            __attempt.call(<parse>::__new(<parse>::__arg(a)))
        }
        fn d<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let c = __attempt
                .wire((nightly::c)(&nightly {}), <parse as __flow::Task>::GUARDS);
            __attempt.call(<parse>::__new(<parse>::__arg(c)))
        }
    }
};
