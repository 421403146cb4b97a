import Language
import Testing
import Timelines

@testable import Checklists

/// The tests that lie beside checklists.
struct TestsOfChecklistsTests {
    private static let checklist = """
        touchline: checklist/1
        id: escalation
        title: T
        version: 1.0.0
        activities: [escalated, acknowledged]
        items:
          - {id: E1, title: A, check: {response: {after: escalated, expect: acknowledged, within: {S1: 30m, otherwise: 8h}}}}
          - {id: E2, title: B, check: {holds: 'attributes.done > opened && customer.tier == "key"'}}

        """

    private static func load(_ text: String) -> (tests: ChecklistTests?, diagnostics: Diagnostics) {
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(files: [("c.yaml", checklist)], diagnostics: diagnostics)
        return (ChecklistTests.load(name: "t.yaml", text: text, checklists: checklists, diagnostics: diagnostics), diagnostics)
    }

    private static let good = """
        touchline: tests/1
        checklist: escalation
        cases:
          - name: acknowledged at the last second
            as_of: 2026-01-05T12:00:00Z
            record: {partner: p, id: "1", kind: escalation, opened: 2026-01-05T09:00:00Z, closed: 2026-01-05T11:00:00Z, severity: S1,
              customer: {tier: key}, attributes: {done: 2026-01-05T10:00:00Z},
              events: [[2026-01-05T09:30:00Z, acknowledged, {actor: {party: partner}}], [2026-01-05T09:00:00Z, escalated]]}
            expect: {E1: pass, E2: pass}
          - name: too late
            as_of: 2026-01-05T12:00:00Z
            record: {severity: S1, events: [{at: 2026-01-05T09:00:00Z, activity: escalated, channel: phone}]}
            expect: {E1: fail, E2: fail}

        """

    @Test func `cases are judged and what differs is told`() throws {
        let (tests, diagnostics) = Self.load(Self.good)
        #expect(diagnostics.sorted.map(\.description) == [])
        let results = try #require(tests).run()
        #expect(results.map(\.passed) == [true, false])
        #expect(results[0].description == "ok    escalation: acknowledged at the last second")
        let mismatch = try #require(results[1].mismatches.first)
        #expect(results[1].mismatches.count == 1)
        #expect(mismatch.item == "E2" && mismatch.expected == "fail" && mismatch.got == "not_observable")
        #expect("\(mismatch.position)" == "t.yaml:13:24")
        #expect(
            results[1].description.hasPrefix(
                "FAIL  escalation: too late (t.yaml:10:5)\n      E2: expected fail, got not_observable: "))
    }

    @Test func `tests bring calendars and partners of their own`() throws {
        let checklist = """
            touchline: checklist/1
            id: t
            title: T
            version: 1.0.0
            activities: [a, b]
            items:
              - {id: E1, title: A, check: {response: {after: a, expect: b, within: 1d, clock: partner}}}
              - {id: E2, title: B, check: {response: {after: a, expect: b, within: 2h, clock: office}}}

            """
        let tests = """
            touchline: tests/1
            checklist: t
            calendars: {office: {zone: Europe/Paris, hours: {mon-fri: "09:00-17:00"}, day: 8h}}
            partners: [{id: p, functions: [support], calendar: office}, {id: q, functions: [support]}]
            cases:
              - name: over the weekend
                as_of: 2026-02-01T00:00:00Z
                record: {partner: p, kind: support, closed: 2026-01-12T12:00:00Z, events: [[2026-01-09T15:00:00Z, a], [2026-01-12T09:00:00Z, b]]}
                expect: {E1: pass, E2: pass}
              - name: of a partner without a calendar
                as_of: 2026-02-01T00:00:00Z
                record: {partner: q, kind: support, closed: 2026-01-12T12:00:00Z, events: [[2026-01-09T15:00:00Z, a], [2026-01-12T09:00:01Z, b]]}
                expect: {E1: not_observable, E2: fail}

            """
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(files: [("c.yaml", checklist)], diagnostics: diagnostics)
        let loaded = ChecklistTests.load(name: "t.yaml", text: tests, checklists: checklists, diagnostics: diagnostics)
        #expect(
            diagnostics.sorted.map(\.description) == [
                "c.yaml:7:83: warning[TL270]: the partner 'q' has no calendar, so what rests on its working time is not observable"
            ])
        #expect(
            try #require(loaded).run().map(\.description) == [
                "ok    t: over the weekend", "ok    t: of a partner without a calendar",
            ])
        let without = tests.replacing("{office: ", with: "{offices: ").replacing("calendar: office", with: "calendar: offices")
            .replacing(", day: 8h", with: "")
        let problems = Diagnostics()
        _ = ChecklistTests.load(name: "t.yaml", text: without, checklists: checklists, diagnostics: problems)
        #expect(
            problems.sorted.filter { $0.severity == .error }.map(\.description) == [
                "c.yaml:7:72: error[TL269]: the calendar 'offices' does not say how long a day is "
                    + "(write the length in hours, or 'day: 8h' in the calendar)",
                "c.yaml:8:83: error[TL259]: there is no calendar 'office' in the config (did you mean 'offices'?)",
            ])
    }

    @Test func `items that no test makes pass and fail are named`() throws {
        let tests = try #require(Self.load(Self.good.replacing("E2: fail", with: "E2: not_observable")).tests)
        let diagnostics = Diagnostics()
        ChecklistTests.reportCoverage([tests], diagnostics: diagnostics)
        #expect(
            diagnostics.sorted.map { "\($0.code) \($0.severity) \($0.message)" } == [
                "TL301 warning no test makes the item 'E2' of 'escalation' fail"
            ])
    }

    @Test(
        arguments: [
            ("checklist: escalation", "checklist: escalatoin", ["2:12 TL303"]),
            ("Z, acknowledged, {", "Z, acknowleged, {", ["8:39 TL256"]),
            ("activity: escalated,", "activity: esclated,", ["12:74 TL256"]),
            ("E1: pass", "E9: pass", ["9:14 TL302"]), ("E1: pass", "E1: passed", ["9:18 TL305"]),
            ("{E1: fail, E2: fail}", "{}", ["13:13 TL307"]),
            ("tests/1", "test/1", ["1:12 TL306"]), ("[2026-01-05T09:00:00Z, escalated]", "[09:00, escalated]", ["8:82 TL304"]),
            ("[2026-01-05T09:00:00Z, escalated]", "[escalated]", ["8:81 TL304"]),
            ("severity: S1,\n", "severty: S1,\n", ["6:113 TL105"]),
            ("channel: phone", "chanel: phone", ["12:85 TL105"]),
        ] as [(String, String, [String])])
    func `mistakes in tests are named with their place`(_ right: String, _ wrong: String, _ said: [String]) throws {
        let text = Self.good.replacing(right, with: wrong, maxReplacements: 1)
        try #require(text != Self.good)
        #expect(Self.load(text).diagnostics.sorted.map { "\($0.position.line):\($0.position.column) \($0.code)" } == said)
    }
}
