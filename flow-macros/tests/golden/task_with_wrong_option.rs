fn load(day: &Date) -> Result<Row, Error> {
    Row::load(day)
}
#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
struct load<'day> {
    pub day: &'day Date,
}
#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::{Intolerant as _, NotResult as _};
    use ::flow_runtime::__private as __flow;
    impl<'day> load<'day> {
        #[doc(hidden)]
        pub fn __new(day: &'day Date) -> Self {
            Self { day }
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
    impl<'day> __flow::Task for load<'day> {
        type Output = <Result<
            Row,
            Error,
        > as __flow::Return<{ __flow::Probe::<Result<Row, Error>>::IS_RESULT }>>::Value;
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
                0x22c60da63044be470c84afd57c952fbe,
                0xfe4d4fc8d13f7bfec35ba0a64bd1147e,
            ),
            asynchronous: false,
            on_change: __flow::OnChange::Reuse,
            rules: __flow::Rules::DEFAULT,
            parameters: &[__flow::ParameterSpec::new("day")],
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
    "unknown variable `dat`; did you mean `date`?\n  a/<dat>.json\n     ^^^"
}
