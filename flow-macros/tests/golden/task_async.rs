async fn fetch(url: &str, limit: u32, context: &Context) -> Outcome<Vec<Row>> {
    context.get(url, limit).await
}
#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
struct fetch<'url> {
    pub url: &'url str,
    pub limit: u32,
}
#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::{Intolerant as _, NotResult as _};
    use ::flow_runtime::__private as __flow;
    impl<'url> fetch<'url> {
        #[doc(hidden)]
        pub fn __new(url: &'url str, limit: u32) -> Self {
            Self { url, limit }
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
    impl<'url> __flow::Task for fetch<'url> {
        type Output = <Outcome<
            Vec<Row>,
        > as __flow::Return<{ __flow::Probe::<Outcome<Vec<Row>>>::IS_RESULT }>>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "fetch",
            function: "fetch",
            path: ::core::any::type_name::<Self>,
            location: __flow::Location::new(::core::file!(), 1, 10),
            docs: "",
            version: "",
            checkpoint: true,
            target: ::core::option::Option::None,
            body: __flow::Fingerprint::from_words(
                0xdb2165fc723faefb80e65493ddedd030,
                0x7d050564505b7cf5f25ba4a5417558e7,
            ),
            asynchronous: true,
            on_change: __flow::OnChange::Reuse,
            rules: __flow::Rules::DEFAULT,
            parameters: &[
                __flow::ParameterSpec::new("url"),
                __flow::ParameterSpec::new("limit"),
            ],
            output: __flow::OutputSpec::message_pack::<<Self as __flow::Task>::Output>(),
        };
        fn call<'run>(
            self,
            __context: &'run __flow::Context,
        ) -> __flow::TaskCall<'run, <Self as __flow::Task>::Output>
        where
            Self: 'run,
        {
            __flow::TaskCall::future(async move {
                __flow::Probe(fetch(self.url, self.limit, &*__context).await)
                    .into_result()
            })
        }
    }
};
