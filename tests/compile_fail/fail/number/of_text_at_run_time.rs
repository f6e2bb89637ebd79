use tenancy::numbers::Series;
use tenancy::series;

fn main() {
    let format = std::env::args().next().unwrap();
    let _: Series = series!(gap_free "invoice", &format);
}
