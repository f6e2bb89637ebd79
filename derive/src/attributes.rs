//! The `#[diesel(..)]` and `#[scoped(..)]` attributes, as far as the derives read
//! them.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, Ident, LitBool, Path, Result, Token, Type};

use crate::kept::Kept;
use crate::scoped::proof;
use crate::scoped::public_id::PublicId;
use crate::scoped::text_id::TextId;

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
    Tenant { column: Ident, nobody: Nobody },
    Parent { model: Path, column: Ident },
    Global,
}

impl Ownership {
    /// The column that says whose a row is.
    pub(crate) fn column(&self) -> Option<&Ident> {
        match self {
            Self::Tenant { column, .. } | Self::Parent { column, .. } => Some(column),
            Self::Global => None,
        }
    }
}

/// What a row without a tenant is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nobody {
    /// There is none.
    Never,
    /// Nobody's: no tenant sees it.
    Hidden,
    /// Everybody's, to read.
    Everybodys,
}

pub(crate) struct ScopedStruct {
    pub(crate) ownership: Ownership,
    pub(crate) key: Option<Type>,
    pub(crate) application_key: bool,
    /// The models that columns refer to, and the columns.
    pub(crate) references: Vec<(Path, Ident)>,
    /// The column that proves a credential.
    pub(crate) proof: Option<Ident>,
    pub(crate) writers: Writers,
    pub(crate) kept: Kept,
    pub(crate) public_id: PublicId,
    pub(crate) text_id: TextId,
}

/// Who writes the rows of tenants.
#[derive(Clone, Copy, Default)]
pub(crate) enum Writers {
    #[default]
    Tenants,
    /// The library's directory. Tenants read.
    Directory(Span),
    /// The library's directory, which alone reads too.
    Hidden(Span),
    /// Migrations. Operators read.
    Migrations(Span),
}

impl Writers {
    /// Where it is said, if it is not the usual.
    pub(crate) fn said(self) -> Option<Span> {
        match self {
            Self::Tenants => None,
            Self::Directory(span) | Self::Hidden(span) | Self::Migrations(span) => Some(span),
        }
    }
}

const HOW: &str = "say who owns the rows: `#[scoped(tenant = tenant_id)]` with the name of the \
                   tenant column, `#[scoped(tenant = id)]` for the table of the tenants, \
                   `#[scoped(parent(Thread, on = thread_id))]` for rows that belong through their \
                   parent, or `#[scoped(global)]` for rows that every tenant reads and none writes";

/// What was said, before it is put together.
#[derive(Default)]
struct Said {
    at: Option<Span>,
    tenant: Option<Ident>,
    parent: Option<(Path, Ident)>,
    global: Option<Span>,
    nullable: Option<Span>,
    global_rows: Option<Span>,
    key: Option<Type>,
    application_key: bool,
    references: Vec<(Path, Ident)>,
    proof: Option<Ident>,
    writers: Writers,
    kept: Kept,
    public_id: PublicId,
    text_id: TextId,
}

impl ScopedStruct {
    pub(crate) fn parse(attributes: &[Attribute], name: &Ident) -> Result<Self> {
        let mut said = Said::default();
        each(attributes, "scoped", |meta| said.hear(&meta))?;
        let ownership = said.ownership(name)?;
        if let (Some(key), Ownership::Parent { .. }) = (&said.key, &ownership) {
            return Err(Error::new_spanned(
                key,
                "rows that belong through their parent have the parent's key: take `key` away",
            ));
        }
        if let (Some(span), Ownership::Parent { .. } | Ownership::Global) =
            (said.writers.said(), &ownership)
        {
            return Err(Error::new(span, "`written_by` goes with `tenant = ..`"));
        }
        Ok(Self {
            ownership,
            key: said.key,
            application_key: said.application_key,
            references: said.references,
            proof: said.proof,
            writers: said.writers,
            kept: said.kept,
            public_id: said.public_id,
            text_id: said.text_id,
        })
    }
}

impl Said {
    fn hear(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let span = meta.path.span();
        self.at.get_or_insert(span);
        if meta.path.is_ident("tenant") {
            let column = meta
                .value()
                .and_then(syn::parse::ParseBuffer::parse)
                .map_err(|_| {
                    meta.error(
                        "write the name of the tenant column, without quotes: `tenant = tenant_id`",
                    )
                })?;
            if self.tenant.replace(column).is_some() {
                return Err(meta.error("a row has one owner: `tenant` is said twice"));
            }
        } else if meta.path.is_ident("parent") {
            if self.parent.replace(parent(meta)?).is_some() {
                return Err(meta.error("a row has one parent: `parent` is said twice"));
            }
        } else if meta.path.is_ident("proof") {
            if self.proof.replace(proof::named(meta)?).is_some() {
                return Err(meta.error("one column proves a credential: `proof` is said twice"));
            }
        } else if meta.path.is_ident("references") {
            self.references.push(referred(meta)?);
        } else if meta.path.is_ident("global") {
            self.global = Some(span);
        } else if meta.path.is_ident("nullable") {
            self.nullable = Some(span);
        } else if meta.path.is_ident("global_rows") {
            self.global_rows = Some(span);
        } else if meta.path.is_ident("key") {
            let said = meta
                .value()
                .and_then(syn::parse::ParseBuffer::parse::<Type>)
                .map_err(|_| meta.error("write the type of the key: `key = CustomerId`"))?;
            if self.key.replace(said).is_some() {
                return Err(meta.error("a tenant's key has one type: `key` is said twice"));
            }
        } else if meta.path.is_ident("application_key") {
            self.application_key = true;
        } else if meta.path.is_ident("written_by") {
            self.writers = writers(meta)?;
        } else if !self.text_id.hear(meta)?
            && !self.public_id.hear(meta)?
            && !self.kept.hear(meta)?
        {
            return Err(meta.error(
                "unknown attribute: `scoped` takes `tenant = ..`, `parent(..)`, `global`, \
                 `nullable`, `global_rows`, `key = ..`, `application_key`, `references(..)`, \
                 `proof = ..`, `public_id = ..`, `public_id(parent)`, `public_prefix = ..`, \
                 `text_id = ..`, `type_id = ..`, `created = ..`, `touch = ..`, `soft_delete = ..` and `version = ..`",
            ));
        }
        Ok(())
    }

    fn ownership(&self, name: &Ident) -> Result<Ownership> {
        let nobody = self.nobody()?;
        match (&self.tenant, &self.parent, self.global) {
            (Some(column), None, None) => Ok(Ownership::Tenant {
                column: column.clone(),
                nobody,
            }),
            (None, Some((model, column)), None) => {
                if model.is_ident(name) {
                    return Err(Error::new_spanned(
                        model,
                        "a row cannot belong through a row of its own table: that would have no \
                         end. Give the table a tenant column, and say `tenant = ..`",
                    ));
                }
                Ok(Ownership::Parent {
                    model: model.clone(),
                    column: column.clone(),
                })
            }
            (None, None, Some(_)) => Ok(Ownership::Global),
            (Some(_), _, Some(span)) => Err(Error::new(
                span,
                "a row is a tenant's or everybody's: take either `tenant` or `global` away",
            )),
            (None, Some(_), Some(span)) => Err(Error::new(
                span,
                "a row belongs through its parent, or is everybody's: take either `parent` or \
                 `global` away",
            )),
            (Some(column), Some(_), None) => Err(Error::new(
                column.span(),
                "a row has one owner: with a tenant column it needs no `parent`, take that away",
            )),
            (None, None, None) => Err(Error::new(self.at.unwrap_or_else(|| name.span()), HOW)),
        }
    }

    fn nobody(&self) -> Result<Nobody> {
        let nobody = match (self.nullable, self.global_rows) {
            (None, None) => return Ok(Nobody::Never),
            (Some(_), Some(span)) => {
                return Err(Error::new(
                    span,
                    "a row without a tenant is nobody's (`nullable`) or everybody's \
                     (`global_rows`): take one of them away",
                ));
            }
            (Some(span), None) => (span, Nobody::Hidden),
            (None, Some(span)) => (span, Nobody::Everybodys),
        };
        if self.tenant.is_none() {
            return Err(Error::new(
                nobody.0,
                "only a tenant column can be without a tenant: say `tenant = ..`, too",
            ));
        }
        Ok(nobody.1)
    }
}

/// `written_by = directory`, of the library's own models.
fn writers(meta: &ParseNestedMeta<'_>) -> Result<Writers> {
    let who: Ident = meta.value()?.parse()?;
    if who == "directory" {
        Ok(Writers::Directory(meta.path.span()))
    } else if who == "directory_alone" {
        Ok(Writers::Hidden(meta.path.span()))
    } else if who == "migrations" {
        Ok(Writers::Migrations(meta.path.span()))
    } else {
        Err(Error::new(
            who.span(),
            "`directory`, `directory_alone` or `migrations`",
        ))
    }
}

/// `parent(Thread, on = thread_id)`.
fn parent(meta: &ParseNestedMeta<'_>) -> Result<(Path, Ident)> {
    model_on(meta).map_err(|_| {
        meta.error(
            "write the parent's model, and the column that leads to it: \
             `parent(Thread, on = thread_id)`",
        )
    })
}

fn referred(meta: &ParseNestedMeta<'_>) -> Result<(Path, Ident)> {
    model_on(meta).map_err(|_| {
        meta.error(
            "write the model that the column refers to, and the column: \
             `references(Category, on = category_id)`",
        )
    })
}

/// `(Thread, on = thread_id)`.
fn model_on(meta: &ParseNestedMeta<'_>) -> Result<(Path, Ident)> {
    let content;
    syn::parenthesized!(content in meta.input);
    let model = content.parse()?;
    content.parse::<Token![,]>()?;
    let on: Ident = content.parse()?;
    if on != "on" {
        return Err(Error::new(on.span(), "not `on`"));
    }
    content.parse::<Token![=]>()?;
    let column = content.parse()?;
    content.parse::<Option<Token![,]>>()?;
    Ok((model, column))
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
