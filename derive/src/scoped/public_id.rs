//! What `#[scoped(..)]` says of the public id: `public_id = ..`, `public_id(parent)` and
//! `public_prefix = ".."`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, Ident, LitStr, Path, Result};

use crate::attributes::{DieselStruct, Ownership, ScopedStruct};

/// What is said beside the name of a column, which the library keeps as others.
#[derive(Default)]
pub(crate) struct PublicId {
    /// The rows have the public id of the parent whose key they share.
    pub(crate) of_parent: Option<proc_macro2::Span>,
    pub(crate) prefix: Option<LitStr>,
}

impl PublicId {
    /// Takes the attribute, if it is one of these. Says whether it is.
    pub(crate) fn hear(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        if meta.path.is_ident("public_id") && meta.input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in meta.input);
            let word: Ident = content.parse()?;
            if word != "parent" || !content.is_empty() {
                return Err(Error::new(
                    word.span(),
                    "write `public_id = public_id` with the name of the column, or \
                     `public_id(parent)` for rows that share the key of their parent",
                ));
            }
            if self.of_parent.replace(word.span()).is_some() {
                return Err(meta.error("`public_id` is said twice: a row has one public id"));
            }
        } else if meta.path.is_ident("public_prefix") {
            let said: LitStr = meta
                .value()
                .and_then(syn::parse::ParseBuffer::parse)
                .map_err(|_| {
                    meta.error("write the prefix as a text: `public_prefix = \"item\"`")
                })?;
            check_prefix(&said)?;
            if self.prefix.replace(said).is_some() {
                return Err(meta.error("`public_prefix` is said twice"));
            }
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

/// As TypeIDs have it, so that each id is one.
pub(crate) fn check_prefix(said: &LitStr) -> Result<()> {
    if is_prefix(&said.value(), 63) {
        return Ok(());
    }
    Err(Error::new(
        said.span(),
        "a prefix has 1 to 63 letters from `a` to `z`, with `_` between them",
    ))
}

/// Small letters, with `_` between them.
pub(crate) fn is_prefix(text: &str, longest: usize) -> bool {
    text.len() <= longest
        && text
            .bytes()
            .all(|letter| letter.is_ascii_lowercase() || letter == b'_')
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.ends_with(|last: char| last.is_ascii_lowercase())
}

/// Refuses what does not go together.
pub(super) fn check(diesel: &DieselStruct, scoped: &ScopedStruct) -> Result<()> {
    let own = scoped.kept.public_id.as_ref();
    if let (Some(column), Some(_)) = (own, scoped.public_id.of_parent) {
        return Err(Error::new(
            column.span(),
            "a row has one public id: its own, or that of its parent",
        ));
    }
    if let (None, Some(prefix)) = (own, &scoped.public_id.prefix) {
        return Err(Error::new(
            prefix.span(),
            "a prefix is for the model that names the column: say `public_id = ..`, too",
        ));
    }
    let Some(span) = scoped.public_id.of_parent else {
        return Ok(());
    };
    let shares = matches!(
        (&scoped.ownership, &*diesel.primary_key),
        (Ownership::Parent { column, .. }, [key]) if key == column
    );
    if shares {
        return Ok(());
    }
    Err(Error::new(
        span,
        "`public_id(parent)` is for rows that share the key of their parent: the column of \
         `parent(.., on = ..)` is the primary key",
    ))
}

/// The impls on the model.
pub(super) fn impls(name: &Ident, table: &Path, scoped: &ScopedStruct) -> TokenStream {
    match (&scoped.kept.public_id, &scoped.ownership) {
        (Some(column), _) => own(name, table, column, scoped.public_id.prefix.as_ref()),
        (None, Ownership::Parent { model, column }) if scoped.public_id.of_parent.is_some() => {
            shared(name, table, model, column)
        }
        _ => TokenStream::new(),
    }
}

fn own(name: &Ident, table: &Path, column: &Ident, prefix: Option<&LitStr>) -> TokenStream {
    let path = quote_spanned!(column.span() => #table::#column);
    let prefix = prefix.map(LitStr::value).unwrap_or_default();
    let found = found(&quote!(#name), &path);
    let (is, among) = (found.is, found.among);
    quote! {
        impl ::tenancy::HasPublicId for #name {
            const PREFIX: &'static str = #prefix;
            type Column = #path;
        }

        impl ::tenancy::FoundByPublicId for #name {
            type Named = #name;
            type IsPublic = #is;
            type IsAmong = #among;

            fn is_public(
                id: ::tenancy::PublicId<#name>,
                _: ::tenancy::__private::Seal,
            ) -> Self::IsPublic {
                ::tenancy::__private::is_public(<#path>::default(), id)
            }

            fn is_among(
                ids: ::std::vec::Vec<::tenancy::PublicId<#name>>,
                _: ::tenancy::__private::Seal,
            ) -> Self::IsAmong {
                ::tenancy::__private::is_one_of(<#path>::default(), ids)
            }
        }
    }
}

fn shared(name: &Ident, table: &Path, model: &Path, column: &Ident) -> TokenStream {
    let child = quote_spanned!(column.span() => #table::#column);
    let parent = quote_spanned!(model.span() => <#model as ::tenancy::Scoped>::Table);
    let id = quote!(<#parent as ::tenancy::ScopedTable>::IdColumn);
    let public = quote_spanned!(model.span() => <#model as ::tenancy::HasPublicId>::Column);
    let there = quote! {
        ::tenancy::__private::At<
            #public,
            ::tenancy::__private::Under<::tenancy::__private::Home>,
        >
    };
    let found = found(&quote!(#model), &there);
    let (is, among) = (found.is, found.among);
    let led = |condition: &TokenStream| quote!(::tenancy::__private::LedTo<#parent, #id, #child, #condition>);
    let (is, among) = (led(&is), led(&among));
    quote! {
        impl ::tenancy::FoundByPublicId for #name {
            type Named = #model;
            type IsPublic = #is;
            type IsAmong = #among;

            fn is_public(
                id: ::tenancy::PublicId<#model>,
                _: ::tenancy::__private::Seal,
            ) -> Self::IsPublic {
                ::tenancy::__private::LedTo::new(
                    ::tenancy::__private::is_public(<#there>::new(), id),
                )
            }

            fn is_among(
                ids: ::std::vec::Vec<::tenancy::PublicId<#model>>,
                _: ::tenancy::__private::Seal,
            ) -> Self::IsAmong {
                ::tenancy::__private::LedTo::new(
                    ::tenancy::__private::is_one_of(<#there>::new(), ids),
                )
            }
        }
    }
}

/// The conditions on a column, or on one in its place.
struct Found {
    is: TokenStream,
    among: TokenStream,
}

fn found(model: &TokenStream, column: &TokenStream) -> Found {
    let id = quote!(::tenancy::PublicId<#model>);
    Found {
        is: quote! {
            ::tenancy::__private::Is<
                #column,
                ::tenancy::__private::Bound<::tenancy::sql_types::Id128, #id>,
            >
        },
        among: quote! {
            ::tenancy::__private::InList<#column, ::tenancy::sql_types::Id128, #id, true>
        },
    }
}
