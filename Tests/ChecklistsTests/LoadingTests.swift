import Language
import TestSupport
import Testing
import Timelines

@testable import Checklists

/// What lint says of checklists that are wrong: the code, the place, and the help where there is one.
struct LoadingTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        let check: String
        var item = "level: major"
        var head = "function: support"
        let said: [String]

        init(_ check: String, item: String = "level: major", head: String = "function: support", _ said: String...) {
            self.check = check
            self.item = item
            self.head = head
            self.said = said
        }

        var testDescription: String { "\(check) \(item) \(head)" }
    }

    @Test(arguments: [
        Mistake("{responce: {after: a, expect: b}}", "12:13 TL253 did you mean 'response'?"),
        Mistake("{response: {after: a, expect: b}, existence: a}", "12:46 TL254"),
        Mistake("{span: {from: start}}", "12:12 TL255"),
        Mistake("{recurrence: {of: a}}", "12:25 TL106"), Mistake("{recurrence: {of: a, every: 1x}}", "12:40 TL257"),
        Mistake("{clock: {start: a}}", "12:20 TL106", "12:20 TL106"),
        Mistake("{clock: {start: a, stop: b, target: 1h, pause: c}}", "12:59 TL106"),
        Mistake("{clock: {start: a, stop: b, target: 1h, on_reopen: again}}", "12:63 TL107"),
        Mistake("{clock: {start: [], stop: b, target: 1h}}", "12:28 TL104"),
        Mistake("{ownership: {from: start}}", "12:24 TL106"),
        Mistake("{ownership: {of: {taken: a, owner: 'event.actor.id'}}}", "12:29 TL106"),
        Mistake("{existence: ab}", "12:24 TL256 did you mean 'a'?"),
        Mistake("{existence: sayd}", "12:24 TL256 did you mean 'said'?"),
        Mistake("{existence: {activity: zz}}", "12:35 TL256"),
        Mistake("{existence: {first: zz}}", "12:32 TL256"),
        Mistake("{existence: {}}", "12:24 TL106"),
        Mistake("{response: {after: a, expect: b, within: soon}}", "12:53 TL257"),
        Mistake("{response: {after: a, expect: b, within: {S1: 5x, otherwise: 1h}}}", "12:58 TL257"),
        Mistake("{response: {after: a, expect: b, within: {S9: 5m}}}", head: "values: {severity: [S1, S2]}", "12:54 TL265"),
        Mistake("{response: {after: a, expect: b, clock: [partner]}}", "12:52 TL259"),
        Mistake("{response: {after: a, expect: b, clock: {by: 'kind'}}}", "12:52 TL259"),
        Mistake("{response: {after: a, expect: b, clock: {by: 'kin', x: y}}}", "12:58 TL203"),
        Mistake("{response: {after: a, expects: b}}", "12:23 TL106", "12:34 TL105 did you mean 'expect'?"),
        Mistake("{response: {after: a, expect: b, within: 5m, by: {at: 'as_of'}}}", "12:61 TL264"),
        Mistake("{count: {of: a}}", "12:20 TL263"), Mistake("{count: {of: a, at_least: 3, at_most: 2}}", "12:20 TL264"),
        Mistake("{count: {of: a, exactly: 3, at_most: 2}}", "12:20 TL264"),
        Mistake("{changes: {of: 'event.activity'}}", "12:22 TL263"), Mistake("{runs: {of: a}}", "12:19 TL263"),
        Mistake("{duration: {from: opened, to: closed}}", "12:23 TL263"),
        Mistake("{duration: {from: opened, to: b, at_most: 1h}}", "12:42 TL261 write {first: b} or {last: b}"),
        Mistake("{duration: {from: openend, to: closed, at_most: 1h}}", "12:30 TL261 did you mean 'opened'?"),
        Mistake("{duration: {from: {first: a, last: b}, to: closed, at_most: 1h}}", "12:30 TL261"),
        Mistake("{duration: {from: opened, to: closed, at_least: 2h, at_most: 1h}}", "12:23 TL264"),
        Mistake("{count: {of: a, exactly: -1}}", "12:37 TL107"), Mistake("{runs: {of: a, at_most: one}}", "12:36 TL107"),
        Mistake("{changes: {of: 'event.activity', at_most: one}}", "12:54 TL107"),
        Mistake("{choice: [a]}", "12:21 TL104"), Mistake("{all_of: []}", "12:21 TL104"), Mistake("just text", "12:12 TL104"),
        Mistake("{existence: a}", item: "target: 95", "11:13 TL258"),
        Mistake("{existence: a}", item: "target: high", "11:13 TL258"),
        Mistake("{existence: a}", item: "level: grave", "11:12 TL107 expected one of 'critical', 'major', 'minor', 'advisory'"),
        Mistake("{existence: a}", item: "levels: major", "11:5 TL105 did you mean 'level'?"),
        Mistake("{existence: a}", head: "unit: customers", "8:7 TL107 did you mean 'customer'?"),
        Mistake("{existence: a}", head: "clock: [partner]", "8:8 TL259"),
        Mistake("{existence: a}", head: "clock: [a]", "8:8 TL259"),
        Mistake("{existence: a}", head: "settle: later", "8:9 TL107"),
        Mistake("{existence: a}", head: "effective: {from: 2026-1-1}", "8:19 TL262"),
        Mistake("{existence: a}", head: "effective: {from: 2026-02-01, until: 2026-01-01}", "8:38 TL264"),
        Mistake("{existence: a}", head: "define2: {x: 'true'}", "8:1 TL105 did you mean 'define'?"),
        Mistake("{existence: a}", head: "measures: [{id: m, title: M}]", "8:12 TL106"),
        Mistake("{existence: a}", head: "measures: [{id: m, title: M, route: {of: [q]}}]", "8:43 TL256"),
    ])
    func `mistakes are named with their place`(_ mistake: Mistake) {
        let diagnostics = Diagnostics()
        _ = ChecklistLoader.load(files: [("t.yaml", Self.text(mistake))], diagnostics: diagnostics)
        let said = diagnostics.sorted.map { diagnostic in
            "\(diagnostic.position.line):\(diagnostic.position.column) \(diagnostic.code)"
        }
        #expect(said == mistake.said.map { $0.split(separator: " ").prefix(2).joined(separator: " ") })
        for (diagnostic, expected) in zip(diagnostics.sorted, mistake.said) {
            let help = expected.split(separator: " ").dropFirst(2).joined(separator: " ")
            if !help.isEmpty { #expect(diagnostic.help?.hasPrefix(help) == true, "\(diagnostic)") }
        }
    }

    private static func text(_ mistake: Mistake) -> String {
        """
        touchline: checklist/1
        id: t
        title: T
        version: 1.0.0
        activities: [a, b, c, d]
        define:
          said: 'event.text == "x"'
        \(mistake.head)
        items:
          - id: I
            \(mistake.item)
            check: \(mistake.check)
            title: One

        """
    }

    @Test func `expressions are checked where they stand`() {
        let said = Self.problems(
            """
            touchline: checklist/1
            id: t
            title: T
            version: 1.0.0
            applies: kind == "x"
            activities: [a]
            define:
              any: 'true'
              a: 'true'
              wrong: 'event.activty == "a"'
            items:
              - {id: A, title: A, when: 'severty == "S1"', check: {existence: wrong}}
              - {id: A, title: A, check: {holds: '1 + 1'}}
              - {id: B, title: B, check: {each: {event: a, holds: 'next.at > event.at'}}}
            """)
        #expect(said.count == 8, "\(said)")
        #expect(said.map { String($0.split(separator: " ")[0]) }.prefix(4) == ["5:10", "8:3", "9:3", "10:17"], "\(said)")
        #expect(said.contains { $0.hasPrefix("13:10 TL252") || $0.hasPrefix("13:8 TL252") }, "\(said)")
    }

    @Test func `an activity that a definition misspells is warned of`() {
        let diagnostics = Diagnostics()
        let head = "define: {x: 'event.activity in [\"a\", \"zz\"] && event.activity != \"bb\"'}"
        let text = Row.checklist(check: "{existence: x}", head: head)
        #expect(ChecklistLoader.load(files: [("t.yaml", text)], diagnostics: diagnostics).count == 1)
        #expect(
            diagnostics.sorted.map(\.description) == [
                "t.yaml:6:38: warning[TL256]: there is no activity 'zz' in 'activities' (expected one of 'a', 'b', 'c', 'd')",
                "t.yaml:6:65: warning[TL256]: there is no activity 'bb' in 'activities' (did you mean 'b'?)",
            ])
    }

    @Test func `names that are empty or stand twice are mistakes`() {
        let said = Self.problems(
            """
            touchline: checklist/1
            id: ''
            title: ' '
            version: 1.0.0
            activities: [a, b, a]
            items:
              - {id: '', title: A, check: {existence: a}}
            """)
        #expect(said == ["2:5 TL107", "3:8 TL107", "5:20 TL266", "7:10 TL107"])
    }

    @Test func `an empty list of checks is called empty`() {
        let diagnostics = Diagnostics()
        _ = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: "{all_of: []}"))], diagnostics: diagnostics)
        #expect(diagnostics.sorted.map(\.message) == ["a list of checks needs at least one"])
    }

    @Test func `an id can only be one checklist's`() {
        let diagnostics = Diagnostics()
        let text = Row.checklist(check: "{existence: a}")
        let loaded = ChecklistLoader.load(files: [("one.yaml", text), ("two.yaml", text)], diagnostics: diagnostics)
        #expect(loaded.count == 1)
        #expect(diagnostics.sorted.map { "\($0.position) \($0.code)" } == ["two.yaml:2:5 TL251"])
    }

    @Test func `a file that is no checklist says so`() {
        #expect(
            Self.problems("touchline: tests/1\nid: x\ntitle: x\nversion: 1\nitems: []\n").map { $0.prefix(10) } == [
                "1:12 TL250", "5:8 TL267",
            ])
        #expect(Self.problems("- a\n").count == 1)
        #expect(Self.problems("").map { $0.suffix(5) } == ["TL106", "TL106", "TL106", "TL106", "TL106"])
    }

    private static func problems(_ text: String) -> [String] {
        let diagnostics = Diagnostics()
        _ = ChecklistLoader.load(files: [("t.yaml", text)], diagnostics: diagnostics)
        return diagnostics.sorted.map { "\($0.position.line):\($0.position.column) \($0.code)" }
    }

    @Test(arguments: [
        "uci-incidents/checklists/incidents", "volvo-incidents/checklists/incidents", "nyc-phases/checklists/phases",
        "nyc-projects/checklists/projects", "github-pages/checklists/pages", "paging/checklists/escalation",
    ])
    func `the acceptance checklists load without a word`(_ name: String) {
        guard let bytes = Shared.bytes("acceptance/cases/\(name).yaml") else { return }
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(files: [("t.yaml", String(decoding: bytes, as: UTF8.self))], diagnostics: diagnostics)
        #expect(loaded.count == 1)
        #expect(diagnostics.sorted.map(\.description) == [])
    }

    @Test(arguments: [
        (
            "{response: {after: a, expect: b, within: {S1: 30m, S2: 2h, otherwise: 8h}}}",
            "every 'a' is followed by 'b' within S1 30m, S2 2h, otherwise 8h"
        ),
        ("{absence: a, span: {from: {first: b}}}", "'a' never happens, from the first 'b' on"),
        ("{count: {of: a, at_most: 2}}", "'a' happens at most twice"), ("{holds: 'true'}", "`true`"),
        ("{count: {of: a, exactly: 0}}", "'a' never happens"),
        ("{changes: {of: 'event.activity', at_most: 0}}", "`event.activity` never changes"),
        ("{duration: {from: opened, to: {first: a}, at_most: 36h}}", "from opening to the first 'a' it takes at most 1d 12h"),
        ("{precedence: {before: b, require: a}}", "every 'b' has an earlier 'a'"),
        (
            "{all_of: [{existence: a}, {existence: {activity: b, where: 'has(event.text)'}}]}",
            "'a' happens; and 'b' where `has(event.text)` happens"
        ),
        ("{no_return: {of: 'event.actor.id'}}", "`event.actor.id` never returns to a value that it has just left"),
        ("{each: {event: any, holds: 'has(event.text)'}}", "for every event, `has(event.text)`"),
    ])
    func `an item says in words what it means`(_ check: String, _ meaning: String) {
        let loaded = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check))], diagnostics: Diagnostics())
        #expect(loaded.first?.items.first?.meaning == meaning)
    }

    @Test func `every template says what it means`() {
        for template in Template.all {
            #expect(!template.meaning.isEmpty && !template.form.isEmpty)
            #expect(Template.named(template.name)?.name == template.name)
        }
        #expect(Set(Template.all.map(\.name)).count == Template.all.count)
    }

    @Test func `definitions that only speak of activities need no predicate`() throws {
        let gate = ActivityGate(
            of: try Expression.compile("event.activity in [\"a\", \"b\"] && \"b\" != event.activity", in: Names.ofEvent))
        #expect(gate.set == .only(["a"]) && gate.rest == nil)
        let mixed = ActivityGate(of: try Expression.compile("event.activity == \"a\" && event.text == \"x\"", in: Names.ofEvent))
        #expect(mixed.set == .only(["a"]) && mixed.rest != nil)
        let either = ActivityGate(of: try Expression.compile("event.activity == \"a\" || event.text == \"x\"", in: Names.ofEvent))
        #expect(either.set == .any && either.rest != nil)
    }
}
