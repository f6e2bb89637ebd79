//! What `#[scoped(..)]` says of the columns that the library keeps: `created`, `touch`,
//! `soft_delete`, `version`, `public_id` and the text id.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, Ident, Path, Result};

use crate::fields::Column;

/// The columns, as far as the model names them.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) created: Option<Ident>,
    pub(crate) touch: Option<Ident>,
    pub(crate) soft_delete: Option<Ident>,
    pub(crate) version: Option<Ident>,
    pub(crate) public_id: Option<Ident>,
    pub(crate) text_id: Option<TextKey>,
}

/// The primary key that the library makes.
pub(crate) struct TextKey {
    pub(crate) column: Ident,
    /// The type that says how.
    pub(crate) coin: Ident,
}

impl Kept {
    /// Takes the attribute, if it is one of these. Says whether it is.
    pub(crate) fn hear(&mut self, meta: &ParseNestedMeta<'_>) -> Result<bool> {
        let (word, example, column) = if meta.path.is_ident("created") {
            ("created", "created_at", &mut self.created)
        } else if meta.path.is_ident("touch") {
            ("touch", "updated_at", &mut self.touch)
        } else if meta.path.is_ident("soft_delete") {
            ("soft_delete", "deleted_at", &mut self.soft_delete)
        } else if meta.path.is_ident("version") {
            ("version", "version", &mut self.version)
        } else if meta.path.is_ident("public_id") {
            ("public_id", "public_id", &mut self.public_id)
        } else {
            return Ok(false);
        };
        let said = meta
            .value()
            .and_then(syn::parse::ParseBuffer::parse)
            .map_err(|_| {
                meta.error(format!(
                    "write the name of the column, without quotes: `{word} = {example}`"
                ))
            })?;
        if column.replace(said).is_some() {
            return Err(meta.error(format!("`{word}` is said twice: a row has one such column")));
        }
        Ok(true)
    }

    /// The columns that are named.
    pub(crate) fn columns(&self) -> Vec<&Ident> {
        let all = [
            &self.created,
            &self.touch,
            &self.soft_delete,
            &self.version,
            &self.public_id,
        ];
        let key = self.text_id.iter().map(|key| &key.column);
        all.into_iter().flatten().chain(key).collect()
    }

    /// Refuses a column that is named for two things.
    pub(crate) fn check(&self, owner: Option<&Ident>, primary_key: &[Ident]) -> Result<()> {
        let columns = self.columns();
        for (at, column) in columns.iter().enumerate() {
            if columns[..at].contains(column) {
                return Err(Error::new(
                    column.span(),
                    format!("the library keeps one thing in a column: `{column}` is named twice"),
                ));
            }
            if owner == Some(column) {
                return Err(Error::new(
                    column.span(),
                    format!(
                        "`{column}` says whose the row is: the library keeps nothing else in it"
                    ),
                ));
            }
            if primary_key.contains(column) {
                return Err(Error::new(
                    column.span(),
                    format!(
                        "`{column}` is in the primary key, which never changes: the library keeps \
                         nothing in it"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Of `ScopedTable`: the kept columns, and which rows are not deleted.
    pub(crate) fn items(&self, table: &Path) -> TokenStream {
        let names = self
            .columns()
            .into_iter()
            .map(|column| quote!(<#table::#column as diesel::query_source::Column>::NAME));
        let slot = |column: &Option<Ident>| match column {
            None => quote!(::tenancy::__private::Nothing),
            Some(column) => {
                quote_spanned!(column.span() => ::tenancy::__private::In<#table::#column>)
            }
        };
        let (created, touch) = (slot(&self.created), slot(&self.touch));
        let (deleted, version) = (slot(&self.soft_delete), slot(&self.version));
        let public_id = slot(&self.public_id);
        let text_id = match &self.text_id {
            None => quote!(::tenancy::__private::Nothing),
            Some(TextKey { column, coin }) => quote_spanned! { column.span() =>
                ::tenancy::__private::Coined<#table::#column, #coin>
            },
        };
        let (live_type, live) = match &self.soft_delete {
            None => (
                quote!(::tenancy::__private::Everyone),
                quote!(::tenancy::__private::Everyone),
            ),
            Some(column) => (
                quote! {
                    ::tenancy::__private::IsLive<::tenancy::__private::At<#table::#column, __P>>
                },
                quote! {
                    ::tenancy::__private::IsLive::new(::tenancy::__private::At::new())
                },
            ),
        };
        quote! {
            const KEPT: &'static [&'static str] = &[#(#names),*];
            type Kept = ::tenancy::__private::Kept<
                #created, #touch, #deleted, #version, #public_id, #text_id,
            >;
            type Live<__P: ::tenancy::__private::Place> = #live_type;

            fn live<__P: ::tenancy::__private::Place>(
                _: ::tenancy::__private::Seal,
            ) -> Self::Live<__P> {
                #live
            }
        }
    }

    /// Beside `ScopedTable`: what else follows, and that the columns' types fit.
    pub(crate) fn impls(&self, table: &Path) -> TokenStream {
        let fits = |column: &Ident, check: &str| {
            let check = Ident::new(check, column.span());
            quote_spanned! { column.span() =>
                const _: fn() = ::tenancy::__private::is_column_of::<#table::#column, #table::table>;
                const _: fn() = ::tenancy::__private::#check::<#table::#column>;
            }
        };
        let times = [&self.created, &self.touch]
            .into_iter()
            .flatten()
            .map(|column| fits(column, "keeps_time"));
        let deleted = self.soft_delete.iter().map(|column| {
            let fits = fits(column, "keeps_deletion");
            let at = quote!(::tenancy::__private::At<#table::#column, __P>);
            quote! {
                #fits

                impl ::tenancy::SoftDeletes for #table::table {
                    type Deleted<__P: ::tenancy::__private::Place> =
                        ::tenancy::__private::IsDeleted<#at>;

                    fn deleted<__P: ::tenancy::__private::Place>(
                        _: ::tenancy::__private::Seal,
                    ) -> Self::Deleted<__P> {
                        ::tenancy::__private::IsDeleted::new(::tenancy::__private::At::new())
                    }
                }
            }
        });
        let version = self.version.iter().map(|column| {
            quote_spanned! { column.span() =>
                const _: fn() = ::tenancy::__private::is_column_of::<#table::#column, #table::table>;

                impl ::tenancy::KeepsVersion for #table::table {
                    type VersionType = diesel::dsl::SqlTypeOf<#table::#column>;

                    fn is_derived(_: ::tenancy::__private::Seal) {}
                }
            }
        });
        let public_id = self
            .public_id
            .iter()
            .map(|column| fits(column, "keeps_public_id"));
        quote!(#(#times)* #(#deleted)* #(#version)* #(#public_id)*)
    }

    /// What a tuple is stamped with, beside its owner: types and values. The values take
    /// time and id from what `birth_of_stamps` names.
    pub(crate) fn stamps(&self, table: &Path) -> Vec<(TokenStream, TokenStream)> {
        let stamp = |column: &Ident, what: &str, arguments: TokenStream| {
            let what = Ident::new(what, column.span());
            let path = quote!(#table::#column);
            let ty = quote! {
                ::tenancy::__private::#what<diesel::dsl::SqlTypeOf<#path>>
            };
            (
                quote!(diesel::dsl::Eq<#path, #ty>),
                quote!(diesel::ExpressionMethods::eq(#path, <#ty>::new(#arguments))),
            )
        };
        let times = [&self.created, &self.touch].into_iter().flatten();
        let mut stamps: Vec<_> = times
            .map(|column| stamp(column, "TimeBind", quote!(birth.now())))
            .collect();
        if let Some(TextKey { column, coin }) = &self.text_id {
            stamps.push(stamp(column, "MadeKey", quote!(birth.text_id::<#coin>())));
        }
        if let Some(column) = &self.public_id {
            stamps.push(stamp(column, "IdBind", quote!(birth.id())));
        }
        if let Some(column) = &self.version {
            stamps.push(stamp(column, "FirstVersion", quote!()));
        }
        stamps
    }

    /// The name of what new rows are born with in the function that makes the stamps, if one of
    /// them takes it.
    pub(crate) fn birth_of_stamps(&self) -> TokenStream {
        let times = self.created.is_some() || self.touch.is_some();
        if times || self.public_id.is_some() || self.text_id.is_some() {
            quote!(birth)
        } else {
            quote!(_)
        }
    }
}

/// Refuses a field that names a column that the library keeps.
pub(crate) fn not_kept(table: &Path, column: &Column) -> TokenStream {
    let path = column.path(table);
    let message = format!(
        "`{}` is kept by the library, as `#[scoped(..)]` on the model says: remove the field",
        column.name
    );
    quote_spanned! { column.ty.span() =>
        const _: () = ::std::assert!(
            !::tenancy::__private::is_among(
                <#path as diesel::query_source::Column>::NAME,
                <#table::table as ::tenancy::ScopedTable>::KEPT,
            ),
            #message
        );
    }
}
