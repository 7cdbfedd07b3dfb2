//! What `#[task]` refuses, all of it at once, each on the token that is wrong and with a way out.
//! What rustc reports well on the function itself is left to rustc.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{FnArg, GenericParam, Meta, Safety, Type, WherePredicate};

use super::{
    model::{Fault, Parameter, Pattern, Role, Task},
    parse::Function,
    types,
};
use crate::{errors::Errors, flow::source, suggest, template::Piece};

/// The one reserved word in a call.
const RESERVED: &str = "upstream";

/// Reports everything that is wrong with `task`.
pub(super) fn check(task: &Task, errors: &mut Errors) {
    check_attributes(task, errors);
    check_options(task, errors);
    check_name(task, errors);
    check_version(task, errors);
    check_signature(task, errors);
    check_parameters(task, errors);
    check_output(task, errors);
}

fn check_attributes(task: &Task, errors: &mut Errors) {
    for attr in task.function.attrs.iter().filter(|attr| Function::is_task(attr)) {
        errors.on(
            attr,
            "`#[task]` is given twice; keep one, with the options of both",
        );
    }
}

fn check_options(task: &Task, errors: &mut Errors) {
    let options = &task.options;
    options.rules.check_task(&options.seen, errors);
    // Retries that stand there and cannot be read have been reported.
    let repeats = match &options.rules.retries {
        Some(retries) => retries.value > 0,
        None => options.mentions("retries"),
    };
    if let Some(retry_if) = &options.retry_if
        && !repeats
    {
        errors.at(
            retry_if.option,
            "`retry_if` says which failures are repeated, but nothing is; write `retries = 3`, or leave it out",
        );
    }
    if options
        .checkpoint
        .as_ref()
        .is_some_and(|checkpoint| !checkpoint.value)
    {
        if let Some(target) = &options.target {
            errors.at(
                target.option,
                "a target says where the checkpoint lies, but `checkpoint = false` says that there is none; keep one of them",
            );
        }
        if let Some(version) = &options.version {
            errors.at(
                version.option,
                "a version outdates older checkpoints, but `checkpoint = false` says that there are none; keep one of them",
            );
        }
        if let Some(on_change) = &options.on_change {
            errors.at(
                on_change.option,
                "`on_change` says what an edited body means for a checkpoint, but `checkpoint = false` says that there is none; keep one of them",
            );
        }
    }
    if let Some(format) = options.format.as_ref().filter(|_| task.writes_file) {
        errors.at(
            format.option,
            "the body of this task writes its file itself, as it likes; leave `format` out",
        );
    } else if let Some(format) = &options.format
        && !options.mentions("target")
    {
        errors.at(
            format.option,
            "a format says how a target is written, but there is no `target`; add one, or leave `format` out",
        );
    }
}

/// `<version>` of a task that has none.
fn check_version(task: &Task, errors: &mut Errors) {
    if task.options.version.is_some() {
        return;
    }
    let Some(template) = &task.template else { return };
    for (_, at) in template.variables.iter().filter(|(name, _)| name == "version") {
        let message = "the target writes `<version>`, and the task has none; add `version = \"1\"`, or leave the variable out";
        errors.at(
            template.source.span(),
            format!("{message}{}", template.drawing(at)),
        );
    }
}

fn check_name(task: &Task, errors: &mut Errors) {
    let Some(name) = task.options.name.as_ref().map(|name| &name.value) else {
        return;
    };
    let text = name.value();
    if text.trim().is_empty() {
        errors.at(
            name.span(),
            "a task's name is what people read; write one, or leave `name` out",
        );
    } else if text.chars().any(char::is_control) {
        errors.at(
            name.span(),
            "a task's name stands in one line of output; write it without control characters",
        );
    } else if let Some(template) = &task.template
        && template.pieces.contains(&Piece::TaskName)
        && (text.contains(['/', '\\']) || matches!(text.as_str(), "." | ".."))
    {
        errors.at(
            name.span(),
            format!("the target writes `<task_name>`, and `{text}` is no name for a file; use another name, or `<node>`"),
        );
    }
}

fn check_signature(task: &Task, errors: &mut Errors) {
    let sig = &task.function.sig;
    if let Safety::Unsafe(token) = sig.safety {
        errors.at(
            token.span,
            "a task is called by the runtime, so it cannot be `unsafe`; use an `unsafe` block in its body",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.on(abi, "a task is called from Rust; leave `extern` out");
    }
    for param in &sig.generics.params {
        let (name, kind) = match param {
            GenericParam::Type(param) => (&param.ident, "type"),
            GenericParam::Const(param) => (&param.ident, "const"),
            GenericParam::Lifetime(_) => continue,
        };
        errors.at(
            name.span(),
            format!(
                "a task has no {kind} parameters; write a concrete one for `{name}`, and let each task call a generic function"
            ),
        );
    }
    // With generic parameters the clause is about them: one mistake.
    if sig
        .generics
        .params
        .iter()
        .all(|param| matches!(param, GenericParam::Lifetime(_)))
    {
        let predicates = sig
            .generics
            .where_clause
            .iter()
            .flat_map(|clause| &clause.predicates);
        for predicate in predicates.filter(|predicate| !matches!(predicate, WherePredicate::Lifetime(_))) {
            errors.on(predicate, "a task has no bounds on types; leave this one out");
        }
    }
    if let Some(variadic) = &sig.variadic {
        errors.on(
            variadic.dots,
            "a task takes a fixed number of arguments; take a `Vec<T>` or `&[T]`",
        );
    }
}

fn check_parameters(task: &Task, errors: &mut Errors) {
    let mut has_context = false;
    for parameter in &task.parameters {
        for attr in &parameter.other_attrs {
            let message = if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
                "a task has the same parameters everywhere; put the `cfg` on the function, and write it once for each case"
            } else {
                "a task's parameter takes no attribute but a doc comment and `#[resource]`; put it on the function"
            };
            errors.on(attr, message);
        }
        check_resource(parameter, errors);
        if let Role::Context = parameter.role {
            if has_context {
                errors.on(&parameter.ty, "a task takes one `&Context`; leave this one out");
            }
            has_context = true;
            if let Some(Fault::Mutable(span)) = parameter.faults.first() {
                errors.at(*span, "a task reads its context; write `&Context`");
            }
            continue;
        }
        check_parameter_name(parameter, errors);
        for fault in &parameter.faults {
            match fault {
                Fault::Mutable(span) => errors.at(
                    *span,
                    "a task cannot change its arguments, which other nodes may read; take `&T` or `T` and return the result",
                ),
                Fault::Impl(span) => errors.at(
                    *span,
                    "a task's parameter is a field of its struct, which `impl Trait` cannot be; write a concrete type",
                ),
                Fault::LeftToRustc | Fault::Borrowed(_) | Fault::Never(_) => {}
            }
        }
    }
}

/// `#[resource]`, and what stands behind it.
fn check_resource(parameter: &Parameter, errors: &mut Errors) {
    let [first, others @ ..] = &*parameter.resource else {
        return;
    };
    for other in others {
        errors.on(other, "`#[resource]` is given twice; keep one");
    }
    if !matches!(first.meta, Meta::Path(_)) {
        errors.on(
            &first.meta,
            "a task is lent a resource that its flow has; write `#[resource]`, and name what makes it at the flow's parameter",
        );
    }
    let name = &parameter.name;
    if let Role::Context = parameter.role {
        errors.on(
            first,
            "`&Context` is the runtime's to give and no resource; leave `#[resource]` out",
        );
        return;
    }
    match types::without_group(&parameter.ty) {
        // That it cannot be `&mut` is said of every parameter.
        Type::Reference(_) => {}
        ty => {
            let borrowed = source(&types::without_wrapping(ty));
            errors.on(
                ty,
                format!(
                    "a resource is lent to a task, and other nodes use it too; write `{name}: &{borrowed}`"
                ),
            );
        }
    }
}

fn check_parameter_name(parameter: &Parameter, errors: &mut Errors) {
    match &parameter.pattern {
        Pattern::Underscore => {
            errors.at(
                parameter.name.span(),
                "a task's parameter is a field of its struct, so it needs a name; write one, such as `_unused`",
            );
        }
        Pattern::Other(tokens) => {
            errors.on(
                tokens,
                "a task's parameter is a field of its struct, so it is one name; write `name: T` and take it apart in the body",
            );
        }
        Pattern::Name => {
            let name = parameter.name.to_string();
            let message = match suggest::distance(&name, RESERVED) {
                0 => format!("`{RESERVED}` lists in a call what a node waits for"),
                1 => format!(
                    "`{name}` is one letter away from `{RESERVED}`, which lists in a call what a node waits for"
                ),
                _ => return,
            };
            errors.at(
                parameter.name.span(),
                format!("{message}; rename the parameter, or write `r#{name}`"),
            );
        }
    }
}

fn check_output(task: &Task, errors: &mut Errors) {
    let has_context = task
        .parameters
        .iter()
        .any(|parameter| matches!(parameter.role, Role::Context));
    if let Some(ty) = task
        .output
        .ty
        .as_ref()
        .filter(|_| task.writes_file && !has_context)
    {
        errors.on(
            ty,
            "a task gets the `OutputFile` that it returns from its context; add the parameter `cx: &Context`, and write to \
             `cx.output()?`",
        );
    }
    for fault in &task.output.faults {
        match fault {
            Fault::Never(span) => errors.at(
                *span,
                "a task returns its result, and this one never returns; write the type of a result, or leave `-> !` out",
            ),
            Fault::Impl(span) => errors.at(
                *span,
                "a task's result needs a type with a name; write `Vec<T>` for an iterator, an `async fn` for a future",
            ),
            Fault::Borrowed(span) => errors.at(
                *span,
                "a task's result outlives its arguments, so it cannot borrow from them; return an owned type, such as `String` or `Vec<T>`",
            ),
            Fault::LeftToRustc | Fault::Mutable(_) => {}
        }
    }
}

/// Why a function in an `impl` block is no task; nothing else can be said of it.
pub(super) fn associated(function: &Function) -> Option<syn::Error> {
    let sig = &function.sig;
    let receiver = sig.inputs.iter().find_map(|input| match input {
        FnArg::Receiver(receiver) => Some((receiver.to_token_stream(), "`self`")),
        FnArg::Typed(_) => None,
    });
    let (tokens, word) = receiver.or_else(|| {
        let named = self_type(sig.inputs.to_token_stream())
            .or_else(|| self_type(sig.output.to_token_stream()))
            .or_else(|| self_type_in_body(function.body.stream()));
        named.map(|ident| (ident.into_token_stream(), "`Self`"))
    })?;
    Some(syn::Error::new_spanned(
        tokens,
        format!(
            "a task is a free function, without {word}; move it out of the `impl` block and take what it needs as parameters"
        ),
    ))
}

fn self_type(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident),
        TokenTree::Group(group) => self_type(group.stream()),
        _ => None,
    })
}

/// `Self` in a body, but for the items in it that have a `Self` of their own, and what macros make of it.
fn self_type_in_body(tokens: TokenStream) -> Option<Ident> {
    let mut in_item = false;
    let mut in_macro = false;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if word == "Self" && !in_item => return Some(word),
            TokenTree::Ident(word) => {
                in_item |= ["impl", "trait", "struct", "enum", "union"]
                    .iter()
                    .any(|item| word == item);
            }
            TokenTree::Punct(punct) => {
                in_item &= punct.as_char() != ';';
                in_macro = punct.as_char() == '!';
            }
            TokenTree::Group(group) => {
                if !in_item
                    && !in_macro
                    && let Some(found) = self_type_in_body(group.stream())
                {
                    return Some(found);
                }
                in_item &= group.delimiter() != Delimiter::Brace;
                in_macro = false;
            }
            TokenTree::Literal(_) => in_macro = false,
        }
    }
    None
}
