//! A walk over the types of a signature: where a lifetime is elided, and what no task can take.
//! It reports what it sees; what follows from it is decided by whoever walks.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{GenericArgument, Lifetime, Path, PathArguments, ReturnType, Token, Type, TypeParamBound};

/// Something in a type that matters to a task.
pub(super) enum Sight<'ty> {
    /// The missing lifetime of the reference with this `&`, ready to be written.
    Elided(Span, &'ty mut Option<Lifetime>),
    /// A written lifetime, also `'_`.
    Lifetime(&'ty mut Lifetime),
    /// The `mut` of a reference, ready to be removed.
    Mutable(&'ty mut Option<Token![mut]>),
    /// `impl Trait`.
    Impl(Span),
    /// `_`.
    Infer,
}

/// Shows `see` everything in `ty`, outermost first.
///
/// What stands inside `fn(…)` and `Fn(…)` has lifetimes of its own, one for each call, and is left alone.
pub(super) fn walk(ty: &mut Type, see: &mut impl FnMut(Sight<'_>)) {
    match ty {
        Type::Reference(reference) => {
            match &mut reference.lifetime {
                Some(lifetime) => see(Sight::Lifetime(lifetime)),
                none => see(Sight::Elided(reference.and_token.span, none)),
            }
            if reference.mutability.is_some() {
                see(Sight::Mutable(&mut reference.mutability));
            }
            walk(&mut reference.elem, see);
        }
        Type::Path(path) => {
            if let Some(own) = &mut path.qself {
                walk(&mut own.ty, see);
            }
            walk_path(&mut path.path, see);
        }
        Type::TraitObject(object) => walk_bounds(object.bounds.iter_mut(), see),
        Type::ImplTrait(opaque) => see(Sight::Impl(opaque.impl_token.span)),
        Type::Infer(_) => see(Sight::Infer),
        Type::Array(array) => walk(&mut array.elem, see),
        Type::Group(group) => walk(&mut group.elem, see),
        Type::Paren(paren) => walk(&mut paren.elem, see),
        Type::Ptr(pointer) => walk(&mut pointer.elem, see),
        Type::Slice(slice) => walk(&mut slice.elem, see),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|elem| walk(elem, see)),
        // `fn(…)`, `!`, macros, and what syn does not know.
        _ => {}
    }
}

fn walk_path(path: &mut Path, see: &mut impl FnMut(Sight<'_>)) {
    for segment in &mut path.segments {
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
            continue;
        };
        for argument in &mut arguments.args {
            match argument {
                GenericArgument::Lifetime(lifetime) => see(Sight::Lifetime(lifetime)),
                GenericArgument::Type(ty) => walk(ty, see),
                GenericArgument::AssocType(assoc) => walk(&mut assoc.ty, see),
                GenericArgument::Constraint(constraint) => walk_bounds(constraint.bounds.iter_mut(), see),
                _ => {}
            }
        }
    }
}

fn walk_bounds<'ty>(bounds: impl Iterator<Item = &'ty mut TypeParamBound>, see: &mut impl FnMut(Sight<'_>)) {
    for bound in bounds {
        match bound {
            TypeParamBound::Lifetime(lifetime) => see(Sight::Lifetime(lifetime)),
            TypeParamBound::Trait(bound) => walk_path(&mut bound.path, see),
            _ => {}
        }
    }
}

/// The type in parentheses, and in what a macro puts around it.
pub(super) fn without_group(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => without_group(&group.elem),
        Type::Paren(paren) => without_group(&paren.elem),
        _ => ty,
    }
}

/// What a resource may be meant to be, of `Option<&T>`, `Arc<T>` and the like: else the type itself.
pub(super) fn without_wrapping(ty: &Type) -> Type {
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && ["Option", "Outcome", "Arc", "Rc", "Box"]
            .iter()
            .any(|wrapper| last.ident == wrapper)
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(inner)) = arguments.args.first()
    {
        return match without_group(inner) {
            Type::Reference(reference) => without_wrapping(&reference.elem),
            inner => without_wrapping(inner),
        };
    }
    ty.clone()
}

/// Whether `ty` is a reference to something whose last path segment is `Context`, be it a wrong `&mut`.
pub(super) fn is_context(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Context"),
            _ => false,
        },
        Type::Group(group) => is_context(&group.elem),
        Type::Paren(paren) => is_context(&paren.elem),
        _ => false,
    }
}

/// Whether `ty` is a path that ends in `Context`, by value and without arguments: it may be the runtime's, or another.
pub(super) fn may_be_context_by_value(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    path.qself.is_none() && last.is_some_and(|last| last.ident == "Context" && last.arguments.is_none())
}

/// Whether a return type names `OutputFile`, anywhere in it: the body writes the result itself. Whether it is ours, and by
/// itself, is checked by type.
pub(super) fn names_output_file(output: &ReturnType) -> bool {
    fn names(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(word) => word == "OutputFile",
            TokenTree::Group(group) => names(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    names(output.to_token_stream())
}

/// Whether `ty` may be an `Option` or `Outcome` of a reference, or a list of them, under whatever name: a path that has a
/// lifetime in it, or an element that is one.
pub(super) fn may_tolerate(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => may_tolerate(&slice.elem),
            Type::Array(array) => may_tolerate(&array.elem),
            _ => false,
        },
        Type::Array(array) => may_tolerate(&array.elem),
        Type::Path(path) => {
            let last = path.path.segments.last();
            let Some(PathArguments::AngleBracketed(arguments)) = last.map(|last| &last.arguments) else {
                return false;
            };
            arguments.args.iter().any(|argument| match argument {
                GenericArgument::Lifetime(_) | GenericArgument::Type(Type::Reference(_)) => true,
                GenericArgument::Type(inner) => may_tolerate(inner),
                _ => false,
            })
        }
        _ => false,
    }
}

/// Whether `ty` is an `Each` by its name. Under another one it works as well, and its results are all read at once.
pub(super) fn may_stream(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Each")
}

/// The type after `->`, where one is written.
pub(super) fn returned(output: &ReturnType) -> Option<&Type> {
    match output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(ty),
    }
}

/// What owns a value that is at hand, where a parameter may borrow it.
pub(super) enum Owned {
    /// `String`, for `&str`.
    Str,
    /// The type without its references, and how many they are.
    Sized { ty: TokenStream, references: usize },
}

/// What owns a value for a parameter of type `ty`; `None` where it borrows inside.
pub(super) fn owned(ty: &Type) -> Option<Owned> {
    let mut inner = ty.clone();
    let mut references = 0;
    loop {
        inner = match inner {
            Type::Reference(reference) => {
                references += 1;
                *reference.elem
            }
            Type::Paren(paren) => *paren.elem,
            Type::Group(group) => *group.elem,
            _ => break,
        }
    }
    let mut borrows = false;
    walk(&mut inner, &mut |sight| match sight {
        Sight::Elided(..) => borrows = true,
        Sight::Lifetime(lifetime) => borrows |= lifetime.ident != "static",
        Sight::Mutable(_) | Sight::Impl(_) | Sight::Infer => {}
    });
    if borrows {
        None
    } else if is_unsized(&inner) {
        matches!(inner, Type::Path(_)).then_some(Owned::Str)
    } else {
        Some(Owned::Sized {
            ty: inner.to_token_stream(),
            references,
        })
    }
}

/// Whether `ty` has no size by itself: `str`, `[T]`, `dyn Trait`.
pub(super) fn is_unsized(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.qself.is_none() && path.path.is_ident("str"),
        Type::Group(group) => is_unsized(&group.elem),
        Type::Paren(paren) => is_unsized(&paren.elem),
        _ => false,
    }
}

/// Where a return type names its error: the `E` of `…<T, E>`, else the type itself.
pub(super) fn error(output: Option<&Type>) -> Option<Span> {
    let ty = output?;
    let first = |tokens: TokenStream| tokens.into_iter().next().map(|token| token.span());
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(error) = arguments.args.iter().nth(1)
    {
        return first(error.to_token_stream());
    }
    first(ty.to_token_stream())
}
