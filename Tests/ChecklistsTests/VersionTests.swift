import Language
import Testing
import Timelines

@testable import Checklists

/// Several versions of one checklist: their days, what lint says of them, and which of them judges a record.
struct VersionTests {
    /// A version whose one item allows at most so many events, with keys of its own such as `effective`.
    static func text(_ version: String, _ head: String = "", most: Int = 1, item: String = "I") -> String {
        """
        touchline: checklist/1
        id: t
        title: T
        version: \(version)
        activities: [a]
        \(head)
        items:
          - {id: \(item), title: One, check: {count: {of: a, at_most: \(most)}}}

        """
    }

    /// Files named a.yaml, b.yaml and so on.
    static func load(_ texts: [String]) -> (checklists: [Checklist], diagnostics: Diagnostics) {
        let diagnostics = Diagnostics()
        let files = texts.enumerated().map { (name: ["a", "b", "c", "d"][$0] + ".yaml", text: $1) }
        return (ChecklistLoader.load(files: files, diagnostics: diagnostics), diagnostics)
    }

    @Test(
        arguments: [
            (["effective: {until: 2026-06-30}", "effective: {from: 2026-07-01}"], []),
            (["effective: {from: 2026-07-01}", "effective: {until: 2026-06-30}"], []),
            (
                [
                    "effective: {until: 2026-03-31}", "effective: {from: 2026-04-01, until: 2026-06-30}",
                    "effective: {from: 2026-07-01}",
                ],
                []
            ),
            (
                ["", ""],
                ["b.yaml:2:5 TL280 version '2' of 't' and version '1' in a.yaml are both in force every day"]
            ),
            (
                ["effective: {until: 2026-06-30}", ""],
                ["b.yaml:2:5 TL280 version '2' of 't' and version '1' in a.yaml are both in force up to 2026-06-30"]
            ),
            (
                ["", "effective: {from: 2026-07-01}"],
                ["b.yaml:6:12 TL280 version '2' of 't' and version '1' in a.yaml are both in force from 2026-07-01 on"]
            ),
            (
                ["effective: {until: 2026-06-30}", "effective: {from: 2026-06-30}"],
                ["b.yaml:6:12 TL280 version '2' of 't' and version '1' in a.yaml are both in force on 2026-06-30"]
            ),
            (
                ["effective: {from: 2026-05-01}", "effective: {until: 2026-05-31}"],
                ["a.yaml:6:12 TL280 version '1' of 't' and version '2' in b.yaml are both in force from 2026-05-01 to 2026-05-31"]
            ),
            (
                ["effective: {until: 2026-06-30}", "effective: {from: 2026-08-01}"],
                [
                    "b.yaml:6:12 TL281 no version of 't' is in force from 2026-07-01 to 2026-07-31: version '1' in a.yaml ends before, version '2' begins after"
                ]
            ),
            (
                // The first outlasts the second: the third is next to the first.
                [
                    "effective: {until: 2026-12-31}", "effective: {from: 2026-02-01, until: 2026-02-02}",
                    "effective: {from: 2027-01-01}",
                ],
                ["b.yaml:6:12 TL280 version '2' of 't' and version '1' in a.yaml are both in force from 2026-02-01 to 2026-02-02"]
            ),
            // A window that is wrong in itself is not compared with others.
            (["effective: {until: 2026-06-30}", "effective: {from: July}"], ["b.yaml:6:19 TL262 'July' is no day"]),
            (
                ["", "unit: customer\neffective: {from: 2026-07-01}"],
                [
                    "b.yaml:6:7 TL282 version '2' of 't' judges customers, version '1' in a.yaml records",
                    "b.yaml:7:12 TL280 version '2' of 't' and version '1' in a.yaml are both in force from 2026-07-01 on",
                ]
            ),
        ] as [([String], [String])])
    func `every day belongs to one version, and lint names the days that do not`(heads: [String], said: [String]) {
        let (checklists, diagnostics) = Self.load(heads.enumerated().map { Self.text(String($0 + 1), $1) })
        #expect(checklists.count == heads.count)
        #expect(diagnostics.sorted.map { "\($0.position) \($0.code) \($0.message)" } == said)
    }

    @Test func `one version twice is said where it stands again`() {
        let (checklists, diagnostics) = Self.load([
            Self.text("1", "effective: {until: 2026-06-30}"), Self.text("1", "effective: {from: 2026-07-01}"),
        ])
        #expect(checklists.count == 1)
        #expect(
            diagnostics.sorted.map(\.description) == [
                "b.yaml:2:5: error[TL251]: version '1' of the checklist 't' is already in a.yaml (give this one another 'version', and each its 'effective' days)"
            ])
    }

    @Test func `versions stand in the order of their days, whatever their files are called`() {
        let (checklists, _) = Self.load([
            Self.text("9", "effective: {from: 2026-04-01, until: 2026-06-30}"), Self.text("3", "effective: {from: 2026-07-01}"),
            Self.text("4", "effective: {until: 2026-03-31}"),
        ])
        #expect(checklists.map(\.version) == ["4", "9", "3"])
        #expect(checklists.map(\.file) == ["c.yaml", "a.yaml", "b.yaml"])
        #expect(Checklist.newest(of: checklists).map(\.version) == ["3"])
    }

    /// Three events; the versions allow one, three and two of them.
    private static func record(opened: String?) -> ServiceRecord {
        var record = ServiceRecord(
            partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "", sequence: 0))
        record.opened = opened.flatMap { Instant(rfc3339: $0) }
        for hour in 0..<3 { record.events.append(Event(at: moment("\(hour)h"), activity: "a", symbol: 0)) }
        return record
    }

    private static let three = [
        text("1", "effective: {until: 2026-03-31}"),
        text("2", "effective: {from: 2026-04-01, until: 2026-06-30}", most: 3),
        text("3", "effective: {from: 2026-07-01, until: 2026-12-31}", most: 2),
    ]

    @Test(
        arguments: [
            ("2026-03-31T23:59:59Z", ["fail", "not_applicable", "not_applicable"]),
            ("2026-04-01T00:00:00Z", ["not_applicable", "holding", "not_applicable"]),
            ("2026-06-30T23:59:59.999Z", ["not_applicable", "holding", "not_applicable"]),
            ("2026-07-01T01:30:00+02:00", ["not_applicable", "holding", "not_applicable"]),
            ("2026-07-01T00:00:00Z", ["not_applicable", "not_applicable", "fail"]),
            ("2027-01-01T00:00:00Z", ["not_applicable", "not_applicable", "not_applicable"]),
            (nil, ["not_observable", "not_observable", "not_observable"]),
        ] as [(String?, [String])])
    func `the version in force at the opening judges, and no other`(opened: String?, expected: [String]) throws {
        let (checklists, diagnostics) = Self.load(Self.three)
        #expect(!diagnostics.hasErrors)
        func judged(_ checklists: [Checklist]) -> [String] {
            let activities = ActivityTable(checklists.flatMap(\.activityNames))
            let judge = Judge(
                checklists: checklists, activities: activities, partners: nil, producible: [:],
                asOf: moment("400d"), settle: .seconds(1))
            return judge.judge(Self.record(opened: opened).numbered(by: activities)).verdicts.map(\.verdict.rawValue)
        }
        #expect(judged(checklists) == expected)
        #expect(judged(Checklist.newest(of: checklists)) == ["fail"])
    }

    private static func tests(_ head: String, _ expected: [(opened: String, verdict: String)]) -> String {
        var text = "touchline: tests/1\nchecklist: t\n\(head)cases:\n"
        for (opened, verdict) in expected {
            text += """
                  - name: \(opened)
                    as_of: 2027-02-01T00:00:00Z
                    record: {opened: \(opened)T00:00:00Z, events: [[\(opened)T01:00:00Z, a], [\(opened)T02:00:00Z, a], [\(opened)T03:00:00Z, a]]}
                    expect: {I: \(verdict)}

                """
        }
        return text
    }

    private static func run(_ text: String) throws -> (failed: [String], coverage: [String]) {
        let (checklists, diagnostics) = load(three)
        let tests = try #require(
            ChecklistTests.load(name: "t.yaml", text: text, checklists: checklists, diagnostics: diagnostics))
        #expect(diagnostics.sorted.map(\.description) == [])
        ChecklistTests.reportCoverage([tests], diagnostics: diagnostics)
        return (tests.run().filter { !$0.passed }.map(\.description), diagnostics.sorted.map(\.message))
    }

    @Test func `a case is judged by the version in force at its record's opening`() throws {
        let (failed, coverage) = try Self.run(
            Self.tests(
                "",
                [("2026-01-05", "fail"), ("2026-05-05", "holding"), ("2026-08-05", "fail"), ("2027-01-05", "not_applicable")]))
        #expect(failed == [])
        #expect(
            coverage == [
                "no test makes the item 'I' of 't' 1 pass", "no test makes the item 'I' of 't' 2 pass or fail",
                "no test makes the item 'I' of 't' 3 pass",
            ])
    }

    @Test func `tests that name a version are judged by it whatever the day`() throws {
        let (failed, coverage) = try Self.run(
            Self.tests("version: \"2\"\n", [("2026-01-05", "holding"), ("2027-01-05", "holding")]))
        #expect(failed == [])
        #expect(coverage == ["no test makes the item 'I' of 't' pass or fail"])
    }

    @Test func `tests of a version that is not there say so`() {
        let (checklists, diagnostics) = Self.load(Self.three)
        _ = ChecklistTests.load(
            name: "t.yaml", text: Self.tests("version: \"4\"\n", [("2026-01-05", "fail")]), checklists: checklists,
            diagnostics: diagnostics)
        #expect(diagnostics.sorted.map { "\($0.position) \($0.code)" } == ["t.yaml:3:10 TL308"])
    }
}
