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
    use __flow::{Intolerant as _, NotResult as _};
    use ::flow_runtime::__private as __flow;
    impl<'rows> summarise<'rows> {
        #[doc(hidden)]
        pub fn __new(rows: &'rows [Row], day: Date) -> Self {
            Self { rows, day }
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
    impl<'rows> __flow::Task for summarise<'rows> {
        type Output = <String as __flow::Return<
            { __flow::Probe::<String>::IS_RESULT },
        >>::Value;
        type Trigger = __flow::AllSuccessful;
        type Skip = __flow::SkipOnUpstreamSkip;
        const SPEC: &'static __flow::TaskSpec = &__flow::TaskSpec {
            name: "summarise",
            function: "summarise",
            path: ::core::any::type_name::<Self>,
            location: __flow::Location::new(::core::file!(), 2, 8),
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
                0x4de2d5084ad6144379b21a321a8e2136,
                0x7f9d392ffd5148872b6fbc03107ac6e0,
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
            __flow::TaskCall::Done(
                __flow::Probe(summarise(self.rows, self.day)).into_result(),
            )
        }
        fn shown(
            &self,
            name: &str,
        ) -> ::core::option::Option<&dyn ::core::fmt::Display> {
            match name {
                "day" => {
                    Self::SPEC.parameters.get(1)?.show.and_then(|show| show(&self.day))
                }
                _ => ::core::option::Option::None,
            }
        }
    }
};
