import Language
import Testing

/// Expressions that would hang or fill the memory if nothing counted what they cost.
@Suite struct BudgetTests {
    /// `cel.bind` forty times: each level doubles the one before.
    private static func doubled(_ first: String, _ next: (String) -> String, _ end: (String) -> String, levels: Int = 40)
        -> String
    {
        let body = end("v\(levels)")
        let nested = (0..<levels).reversed().reduce(body) { body, n in "cel.bind(v\(n + 1), \(next("v\(n)")), \(body))" }
        return "cel.bind(v0, \(first), \(nested))"
    }

    static let hostile: [String] = [
        doubled("kind", { "\($0) + \($0)" }, { "size(\($0)) > 0" }),
        doubled("tags", { "\($0) + \($0)" }, { "size(\($0)) > 0" }, levels: 60),
        doubled("bytes(kind)", { "\($0) + \($0)" }, { "size(\($0)) > 0" }),
        doubled("tags", { "[\($0), \($0)]" }, { "\($0) == \($0)" }),
        doubled("tags", { "[\($0), \($0)]" }, { "\($0) in [\($0)]" }),
        doubled("kind", { "{'a': \($0), 'b': \($0)}" }, { "\($0) == \($0)" }),
        doubled("kind", { "{'a': \($0), 'b': \($0)}" }, { "'%s'.format([\($0)]) == ''" }),
        doubled("tags", { "tags.map(t, \($0))" }, { "\($0) == \($0)" }),
        doubled("tags", { "tags.filter(t, true).map(t, [\($0)])" }, { "'%s'.format([\($0)]) == ''" }),
        doubled("kind", { "[\($0), \($0)].join()" }, { "size(\($0)) > 0" }),
        doubled("kind", { "'%s%s'.format([\($0), \($0)])" }, { "size(\($0)) > 0" }),
        doubled("kind", { "\($0).replace('e', \($0))" }, { "size(\($0)) > 0" }),
        doubled("kind", { "\($0).replace('', \($0))" }, { "size(\($0)) > 0" }),
        doubled("kind", { "strings.quote(\($0) + '\"' + \($0))" }, { "size(\($0)) > 0" }),
        doubled("tags", { "\($0).transformMapEntry(i, v, {string(i): \($0)})" }, { "\($0) == \($0)" }),
        doubled("optional.of(tags)", { "optional.of([\($0), \($0)])" }, { "\($0) == \($0)" }),
        // Nine lists of nine, ten deep: 3,486,784,401 steps.
        (0..<10).reversed().reduce("true") { body, n in "it.nine.all(x\(n), \(body))" },
        // A long text read again and again.
        "it.thousand.all(a, it.thousand.all(b, !it.text.contains(kind)))",
        "it.thousand.all(a, it.thousand.all(b, !it.text.matches('x[a-c]*y')))",
        "it.thousand.all(a, it.thousand.all(b, it.text.lowerAscii() == it.text))",
        "it.thousand.all(a, it.thousand.all(b, it.text == 'a' + it.text.substring(1)))",
        "it.thousand.all(a, it.thousand.all(b, it.text.split('a').size() > 0))",
        "it.thousand.all(a, it.thousand.all(b, int(it.text.size()) > 0))",
        "it.thousand.all(a, it.thousand.all(b, !(it.text in {'x': 1})))",
        "it.thousand.all(a, it.thousand.all(b, !(a in it.thousand.map(n, n + 5000))))",
        // Patterns made anew each time.
        "it.thousand.all(a, it.thousand.all(b, !kind.matches('x{' + string(b % 900) + '}(y{100}){10}')))",
        // A long body repeated.
        "it.thousand.all(a, it.thousand.all(b, " + (0..<2000).map { "a != -\($0 + 1)" }.joined(separator: " && ") + "))",
        "size(it.thousand.map(a, it.thousand.map(b, [" + (0..<500).map { "a + \($0)" }.joined(separator: ", ") + "]))) > 0",
        "it.thousand.map(a, it.thousand).map(b, it.thousand.map(c, b)).size() > 0",
    ]

    private static let environment = Environment(
        Record.environment.variables, receiver: Record.environment.receiver)

    static func bindings() -> Bindings {
        var bindings = Record.bindings()
        bindings[1] = .map(
            .entries(
                MapEntries([
                    (.string("nine"), .list(.array((0..<9).map { .int($0) }))),
                    (.string("thousand"), .list(.array((0..<1000).map { .int($0) }))),
                    (.string("text"), .string(String(repeating: "a", count: 100_000))),
                ])))
        return bindings
    }

    @Test(arguments: hostile.indices)
    func `a hostile expression ends with an error that says so`(index: Int) throws {
        let text = Self.hostile[index]
        let expression = try Expression.compile(text, in: Self.environment)
        var bindings = Self.bindings()
        do throws(EvaluationError) {
            let value = try expression.evaluate(&bindings)
            Issue.record("\(text.prefix(80)) gives \("\(value)".prefix(60))")
        } catch {
            #expect(error.kind == .exhausted, "\(text.prefix(80)): \(error)")
        }
        // The next evaluation has a budget of its own.
        bindings.budget = .full
        #expect(try Expression.compile("size(it.thousand) == 1000", in: Self.environment).holds(&bindings))
    }

    @Test(arguments: [
        (doubled("kind", { "\($0) + \($0)" }, { "size(\($0)) > 0" }), "more than 16777216 bytes"),
        (doubled("it.nine", { "\($0) + \($0)" }, { "size(\($0)) > 0" }), "more than 1048576 elements"),
        ("it.text.replace('a', it.text).size() > 0", "more than 16777216 bytes"),
        ("it.text.replace('', it.text).size() > 0", "more than 16777216 bytes"),
        ("it.thousand.map(n, it.text).join().size() > 0", "more than 16777216 bytes"),
        ("'%s'.format([it.thousand.map(n, it.text)]).size() > 0", "more than 16777216 bytes"),
    ])
    func `sizes are limited where the budget is not`(text: String, message: String) throws {
        var bindings = Self.bindings()
        bindings.budget = Budget(.max)
        let expression = try Expression.compile(text, in: Self.environment)
        do throws(EvaluationError) {
            _ = try expression.evaluate(&bindings)
            Issue.record("\(text.prefix(80)) ends")
        } catch {
            #expect(error.kind == .exhausted && error.message.contains(message), "\(error)")
        }
    }

    @Test func `a text may be as long as the limit says and no longer`() throws {
        let text = "cel.bind(k, it.text.substring(0, 1024), cel.bind(m, k.replace('a', k), m + m + m + m + m + m + m + m))"
        let eight = "cel.bind(e, \(text), (e + e).size())"
        for (text, size) in [(eight, 16 << 20 as Int64), ("cel.bind(e, \(text), (e + e + 'a').size())", nil)]
            as [(String, Int64?)]
        {
            var bindings = Self.bindings()
            bindings.budget = Budget(.max)
            let expression = try Expression.compile(text, in: Self.environment)
            if let size {
                guard case .int(size) = try expression.evaluate(&bindings) else {
                    Issue.record("not \(size)")
                    return
                }
            } else {
                #expect(throws: EvaluationError.self) { try expression.evaluate(&bindings) }
            }
        }
    }

    @Test func `values are nested no deeper than the limit`() throws {
        // Every bind wraps the one before in a hundred lists more: syntax is shallow, the value would be 4,000 deep.
        func wrapped(_ name: String) -> String { String(repeating: "[", count: 100) + name + String(repeating: "]", count: 100) }
        for use in ["size(v40) == 1", "v40 == v40", "'%s'.format([v40]) == ''", "v40 in [v40]"] {
            let nested = (0..<40).reversed().reduce(use) { body, n in "cel.bind(v\(n + 1), \(wrapped("v\(n)")), \(body))" }
            let expression = try Expression.compile("cel.bind(v0, dyn(kind), \(nested))", in: Self.environment)
            var bindings = Self.bindings()
            do throws(EvaluationError) {
                _ = try expression.evaluate(&bindings)
                Issue.record("a value 4,000 deep is built")
            } catch {
                #expect(error.message == "a value is nested deeper than 250 levels")
            }
        }
        let optional = (0..<40).reversed().reduce("v40.hasValue()") { body, n in
            let value = String(repeating: "optional.of(", count: 20) + "v\(n)" + String(repeating: ")", count: 20)
            return "cel.bind(v\(n + 1), \(value), \(body))"
        }
        let expression = try Expression.compileUnchecked("cel.bind(v0, kind, \(optional))", in: Self.environment)
        var bindings = Self.bindings()
        #expect(throws: EvaluationError.tooDeeplyNested) { try expression.evaluate(&bindings) }
    }

    @Test func `deep documents are compared and printed without trouble`() throws {
        let text = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        for expression in ["it == it", "'%s'.format([it]) == ''", "it in [it]"] {
            let compiled = try Expression.compile(expression, in: Environment([.init("it", .dyn)]))
            var bindings = Bindings(slots: 1)
            bindings[0] = try JSONDocument(parsing: text).root.value
            #expect(throws: EvaluationError.tooDeeplyNested) { try compiled.evaluate(&bindings) }
        }
    }

    @Test func `documents of many keys and elements cost what searching them costs`() throws {
        let keys = (0..<20_000).map { "\"k\($0)\": \($0)" }.joined(separator: ",")
        let list = (0..<20_000).map(String.init).joined(separator: ",")
        let document = try JSONDocument(parsing: "{\"object\": {\(keys)}, \"list\": [\(list)]}")
        let environment = Environment([.init("it", .dyn)])
        for text in [
            "it.list.all(x, it.object.k0 == 0)", "it.list.all(x, it.list[x] == x)", "it.object.all(k, v, v >= 0)",
            "it.list.all(x, has(it.object.k0))", "it.list.all(x, it.object[?'k0'].hasValue())",
            "it.list.all(x, 'k0' in it.object)",
            "it.list.all(x, it.list.exists(y, y == x))", "it.list.all(x, !(it.list in [[1]]) && it.list.last().hasValue())",
        ] {
            var bindings = Bindings(slots: 1)
            bindings[0] = document.root.value
            let expression = try Expression.compile(text, in: environment)
            do throws(EvaluationError) {
                _ = try expression.evaluate(&bindings)
                Issue.record("\(text) ends")
            } catch {
                #expect(error.kind == .exhausted, "\(text): \(error)")
            }
        }
        for text in [
            "it.list.all(x, x >= 0)", "it.object.k19999 == 19999", "it.list[19999] == 19999", "it.object.size() == 20000",
        ] {
            var bindings = Bindings(slots: 1)
            bindings[0] = document.root.value
            #expect(try Expression.compile(text, in: environment).holds(&bindings), "\(text)")
        }
    }

    @Test func `a message quotes no long text whole`() throws {
        for text in [
            "int(it.text) == 1", "bool(it.text)", "double(it.text) > 1.0", "uint(it.text) == 1u", "{1: 1}[it.text] == 1",
        ] {
            var bindings = Self.bindings()
            let expression = try Expression.compileUnchecked(text, in: Self.environment)
            do throws(EvaluationError) {
                _ = try expression.evaluate(&bindings)
                Issue.record("\(text) has a value")
            } catch {
                #expect(error.message.utf8.count < 200, "\(text)")
            }
        }
    }

    @Test(arguments: [
        ("'héé'.indexOf('é', 2)", "2"), ("'héé'.lastIndexOf('é')", "2"), ("'héé'.lastIndexOf('é', 1)", "1"),
        ("'abcabc'.lastIndexOf('abc', 2)", "0"), ("'abc'.lastIndexOf('')", "3"), ("'abc'.lastIndexOf('', 1)", "1"),
        ("'abc'.indexOf('')", "0"), ("'abc'.indexOf('c', 3)", "-1"), ("'aab'.lastIndexOf('ab', 0)", "-1"),
        ("'ab'.lastIndexOf('abc')", "-1"), ("''.indexOf('')", "0"), ("'e\\u0301x'.indexOf('x')", "2"),
        ("'aXbX'.replace('X', '', 1)", "abX"), ("' \\u00a0 x '.trim()", "x"), ("'  '.trim()", ""), ("'añb'.reverse()", "bña"),
        ("'añb'.charAt(1)", "ñ"), ("'añb'.charAt(3)", ""), ("'añb'.substring(1, 2)", "ñ"),
    ])
    func `places count code points`(text: String, expected: String) throws {
        let expression = try Expression.compile("string(\(text))", in: Environment([]))
        guard case .string(let found)? = expression.constant else {
            Issue.record("\(text) has no value")
            return
        }
        #expect(Array(found.utf8) == Array(expected.utf8))
    }
}

extension EvaluationError {
    fileprivate static let tooDeeplyNested = EvaluationError(.exhausted, "a value is nested deeper than 250 levels")
}
