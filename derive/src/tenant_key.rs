//! `#[derive(TenantKey)]`: a newtype that binds and reads as what it wraps.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Error, Fields, LitStr, Result};

pub(crate) fn expand(input: DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let inner = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => &fields.unnamed[0].ty,
            _ => return Err(refuse(&input)),
        },
        _ => return Err(refuse(&input)),
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "a tenant key has no parameters",
        ));
    }
    let kind = kind(&input)?;
    Ok(quote! {
        const _: () = {
            use ::tenancy::__private::diesel;

            impl ::tenancy::__private::SealedKey for #name {}

            impl ::tenancy::__private::OneTenant for #name {}

            impl ::tenancy::TenantKey for #name {
                fn as_key(&self) -> ::tenancy::__private::KeyRef<'_> {
                    <#inner as ::tenancy::TenantKey>::as_key(&self.0)
                }

                fn duplicate(&self) -> Self {
                    Self(<#inner as ::tenancy::TenantKey>::duplicate(&self.0))
                }

                fn key_kind() -> &'static str {
                    ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#name))
                }

                fn lasting_kind() -> &'static str {
                    #kind
                }

                fn parse_key(text: &str) -> ::core::option::Option<Self> {
                    ::core::option::Option::map(
                        <#inner as ::tenancy::TenantKey>::parse_key(text),
                        Self,
                    )
                }
            }

            impl<__ST> ::tenancy::__private::BindsAs<__ST> for #name
            where
                #inner: ::tenancy::__private::BindsAs<__ST>,
            {
            }

            impl<__ST> diesel::expression::AsExpression<__ST> for #name
            where
                __ST: diesel::sql_types::SqlType + diesel::expression::TypedExpressionType,
                #inner: ::tenancy::__private::BindsAs<__ST>,
            {
                type Expression = ::tenancy::__private::Bound<__ST, Self>;

                fn as_expression(self) -> Self::Expression {
                    ::tenancy::__private::Bound::new(self)
                }
            }

            impl<'__k, __ST> diesel::expression::AsExpression<__ST> for &'__k #name
            where
                __ST: diesel::sql_types::SqlType + diesel::expression::TypedExpressionType,
                #inner: ::tenancy::__private::BindsAs<__ST>,
            {
                type Expression = ::tenancy::__private::Bound<__ST, Self>;

                fn as_expression(self) -> Self::Expression {
                    ::tenancy::__private::Bound::new(self)
                }
            }

            impl<__ST, __DB> diesel::serialize::ToSql<__ST, __DB> for #name
            where
                __DB: diesel::backend::Backend,
                #inner: diesel::serialize::ToSql<__ST, __DB>,
            {
                fn to_sql<'b>(
                    &'b self,
                    out: &mut diesel::serialize::Output<'b, '_, __DB>,
                ) -> diesel::serialize::Result {
                    <#inner as diesel::serialize::ToSql<__ST, __DB>>::to_sql(&self.0, out)
                }
            }

            impl<__ST, __DB> diesel::deserialize::Queryable<__ST, __DB> for #name
            where
                __DB: diesel::backend::Backend,
                #inner: diesel::deserialize::FromStaticSqlRow<__ST, __DB>,
            {
                type Row = #inner;

                fn build(row: #inner) -> diesel::deserialize::Result<Self> {
                    ::std::result::Result::Ok(Self(row))
                }
            }
        };
    })
}

/// What the type is called where that is written down for good.
fn kind(input: &DeriveInput) -> Result<String> {
    let said = said(&input.attrs)?;
    let span = said.as_ref().map_or(input.ident.span(), LitStr::span);
    let kind = said.map_or_else(|| input.ident.unraw().to_string(), |kind| kind.value());
    let is_legible = |kind: &str| {
        !kind.contains(|sign: char| !sign.is_alphanumeric() && sign != '_' && sign != '-')
    };
    if kind.is_empty() || kind.len() > LONGEST_KIND || !is_legible(&kind) {
        return Err(Error::new(
            span,
            "the kind of a tenant key is a word of 64 bytes at most, of letters, digits, `_` and \
             `-`: `#[tenant_key(kind = \"customer\")]`",
        ));
    }
    Ok(kind)
}

/// As the column of the audit has it.
const LONGEST_KIND: usize = 64;

/// What `#[tenant_key(kind = ..)]` says.
fn said(attributes: &[Attribute]) -> Result<Option<LitStr>> {
    let mut said = None;
    for attribute in attributes
        .iter()
        .filter(|a| a.path().is_ident("tenant_key"))
    {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("kind") {
                return Err(meta.error("unknown attribute: `tenant_key` takes `kind = \"..\"`"));
            }
            let kind = meta.value()?.parse::<LitStr>()?;
            match said.replace(kind) {
                None => Ok(()),
                Some(_) => Err(meta.error("a key is of one kind: `kind` is said twice")),
            }
        })?;
    }
    Ok(said)
}

fn refuse(input: &DeriveInput) -> Error {
    Error::new(
        input.ident.span(),
        "a tenant key is a newtype over one key type: `struct CustomerId(i64);`",
    )
}
