//! Writes the rules as const data, and the guards as types.

use std::time::Duration;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Path;

use super::{BuiltIn, Rules, Trigger};

impl Rules {
    /// `__flow::Rules { retries: 3, ..base }`; `None` where nothing differs from the base.
    pub(crate) fn constant(&self, base: &TokenStream) -> Option<TokenStream> {
        let fields = self.fields();
        (!fields.is_empty()).then(|| quote!(__flow::Rules { #(#fields,)* ..#base }))
    }

    /// The type of the trigger, if one is given.
    pub(crate) fn trigger_guard(&self) -> Option<TokenStream> {
        let trigger = match &self.trigger.as_ref()?.value {
            Trigger::BuiltIn(trigger) => trigger.words(),
            Trigger::Custom(_) => quote!(CustomTrigger),
        };
        Some(quote!(__flow::#trigger))
    }

    /// The type of the skip option, if it is given.
    pub(crate) fn skip_guard(&self) -> Option<TokenStream> {
        let skips = self.skip_on_upstream_skip.as_ref()?.value;
        Some(if skips {
            quote!(__flow::SkipOnUpstreamSkip)
        } else {
            quote!(__flow::RunOnUpstreamSkip)
        })
    }

    fn fields(&self) -> Vec<TokenStream> {
        let mut fields = Vec::new();
        if let Some(given) = &self.trigger {
            let trigger = match &given.value {
                Trigger::BuiltIn(trigger) => {
                    let trigger = trigger.words();
                    quote!(__flow::Trigger::#trigger)
                }
                Trigger::Custom(path) => {
                    let name = text(path);
                    quote!(__flow::Trigger::Custom { name: #name, holds: #path })
                }
            };
            fields.push(quote!(trigger: #trigger));
        }
        if let Some(given) = &self.skip_on_upstream_skip {
            let skips = given.value;
            fields.push(quote!(skip_on_upstream_skip: #skips));
        }
        if let Some(given) = &self.retries {
            let retries = Literal::u32_unsuffixed(given.value);
            fields.push(quote!(retries: #retries));
        }
        if let Some(given) = &self.retry_delay {
            let delay = duration(given.value);
            fields.push(quote!(retry_delay: #delay));
        }
        if let Some(given) = &self.backoff {
            let (factor, jitter) = (given.value.factor, given.value.jitter);
            let max = duration(given.value.max.unwrap_or(Duration::MAX));
            fields.push(quote!(backoff: __flow::Backoff { factor: #factor, max: #max, jitter: #jitter }));
        }
        if let Some(given) = &self.timeout {
            let timeout = duration(given.value);
            fields.push(quote!(timeout: ::core::option::Option::Some(#timeout)));
        }
        if let Some(given) = &self.tags {
            let tags = &given.value;
            fields.push(quote!(tags: &[#(#tags),*]));
        }
        if let Some(given) = &self.on_state {
            let hook = state_hook(&given.value);
            fields.push(quote!(on_state: ::core::option::Option::Some(#hook)));
        }
        if let Some(given) = &self.on_failure {
            let hook = failure_hook(&given.value);
            fields.push(quote!(on_failure: ::core::option::Option::Some(#hook)));
        }
        fields
    }
}

impl BuiltIn {
    /// The name of the variant, and of the guard type.
    fn words(self) -> TokenStream {
        match self {
            Self::AllSuccessful => quote!(AllSuccessful),
            Self::AllFailed => quote!(AllFailed),
            Self::AnySuccessful => quote!(AnySuccessful),
            Self::AnyFailed => quote!(AnyFailed),
            Self::AllFinished => quote!(AllFinished),
            Self::NotAllSkipped => quote!(NotAllSkipped),
        }
    }
}

pub(super) fn duration(of: Duration) -> TokenStream {
    if of == Duration::MAX {
        return quote!(::core::time::Duration::MAX);
    }
    let (seconds, nanos) = (of.as_secs(), of.subsec_nanos());
    let (seconds, nanos) = (Literal::u64_unsuffixed(seconds), Literal::u32_unsuffixed(nanos));
    quote!(::core::time::Duration::new(#seconds, #nanos))
}

/// A closure around the hook: what a hook returns is told by type. Its names are the macro's, for the path to be no one of
/// them.
fn state_hook(path: &Path) -> TokenStream {
    let (name, span) = (text(path), span(path));
    let call = quote_spanned!(span=> __flow::HookAnswer::answer(__flow::call_state_hook(#path, __node, __old, __new)));
    quote!(__flow::StateHook { name: #name, call: |__node, __old, __new| #call })
}

fn failure_hook(path: &Path) -> TokenStream {
    let (name, span) = (text(path), span(path));
    let call = quote_spanned!(span=> __flow::HookEnd::end(__flow::call_failure_hook(#path, __failed)));
    quote!(__flow::FailureHook { name: #name, call: |__failed| #call })
}

fn span(path: &Path) -> Span {
    let first = path
        .segments
        .first()
        .map_or_else(Span::call_site, |segment| segment.ident.span());
    Span::call_site().located_at(first)
}

/// A path without blanks.
fn text(path: &Path) -> String {
    path.to_token_stream()
        .into_iter()
        .map(|token| token.to_string())
        .collect()
}
