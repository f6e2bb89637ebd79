//! What `#[scoped(..)]` says of a key that is a text id: `text_id = ".."` and `type_id = ".."`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, Ident, LitStr, Result};

use super::id_columns;
use super::public_id::is_prefix;
use crate::attributes::{DieselStruct, Ownership, ScopedStruct};
use crate::fields::Column;

/// As the library has it.
const LONGEST_PREFIX: usize = 32;

/// What is said of the key.
#[derive(Default)]
pub(crate) struct TextId(Option<Said>);

struct Said {
    prefix: LitStr,
    by_time: bool,
}

impl TextId {
    /// Takes the attribute, if it is one of these. Says whether it is.
    pub(crate) fn hear(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        let word = if meta.path.is_ident("text_id") {
            "text_id"
        } else if meta.path.is_ident("type_id") {
            "type_id"
        } else {
            return Ok(false);
        };
        let prefix: LitStr = meta
            .value()
            .and_then(syn::parse::ParseBuffer::parse)
            .map_err(|_| {
                meta.error(format!(
                    "write the prefix of the key as a text: `{word} = \"item\"`"
                ))
            })?;
        if !is_prefix(&prefix.value(), LONGEST_PREFIX) {
            return Err(Error::new(
                prefix.span(),
                "the prefix of a key has 1 to 32 letters from `a` to `z`, with `_` between them",
            ));
        }
        let by_time = word == "type_id";
        if self.0.replace(Said { prefix, by_time }).is_some() {
            return Err(meta.error(
                "a row has one key: `text_id`, which is random, or `type_id`, which is ordered by \
                 time, is said once",
            ));
        }
        Ok(true)
    }
}

/// The column of the key, if it is a text id. Refuses what does not go together.
pub(super) fn column(diesel: &DieselStruct, scoped: &ScopedStruct) -> Result<Option<Ident>> {
    let Some(said) = &scoped.text_id.0 else {
        return Ok(None);
    };
    let refused = |reason: &str| Err(Error::new(said.prefix.span(), reason));
    if scoped.application_key {
        return refused(
            "the library makes this key: `application_key` is for keys that the application makes, \
             take one of them away",
        );
    }
    match (id_columns(diesel, scoped).as_slice(), &scoped.ownership) {
        ([column], Ownership::Parent { column: owner, .. }) if *column == owner => refused(
            "rows that share the key of their parent have its id, `TextId` of the parent: take \
             this away",
        ),
        ([column], _) => Ok(Some((*column).clone())),
        _ => refused(
            "a text id is one column: the primary key has several, beside that of the tenant",
        ),
    }
}

/// The column, if the library makes the key with the insert: the key of the tenants' own table
/// comes from the scope.
pub(super) fn made(diesel: &DieselStruct, scoped: &ScopedStruct) -> Result<Option<Ident>> {
    let column = column(diesel, scoped)?;
    Ok(column.filter(|column| scoped.ownership.column() != Some(column)))
}

/// The type that says how a model's keys are made. A table is public, and its model need not be:
/// what is said of the table cannot name the model.
pub(super) fn coin(model: &Ident) -> Ident {
    quote::format_ident!("CoinOf{}", model)
}

/// The impl on the model, and that column and field fit.
pub(super) fn impls(
    name: &Ident,
    diesel: &DieselStruct,
    scoped: &ScopedStruct,
    columns: &[Column],
) -> Result<TokenStream> {
    let (Some(said), Some(column)) = (&scoped.text_id.0, column(diesel, scoped)?) else {
        return Ok(TokenStream::new());
    };
    let (prefix, by_time, coin) = (&said.prefix, said.by_time, coin(name));
    let path = {
        let table = &diesel.table;
        quote_spanned!(column.span() => #table::#column)
    };
    let field = columns.iter().find(|field| field.name == column);
    let fits = field.map(|field| {
        let ty = &field.ty;
        quote_spanned! { ty.span() =>
            const _: fn() = ::tenancy::__private::is_text_id_of::<#ty, #name>;
        }
    });
    Ok(quote! {
        #fits
        const _: fn() = ::tenancy::__private::keeps_text_id::<#path>;

        #[doc(hidden)]
        #[derive(::std::fmt::Debug)]
        pub struct #coin;

        impl ::tenancy::__private::Coin for #coin {
            const PREFIX: &'static str = #prefix;
            const BY_TIME: bool = #by_time;
        }

        impl ::tenancy::HasTextId for #name {
            type Coin = #coin;
            const PATH: &'static str =
                ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#name));
        }
    })
}
