fn fetch(http: &Client, url: &str) -> Page {
    http.get(url)
}
#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
struct fetch<'http, 'url> {
    pub http: ::flow_runtime::__private::FlowResource<'http, Client>,
    pub url: &'url str,
}
#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::{Intolerant as _, NotResult as _};
    use ::flow_runtime::__private as __flow;
    impl<'http, 'url> fetch<'http, 'url> {
        #[doc(hidden)]
        pub fn __new(
            http: ::flow_runtime::__private::FlowResource<'http, Client>,
            url: &'url str,
        ) -> Self {
            Self { http, url }
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
    impl<'http, 'url> __flow::Task for fetch<'http, 'url> {
        type Output = <Page as __flow::Return<
            { __flow::Probe::<Page>::IS_RESULT },
        >>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "fetch",
            function: "fetch",
            path: ::core::any::type_name::<Self>,
            location: __flow::Location::new(::core::file!(), 1, 4),
            docs: "",
            version: "",
            checkpoint: true,
            target: ::core::option::Option::None,
            body: __flow::Fingerprint::from_words(
                0x7e9b3adbbc543d90c82829659726c671,
                0x76c74c4b6e6012cf99de625fd0b1fa07,
            ),
            asynchronous: false,
            on_change: __flow::OnChange::Reuse,
            rules: __flow::Rules::DEFAULT,
            parameters: &[
                __flow::ParameterSpec::new("http").resource(),
                __flow::ParameterSpec::new("url"),
            ],
            output: __flow::OutputSpec::message_pack::<<Self as __flow::Task>::Output>(),
        };
        fn call<'run>(
            self,
            _: &'run __flow::Context,
        ) -> __flow::TaskCall<'run, <Self as __flow::Task>::Output>
        where
            Self: 'run,
        {
            __flow::TaskCall::Done(
                __flow::Probe(fetch(__flow::FlowResource::get(self.http), self.url))
                    .into_result(),
            )
        }
    }
};
