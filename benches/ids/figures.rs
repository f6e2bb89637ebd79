//! What was measured on one backend, and the tables of all of them, in Markdown.

/// One line of a table.
struct Figure {
    what: &'static str,
    reckoned: &'static str,
    measured: String,
}

/// The figures of one backend: tables with the same lines for each.
#[derive(Default)]
pub(crate) struct Figures {
    tables: Vec<(&'static str, Vec<Figure>)>,
}

/// The bytes of a row that a public id adds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sum {
    pub(crate) column: f64,
    pub(crate) index: f64,
}

/// What the chart shows of one backend.
#[derive(Debug)]
pub(crate) struct Series {
    /// The name of the backend, without its version.
    pub(crate) name: &'static str,
    /// The time of a batch with version 4 over one with version 7, as the table grows.
    pub(crate) growth: Vec<f64>,
    /// What ids of version 7, and of version 4, add to a row.
    pub(crate) added: [Sum; 2],
}

impl Figures {
    /// Begins a table, of which this is the first head.
    pub(crate) fn table(&mut self, head: &'static str) {
        self.tables.push((head, Vec::new()));
    }

    pub(crate) fn line(&mut self, what: &'static str, measured: String) {
        self.reckoned(what, "", measured);
    }

    pub(crate) fn reckoned(
        &mut self,
        what: &'static str,
        reckoned: &'static str,
        measured: String,
    ) {
        let (_, lines) = self.tables.last_mut().expect("`table` before");
        lines.push(Figure {
            what,
            reckoned,
            measured,
        });
    }
}

/// Prints the tables, with a column for each backend, and one for what is reckoned where
/// something is.
pub(crate) fn print(backends: &[(String, Figures)]) {
    let Some((_, first)) = backends.first() else {
        return;
    };
    for (at, (head, lines)) in first.tables.iter().enumerate() {
        let reckons = lines.iter().any(|line| !line.reckoned.is_empty());
        let reckoned = |text: &str| {
            if reckons {
                format!(" {text} |")
            } else {
                String::new()
            }
        };
        let names: Vec<&str> = backends.iter().map(|(name, _)| name.as_str()).collect();
        println!(
            "\n| {head} |{} {} |",
            reckoned("reckoned"),
            names.join(" | ")
        );
        println!(
            "|---|{}{}",
            if reckons { "---:|" } else { "" },
            "---:|".repeat(names.len())
        );
        for (row, line) in lines.iter().enumerate() {
            let measured = backends
                .iter()
                .map(|(_, figures)| &*figures.tables[at].1[row].measured);
            let measured: Vec<&str> = measured.collect();
            println!(
                "| {} |{} {} |",
                line.what,
                reckoned(line.reckoned),
                measured.join(" | ")
            );
        }
    }
}
