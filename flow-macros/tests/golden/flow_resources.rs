// fn crawl(#[resource(Client::connect)] http: Client, url: String, #[resource] pool: Pool<Db>, limit: u32 = 3) -> Page {
//     page = fetch(http, url);
//     rows = query(from: &pool.inner, limit: limit);
//     both = merge(&format!("{page}{}", http.name()), rows);
//     both
// }

#[allow(clippy::missing_const_for_fn)]
fn crawl(http: Client, url: String, pool: Pool<Db>) -> __crawl {
    let limit: u32 = 3;
    __crawl {
        http: <Client as ::flow_runtime::__private::ResourceValue>::hold(http),
        url,
        pool: <Pool<Db> as ::flow_runtime::__private::ResourceValue>::hold(pool),
        limit,
    }
}
#[allow(
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    clippy::empty_structs_with_brackets
)]
struct crawl {}
/// The parameters of [`crawl()`], ready to run.
#[allow(non_camel_case_types, unreachable_pub)]
#[must_use = "a flow does nothing until it is run"]
struct __crawl {
    http: ::flow_runtime::__private::Handover<Client>,
    url: String,
    pool: ::flow_runtime::__private::Handover<Pool<Db>>,
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
    use query as __task_rows;
    impl crawl {
        /// The key of `page`.
        pub const page: fn(&Self) -> <fetch as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            0,
        );
        /// The key of `rows`.
        pub const rows: fn(&Self) -> <__task_rows as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            1,
        );
        /// The key of `both`.
        pub const both: fn(&Self) -> <merge as __flow::Keyed>::Key = |_| __flow::Key::new(
            &__SPEC,
            2,
        );
    }
    fn __tail(flow: &crawl) -> Page {
        (crawl::both)(flow).__output()
    }
    impl __crawl {
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
        ) -> ::core::result::Result<__flow::Run<crawl>, __flow::RunError<crawl>> {
            __flow::Runner::new().run(self)
        }
        /// Runs the flow on the caller's tokio runtime; see `Runner::run_async`.
        ///
        /// # Errors
        ///
        /// Unless the run is a success; the error owns the run.
        pub async fn run_async(
            self,
        ) -> ::core::result::Result<__flow::Run<crawl>, __flow::RunError<crawl>> {
            __flow::Runner::new().run_async(self).await
        }
        /// Runs the flow and gives the run whatever its state; see `Runner::run_to_end`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn run_to_end(
            self,
        ) -> ::core::result::Result<__flow::Run<crawl>, __flow::StartError> {
            __flow::Runner::new().run_to_end(self)
        }
        /// Starts the flow in the background; see `Runner::start`.
        ///
        /// # Errors
        ///
        /// If the run cannot start.
        pub fn start(
            self,
        ) -> ::core::result::Result<__flow::Handle<crawl>, __flow::StartError> {
            __flow::Runner::new().start(self)
        }
    }
    impl crawl {
        /// The flow, going on from a run state; see `Runner::slice` and `Runner::resume`.
        ///
        /// A state holds no resources: they are given anew.
        ///
        /// # Errors
        ///
        /// If the state is none of this flow.
        pub fn restore(
            state: __flow::RunState,
            http: Client,
            pool: Pool<Db>,
        ) -> ::core::result::Result<__flow::Restored<Self>, __flow::StateError> {
            __flow::Restored::new(state, &__SPEC, |given| __build(http, pool, given))
        }
    }
    fn __build(
        __resource_0: Client,
        __resource_1: Pool<Db>,
        given: &mut __flow::Given,
    ) -> ::core::result::Result<__crawl, __flow::MissingParam> {
        let mut flow = crawl(__resource_0, given.required::<String>(0)?, __resource_1);
        if let ::core::option::Option::Some(value) = given.take::<u32>(1) {
            flow = flow.limit(value);
        }
        ::core::result::Result::Ok(flow)
    }
    #[automatically_derived]
    impl ::core::clone::Clone for __crawl {
        fn clone(&self) -> Self {
            Self {
                http: ::core::clone::Clone::clone(&self.http),
                url: <String as ::core::clone::Clone>::clone(&self.url),
                pool: ::core::clone::Clone::clone(&self.pool),
                limit: <u32 as ::core::clone::Clone>::clone(&self.limit),
            }
        }
    }
    #[automatically_derived]
    impl __flow::Flow for crawl {
        type Output = Page;
        type Params = __crawl;
        const VALUE: Self = Self {};
        const SPEC: &'static __flow::FlowSpec = &__SPEC;
    }
    #[automatically_derived]
    impl __flow::Start for __crawl {
        type Flow = crawl;
        fn params(self) -> Self {
            self
        }
    }
    const __RESOURCES: &[__flow::ResourceSpec] = &[
        __flow::ResourceSpec {
            name: "http",
            type_text: "Client",
            location: __flow::Location::new(::core::file!(), 1, 39),
            constructor: ::core::option::Option::Some(__flow::Constructor {
                path: "Client::connect",
                build: || __flow::construct::<
                    Client,
                    _,
                    _,
                >(
                    Client::connect,
                    <Client as ::flow_runtime::__private::ResourceValue>::erase,
                ),
            }),
            take: |params| match params.downcast_mut::<__crawl>() {
                ::core::option::Option::Some(params) => params.http.take(),
                ::core::option::Option::None => ::core::option::Option::None,
            },
        },
        __flow::ResourceSpec {
            name: "pool",
            type_text: "Pool<Db>",
            location: __flow::Location::new(::core::file!(), 1, 78),
            constructor: ::core::option::Option::None,
            take: |params| match params.downcast_mut::<__crawl>() {
                ::core::option::Option::Some(params) => params.pool.take(),
                ::core::option::Option::None => ::core::option::Option::None,
            },
        },
    ];
    static __SPEC: __flow::FlowSpec = __flow::FlowSpec {
        name: "crawl",
        function: "crawl",
        module: ::core::module_path!(),
        docs: "",
        location: __flow::Location::new(::core::file!(), 1, 4),
        zone: "UTC",
        params: __PARAMS,
        resources: __RESOURCES,
        nodes: __NODES,
        tail: ::core::option::Option::Some(2),
    };
    const __PARAMS: &[__flow::ParamSpec] = &[
        __flow::ParamSpec::new::<
            String,
        >(
            "url",
            "String",
            |params| match params.downcast_ref::<__crawl>() {
                ::core::option::Option::Some(params) => {
                    ::core::option::Option::Some(&params.url)
                }
                ::core::option::Option::None => ::core::option::Option::None,
            },
            |text| (&&&__flow::FromText::<String>::new()).parse(text),
        ),
        __flow::ParamSpec::new::<
            u32,
        >(
                "limit",
                "u32",
                |params| match params.downcast_ref::<__crawl>() {
                    ::core::option::Option::Some(params) => {
                        ::core::option::Option::Some(&params.limit)
                    }
                    ::core::option::Option::None => ::core::option::Option::None,
                },
                |text| (&&&__flow::FromText::<u32>::new()).parse(text),
            )
            .default("3"),
    ];
    const __NODES: &[__flow::NodeSpec] = &[
        __flow::NodeSpec {
            name: "page",
            task: <fetch as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 2, 5),
            edges: &[],
            arguments: &[
                __flow::Argument::positional(__flow::Source::Resource(0)),
                __flow::Argument::positional(__flow::Source::Param(0)),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::page,
        },
        __flow::NodeSpec {
            name: "rows",
            task: <__task_rows as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 3, 5),
            edges: &[],
            arguments: &[
                __flow::Argument::named(
                    "from",
                    __flow::Source::Expression {
                        fingerprint: __flow::Fingerprint::from_words(
                            0xe52728de5a96d2b4ac7ba5db88ff63bf,
                            0x8b41b4c81849f1346f708dd9a1976b8b,
                        ),
                        nodes: &[],
                        params: &[],
                        items: &[],
                    },
                ),
                __flow::Argument::named("limit", __flow::Source::Param(1)),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::rows,
        },
        __flow::NodeSpec {
            name: "both",
            task: <merge as __flow::Task>::SPEC,
            location: __flow::Location::new(::core::file!(), 4, 5),
            edges: &[__flow::Edge::data(0), __flow::Edge::data(1)],
            arguments: &[
                __flow::Argument::positional(__flow::Source::Expression {
                    fingerprint: __flow::Fingerprint::from_words(
                        0x2f4cfe402e9ac5a99ba292024858fcf3,
                        0xadbedc349070994d317b63fa13e4bedb,
                    ),
                    nodes: &[0],
                    params: &[],
                    items: &[],
                }),
                __flow::Argument::positional(__flow::Source::Node(1)),
            ],
            overrides: __flow::Overrides::NONE,
            run: __Nodes::both,
        },
    ];
    struct __Nodes;
    #[allow(non_snake_case)]
    impl __Nodes {
        fn page<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__crawl>();
            __attempt
                .call(
                    <fetch>::__new(
                        <fetch>::__arg(
                            __flow::Wire::of_parameter(__attempt.resource::<Client>(0)),
                        ),
                        <fetch>::__arg(__flow::Wire::of_parameter(&__params.url)),
                    ),
                )
        }
        fn rows<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let __params = __attempt.params::<__crawl>();
            let pool: &Pool<Db> = __attempt.resource::<Pool<Db>>(1).get();
            __flow::Call::future(async move {
                __attempt
                    .call(__task_rows {
                        from: __flow::of_resources(&pool.inner),
                        limit: <__task_rows>::__arg(
                            __flow::Wire::of_parameter(&__params.limit),
                        ),
                    })
                    .await
            })
        }
        fn both<'run>(__attempt: &'run __flow::Attempt) -> __flow::Call<'run> {
            let http: &Client = __attempt.resource::<Client>(0).get();
            let page = __attempt
                .upstream((crawl::page)(&crawl {}), <merge as __flow::Task>::GUARDS);
            let rows = __attempt
                .wire((crawl::rows)(&crawl {}), <merge as __flow::Task>::GUARDS);
            __flow::Call::future(async move {
                __attempt
                    .call(
                        <merge>::__new(
                            &format!("{page}{}", http.name()),
                            <merge>::__arg(rows),
                        ),
                    )
                    .await
            })
        }
    }
    const __CLASHES: __flow::Clashes<3> = __flow::clashes::<3, 8>("crawl", __NODES);
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(
        __NODES,
        &__CLASHES,
        0,
    ) {
        ::core::panic!("{}", clash.message());
    };
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(
        __NODES,
        &__CLASHES,
        1,
    ) {
        ::core::panic!("{}", clash.message());
    };
    const _: () = if let ::core::option::Option::Some(clash) = __flow::path_clash(
        __NODES,
        &__CLASHES,
        2,
    ) {
        ::core::panic!("{}", clash.message());
    };
    __flow::submit! {
        __flow::Registration { spec : & __SPEC, build : | given | match __build(match
        given.resource:: < Client > (0) { ::core::result::Result::Ok(resource) =>
        resource, ::core::result::Result::Err(missing) => return
        ::core::result::Result::Err(missing), }, match given.resource:: < Pool < Db > >
        (1) { ::core::result::Result::Ok(resource) => resource,
        ::core::result::Result::Err(missing) => return
        ::core::result::Result::Err(missing), }, given) {
        ::core::result::Result::Ok(flow) =>
        ::core::result::Result::Ok(::std::boxed::Box::new(flow)),
        ::core::result::Result::Err(missing) => ::core::result::Result::Err(missing), },
        }
    }
};
