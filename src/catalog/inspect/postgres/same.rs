//! Whether a stored condition is one that the catalog generates.
//!
//! PostgreSQL gives a condition back in a form of its own: with parentheses around each part,
//! casts of literals, and names qualified only where they must be. Both are brought into one
//! form: no parentheses that an `AND` or an `=` does not need, and no qualifiers but the
//! aliases, which only the catalog makes.

/// The condition in that form.
pub(super) fn plain(condition: &str) -> String {
    let tokens = tokens(condition);
    let mut rest = tokens.as_slice();
    let group = group(&mut rest);
    // Parentheses around everything.
    let whole = group
        .strip_prefix("( ")
        .and_then(|inner| inner.strip_suffix(" )"));
    whole
        .filter(|inner| is_balanced(inner))
        .unwrap_or(&group)
        .to_owned()
}

fn is_balanced(text: &str) -> bool {
    let mut depth = 0;
    text.split(' ').all(|token| {
        match token {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth >= 0
    })
}

/// Reads until a parenthesis closes that was open before.
fn group(rest: &mut &[String]) -> String {
    let mut parts: Vec<String> = Vec::new();
    while let Some((token, after)) = rest.split_first() {
        *rest = after;
        match token.as_str() {
            ")" => break,
            "(" => {
                let inner = group(rest);
                parts.push(if needs_parentheses(&inner) {
                    format!("( {inner} )")
                } else {
                    inner
                });
            }
            _ => parts.push(token.clone()),
        }
    }
    parts.join(" ")
}

/// An OR, or a query of its own.
fn needs_parentheses(group: &str) -> bool {
    let mut depth = 0;
    let mut outer = group.split(' ').filter(|token| {
        match *token {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => return depth == 0,
        }
        false
    });
    outer.any(|token| matches!(token, "or" | "select"))
}

/// Names, texts, numbers and signs. `::text` is left out, since it only says what a literal
/// or a `varchar` is anyway.
fn tokens(condition: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = condition.chars().peekable();
    while let Some(c) = chars.next() {
        let mut token = String::from(c);
        if c.is_whitespace() {
            continue;
        } else if c == '\'' {
            for c in chars.by_ref() {
                token.push(c);
                if c == '\'' {
                    break;
                }
            }
        } else if is_of_name(c) {
            let mut quoted = c == '"';
            while let Some(c) = chars.next_if(|c| quoted || is_of_name(*c)) {
                quoted ^= c == '"';
                token.push(c);
            }
            token = unqualified(&token);
        } else if c == ':' && chars.next_if_eq(&':').is_some() {
            token.push(':');
        }
        let is_cast = tokens.last().is_some_and(|last| last == "::");
        if is_cast && token == "text" {
            tokens.pop();
        } else {
            tokens.push(token);
        }
    }
    tokens
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '"' | '.')
}

/// `notes.item_id` as `item_id`; an alias of the catalog stays. A dot in quotes is one of the
/// name's.
fn unqualified(name: &str) -> String {
    let mut quoted = false;
    let dot = name.char_indices().filter(|(_, c)| {
        quoted ^= *c == '"';
        *c == '.' && !quoted
    });
    match dot.last() {
        Some((at, _)) if is_alias(&fold(&name[..at])) => fold(name),
        Some((at, _)) => fold(&name[at + 1..]),
        None => fold(name),
    }
}

/// Whether the catalog calls a parent's row so. The library's own tables begin alike.
fn is_alias(name: &str) -> bool {
    name.strip_prefix("tenancy_")
        .is_some_and(|depth| depth.bytes().all(|sign| sign.is_ascii_digit()))
}

/// Without quotes, and in lower case outside of them. A space within would end the token, and a
/// dot would part the name.
fn fold(name: &str) -> String {
    let mut quoted = false;
    let folded = name.chars().filter_map(|c| {
        if c == '"' {
            quoted = !quoted;
            return None;
        }
        match c {
            ' ' => Some('\u{a0}'),
            '.' if quoted => Some('\u{2024}'),
            _ if quoted => Some(c),
            _ => Some(c.to_ascii_lowercase()),
        }
    });
    folded.collect()
}

#[cfg(test)]
mod tests {
    use super::{plain, unqualified};

    const STORED: &str = r#"(EXISTS ( SELECT 1
   FROM gear."Words" tenancy_1
  WHERE ((tenancy_1.id = "Notes"."tag id") AND (EXISTS ( SELECT 1
           FROM tags tenancy_2
          WHERE ((tenancy_2.id = tenancy_1."tag id") AND ((tenancy_2.tenant_id = (NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text))::bigint) OR (tenancy_2.tenant_id IS NULL))))))))"#;

    const MADE: &str = r#"EXISTS (SELECT 1 FROM "gear"."Words" tenancy_1 WHERE tenancy_1."id" = "Notes"."tag id" AND EXISTS (SELECT 1 FROM "tags" tenancy_2 WHERE tenancy_2."id" = tenancy_1."tag id" AND (tenancy_2."tenant_id" = nullif(current_setting('tenancy.tenant_id', true), '')::bigint OR tenancy_2."tenant_id" IS NULL)))"#;

    #[test]
    fn what_was_stored_is_what_was_made() {
        assert_eq!(plain(STORED), plain(MADE));
        let stored =
            "((tenant)::text = NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text))";
        let made = r#""t"."tenant" = nullif(current_setting('tenancy.tenant_id', true), '')"#;
        assert_eq!(plain(stored), plain(made));
        assert_eq!(plain("(true)"), "true");
    }

    #[test]
    fn another_condition_stays_another() {
        // The NULL is tested beside the tie to the child, not under it.
        let loose = MADE.replace(
            "AND (tenancy_2.\"tenant_id\" = nullif(current_setting('tenancy.tenant_id', true), '')::bigint OR",
            "AND tenancy_2.\"tenant_id\" = nullif(current_setting('tenancy.tenant_id', true), '')::bigint OR",
        );
        let loose = loose.replace("IS NULL)))", "IS NULL))");
        assert_ne!(plain(&loose), plain(MADE));
        for other in [
            MADE.replace("tenancy_2.\"id\"", "tenancy_1.\"id\""),
            MADE.replace("tenancy.tenant_id", "app.tenant_id"),
            MADE.replace(" = tenancy_1.", " <> tenancy_1."),
            format!("{MADE} OR true"),
        ] {
            assert_ne!(plain(&other), plain(MADE));
        }
        assert_ne!(plain("a = 'x y'"), plain("a = 'xy'"));
        assert_ne!(plain(r#""items.a" = 1"#), plain("items.a = 1"));
        assert_ne!(plain(r#""tenancy_1.a" = 1"#), plain("tenancy_1.a = 1"));
    }

    /// The library's own tables are called alike, and are no aliases.
    #[test]
    fn a_parents_alias_stays_and_a_table_does_not() {
        assert_eq!(unqualified("tenancy_1.id"), "tenancy_1.id");
        assert_eq!(unqualified("tenancy_users.id"), "id");
    }
}
