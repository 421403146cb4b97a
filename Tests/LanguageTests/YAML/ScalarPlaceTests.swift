import TestSupport
import Testing

@testable import Language

/// Places inside scalars, however they are written: each letter of the decoded text stands where its written form begins.
struct ScalarPlaceTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let text: String
        /// A word of the decoded scalar, and where it is written.
        let word: String
        let line: Int
        let column: Int

        init(_ text: String, _ word: String, _ line: Int, _ column: Int) {
            (self.text, self.word, self.line, self.column) = (text, word, line, column)
        }

        var testDescription: String { text.debugDescription }
    }

    private static let quoted = [
        Row("k: 'one ''two'' three'", "three", 1, 17), Row("k: 'it''s ''''two'", "two", 1, 15),
        Row("k: 'one\n  two\n\n  three'", "three", 4, 3), Row("k: 'one   \n     two'", "two", 2, 6),
        Row("k: \"a \\\"b\\\" two\"", "two", 1, 13), Row("k: \"\\x41\\u00e9\\U0001F600 two\"", "two", 1, 26),
        Row("k: \"\\t\\n\\\\\\/\\_\\N\\L\\P\\e\\0\\a\\b\\v\\f\\r\\  two\"", "two", 1, 38),
        Row("k: \"one \\\n   two\"", "two", 2, 4), Row("k: \"one\\\n   \\  two\"", "two", 2, 7),
        Row("k: \"one\n\n\n  two\"", "two", 4, 3), Row("k: \"one \\\n\n  two\"", "two", 3, 3),
        Row("k: \"tab\\\there two\"", "two", 1, 15), Row("k:\n  - \"x\"\n  - 'éé two'", "two", 3, 9),
        Row("k: \"日本語 two\"", "two", 1, 9), Row("k: 'e\u{301}e\u{301} two'", "two", 1, 10),
        Row("k: '👩‍👩‍👧 two'", "two", 1, 11), Row("k: \"\\ud7ff two\"", "two", 1, 12),
        Row("{a: 1, k: 'one two'}", "two", 1, 16), Row("k: !!str 'one two'", "two", 1, 15),
        Row("k: &name 'one two'", "two", 1, 15), Row("k: &name\n  'one two'", "two", 2, 8),
        Row("k: &n !!str \"one two\"", "two", 1, 18),
    ]

    private static let blocks = [
        Row("k: |\n  one\n\n  two\n", "two", 4, 3), Row("k: |\n\n\n  two\n", "two", 4, 3),
        Row("k: |-\n    one\n      two\n", "two", 3, 7), Row("k: |+\n  one\n  two\n\n\n", "two", 3, 3),
        Row("k: |2\n    one\n  two\n", "two", 3, 3), Row("a:\n  k: |1-\n     one\n   two\n", "two", 4, 4),
        Row("- k: |2\n      one\n    two\n", "two", 3, 5), Row("- |2\n    one\n  two\n", "two", 3, 3),
        Row("k: |-2\n    one\n  two", "two", 3, 3), Row("k: | # words\n  one two\n", "two", 2, 7),
        Row("k: >\n  one\n  three two\n", "two", 3, 9), Row("k: >-\n  one\n\n  two\n", "two", 4, 3),
        Row("k: >-\n  one\n\n\n  x two\n", "two", 5, 5), Row("k: >\n  one\n    more\n  two\n", "two", 4, 3),
        Row("k: >\n  one\n    more\n\n    two\n", "two", 5, 5), Row("k: >+\n  one\n\n    deep\n\n  two\n", "two", 6, 3),
        Row("k: >\n\n  one\n  two", "two", 4, 3), Row("k: |\r\n  one\r\n  two\r\n", "two", 3, 3),
        Row("k: >\r\n  one\r\n  two\r\n", "two", 3, 3), Row("k: |\n  é日\u{1F600} two\n", "two", 2, 7),
        Row("k: |\n  one\t two\n", "two", 2, 8), Row("k: |\n  one   \n     \n  two\n", "two", 4, 3),
        Row("k: &name |\n  one\n  two\n", "two", 3, 3), Row("k: !!str >\n  one\n  two\n", "two", 3, 3),
        Row("items:\n  - when: |\n      one &&\n      two\n    next: 1\n", "two", 4, 7),
        Row("items:\n  - a:\n      - when: >-\n          one &&\n          two\n", "two", 5, 11),
    ]

    private static let plain = [
        Row("k: one two", "two", 1, 8), Row("k: one\n  two", "two", 2, 3), Row("k: one\n\n  two", "two", 3, 3),
        Row("k:   one   two  # no", "two", 1, 12), Row("k: &name one two", "two", 1, 14),
        Row("k: {a: [x, one two]}", "two", 1, 16), Row("\u{FEFF}k: one two", "two", 1, 8),
        Row("\u{FEFF}a: 1\nk: one two", "two", 2, 8), Row("a: 1\rk: one two", "two", 2, 8),
    ]

    @Test(arguments: quoted + blocks + plain)
    func `a word of a scalar stands where it is written`(row: Row) throws {
        let diagnostics = Diagnostics()
        let root = try #require(YAMLDocument.read(row.text, file: "f.yaml", diagnostics: diagnostics))
        #expect(diagnostics.sorted.isEmpty)
        let scalar = try #require(scalars(of: root).last { $0.text?.contains(row.word) ?? false })
        let text = Array((scalar.text ?? "").utf8)
        let word = Array(row.word.utf8)
        let offset = try #require(text.indices.last { text[$0...].starts(with: word) })
        #expect(scalar.position(atOffset: offset) == Position(file: "f.yaml", line: row.line, column: row.column))
    }

    @Test(arguments: quoted + blocks + plain)
    func `what is decoded once more is what YAML decoded`(row: Row) throws {
        let root = try #require(YAMLDocument.read(row.text, file: "f.yaml", diagnostics: Diagnostics()))
        for scalar in scalars(of: root) { try expectWhole(scalar, row.text) }
    }

    @Test func `of words put together at random, every scalar is decoded once more to its end`() throws {
        var random = SeededNumbers(state: 7)
        let pieces = [
            "one", "two ", " ", "  ", "\n", "\n\n", "\n  ", "é", "日", "\\", "\\n", "\\\n", "\\x41", "''", "'", "\"", "\\\"", "\t",
            "#", " # ",
            ": ", "x: ", "- ", "|", ">", "\r\n", "\n    deep", "&& ", "{", "]", ",",
        ]
        let heads = [
            "k: '", "k: \"", "k: |\n  ", "k: >\n  ", "k: >-\n  ", "k: |2+\n  ", "k: ", "- k: |\n    ", "- '",
            "a:\n  - k: >1\n      ",
        ]
        var read = 0
        for _ in 0..<20_000 {
            let head = heads[random.below(heads.count)]
            var text = head
            for _ in 0..<random.below(12) { text += pieces[random.below(pieces.count)] }
            if head.hasSuffix("'") { text += "'" }
            if head.hasSuffix("\"") { text += "\"" }
            guard let root = YAMLDocument.read(text, file: "f.yaml", diagnostics: Diagnostics()) else { continue }
            read += 1
            for scalar in scalars(of: root) { try expectWhole(scalar, text) }
        }
        #expect(read > 5_000)
    }

    private func expectWhole(_ scalar: YAMLNode, _ text: String) throws {
        let wanted = Array((scalar.text ?? "").unicodeScalars)
        var decoder = ScalarDecoder(scalar.source, line: scalar.line, column: scalar.column)
        decoder.decode(scalar.style, atMost: wanted.count)
        let decoded = decoder.decoded.prefix(wanted.count).map(\.scalar)
        #expect(decoded == wanted, "\(scalar.style) of \(text.debugDescription)")
        let lines = scalar.source.lines
        for written in decoder.decoded {
            #expect(lines.indices.contains(written.line - 1), "\(text.debugDescription)")
            guard lines.indices.contains(written.line - 1) else { return }
            #expect((1...lines[written.line - 1].unicodeScalars.count + 1).contains(written.column), "\(text.debugDescription)")
        }
    }

    private func scalars(of node: YAMLNode) -> [YAMLNode] {
        switch node.kind {
        case .scalar: [node]
        case .sequence(let nodes): nodes.flatMap { scalars(of: $0) }
        case .mapping(let entries): entries.flatMap { scalars(of: $0.key) + scalars(of: $0.value) }
        }
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", ["3:1 a"]), ("{a: 1, b: {c: 1, c: 2}, a: 2}", ["1:18 c", "1:25 a"]),
        ("x:\n  - {b: 1}\n  - c: 1\n    d: 1\n    c: 2\n    c: 3\n", ["5:5 c", "6:5 c"]),
        ("'a b': 1\n\"a b\": 2\n", ["2:1 a b"]), ("a:\n  a: 1\n  b: {a: 1}\na : 2\n", ["4:1 a"]),
        ("a: 'a: 1'\nb: |\n  a: 2\n  a: 3\na: 4\n", ["5:1 a"]), ("? a\n: 1\n? a\n: 2\n", []),
        ("é: 1\né: 2\n", ["2:1 é"]), ("aa: 1\na: 2\naa: 3\na: 4\n", ["3:1 aa", "4:1 a"]),
    ])
    func `every key that stands twice is said at its own place, and the rest is read`(text: String, said: [String]) {
        let diagnostics = Diagnostics()
        let root = YAMLDocument.read(text, file: "f", diagnostics: diagnostics)
        let found = diagnostics.sorted
        for diagnostic in found { #expect(diagnostic.code == .duplicateKey) }
        guard !said.isEmpty else {
            // Where it cannot be told where the key stands, the mapping is named.
            #expect(found.count == 1)
            return
        }
        #expect(
            found.map { "\($0.position.line):\($0.position.column) \($0.message.split(separator: "'")[1])" } == said)
        for scalar in root.map({ scalars(of: $0) }) ?? [] {
            #expect(scalar.text?.unicodeScalars.contains { $0.value >= 0xF_0000 } == false)
        }
        #expect(root != nil)
    }
}
