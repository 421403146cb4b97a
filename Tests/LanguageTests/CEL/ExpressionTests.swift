import Language
import Testing

@Suite struct ExpressionTests {
    @Test(arguments: [
        #"kind == "escalation""#, #"record.kind == "escalation""#, #"severity in ["S1", "S2"]"#,
        #"!(severity in ["S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11"])"#, "has(severity)", "!has(closed)",
        "!has(record.closed)", "has(customer.id) && !has(customer.tier)", #"customer.id == "acme""#,
        #"opened < timestamp("2026-06-01T00:00:00Z")"#, #"opened >= timestamp("2026-01-05T09:12:00Z")"#,
        #"as_of - opened > duration("1h")"#, "attributes.reassignments == 2", "attributes.reassignments > 1",
        #"attributes["reassignments"] < 3"#, #"it.a["b c"] == 7"#, #"it.?a.?x.orValue("none") == "none""#,
        #"it.?x.?y.optMap(v, v + "!").orValue("none") == "none""#, "it.?list[1].orValue(0) == 2", "it.list[?5].orValue(9) == 9",
        #"record.?closed.orValue(as_of) == as_of"#, #"tags.exists(t, t == "b") && tags.size() == 2"#,
        #"kind.matches("^esc.*n$")"#, #"tags.map(t, t + severity) == ["aS1", "bS1"]"#, "closed == opened || true",
        #"broken == "x" || true"#, #"kind == "x" ? broken == "y" : true"#, "cel.bind(n, size(tags), n * n == 4)",
        #"parseTime("05/01/2026 09:12", "%d/%m/%Y %H:%M", "UTC") == opened"#,
        #"tryTime("nonsense", "%d/%m/%Y", "UTC").hasValue() == false"#, "'e\\u0301' != '\\u00e9'", "'\\u00e9' == 'é'",
        "it.a.d == null",
        #"string(4711.0) == "4711" && string(0.00012) == "0.00012" && string(1.5e20) == "150000000000000000000""#,
    ])
    func `a condition holds`(text: String) throws {
        let expression = try compiled(text)
        var bindings = Record.bindings()
        #expect(try expression.holds(&bindings))
        guard case .bool(true) = try expression.evaluate(&bindings) else {
            Issue.record("evaluate and holds differ: \(text)")
            return
        }
    }

    @Test(arguments: [
        ("closed", EvaluationError.Kind.absent), ("customer.tier", .absent), ("it.x", .absent), ("it.a.x.y", .absent),
        ("it.list[7]", .absent), (#"it["x"]"#, .absent), (#"attributes.x == 1"#, .absent), ("optional.none().value()", .absent),
        ("broken", .unreadable), ("has(broken)", .unreadable), ("has(record.broken)", .unreadable),
        ("record.?broken", .unreadable), ("1 / 0", .other), ("it.list + 1", .other), ("it.list.x", .other),
        ("it.a > it.list", .other), ("has(it.x.y)", .absent), ("closed < as_of", .absent),
        ("int(kind)", .other), (#"tags.all(t, it.list.all(n, n > it.x))"#, .absent),
    ])
    func `an error says of which kind it is`(text: String, kind: EvaluationError.Kind) throws {
        let expression = try compiled(text)
        var bindings = Record.bindings()
        do throws(EvaluationError) {
            let value = try expression.evaluate(&bindings)
            Issue.record("\(text) gives \(value)")
        } catch {
            #expect(error.kind == kind, "\(text): \(error)")
        }
    }

    @Test(arguments: [
        ("kind", "string"), ("tags", "list(string)"), ("opened", "timestamp"), ("as_of - opened", "duration"),
        ("it.x", "dyn"), ("has(it.x)", "bool"), ("record.?closed", "optional_type(timestamp)"),
        ("tags.map(t, size(t))", "list(int)"), ("{}", "map(dyn, dyn)"), ("[1, 'a']", "list(dyn)"),
        ("attributes.x", "dyn"), ("customer", "customer"), ("true ? 1 : 2", "int"),
        ("tags.transformMap(i, t, t)", "map(int, string)"),
    ])
    func `the checker deduces the type`(text: String, type: String) throws {
        #expect(try compiled(text).type.description == type)
    }

    @Test func `steps run out before memory or patience do`() throws {
        let loops = "it.list.map(a, it.list.map(b, it.list.map(c, it.list.map(d, a + b + c + d))))"
        let text = (0..<40).reversed().reduce("size(v40) > 0") { body, n in "cel.bind(v\(n + 1), v\(n) + v\(n), \(body))" }
        let list = (0..<60).reversed().reduce("size(v60) > 0") { body, n in "cel.bind(v\(n + 1), v\(n) + v\(n), \(body))" }
        for (text, steps) in [
            (loops, 20), ("cel.bind(v0, kind, \(text))", 1_000_000), ("cel.bind(v0, tags, \(list))", 1_000_000),
            ("kind.replace('', kind).replace('', kind)", 4),
        ] {
            let expression = try compiled(text)
            var bindings = Record.bindings()
            bindings.budget = Budget(steps)
            do throws(EvaluationError) {
                _ = try expression.evaluate(&bindings)
                Issue.record("\(text.prefix(60)) ends")
            } catch {
                #expect(error.kind == .exhausted, "\(text.prefix(60)): \(error)")
            }
        }
    }

    @Test func `the variables of macros need no slots of the caller`() throws {
        let expression = try compiled("tags.exists(t, tags.exists(u, t + u == \"ab\"))")
        var bindings = Record.bindings()
        #expect(try expression.holds(&bindings))
        let slots = bindings.slots.count
        #expect(try expression.holds(&bindings))
        #expect(bindings.slots.count == slots)
    }

    @Test(arguments: [
        ("it.a.b", "it", ["a", "b"]), (#"it["a b"].c"#, "it", ["a b", "c"]), ("it.`x-y`", "it", ["x-y"]),
        ("severity", "severity", []),
    ])
    func `a plain path is known as one`(text: String, variable: String, keys: [String]) throws {
        #expect(try compiled(text).path == Expression.Path(variable: variable, keys: keys))
    }

    @Test(arguments: ["it.a + 1", "it[0]", "it.?a", "size(it)", "it.list.map(x, x)", "'it'", "[it]"])
    func `anything else is no path`(text: String) throws {
        #expect(try compiled(text).path == nil)
    }

    @Test func `conjuncts are found in order and compile alone`() throws {
        let text = #"kind == "x" && (severity == "S1" && has(closed)) && (it.a || it.b)"#
        let expression = try compiled(text)
        let conjuncts = expression.syntax.conjuncts
        #expect(conjuncts.map { String(text.dropFirst($0.start).prefix(4)) } == ["kind", "seve", "has(", "it.a"])
        let second = try Expression.compile(conjuncts[1], text: text, in: Record.environment, expecting: .bool)
        var bindings = Record.bindings()
        #expect(try second.holds(&bindings))
        let comparison = try #require(conjuncts[1].asCall("_==_"))
        #expect(comparison[0].asPath == Expression.Path(variable: "severity", keys: []))
        #expect(comparison[1].asString == "S1")
        #expect(conjuncts[1].asCall("_!=_") == nil)
    }

    @Test func `every function is documented and read from its signatures`() {
        for function in FunctionTable.all {
            #expect(!function.doc.isEmpty && !function.signatures.isEmpty, "\(function.name)")
        }
        let usages = FunctionTable.all.flatMap(\.usages)
        #expect(Set(usages).count == usages.count)
        for usage in [
            "int + int -> int", "!bool -> bool", "bool ? A : A -> A", "list(A)[int] -> A", "A in list(A) -> bool",
            "string.charAt(int) -> string", "parseTime(string, string, string) -> timestamp", "-int -> int",
        ] {
            #expect(usages.contains(usage), "\(usage)")
        }
    }

    private func compiled(_ text: String) throws -> Expression {
        do {
            return try Expression.compile(text, in: Record.environment)
        } catch {
            Issue.record("\(text): \(error.all)")
            throw error
        }
    }
}
