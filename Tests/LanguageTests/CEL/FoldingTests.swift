import Language
import Testing

/// What an expression says without naming anything is evaluated once, when it is compiled.
@Suite struct FoldingTests {
    @Test(arguments: [
        "1 + 2 * 3 == 7", "[1, 2, 3].exists(x, x > 2)", "[1, 2, 3].map(x, x * x) == [1, 4, 9]", "1 / 0 == 1 || true",
        "!(1 / 0 == 1 && false)", "duration('5m') == duration('300s')", "timestamp('2026-01-05T09:00:00Z').getHours() == 9",
        "cel.bind(a, 'x' + 'y', a + a == 'xyxy')", "{'a': [1, 2]}.a[1] == 2", "has({'a': 1}.a)", "'abc'.matches('^a.c$')",
        "'abc'.matches('^a' + '.c$')", "optional.of(5).optMap(v, v + 1).orValue(0) == 6", "size([1, 2, 3]) == 3",
        "'a-b-c'.replace('-', '+', 1) == 'a+b-c'", "{'a': 1}.?b.orValue(3) == 3", "[[1], [2]].all(l, l.all(n, n in [1, 2]))",
        "{1: 'a'}.transformMap(k, v, v + string(k)) == {1: 'a1'}", "true ? true : it.x", "kind == 'x' || true",
        "tryTime('05/01/2026', '%d/%m/%Y', 'UTC').hasValue()", "type(1) == int",
    ])
    func `an expression that is decided by constants has a value before it meets a record`(text: String) throws {
        let expression = try Expression.compile(text, in: Record.environment)
        guard case .bool(true)? = expression.constant else {
            Issue.record("\(text) is \(expression.constant.map { "\($0)" } ?? "not known") before it is evaluated")
            return
        }
        var bindings = Record.bindings()
        bindings.budget = Budget(0)
        #expect(try expression.holds(&bindings))
    }

    @Test(arguments: ["kind == 'x'", "it.list.exists(x, x == 1)", "as_of > opened", "[kind] == ['x']", "tags.map(t, 'x')"])
    func `what names a variable waits for it`(text: String) throws {
        #expect(try Expression.compile(text, in: Record.environment).constant == nil)
    }

    @Test(arguments: [
        ("1 / 0", EvaluationError.Kind.other, "division by zero"), ("[1, 2][5]", .absent, "index out of bounds"),
        ("{'a': 1}.b", .absent, "no such key: b"), ("int('x')", .other, "no int"), ("optional.none().value()", .absent, ""),
        ("'a'.substring(3)", .other, "out of range"), ("[1].all(x, x / 0 == 1)", .other, "division by zero"),
    ])
    func `an error among constants is one of the evaluation`(
        text: String, kind: EvaluationError.Kind, message: String
    ) throws {
        let expression = try Expression.compile(text, in: Record.environment)
        #expect(expression.constant == nil)
        #expect(expression.size == 1)
        var bindings = Record.bindings()
        do throws(EvaluationError) {
            let value = try expression.evaluate(&bindings)
            Issue.record("\(text) gives \(value)")
        } catch {
            #expect(error.kind == kind)
            #expect(error.message.contains(message))
        }
        let absorbed = try Expression.compile("(\(text)) == dyn(7) || kind == 'escalation'", in: Record.environment)
        #expect(try absorbed.holds(&bindings))
    }

    /// Nodes that are left: a comparison, the field, its record and the constant are four.
    @Test(arguments: [
        ("kind == 'esca' + 'lation'", 4),
        ("closed > opened + duration('1h') || opened > timestamp('2026-01-01T00:00:00Z')", 12),
        ("severity in ['S' + '1', 'S' + '2']", 4), ("kind == 'escalation' && (1 < 2 || 1 / 0 == 1)", 6),
        ("true ? kind : severity", 2), ("false && kind == 'x' || severity == 'S1'", 6),
        ("tags.exists(t, t == 'a' + 'b')", 3),
    ])
    func `constant parts are folded within the rest`(text: String, size: Int) throws {
        #expect(try Expression.compile(text, in: Record.environment).size == size)
    }

    @Test func `loops over constants cost nothing when evaluated`() throws {
        let text = "tags.size() == 2 && [1, 2, 3].filter(x, x != 2).map(x, [x, x * 2]).exists(p, p[1] == 6)"
        let expression = try Expression.compile(text, in: Record.environment)
        var bindings = Record.bindings()
        #expect(try expression.holds(&bindings))
        #expect(bindings.budget.left == Budget.full.left)
        let half = try Expression.compile(
            "[1, 2, 3].map(x, x * x).exists(y, y == size(tags) * size(tags))", in: Record.environment)
        #expect(try half.holds(&bindings))
        #expect(bindings.budget.left == Budget.full.left - 2, "two steps, of the loop that names a variable")
    }

    @Test func `what costs too much to fold is left to the evaluation`() throws {
        let loops = (0..<6).reversed().reduce("x0 + x1 + x2 + x3 + x4 + x5 > 0") { body, n in
            "[1, 2, 3, 4, 5, 6, 7, 8, 9].all(x\(n), \(body))"
        }
        let expression = try Expression.compile(loops, in: Record.environment)
        #expect(expression.constant == nil)
        var bindings = Record.bindings()
        #expect(try expression.holds(&bindings))
    }
}
