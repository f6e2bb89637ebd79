//! Rows that are given one by one.

/// Rows that are given one by one, from the database or from what was loaded.
pub(super) enum OneByOne<L, M> {
    Lent(L),
    Loaded(M),
}

impl<T, L: Iterator<Item = T>, M: Iterator<Item = T>> Iterator for OneByOne<L, M> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Lent(rows) => rows.next(),
            Self::Loaded(rows) => rows.next(),
        }
    }
}

/// Rows on loan. They must come back before the connection does.
pub(super) struct Lent<'a, I> {
    pub(super) rows: I,
    pub(super) lent: &'a mut u32,
}

impl<I: Iterator> Iterator for Lent<'_, I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.rows.next()
    }
}

impl<I> Drop for Lent<'_, I> {
    fn drop(&mut self) {
        *self.lent -= 1;
    }
}
