//! The table of figures, in Markdown: one row a statement, and the geometric mean.

/// Figures of both sides, as they are printed, and their ratios.
#[derive(Debug)]
pub(crate) struct Table {
    mean_goal: Option<f64>,
    ratios: Vec<f64>,
}

impl Table {
    /// Prints the head. `mean_goal` is what the mean of all ratios must not exceed.
    pub(crate) fn begin(what: &str, mean_goal: Option<f64>) -> Self {
        println!(
            "| {:<24} | {:>11} | {:>11} | {:>5} | {:>6} | reached |",
            what, "by hand", "scoped", "ratio", "goal"
        );
        println!(
            "|{:-<26}|{:->12}:|{:->12}:|{:->6}:|{:->7}:|---------|",
            "", "", "", "", ""
        );
        Self {
            mean_goal,
            ratios: Vec::new(),
        }
    }

    /// Prints a row.
    pub(crate) fn row(&mut self, name: &str, by_hand: u64, scoped: u64, ratio: f64, goal: f64) {
        self.ratios.push(ratio);
        println!(
            "| {name:<24} | {by_hand:>11} | {scoped:>11} | {ratio:>5.2} | {goal:>6.2} | {:<7} |",
            reached(ratio, goal)
        );
    }

    /// Prints a row of counts, which need no rounds.
    pub(crate) fn row_of_counts(&mut self, name: &str, by_hand: u64, scoped: u64, goal: f64) {
        let number = |count: u64| f64::from(u32::try_from(count).expect("a small number"));
        self.row(
            name,
            by_hand,
            scoped,
            number(scoped) / number(by_hand),
            goal,
        );
    }

    /// Prints a row for a statement that the library does not have.
    pub(crate) fn missing(&mut self, name: &str, by_hand: u64, goal: f64) {
        println!(
            "| {name:<24} | {by_hand:>11} | {:>11} | {:>5} | {goal:>6.2} | {:<7} |",
            "", "", ""
        );
    }

    /// Prints the geometric mean of the ratios.
    pub(crate) fn end(self) {
        let logs: f64 = self.ratios.iter().map(|ratio| ratio.ln()).sum();
        let count = u32::try_from(self.ratios.len()).expect("a small number");
        let mean = (logs / f64::from(count)).exp();
        let (goal, word) = match self.mean_goal {
            Some(goal) => (format!("{goal:.2}"), reached(mean, goal)),
            None => (String::new(), ""),
        };
        println!(
            "| {:<24} | {:>11} | {:>11} | {mean:>5.2} | {goal:>6} | {word:<7} |",
            format!("geometric mean of {count}"),
            "",
            ""
        );
    }
}

/// As the table shows it: to two digits.
fn reached(ratio: f64, goal: f64) -> &'static str {
    if (ratio * 100.0).round() <= (goal * 100.0).round() {
        "yes"
    } else {
        "no"
    }
}
