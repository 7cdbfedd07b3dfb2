//! A walk over the types of a signature: where a lifetime is elided, and what no task can take.
//! It reports what it sees; what follows from it is decided by whoever walks.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{
    GenericArgument, Lifetime, Path, PathArguments, ReturnType, Token, Type, TypeGroup, TypeParamBound,
    TypeParen, TypeReference,
};

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

/// The type after `->`, where one is written.
pub(super) fn returned(output: &ReturnType) -> Option<&Type> {
    match output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(ty),
    }
}

/// The type that owns what `ty` shows: without its reference, `String` for `str`. `None` where it borrows inside.
pub(super) fn owned(ty: &Type) -> Option<TokenStream> {
    let mut inner = ty.clone();
    while let Type::Reference(TypeReference { elem, .. })
    | Type::Paren(TypeParen { elem, .. })
    | Type::Group(TypeGroup { elem, .. }) = inner
    {
        inner = *elem;
    }
    let mut borrows = false;
    walk(&mut inner, &mut |sight| match sight {
        Sight::Elided(..) => borrows = true,
        Sight::Lifetime(lifetime) => borrows |= lifetime.ident != "static",
        Sight::Mutable(_) | Sight::Impl(_) | Sight::Infer => {}
    });
    match &inner {
        _ if borrows => None,
        Type::Path(path) if path.path.is_ident("str") => Some(quote!(::std::string::String)),
        _ => Some(inner.to_token_stream()),
    }
}
