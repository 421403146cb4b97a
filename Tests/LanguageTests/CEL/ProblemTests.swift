import Language
import Testing

/// What is said about a wrong expression. `|` marks the place.
@Suite struct ProblemTests {
    struct Row: Sendable {
        let marked: String
        let code: Code
        let message: String
        var help: String?

        init(_ marked: String, _ code: Code, _ message: String, help: String? = nil) {
            self.marked = marked
            self.code = code
            self.message = message
            self.help = help
        }
    }

    static let rows: [Row] = [
        Row("kind ^= 'x'", .syntax, "unexpected '='", help: "equality is '=='"),
        Row("kind == ^'x", .syntax, "the string is never closed"),
        Row("kind == 'x' ^and true", .syntax, "expected the end, found 'and'", help: "write '&&'"),
        Row("(kind == 'x'^", .syntax, "expected ')', found the end"),
        Row("'a^\\q'", .syntax, "no such escape sequence", help: "a backslash is written '\\\\', or the string starts with r"),
        Row("^99999999999999999999 > 1", .syntax, "the number is out of range"),
        Row("^for == 1", .syntax, "'for' is reserved and cannot be a name"),
        Row("has(^kind + 'x')", .syntax, "invalid argument to has() macro", help: "has() takes a field: has(x.field)"),
        Row("tags.map(^1, 2)", .syntax, "argument of map() must be a simple name"),
        Row("kind == ^", .syntax, "expected an operand, found the end"),
        Row("^serverity == 'S1'", .unknownName, "undeclared reference to 'serverity'", help: "did you mean 'severity'?"),
        Row("customer.^teir == 'x'", .unknownName, "no field 'teir' in customer", help: "did you mean 'tier'?"),
        Row("kind ^+ 1 == 'x'", .typeMismatch, "'+' does not take string and int"),
        Row(
            "kind ^== 1", .typeMismatch, "'==' does not take string and int",
            help: "they are never equal; dyn() leaves that to the evaluation"),
        Row("kind.^size(1) == 1", .typeMismatch, "'size' does not take (string, int)"),
        Row("kind.^startswith('x')", .unknownFunction, "unbound function 'startswith'", help: "did you mean 'startsWith'?"),
        Row("^siez(tags) == 1", .unknownFunction, "unbound function 'siez'", help: "did you mean 'size'?"),
        Row(
            "^startsWith(kind, 'x')", .unknownFunction, "unbound function 'startsWith'",
            help: "it is called on a value: string.startsWith(string) -> bool"),
        Row("^kind.map(x, x) == []", .typeMismatch, "map() is called on a list or map, not string"),
        Row("kind.matches(^'(')", .badPattern, "bad regular expression: missing ): ("),
        Row("^kind", .typeMismatch, "the expression must be bool, not string"),
        Row("parseTime(kind, ^'%Q', 'UTC') == opened", .badTime, ""),
        Row("parseTime(kind, '%Y', ^'Mars/Olympus') == opened", .badTime, "unknown time zone 'Mars/Olympus'"),
        Row("opened > timestamp(^'2026-02-30T00:00:00Z')", .badTime, ""),
        Row("{^1.5: 2} == {}", .typeMismatch, "unsupported key type double", help: "keys are bool, int, uint or string"),
        Row("severity.^x == 1", .typeMismatch, "type 'string' does not support field selection"),
    ]

    @Test(arguments: rows.indices)
    func `a wrong expression is told where and why`(index: Int) throws {
        let row = Self.rows[index]
        let parts = row.marked.split(separator: "^", maxSplits: 1, omittingEmptySubsequences: false)
        let problems = Self.problems(parts.joined())
        let problem = try #require(problems.first, "no problem: \(row.marked)")
        #expect(problem.offset == parts[0].utf8.count, "\(row.marked): \(problem)")
        if row.message.isEmpty {
            #expect(problem.code == row.code || problem.code == .unknownName)
        } else {
            #expect(problem.code == row.code, "\(row.marked): \(problem)")
            #expect(problem.message == row.message)
        }
        if let help = row.help { #expect(problem.help == help) }
    }

    @Test func `all problems of types and names are told at once`() {
        let problems = Self.problems("knd == 'x' && customer.idd == 'y' && size(5) > 0 && tags.exists(t, t + 1 == u)")
        #expect(problems.map(\.code) == [.unknownName, .unknownName, .typeMismatch, .typeMismatch, .unknownName])
        #expect(problems.map(\.offset) == problems.map(\.offset).sorted())
    }

    @Test(arguments: [
        ("(", ")"), ("[", "]"), ("!", ""), ("-", ""), ("true ? 1 : ", ""), ("size(", ")"), ("{1: ", "}"), ("it.map(x, ", ")"),
    ])
    func `nesting without end is a problem and no crash`(open: String, close: String) {
        for depth in [240, 249, 250, 251, 20_000] {
            let text = String(repeating: open, count: depth) + "it" + String(repeating: close, count: depth)
            let problems = Self.problems(text)
            if depth > 250 {
                #expect(problems.first?.code == .tooDeep, "\(open) \(depth): \(problems.first.map { "\($0)" } ?? "none")")
            }
        }
    }

    @Test func `long chains are not deep`() throws {
        let chain = (0..<5000).map { "severity == 'S\($0)'" }.joined(separator: " || ")
        let expression = try Expression.compile(chain, in: Record.environment, expecting: .bool)
        var bindings = Record.bindings()
        #expect(try expression.holds(&bindings))
        #expect(Self.problems((0..<5000).map { "\($0)" }.joined(separator: " + ")).first?.code == .tooDeep)
    }

    static func problems(_ text: String) -> [Expression.Problem] {
        do {
            _ = try Expression.compile(text, in: Record.environment, expecting: .bool)
            return []
        } catch {
            return error.all
        }
    }
}
