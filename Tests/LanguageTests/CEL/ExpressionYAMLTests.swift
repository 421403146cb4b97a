import Language
import Testing

@Suite struct ExpressionYAMLTests {
    /// The diagnostics of `when: …`, printed.
    private func diagnostics(_ yaml: String) throws -> [String] {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(yaml, file: "c.yaml", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "check", diagnostics))
        let value = try #require(mapping.all().first?.value)
        let expression = Expression.compile(value, in: Record.environment, expecting: .bool, diagnostics: diagnostics)
        // What is sound but for its missing quotes is still looked at.
        #expect((expression == nil) == diagnostics.sorted.contains { $0.code != .plainExpression })
        return diagnostics.sorted.map(\.description)
    }

    @Test func `problems point into quoted, folded and literal scalars`() throws {
        #expect(
            try diagnostics("when: 'kind == \"x\" && sevrity == \"S1\"'")
                == ["c.yaml:1:23: error[TL203]: undeclared reference to 'sevrity' (did you mean 'severity'?)"])
        #expect(
            try diagnostics("when: |\n  kind == \"x\" &&\n    sevrity == \"S1\"\n")
                == ["c.yaml:3:5: error[TL203]: undeclared reference to 'sevrity' (did you mean 'severity'?)"])
        #expect(
            try diagnostics("when: 'kind == ''é'' + 1'")
                == ["c.yaml:1:22: error[TL204]: '+' does not take string and int"])
    }

    @Test func `a plain scalar has to be quoted`() throws {
        #expect(
            try diagnostics("when: kind == 'x'")
                == [
                    "c.yaml:1:7: error[TL202]: an expression must be quoted, since YAML cuts it silently at '#' or ': ' "
                        + "(write 'kind == ''x''')"
                ])
    }

    @Test func `a sound expression says nothing`() throws {
        #expect(try diagnostics("when: \"kind == 'x'\"") == [])
        #expect(try diagnostics("when: >\n  kind == 'x'\n  || kind == 'y'\n") == [])
    }
}
