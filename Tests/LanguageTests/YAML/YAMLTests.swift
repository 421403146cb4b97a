import Language
import Testing

/// What is read of a YAML text, and what is said of a wrong one.
struct YAMLTests {
    private func read(_ text: String) -> (YAMLNode?, [String]) {
        let diagnostics = Diagnostics()
        let node = YAMLDocument.read(text, file: "f.yaml", diagnostics: diagnostics)
        return (node, diagnostics.sorted.map(\.description))
    }

    @Test(arguments: [
        ("a: [1, 2", "f.yaml:1:9: error[TL101]: while parsing a flow sequence, did not find expected"),
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: error[TL102]: the key 'a' stands twice in one mapping (keep one of them)"),
        (
            "x:\n  - {b: 1}\n  - c: 1\n    d: 1\n    c: 2\n",
            "f.yaml:5:5: error[TL102]: the key 'c' stands twice in one mapping (keep one of them)"
        ),
        ("a: *nobody", "f.yaml:1:4: error[TL101]: found undefined alias"),
    ])
    func `a file that is not YAML is said with its place`(text: String, expected: String) {
        let (node, said) = read(text)
        #expect((node == nil) == expected.contains("TL101"))
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix(expected.prefix(expected.count)) == true, "\(said)")
    }

    @Test func `an alias bomb is refused`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...7 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        let (node, said) = read(text)
        #expect(node == nil)
        #expect(said.count == 1 && said[0].contains("TL103"), "\(said)")
    }

    @Test func `scalars stay the text that was written`() {
        let (node, said) = read("a: no\nb: 08:30\nc: 2026-01-05\nd: 1_000\ne: ~\n")
        #expect(said.isEmpty)
        guard case .mapping(let entries) = node?.kind else { return #expect(Bool(false), "no mapping") }
        #expect(entries.map(\.value.text) == ["no", "08:30", "2026-01-05", "1_000", "~"])
        #expect(entries.map(\.value.isNull) == [false, false, false, false, true])
    }

    @Test(arguments: [
        // Text, the marked word inside the scalar `k`, where it stands in the file.
        ("k: one two", "two", 1, 8),
        ("k: 'it''s two'", "two", 1, 11),
        ("k: \"a\\tb \\u00e4 two\"", "two", 1, 17),
        ("k: |\n  one\n  two\n", "two", 3, 3),
        ("k: >-\n  one\n  two\n  three\n", "three", 4, 3),
        ("k: |\n  one\n    deeper two\n", "two", 3, 12),
        ("k: 'ä ö two'", "two", 1, 9),
        ("a:\n  b:\n    k: 'x && two'", "two", 3, 14),
    ])
    func `a place inside a scalar is a place in the file`(text: String, word: String, line: Int, column: Int) throws {
        let (node, said) = read(text)
        #expect(said.isEmpty)
        let scalar = try #require(node.flatMap { find("k", in: $0) })
        let value = try #require(scalar.text)
        let offset = try #require(value.utf8.indices(of: word))
        #expect(scalar.position(atOffset: offset) == Position(file: "f.yaml", line: line, column: column))
    }

    private func find(_ key: String, in node: YAMLNode) -> YAMLNode? {
        guard case .mapping(let entries) = node.kind else { return nil }
        return entries.first { $0.key.text == key }?.value ?? entries.lazy.compactMap { find(key, in: $0.value) }.first
    }
}

extension String.UTF8View {
    fileprivate func indices(of word: String) -> Int? {
        let bytes = Array(self)
        let wanted = Array(word.utf8)
        return bytes.indices.first { bytes[$0...].starts(with: wanted) }
    }
}
