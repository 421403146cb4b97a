import Language
import TestSupport
import Testing

@testable import Timelines

/// The short ways to a value and the expressions that they stand for always agree.
struct ShortWayTests {
    /// Keys that differ only where a quick look does not see it, and two of more than 32 bytes with equal ends.
    private static let keys = [
        "a", "ab", "abc", "abd", "seven77", "eight888", "nine99999", "created_at", "created_by", "sixteen_bytes_16",
        "seventeen_bytes17", "a_key_with_more_than_thirty_two_1_bytes_and_one_end",
        "a_key_with_more_than_thirty_two_2_bytes_and_one_end",
    ]

    private static let texts = [
        "\"\"", "\"n/a\"", "\"x\"", "\"xy\"", "\"xyz\"", "\"yxz\"", "\"urgent\"", "\"urgenT\"", "\"high\"", "\"1234567\"",
        "\"12345678\"",
        "\"123456789012345\"", "\"1234567890123456\"", "\"12345678901234567\"", "\"1234567890123456789012345678901x\"",
        "\"1234567890123456789012345678901y\"", "\"123456789012345678901234567890123\"", "\"1234567890123456a234567890123456b\"",
        #""tab\tquote\" \u00e9 \ud83d\ude00""#, "\"\\u0000\"", "\"Zürich\"", "\"resolved\"", "\"customer_confirmed\"",
        "\"2026-01-05T09:12:00Z\"", "\"2026-01-05t09:12:00z\"", "\"2026-02-29T09:12:00Z\"", "\"2024-02-29T23:59:59Z\"",
        "\"2026-01-05T09:12:00.250Z\"", "\"2026-01-05T09:12:00+01:30\"", "\"2026-01-05T24:00:00Z\"", "\"2026-13-05T09:12:00Z\"",
        "\"2026-01-05 09:12:00Z\"", "\"2026-01-05T09:12:00\"", "\"2026-01-05\"", "\"0000-01-01T00:00:00Z\"",
        "\"2026-01-0aT09:12:00Z\"", "\"2026-01-05T09:1/:00Z\"", "\"2026:01:05T09:12:00Z\"", "\"9999-12-31T23:59:59Z\"",
    ]

    private static let others = [
        "null", "0", "7", "-7", "1000000", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1.5", "1e300",
        "1e2", "true", "false", "[]", "[1,\"x\"]", "{}", "{\"a\":\"b\"}",
    ]

    private static let forms = [
        "it.KEY", "string(it.KEY)", "timestamp(it.KEY)", "int(it.KEY)", "it.?KEY.orValue(\"other\")",
        "it.?KEY.optMap(t, timestamp(t))", "it.?KEY.optMap(x, timestamp(x))", "it.KEY.a", "it.a.KEY", "\"constant\"",
        "it.KEY == \"x\" ? \"yes\" : \"no\"",
    ]

    @Test(arguments: 0..<5) func `a short way gives what its expression gives`(round: Int) throws {
        var random = SeededNumbers(state: UInt64(round + 1))
        let environment = Environment([.init("it", .dyn)])
        let wanted = WantedFields()
        var fields: [(name: String, plan: FieldPlan)] = []
        for form in Self.forms {
            for key in Self.keys where Int.random(in: 0..<3, using: &random) > 0 {
                let text = form.split(separator: "KEY", omittingEmptySubsequences: false).joined(separator: key)
                let expression = try Expression.compile(text, in: environment)
                fields.append((text, FieldPlan(ValuePlan(expression, in: environment), wanted)))
            }
        }
        for key in Self.keys {
            let of = ValuePlan(try Expression.compile("it." + key, in: environment), in: environment)
            let entries = ["urgent": "S1", "high": "S2", "x": "S3", "7": "S4"].sorted { $0.key < $1.key }.map {
                (key: $0.key, value: ValuePlan.constant(.string($0.value), ConstantText($0.value)))
            }
            let otherwise = key.utf8.count > 3 ? ValuePlan.constant(.string("S9"), ConstantText("S9")) : nil
            fields.append(("table " + key, FieldPlan(.table(TablePlan(of: of, entries: entries, otherwise: otherwise)), wanted)))
        }
        #expect(fields.contains { $0.plan.short.kind == .timestampIfThere } && fields.contains { $0.plan.short.kind == .table })

        let finder = FieldFinder(wanted.fields, count: wanted.count)
        var short = Scope(slots: 1, block: nil, fields: finder)
        var long = Scope(slots: 1)
        let activities = ActivityTable(["resolved", "customer_confirmed", "x"])
        for _ in 0..<60 {
            let document = try JSONDocument(parsing: Self.object(&random))
            document.missing = MissingTexts(["", "n/a"])
            short.open(document)
            short.set(0, .json(JSONTape.root))
            long.open(document)
            long.set(0, .json(JSONTape.root))
            for (name, field) in fields {
                let reference = ExpressionWay(field.plan)
                let about = "\(name) of \(Self.describe(document))"
                #expect(Self.told { try short.text(field) } == Self.told { try reference.text(&long) }, "\(about)")
                #expect(Self.told { try short.instant(field) } == Self.told { try reference.instant(&long) }, "\(about)")
                #expect(Self.told { try short.value(field) } == Self.told { try reference.value(&long) }, "\(about)")
                let activity = Self.told { try short.activity(field, activities).map { "\($0.0) \($0.1)" } }
                let expected = Self.told {
                    try reference.text(&long).map { "\($0) \(activities.symbol(of: $0))" }
                }
                #expect(activity == expected, "\(about)")
            }
            short.close()
            long.close()
        }
    }

    /// Mostly keys in one order, some left out; now and then any order, a key twice, or no object at all.
    private static func object(_ random: inout SeededNumbers) -> String {
        var order = keys.filter { _ in Int.random(in: 0..<4, using: &random) > 0 } + ["unwanted", "another_unwanted_key"]
        switch Int.random(in: 0..<8, using: &random) {
        case 0: order.shuffle(using: &random)
        case 1: order.append(order[0])
        case 2: return others.randomElement(using: &random) ?? "null"
        default: break
        }
        let pairs = order.map { key in
            let pool = Int.random(in: 0..<4, using: &random) == 0 ? others : texts
            return "\"\(key)\":\(pool.randomElement(using: &random) ?? "null")"
        }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private static func describe(_ document: JSONDocument) -> String {
        var writer = JSONWriter()
        writer.element(document.root)
        return writer.text
    }

    private static func told<Result>(_ body: () throws -> Result?) -> String {
        do {
            return try body().map { "\($0)" } ?? "nothing"
        } catch {
            return "error: \((error as? EvaluationError)?.message ?? "\(error)")"
        }
    }
}

/// What a plan gives by its expression alone.
private struct ExpressionWay {
    let plan: ValuePlan

    init(_ plan: ValuePlan) { self.plan = plan }

    func value(_ scope: inout Scope) throws -> Value? {
        switch plan {
        case .constant(let value, _): return value
        case .path(_, let expression):
            do {
                return Self.present(try scope.evaluate(expression))
            } catch {
                guard error.kind == .absent else { throw error }
                return nil
            }
        case .conversion(_, _, let expression), .timestampIfThere(_, let expression), .withDefault(_, _, let expression),
            .choice(_, _, _, let expression), .timestampOfFirst(_, let expression), .expression(let expression):
            return Self.present(try scope.evaluate(expression))
        case .table(let table):
            guard let of = try ExpressionWay(table.of).value(&scope) else { return nil }
            guard let text = ValuePlan.text(of: of) else {
                throw EvaluationError(.other, "the value is \(of.kindName), not a string")
            }
            return try table.choice(for: text).flatMap { try ExpressionWay($0).value(&scope) }
        }
    }

    func text(_ scope: inout Scope) throws -> String? {
        guard let value = try value(&scope) else { return nil }
        guard case .string(let text) = value else {
            throw EvaluationError(.other, "the value is \(value.kindName), not a string")
        }
        return text
    }

    func instant(_ scope: inout Scope) throws -> Instant? {
        guard let value = try value(&scope) else { return nil }
        guard case .timestamp(let instant) = value else {
            throw EvaluationError(.other, "the value is \(value.kindName), not a timestamp")
        }
        return instant
    }

    private static func present(_ value: Value) -> Value? {
        switch value {
        case .null: nil
        case .optional(let optional): optional.value.flatMap { present($0) }
        default: value.owned
        }
    }
}
