import Language
import Testing

@testable import Checklists

/// Which conditions are always true or never, over the declared values and the constants that they name.
struct ConditionLintTests {
    private static let values = [
        "severity": ["S1", "S2", "S3"], "customer.tier": ["key", "core"], "attributes.level": ["1", "2", "3"],
    ]

    private enum Expected { case always, never, either }

    private func outcomes(_ text: String, assuming: String? = nil) throws -> Expected {
        let reader = FormulaReader(values: Self.values, environment: Names.ofRecord)
        let formula = reader.formula(try Expression.compile(text, in: Names.ofRecord))
        let assumed = try assuming.map { reader.formula(try Expression.compile($0, in: Names.ofRecord)) }
        let outcomes = Outcomes(of: formula, assuming: assumed.map { [$0] } ?? [], declared: reader.declared)
        return outcomes.canHold ? (outcomes.canFail ? .either : .always) : .never
    }

    @Test(arguments: [
        #"severity in ["S1", "S2", "S3"]"#, #"severity != "S1" || severity == "S1""#, "true", "1 < 2",
        #"severity.startsWith("S")"#, #"!(severity == "S1" && severity == "S2")"#, #"kind == "a" || kind != "a""#,
        "attributes.n < 5 || attributes.n > 3", "attributes.n <= 5 || attributes.n > 5.0", "attributes.level >= 1",
        "attributes.level in [1, 2] || attributes.level == 3", "events.size() >= 0", "events.size() > 2 || events.size() < 3",
        "opened < closed || opened >= closed", "opened < closed || closed <= opened", "opened == opened",
        #"severity == "S1" ? true : severity != "S1""#, #"has(attributes.x) || !has(attributes.x)"#,
        #"closed - opened > duration("60m") || closed - opened <= duration("1h")"#,
        #"opened != timestamp("2026-01-01T00:00:00Z") || opened < timestamp("2027-01-01T00:00:00Z")"#,
        #"attributes.paid == true || !attributes.paid"#, #"severity.size() == 2"#,
    ])
    func `always true`(text: String) throws { #expect(try outcomes(text) == .always, "\(text)") }

    @Test(arguments: [
        #"severity == "S1" && severity == "S2""#, "false", #"severity.endsWith("4")"#, "attributes.n > 5 && attributes.n < 5",
        "attributes.n > 5 && attributes.n <= 5.0", "events.size() < 0", "events.size() > 3 && events.size() < 4",
        "opened < closed && closed < opened", "opened != opened", #"kind == "a" && kind in ["b", "c"]"#,
        #"attributes.x && !attributes.x"#, #"severity == "S1" && (severity == "S2" || severity == "S3")"#,
        #"attributes.level > 3"#, #"customer.tier == "key" && !(customer.tier in ["key", "core"])"#,
        #"opened > timestamp("2026-06-01T00:00:00Z") && opened < timestamp("2026-01-01T00:00:00Z")"#,
        #"severity > "S3""#, #"severity == "S1" ? severity == "S2" : severity == "S1""#,
    ])
    func `never true`(text: String) throws { #expect(try outcomes(text) == .never, "\(text)") }

    @Test(arguments: [
        #"severity == "S1""#, #"severity in ["S1", "S2"]"#, #"kind == "a""#, #"kind != "a" && kind != "b""#,
        "attributes.n > 3 && attributes.n < 4",
        #"attributes.n == "3" || attributes.n == 3"#, #"kind.startsWith("a") && kind != "a""#, "opened < closed",
        "closed - opened > duration(\"1h\")",
        "attributes.level == 2", "has(attributes.x)", "attributes.x", #"events.exists(e, e.activity == "a")"#,
        #"severity == "S1" && attributes.n > 5 || kind == "b""#, #"attributes.a == attributes.b"#, #"severity < "S3""#,
        #"attributes.a < attributes.b && attributes.b < attributes.c && attributes.c < attributes.a"#,
        #"owner != """#, #"events.exists(e, e.channel == "phone") && !events.exists(e, e.channel == "email")"#,
    ])
    func `may be either`(text: String) throws { #expect(try outcomes(text) == .either, "\(text)") }

    @Test func `a condition is looked at where another holds`() throws {
        #expect(try outcomes(#"severity == "S1""#, assuming: #"severity in ["S2", "S3"]"#) == .never)
        #expect(try outcomes(#"severity in ["S1", "S2"]"#, assuming: #"severity == "S1""#) == .always)
        #expect(try outcomes(#"severity == "S1""#, assuming: #"severity in ["S1", "S2"]"#) == .either)
        #expect(try outcomes("attributes.n > 3", assuming: "attributes.n > 5") == .always)
    }

    @Test func `more combinations than can be tried are called possible`() throws {
        let many = (0..<20).map { "attributes.f\($0)" }.joined(separator: " && ")
        #expect(try outcomes(many + " && !attributes.f0") == .either)
    }

    @Test(arguments: [
        ("(a) . b", "a.b"), ("a==1&&b", " a  == 1 && (b)"), ("[1,2]", "[ 1 , 2 ]"), ("has(a.b)", "has( a . b )"),
        ("x.filter(e, e.y)", "x.filter( e,e.y )"), ("a.?b", "(a).?b"), ("{'k': 1}", "{\"k\":1}"),
    ])
    func `the same tree has the same text, however it is written`(a: String, b: String) throws {
        #expect(try Expression.parse(a).normalText == Expression.parse(b).normalText)
    }

    @Test func `other trees have other texts`() throws {
        let texts = [
            "a.b", "a.?b", "a.c", "a[b]", "has(a.b)", "a(b)", "a.b()", "[a, b]", "{a: b}", "\"a\"", "1", "1u", "1.0", "'1'",
            "b\"1\"",
        ]
        #expect(Set(try texts.map { try Expression.parse($0).normalText }).count == texts.count)
    }
}
