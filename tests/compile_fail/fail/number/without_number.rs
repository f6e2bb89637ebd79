use tenancy::numbers::Series;
use tenancy::series;

const INVOICES: Series = series!(gap_free "invoice", "INV-{year}");

fn main() {
    let _ = INVOICES;
}
