fn tell(of: &str) -> String {
    of.to_owned()
}
#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
struct tell<'of> {
    pub of: &'of str,
}
#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::{Intolerant as _, NotResult as _};
    use ::flow_runtime::__private as __flow;
    const __HIDDEN: ::core::primitive::usize = ::core::compile_error! {
        "unknown trigger `all_finishd`; did you mean `all_finished`? The triggers are `all_successful`, `all_failed`, `any_successful`, `any_failed`, `all_finished`, `not_all_skipped`, and a `fn(&[UpstreamState]) -> bool` of yours by its path, as `self::all_finishd`"
    };
    impl<'of> tell<'of> {
        #[doc(hidden)]
        pub fn __new(of: &'of str) -> Self {
            Self { of }
        }
        #[doc(hidden)]
        pub fn __arg<'run, __Value, __Kind, __Parameter, __Form>(
            value: __flow::Wire<'run, __Value, __Kind>,
        ) -> __Parameter
        where
            __Kind: __flow::BearsSkip<__Value, __Parameter, __Form>
                + __flow::BearsFailure<__Value, __Parameter, __Form>,
            __Value: __flow::Feed<'run, __Parameter, __Form>,
        {
            __flow::Feed::feed(value.fitting())
        }
    }
    #[automatically_derived]
    impl<'of> __flow::Task for tell<'of> {
        type Output = <String as __flow::Return<
            { __flow::Probe::<String>::IS_RESULT },
        >>::Value;
        type Trigger = [(); __HIDDEN];
        type Skip = [(); __HIDDEN];
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "tell",
            function: "tell",
            path: ::core::any::type_name::<Self>,
            location: __flow::Location::new(::core::file!(), 1, 4),
            docs: "",
            version: "",
            checkpoint: true,
            target: ::core::option::Option::None,
            body: __flow::Fingerprint::from_words(
                0xcdaaa0821dff8a39c80d2975506b14a9,
                0x7eb00efd625dc28e80a84b42609e3863,
            ),
            asynchronous: false,
            on_change: __flow::OnChange::Reuse,
            rules: __flow::Rules::DEFAULT,
            parameters: &[__flow::ParameterSpec::new("of")],
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
    "expected a whole number, found `many`; write `retries = 3`"
}
