use tenancy::numbers::Series;
use tenancy::series;

const INVOICES: Series = series!(gap_free "invoice", "INV-{yaer}-{number:4}");

fn main() {
    let _ = INVOICES;
}
