//! Three tasks: the function, its struct, and the implementation that the runtime calls.

use flow_runtime::Date;

use crate::{Outcome, Row};

// ---------------------------------------------------------------------------------------------------------------
// #[task(target = "reports/<day>/<task_name>.json", version = 2)]
// pub fn summarise(rows: &[Row], day: Date) -> String { … }
// ---------------------------------------------------------------------------------------------------------------

/// Counts.
pub fn summarise(rows: &[Row], day: Date) -> String {
    format!("{} rows on {day}", rows.len())
}

/// Counts.
#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
pub struct summarise<'rows> {
    pub rows: &'rows [Row],
    pub day: Date,
}

#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::NotResult as _;
    use ::flow_runtime::__private as __flow;

    impl<'rows> summarise<'rows> {
        #[doc(hidden)]
        pub fn __new(rows: &'rows [Row], day: Date) -> Self {
            Self { rows, day }
        }

        // The bound is spanned at the parameter list: rustc shows it beside the argument that does not fit.
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
    impl<'rows> __flow::Task for summarise<'rows> {
        type Output = <String as __flow::Return<{ __flow::Probe::<String>::IS_RESULT }>>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "summarise",
            function: "summarise",
            path: ::core::any::type_name::<Self>,
            location: __flow::Location::new(::core::file!(), 29, 8),
            docs: "Counts.",
            version: "2",
            checkpoint: true,
            target: ::core::option::Option::Some(__flow::Template {
                source: "reports/<day>/<task_name>.json",
                pieces: &[
                    __flow::Piece::Text("reports/"),
                    __flow::Piece::Argument("day"),
                    __flow::Piece::Text("/"),
                    __flow::Piece::TaskName,
                    __flow::Piece::Text(".json"),
                ],
            }),
            body: __flow::Fingerprint::from_words(
                0x00000000000000000000000000000000,
                0x000000000000000000000000000000aa,
            ),
            asynchronous: false,
            on_change: __flow::OnChange::Reuse,
            rules: __flow::Rules::DEFAULT,
            parameters: &[
                __flow::ParameterSpec::new("rows"),
                __flow::ParameterSpec::shown::<Date>("day"),
            ],
            output: __flow::OutputSpec::json::<<Self as __flow::Task>::Output>(),
        };

        fn call<'run>(
            self,
            _: &'run __flow::Context,
        ) -> __flow::TaskCall<'run, <Self as __flow::Task>::Output>
        where
            Self: 'run,
        {
            __flow::TaskCall::Done(__flow::Probe(summarise(self.rows, self.day)).into_result())
        }

        fn shown(&self, name: &str) -> ::core::option::Option<&dyn ::core::fmt::Display> {
            match name {
                "day" => ::core::option::Option::Some(&self.day),
                _ => ::core::option::Option::None,
            }
        }
    }
};

// ---------------------------------------------------------------------------------------------------------------
// #[task]
// pub(crate) async fn fetch(url: &str, limit: u32, context: &Context) -> Outcome<Vec<Row>> { … }
// (no target: `Codec::message_pack`; an alias of `Result`; `&Context` is not an argument; as private as what stands in the root)
// ---------------------------------------------------------------------------------------------------------------

pub(crate) async fn fetch(url: &str, limit: u32, context: &flow_runtime::Context) -> Outcome<Vec<Row>> {
    let limit = limit.to_string().parse::<u8>()?;
    Ok((0..limit)
        .map(|i| Row {
            name: format!("{}:{url}{i}", context.node()),
        })
        .collect())
}

#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
pub(crate) struct fetch<'url> {
    pub url: &'url str,
    pub limit: u32,
}

#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::NotResult as _;
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
        type Output =
            <Outcome<Vec<Row>> as __flow::Return<{ __flow::Probe::<Outcome<Vec<Row>>>::IS_RESULT }>>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "fetch",
            function: "fetch",
            path: ::core::any::type_name::<Self>,
            location: __flow::Location::new(::core::file!(), 120, 10),
            docs: "",
            version: "",
            checkpoint: true,
            target: ::core::option::Option::None,
            body: __flow::Fingerprint::from_words(
                0x00000000000000000000000000000000,
                0x000000000000000000000000000000bb,
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
            context: &'run __flow::Context,
        ) -> __flow::TaskCall<'run, <Self as __flow::Task>::Output>
        where
            Self: 'run,
        {
            __flow::TaskCall::future(async move {
                // The reborrow is spanned at the parameter's type: rustc underlines all of a `Context` that is not ours.
                __flow::Probe(fetch(self.url, self.limit, &*context).await).into_result()
            })
        }
    }
};

// ---------------------------------------------------------------------------------------------------------------
// #[task(checkpoint = false)]
// pub(crate) fn join<'a, 'b>(left: &'a str, right: &'b [Row]) -> usize { … }
// ---------------------------------------------------------------------------------------------------------------

pub(crate) fn join<'a, 'b>(left: &'a str, right: &'b [Row]) -> usize {
    left.len() + right.len()
}

#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
pub(crate) struct join<'a, 'b> {
    pub left: &'a str,
    pub right: &'b [Row],
}

#[doc(hidden)]
#[allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use __flow::NotResult as _;
    use ::flow_runtime::__private as __flow;

    impl<'a, 'b> join<'a, 'b> {
        #[doc(hidden)]
        pub fn __new(left: &'a str, right: &'b [Row]) -> Self {
            Self { left, right }
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
    impl<'a, 'b> __flow::Task for join<'a, 'b> {
        type Output = <usize as __flow::Return<{ __flow::Probe::<usize>::IS_RESULT }>>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "join",
            function: "join",
            path: ::core::any::type_name::<Self>,
            location: __flow::Location::new(::core::file!(), 200, 4),
            docs: "",
            version: "",
            checkpoint: false,
            target: ::core::option::Option::None,
            body: __flow::Fingerprint::from_words(
                0x00000000000000000000000000000000,
                0x000000000000000000000000000000cc,
            ),
            asynchronous: false,
            on_change: __flow::OnChange::Reuse,
            rules: __flow::Rules::DEFAULT,
            parameters: &[
                __flow::ParameterSpec::new("left"),
                __flow::ParameterSpec::new("right"),
            ],
            output: __flow::OutputSpec::memory::<<Self as __flow::Task>::Output>(),
        };

        fn call<'run>(
            self,
            _: &'run __flow::Context,
        ) -> __flow::TaskCall<'run, <Self as __flow::Task>::Output>
        where
            Self: 'run,
        {
            __flow::TaskCall::Done(__flow::Probe(join(self.left, self.right)).into_result())
        }
    }
};
