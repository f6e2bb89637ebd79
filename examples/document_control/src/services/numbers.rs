//! Numbers for people: `P1-LETTER-0001`. Each project counts each type of documents by itself, and the
//! number is no key of anything.

use diesel::prelude::*;
use tenancy::Error;
use tenancy::prelude::*;

use crate::models::{DocumentNumberCounter, DocumentNumberFormat, Project};
use crate::schema::{document_number_counters as counters, document_number_formats as formats};
use crate::{Caller, Session};

/// What a number looks like where the project says nothing else.
const USUAL: &str = "{project}-{type}-{number}";

/// The next number. It is taken with the transaction, so that none is left out: who comes next waits
/// for the counter's row until this one is committed or rolled back.
pub(crate) fn next(
    caller: &Caller,
    session: &mut Session,
    project: &Project,
    type_code: &str,
) -> tenancy::Result<String> {
    let number = count(caller, session, project.id, type_code)?;
    let format: Option<DocumentNumberFormat> = Repo::<DocumentNumberFormat>::new(&caller.scope)
        .query()
        .filter(formats::project_id.eq(project.id))
        .filter(formats::type_code.eq(type_code))
        .first(session)
        .optional()?;
    let template = format.map_or_else(|| USUAL.to_owned(), |format| format.format_template);
    Ok(template
        .replace("{project}", &project.project_code)
        .replace("{type}", type_code)
        .replace("{number}", &format!("{number:04}")))
}

fn count(
    caller: &Caller,
    session: &mut Session,
    project: RowId<Project>,
    type_code: &str,
) -> tenancy::Result<i32> {
    let repo = Repo::<DocumentNumberCounter>::new(&caller.scope);
    let key = || (project, type_code.to_owned());
    let counted = repo
        .update(key())
        .set(counters::last_number.eq(counters::last_number + 1))
        .execute(session);
    match counted {
        Err(Error::NotFound) => {
            begin(caller, session, project, type_code, 1)?;
            Ok(1)
        }
        counted => {
            counted?;
            let counter: DocumentNumberCounter = repo.find(key()).first(session)?;
            Ok(counter.last_number)
        }
    }
}

/// Makes a counter. A type that has a format has one from the beginning: two who need it for the
/// first time at once would both make it, and one of them would have to try again.
pub(crate) fn begin(
    caller: &Caller,
    session: &mut Session,
    project: RowId<Project>,
    type_code: &str,
    last_number: i32,
) -> tenancy::Result<()> {
    Repo::<DocumentNumberCounter>::new(&caller.scope)
        .insert((
            counters::project_id.eq(project),
            counters::type_code.eq(type_code),
            counters::last_number.eq(last_number),
        ))
        .execute(session)?;
    Ok(())
}
