//! The README shows what the code is, and what it prints.

fn file(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap()
}

#[test]
fn what_the_readme_shows_is_there() {
    let readme = file("README.md");
    let mut shown = 0;
    for part in readme.split("<!-- ").skip(1) {
        let (path, rest) = part.split_once(" -->").unwrap();
        let (_, rest) = rest.split_once("```").unwrap();
        let (_, rest) = rest.split_once('\n').unwrap();
        let (block, _) = rest.split_once("```").unwrap();
        assert!(file(path).contains(block), "{path} is another one");
        shown += 1;
    }
    assert_eq!(shown, 4);
    assert!(readme.contains(&file("expected/sqlite.txt")));
}
