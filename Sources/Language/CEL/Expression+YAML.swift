extension Code {
    package static let syntax = Code("TL201", "an expression does not parse")
    package static let plainExpression = Code("TL202", "an expression must be quoted")
    package static let unknownName = Code("TL203", "an expression names what is not there")
    package static let typeMismatch = Code("TL204", "the types of an expression do not fit")
    package static let unknownFunction = Code("TL205", "no such function")
    package static let badPattern = Code("TL206", "a regular expression is not sound")
    package static let tooDeep = Code("TL207", "an expression is nested too deeply")
    package static let badTime = Code("TL208", "a time format or zone is not known")
}

extension Expression {
    /// Compiles the expression in a YAML scalar. Problems become diagnostics that point into the scalar, and a plain
    /// scalar is one itself, since YAML cuts it silently; nil then.
    package static func compile(
        _ node: YAMLNode, in environment: Environment, expecting: CELType? = nil, diagnostics: Diagnostics
    ) -> Expression? {
        guard let text = node.text else {
            diagnostics.error(.typeMismatch, at: node.position, "an expression must be text, not \(node.summary)")
            return nil
        }
        if node.style == .plain {
            // Whatever is left of it, where it is an expression it can be quoted.
            let whole = try? compile(text, in: environment, expecting: expecting)
            diagnostics.error(
                .plainExpression, at: node.position, "an expression must be quoted, since YAML cuts it silently at '#' or ': '",
                help: "write \(quoted(text))", fix: whole.flatMap { _ in node.fix(writing: quoted(text)) })
            return whole
        }
        do throws(Problems) {
            return try compile(text, in: environment, expecting: expecting)
        } catch {
            for problem in error.all {
                diagnostics.error(
                    problem.code, at: node.position(atOffset: problem.offset), problem.message, help: problem.help)
            }
            return nil
        }
    }

    /// The text as YAML quotes it.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
