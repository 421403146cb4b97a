import Language
import Testing
import Timelines

@testable import Checklists

/// Cases whose timeline is one line, and what they may expect of an item.
struct TimelineTextTests {
    private static let checklist = """
        touchline: checklist/1
        id: t
        title: T
        version: 1.0.0
        function: support
        activities: [escalated, acknowledged, resolved, closed, Awaiting User Info]
        items:
          - {id: A, title: A, when: 'severity == "S1"', check: {response: {after: escalated, expect: acknowledged, within: 30m}}}
          - {id: B, title: B, check: {absence: {activity: resolved, where: 'event.actor.party == "vendor" || event.attributes.?n.orValue(0) == 7'}}}
          - {id: C, title: C, check: {duration: {from: opened, to: {first: resolved}, at_most: 3h}}}
          - {id: D, title: D, check: {existence: Awaiting User Info}}

        """

    private static func load(_ cases: String) -> (tests: ChecklistTests?, said: [String]) {
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(files: [("c.yaml", checklist)], diagnostics: diagnostics)
        let text = "touchline: tests/1\nchecklist: t\ncases:\n" + cases
        let tests = ChecklistTests.load(name: "t.yaml", text: text, checklists: checklists, diagnostics: diagnostics)
        return (tests, diagnostics.sorted.map { "\($0.position.line):\($0.position.column) \($0.code) \($0.help ?? "-")" })
    }

    @Test(
        arguments: [
            ("escalated 20m acknowledged 3h resolved", "{A: not_observable, C: fail}"),
            ("{timeline: escalated 20m acknowledged 3h resolved, record: {severity: S1}}", "{A: holding, C: fail}"),
            ("{timeline: escalated 30m acknowledged closed, record: {severity: S1}}", "{A: pass}"),
            ("{timeline: escalated 30m 1s acknowledged closed, record: {severity: S1}}", "{A: fail}"),
            // `opened` is no activity here, `closed` is.
            ("opened 1h escalated 2h resolved", "{C: pass}"), ("opened 1h escalated 2h 1s resolved", "{C: fail}"),
            ("{timeline: escalated 2h closed, record: {severity: S1}}", "{A: fail}"),
            // What is quoted is an event alone: the record stays open.
            ("{timeline: \"escalated 10m 'closed'\", record: {severity: S1}}", "{A: pending}"),
            ("{timeline: escalated 30m as_of 1h acknowledged, record: {severity: S1}}", "{A: pending}"),
            ("{timeline: escalated 30m, record: {severity: S1}}", "{A: pending}"),
            ("{timeline: escalated 30m 1s, record: {severity: S1}}", "{A: fail}"),
            ("{timeline: escalated, as_of: 31m, record: {severity: S1}}", "{A: fail}"),
            ("{timeline: escalated, as_of: 2026-01-05T09:31:00Z, record: {severity: S1}}", "{A: fail}"),
            (
                "{record: {severity: S1, opened: 2026-03-01T00:00:00Z, events: escalated 30m acknowledged closed}}", "{A: pass}"
            ),
            (
                "{timeline: escalated, as_of: 2026-03-01T00:31:00Z, record: {severity: S1, opened: 2026-03-01T00:00:00Z}}",
                "{A: fail}"
            ),
            ("resolved(party=vendor)", "{B: fail}"), ("resolved(actor.party=partner)", "{B: holding}"),
            ("\"resolved(party=customer, attributes.n=7)\"", "{B: fail}"),
            ("\"resolved(party=customer, attributes.n='7')\"", "{B: holding}"),
            ("\"resolved( party = 'customer', attributes.n = 8 ) closed\"", "{B: pass}"),
            ("'\"Awaiting User Info\" 1h closed'", "{D: pass}"),
            ("{record: {severity: S1, timeline: escalated 30m acknowledged closed}}", "{A: pass}"),
            // What nobody did may have been the vendor.
            ("resolved", "{B: not_observable}"),
        ] as [(String, String)])
    func `a timeline in one line is judged like the events it stands for`(_ line: String, _ expect: String) throws {
        let body = line.hasPrefix("{") ? String(line.dropFirst().dropLast()) : "timeline: " + line
        let flow = "  - {name: n, \(body), expect: \(expect)}\n"
        let block = "  - name: n\n    \(body)\n    expect: \(expect)\n"
        let (tests, said) = Self.load(line.hasPrefix("{") ? flow : block)
        #expect(said == [])
        let result = try #require(tests?.run().first)
        #expect(result.passed, "\(result)")
    }

    @Test(arguments: [
        ("escalatd 20m acknowledged", ["5:15 TL256 did you mean 'escalated'?"]),
        (
            "escalated 20x acknowledged",
            ["5:25 TL256 expected one of 'Awaiting User Info', 'acknowledged', 'closed', 'escalated', 'resolved'"]
        ),
        ("escalated(party=me)", ["5:25 TL107 expected one of 'partner', 'vendor', 'customer'"]),
        ("escalated(reason=x)", ["5:25 TL310 did you mean 'attributes.reason'?"]),
        ("escalated(chanel=x)", ["5:25 TL310 did you mean 'channel'?"]),
        ("escalated(party)", ["5:30 TL310 such as (party=customer, attributes.reason=delay)"]),
        ("escalated(party=vendor", ["5:15 TL310 a value with spaces, commas or parentheses is quoted"]),
        ("escalated(text=two words)", ["5:34 TL310 a value with spaces, commas or parentheses is quoted"]),
        ("escalated ) 20m", ["5:25 TL310 -"]), ("escalated 'closed", ["5:25 TL310 -"]),
        ("[escalated]", ["5:15 TL310 such as 'escalated 20m acknowledged 3h resolved'"]),
        ("escalated as_of\n    as_of: 1h", ["6:12 TL310 -"]),
        ("escalated\n    record: {timeline: escalated}", ["6:24 TL310 -"]),
        (
            "escalated\n    record: {events: [[2026-01-05T09:00:00Z, escalated]]}",
            ["5:15 TL310 write either 'timeline' or 'events'"]
        ),
        (
            "escalated\n    records: []",
            ["6:14 TL309 only a checklist of 'unit: customer' takes 'records'", "6:14 TL309 -", "6:14 TL309 -", "6:14 TL106 -"]
        ),
        (
            "escalated\n    as_of: soon",
            ["6:12 TL107 write it as RFC 3339, such as '2026-11-01T00:00:00Z', or as a length after the record's beginning"]
        ),
    ])
    func `what is wrong in a timeline is named at its place`(_ line: String, _ said: [String]) {
        let found = Self.load("  - name: n\n    timeline: \(line)\n    expect: {A: pass}\n").said
        #expect(found.filter { !$0.contains("TL106") } == said.filter { !$0.contains("TL106") })
    }

    @Test(
        arguments: [
            ("{A: {verdict: pending, due: 30m}}", nil), ("{A: {due: 2026-01-05T09:30:00Z}}", nil),
            (
                "{A: {verdict: pending, due: 31m}}",
                "A: expected pending, due 2026-01-05T09:31:00Z, got pending, due 2026-01-05T09:30:00Z: owed until"
            ),
            (
                "{A: {due: never}}",
                "A: expected any verdict, never due, got pending, due 2026-01-05T09:30:00Z: owed until 2026-01-05T09:30:00Z: where"
            ),
            ("{C: {verdict: pending, due: 3h}}", nil),
            ("{B: {evidence: must}}", "B: expected any verdict, evidence with 'must', got holding, no evidence: kept so far"),
            ("{B: fail}", "B: expected fail, got holding: kept so far, and could still break: 'resolved' where"),
            (
                "{D: not_activated}",
                "D: expected not_activated, got pending: owed until the record closes: 'Awaiting User Info' happens"
            ),
        ] as [(String, String?)])
    func `a due instant is expected as such`(_ expect: String, _ wrong: String?) throws {
        let (tests, said) = Self.load(
            "  - name: n\n    timeline: escalated 10m\n    record: {severity: S1}\n    expect: \(expect)\n")
        #expect(said == [])
        let result = try #require(tests?.run().first)
        #expect(result.passed == (wrong == nil))
        if let wrong { #expect(result.mismatches.first?.description.hasPrefix(wrong) ?? false, "\(result)") }
    }

    @Test(
        arguments: [
            ("{A: {verdict: fail, evidence: not followed}}", nil), ("{A: {evidence: {events: [escalated]}}}", nil),
            ("{A: {verdict: fail, evidence: {reason: acknowledged, events: [escalated]}}}", nil),
            (
                "{A: {evidence: {events: [acknowledged]}}}",
                "A: expected any verdict, citing acknowledged, got fail, citing escalated: "
            ),
            ("{A: {evidence: nonsense}}", "A: expected any verdict, evidence with 'nonsense', got fail, '"),
            ("{A: pass}", "A: expected pass, got fail: 'escalated' at 2026-01-05T09:00:00Z"),
        ] as [(String, String?)])
    func `evidence is expected by what it says and cites`(_ expect: String, _ wrong: String?) throws {
        let (tests, said) = Self.load(
            "  - {name: n, timeline: escalated 31m closed, record: {severity: S1}, expect: \(expect)}\n")
        #expect(said == [])
        let result = try #require(tests?.run().first)
        #expect(result.passed == (wrong == nil), "\(result)")
        if let wrong { #expect(result.mismatches.first?.description.hasPrefix(wrong) ?? false, "\(result)") }
    }

    @Test(arguments: [
        ("{severity: S2}", "'when' is not true: `severity == \"S1\"`"),
        ("{severity: S1, function: sales}", "the checklist judges the function 'support', the record belongs to 'sales'"),
        ("{severity: S1, kind: sales}", "the checklist judges the function 'support', the record belongs to 'sales'"),
        ("{severity: S1, opened: 2027-01-01T00:00:00Z}", "the record opens after 'as_of', at 2027-01-01T00:00:00Z"),
    ])
    func `why an item does not apply is said`(_ record: String, _ derivation: String) throws {
        let (tests, said) = Self.load(
            "  - {name: n, timeline: escalated, as_of: 2026-05-01T00:00:00Z, record: \(record), expect: {A: fail}}\n")
        #expect(said == [])
        #expect(try #require(tests?.run().first).mismatches.first?.derivation == derivation)
    }

    @Test(arguments: [
        ("{A: {}}", "7:17 TL307"), ("{A: {verdict: passed}}", "7:27 TL305"), ("{A: {due: soon}}", "7:23 TL107"),
        ("{A: {evidence: {}}}", "7:28 TL307"), ("{A: {verdct: pass}}", "7:17 TL307"), ("{A: [pass]}", "7:17 TL305"),
    ])
    func `an expectation that says nothing is an error`(_ expect: String, _ said: String) {
        let found = Self.load("  - name: n\n    timeline: escalated\n    record: {}\n    expect: \(expect)\n").said
        #expect(found.first?.hasPrefix(said) ?? false, "\(found)")
    }
}
