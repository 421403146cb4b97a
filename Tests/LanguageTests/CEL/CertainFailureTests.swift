import Language
import Testing

/// Constants that no evaluation can read are told when a definition is checked, at their place in the file.
@Suite struct CertainFailureTests {
    @Test(arguments: [
        ("'opened > timestamp(\"nonsense\")'", "1:27: error[TL208]: invalid timestamp 'nonsense': not RFC 3339 or out of range"),
        ("'as_of - opened > duration(\"soon\")'", "1:34: error[TL208]: invalid duration 'soon'"),
        ("'as_of - opened > duration(\"1\" + \"y\")'", "1:38: error[TL208]: invalid duration '1y'"),
        ("'kind.matches(\"(\")'", "1:21: error[TL206]: bad regular expression: missing ): ("),
        ("'kind.matches(\"a\" + \"**\")'", "1:25: error[TL206]: bad regular expression"),
        ("'matches(kind, \"[z-a]\")'", "1:22: error[TL206]: bad regular expression"),
        ("|\n  kind == \"x\" ||\n    kind.matches(\"\\\\p{No}{2000}\")\n", "3:18: error[TL206]: bad regular expression"),
        ("'tags.exists(t, timestamp(\"2026-13-01T00:00:00Z\") > opened)'", "1:33: error[TL208]: invalid timestamp"),
        ("'kind == \"x\" || parseTime(kind, \"%Y\" + \"%Q\", \"UTC\") > opened'", "error[TL208]"),
    ])
    func `a constant that cannot be read is told at its place`(scalar: String, expected: String) throws {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read("when: " + scalar, file: "c.yaml", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "check", diagnostics))
        let value = try #require(mapping.all().first?.value)
        #expect(Expression.compile(value, in: Record.environment, expecting: .bool, diagnostics: diagnostics) == nil)
        #expect(diagnostics.sorted.map(\.description).first?.contains(expected) == true, "\(diagnostics.sorted)")
        #expect(diagnostics.sorted.count == 1)
    }

    @Test(arguments: ["timestamp(kind) > opened", "kind.matches(severity)", "1 / 0 == 1 || kind == 'x'", "int('x') == 1 || true"])
    func `what may be absorbed, or is only known later, is none`(text: String) throws {
        _ = try Expression.compile(text, in: Record.environment, expecting: .bool)
    }
}
