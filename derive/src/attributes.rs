//! The `#[diesel(..)]` and `#[scoped(..)]` attributes, as far as the derives read
//! them.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, Ident, LitBool, Path, Result, Token, Type};

/// What `#[diesel(..)]` on a struct says.
pub(crate) struct DieselStruct {
    pub(crate) table: Path,
    pub(crate) primary_key: Vec<Ident>,
    pub(crate) treat_none_as_default: bool,
    pub(crate) treat_none_as_null: bool,
}

/// What `#[diesel(..)]` on a field says.
#[derive(Default)]
pub(crate) struct DieselField {
    pub(crate) column_name: Option<Ident>,
    pub(crate) skip_insertion: bool,
    pub(crate) skip_update: bool,
    pub(crate) treat_none_as_null: Option<bool>,
    pub(crate) treat_none_as_default: Option<bool>,
    pub(crate) embed: Option<Span>,
    pub(crate) serialize_as: Option<Span>,
}

impl DieselStruct {
    pub(crate) fn parse(attributes: &[Attribute], name: &Ident) -> Result<Self> {
        let mut table = None;
        let mut primary_key = None;
        let mut treat_none_as_default = true;
        let mut treat_none_as_null = false;
        each(attributes, "diesel", |meta| {
            if meta.path.is_ident("table_name") {
                table = Some(named(&meta, "table_name = items")?);
            } else if meta.path.is_ident("primary_key") {
                let content;
                syn::parenthesized!(content in meta.input);
                let columns = Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
                primary_key = Some(columns.into_iter().collect());
            } else if meta.path.is_ident("treat_none_as_default_value") {
                treat_none_as_default = boolean(&meta)?;
            } else if meta.path.is_ident("treat_none_as_null") {
                treat_none_as_null = boolean(&meta)?;
            } else {
                skip(&meta)?;
            }
            Ok(())
        })?;
        Ok(Self {
            table: table.unwrap_or_else(|| Path::from(default_table(name))),
            primary_key: primary_key.unwrap_or_else(|| vec![Ident::new("id", name.span())]),
            treat_none_as_default,
            treat_none_as_null,
        })
    }
}

impl DieselField {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut field = Self::default();
        each(attributes, "diesel", |meta| {
            if meta.path.is_ident("column_name") {
                field.column_name = Some(named(&meta, "column_name = name")?);
            } else if meta.path.is_ident("skip_insertion") {
                field.skip_insertion = true;
            } else if meta.path.is_ident("skip_update") {
                field.skip_update = true;
            } else if meta.path.is_ident("treat_none_as_null") {
                field.treat_none_as_null = Some(boolean(&meta)?);
            } else if meta.path.is_ident("treat_none_as_default_value") {
                field.treat_none_as_default = Some(boolean(&meta)?);
            } else if meta.path.is_ident("embed") {
                field.embed = Some(meta.path.span());
            } else if meta.path.is_ident("serialize_as") {
                field.serialize_as = Some(meta.path.span());
                skip(&meta)?;
            } else {
                skip(&meta)?;
            }
            Ok(())
        })?;
        Ok(field)
    }
}

/// Who owns the rows, as `#[scoped(..)]` says it.
pub(crate) enum Ownership {
    Tenant { column: Ident },
    Global,
}

pub(crate) struct ScopedStruct {
    pub(crate) ownership: Ownership,
    pub(crate) key: Option<Type>,
    pub(crate) application_key: bool,
}

const HOW: &str = "say who owns the rows: `#[scoped(tenant = tenant_id)]` with the name of the \
                   tenant column, `#[scoped(tenant = id)]` for the table of the tenants, or \
                   `#[scoped(global)]` for rows that every tenant reads and none writes";

impl ScopedStruct {
    pub(crate) fn parse(attributes: &[Attribute], name: &Ident) -> Result<Self> {
        let mut tenant: Option<Ident> = None;
        let mut global: Option<Span> = None;
        let mut key = None;
        let mut application_key = false;
        let mut at = None;
        each(attributes, "scoped", |meta| {
            at.get_or_insert(meta.path.span());
            if meta.path.is_ident("tenant") {
                let column = meta
                    .value()
                    .and_then(syn::parse::ParseBuffer::parse)
                    .map_err(|_| meta.error("write the name of the tenant column, without quotes: `tenant = tenant_id`"))?;
                if tenant.replace(column).is_some() {
                    return Err(meta.error("a row has one owner: `tenant` is said twice"));
                }
            } else if meta.path.is_ident("global") {
                global = Some(meta.path.span());
            } else if meta.path.is_ident("key") {
                let said = meta
                    .value()
                    .and_then(syn::parse::ParseBuffer::parse::<Type>)
                    .map_err(|_| meta.error("write the type of the key: `key = CustomerId`"))?;
                if key.replace(said).is_some() {
                    return Err(meta.error("a tenant's key has one type: `key` is said twice"));
                }
            } else if meta.path.is_ident("application_key") {
                application_key = true;
            } else {
                return Err(meta.error(
                    "unknown attribute: `scoped` takes `tenant = ..`, `global`, `key = ..` and \
                     `application_key`",
                ));
            }
            Ok(())
        })?;
        let ownership = match (tenant, global) {
            (Some(column), None) => Ownership::Tenant { column },
            (None, Some(_)) => Ownership::Global,
            (Some(_), Some(span)) => {
                return Err(Error::new(
                    span,
                    "a row is a tenant's or everybody's: take either `tenant` or `global` away",
                ));
            }
            (None, None) => return Err(Error::new(at.unwrap_or_else(|| name.span()), HOW)),
        };
        Ok(Self {
            ownership,
            key,
            application_key,
        })
    }
}

fn each(
    attributes: &[Attribute],
    name: &str,
    mut with: impl FnMut(ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    for attribute in attributes.iter().filter(|a| a.path().is_ident(name)) {
        if name == "scoped" && matches!(attribute.meta, syn::Meta::Path(_)) {
            return Err(Error::new(attribute.span(), HOW));
        }
        attribute.parse_nested_meta(&mut with)?;
    }
    Ok(())
}

/// A name, which diesel used to take as a string.
fn named<N: syn::parse::Parse>(meta: &ParseNestedMeta<'_>, example: &str) -> Result<N> {
    meta.value()
        .and_then(syn::parse::ParseBuffer::parse)
        .map_err(|_| meta.error(format!("write the name without quotes: `{example}`")))
}

fn boolean(meta: &ParseNestedMeta<'_>) -> Result<bool> {
    Ok(meta.value()?.parse::<LitBool>()?.value)
}

/// Passes over an attribute that is diesel's business.
fn skip(meta: &ParseNestedMeta<'_>) -> Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>().map(drop)
    } else if meta.input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in meta.input);
        content.parse::<proc_macro2::TokenStream>().map(drop)
    } else {
        Ok(())
    }
}

/// The table that diesel takes for a struct that names none: `NewItem` is of
/// `new_items`.
fn default_table(name: &Ident) -> Ident {
    let mut table = String::new();
    for (at, letter) in name.to_string().char_indices() {
        if letter.is_uppercase() && at > 0 {
            table.push('_');
        }
        table.extend(letter.to_lowercase());
    }
    if !table.ends_with('s') {
        table.push('s');
    }
    Ident::new(&table, name.span())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_as_diesel_names_it() {
        let of = |name: &str| default_table(&Ident::new(name, Span::call_site())).to_string();
        assert_eq!(of("Item"), "items");
        assert_eq!(of("ThreadCandidate"), "thread_candidates");
        assert_eq!(of("News"), "news");
    }
}
