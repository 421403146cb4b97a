import Language
import Testing
import Timelines

@testable import Checklists

/// What tests exercise of a checklist.
struct CoverageTests {
    private static let checklist = """
        touchline: checklist/1
        id: t
        title: T
        version: 1.0.0
        activities: [a, b, c]
        items:
          - {id: A, title: A, when: 'severity == "S1"', check: {response: {after: a, expect: b, within: {S1: 1h, S2: 2h, otherwise: 8h}}}}
          - {id: B, title: B, check: {clock: {start: a, stop: b, target: {by: 'event.attributes.x', m: 1h, n: 2h}, clock: {S1: elapsed, otherwise: partner}}}}
          - {id: C, title: C, check: {any_of: [{existence: c}, {duration: {from: opened, to: closed, at_most: {S1: 1d, S2: 2d}}}]}}

        """

    /// `KIND NAME: MISSING` of everything that is not exercised.
    private static func missing(_ cases: String) throws -> [String] {
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(files: [("c.yaml", checklist)], diagnostics: diagnostics)
        let text = "touchline: tests/1\nchecklist: t\ncases:\n" + cases
        let tests = ChecklistTests.load(name: "t.yaml", text: text, checklists: checklists, diagnostics: diagnostics)
        guard !diagnostics.hasErrors, let tests else {
            throw Wrong(text: diagnostics.sorted.map(\.description).joined(separator: "\n"))
        }
        let coverage = try #require(TestCoverage.of([tests]).first)
        return coverage.parts.filter { !$0.missing.isEmpty }.map { part in
            "\(part.kind.rawValue) \(part.name): \(part.missing.joined(separator: ", "))"
        }
    }

    @Test func `what no case expects anything of is not exercised`() throws {
        #expect(
            try Self.missing("  - {name: n, timeline: a b, record: {severity: S1}, expect: {C: pending}}\n") == [
                "items A: pass, fail", "items B: pass, fail", "items C: pass, fail", "conditions A when: true, false",
                "rows A check.response.within.S1: S1", "rows A check.response.within.S2: S2",
                "rows A check.response.within.otherwise: otherwise", "rows B check.clock.target.m: m",
                "rows B check.clock.target.n: n", "rows B check.clock.clock.S1: S1",
                "rows B check.clock.clock.otherwise: otherwise",
                "rows C check.any_of.1.duration.at_most.S2: S2", "activities c: happens",
            ])
    }

    @Test func `branches, rows and activities count where a case comes to them`() throws {
        let cases = """
              - {name: one, timeline: a b closed, record: {severity: S1}, expect: {A: pass}}
              - {name: two, timeline: a 61m b c closed, record: {severity: S1}, expect: {A: fail, C: pass}}
              - {name: three, timeline: a b closed, record: {severity: S3}, expect: {A: not_applicable}}
              - {name: four, timeline: a(attributes.x=m) b closed, record: {severity: S1}, expect: {B: pass}}
              - {name: five, timeline: a(attributes.x=n) 121m b closed, record: {severity: S1}, expect: {B: fail}}
              - {name: six, timeline: a 49h closed, record: {severity: S2}, expect: {C: fail}}

            """
        #expect(
            try Self.missing(cases) == [
                "rows A check.response.within.S2: S2", "rows A check.response.within.otherwise: otherwise",
                "rows B check.clock.clock.otherwise: otherwise",
            ])
    }

    @Test func `a case that fails proves nothing`() throws {
        let cases = "  - {name: n, timeline: a 2h b closed, record: {severity: S1}, expect: {A: pass}}\n"
        #expect(try Self.missing(cases).first == "items A: pass, fail")
    }

    @Test(arguments: [(0, 3, 0), (1, 3, 33), (2, 3, 66), (3, 3, 100), (199, 200, 99), (9999, 10000, 99), (0, 0, 100)])
    func `a share is never rounded up`(_ covered: Int, _ all: Int, _ percent: Int) {
        #expect(TestCoverage.percent(covered, of: all) == percent)
    }
}
