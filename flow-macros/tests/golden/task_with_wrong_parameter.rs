fn load((a, b): (u8, u8), rows: &mut Vec<Row>, more: impl Copy) -> usize {
    rows.len()
}
#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
struct load<'rows> {
    pub arg_0: (u8, u8),
    pub rows: &'rows Vec<Row>,
    pub more: (),
}
#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::{Intolerant as _, NotResult as _};
    use ::flow_runtime::__private as __flow;
    impl<'rows> load<'rows> {
        #[doc(hidden)]
        pub fn __new(
            arg_0: (u8, u8),
            rows: &'rows Vec<Row>,
            _: impl ::core::marker::Sized,
        ) -> Self {
            Self { arg_0, rows, more: () }
        }
        #[doc(hidden)]
        pub fn __arg<__Value, __Kind>(_: __flow::Wire<'_, __Value, __Kind>) -> ! {
            ::core::unreachable!("this task did not compile")
        }
    }
    #[automatically_derived]
    impl<'rows> __flow::Task for load<'rows> {
        type Output = <usize as __flow::Return<
            { __flow::Probe::<usize>::IS_RESULT },
        >>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "load",
            function: "load",
            path: ::core::any::type_name::<Self>,
            location: __flow::Location::new(::core::file!(), 1, 4),
            docs: "",
            version: "",
            checkpoint: true,
            target: ::core::option::Option::None,
            body: __flow::Fingerprint::from_words(
                0x2711607faa0a4bea1a5a5a579e046616,
                0x7ab9aafcca8173ee749d9cd8708afe52,
            ),
            asynchronous: false,
            on_change: __flow::OnChange::Reuse,
            rules: __flow::Rules::DEFAULT,
            parameters: &[
                __flow::ParameterSpec::new("arg_0"),
                __flow::ParameterSpec::new("rows"),
                __flow::ParameterSpec::new("more"),
            ],
            output: __flow::OutputSpec::unknown::<<Self as __flow::Task>::Output>(),
        };
        fn call<'run>(
            self,
            _: &'run __flow::Context,
        ) -> __flow::TaskCall<'run, <Self as __flow::Task>::Output>
        where
            Self: 'run,
        {
            ::core::unreachable!("this task did not compile")
        }
    }
};
::core::compile_error! {
    "a task's parameter is a field of its struct, so it is one name; write `name: T` and take it apart in the body"
}
::core::compile_error! {
    "a task cannot change its arguments, which other nodes may read; take `&T` or `T` and return the result"
}
::core::compile_error! {
    "a task's parameter is a field of its struct, which `impl Trait` cannot be; write a concrete type"
}
