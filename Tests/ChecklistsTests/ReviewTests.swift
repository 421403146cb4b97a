import Language
import Testing
import Timelines

@testable import Checklists

/// What a review of the program found.
struct ReviewTests {
    // MARK: Costs

    /// Every event has an actor and a text of its own, so that no two fit; of `a` and `b` there is one after the other.
    private func judged(_ check: String, events: Int) throws -> ItemVerdict {
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check))], diagnostics: diagnostics)
        #expect(diagnostics.sorted.map(\.description) == [])
        var record = ServiceRecord(
            partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "/0", sequence: 0))
        record.opened = moment("0s")
        record.closed = moment("90d")
        for index in 0..<events {
            var event = Event(at: moment("\(index)s"), activity: index % 2 == 0 ? "a" : "b", symbol: 0)
            event.actor.id = "actor \(index)"
            event.text = "text"
            record.events.append(event)
        }
        let activities = ActivityTable(loaded.flatMap(\.activityNames))
        let judge = Judge(
            checklists: loaded, activities: activities, partners: nil, producible: [:], asOf: moment("100d"),
            settle: .seconds(86400))
        return judge.judge(record.numbered(by: activities)).verdicts[0]
    }

    /// Checks of pairs of which none fits, and what they say where all pairs can be looked at.
    @Test(arguments: [
        ("{response: {after: a, expect: b, where: 'event.actor.id == activation.actor.id'}}", Verdict.fail),
        ("{response: {after: a, expect: b, where: 'event.text == \"y\"'}}", .fail),
        ("{response: {after: a, expect: b, within: 80d, where: 'event.actor.id == activation.actor.id'}}", .fail),
        (
            "{precedence: {before: b, require: a, where: 'event.actor.id == activation.actor.id || event.activity == \"a\"'}}",
            .pass
        ),
        ("{not_response: {after: a, never: b, where: 'event.actor.id == activation.actor.id'}}", .pass),
        ("{not_response: {after: a, never: b, where: 'event.text == \"y\"'}}", .pass),
        ("{not_response: {after: a, never: b, within: 80d, where: 'event.text == \"y\"'}}", .pass),
    ])
    func `a long record of few pairs is judged`(_ check: String, _ verdict: Verdict) throws {
        #expect(try judged(check, events: 300).verdict == verdict)
    }

    /// Many pairs of a long question, each answered at its first words.
    @Test(arguments: [
        "{response: {after: a, expect: b, where: 'event.actor.id == \"actor 1999\" || LONG'}}",
        "{response: {after: a, expect: b, within: 80d, where: 'event.actor.id == \"actor 1999\" || LONG'}}",
        "{precedence: {before: b, require: a, where: 'event.actor.id == \"actor 0\" || LONG'}}",
        "{precedence: {before: b, require: a, within: 80d, where: 'event.actor.id == \"actor 0\" || LONG'}}",
        "{not_response: {after: a, never: b, where: 'event.text == \"y\" && LONG'}}",
        "{not_response: {after: a, never: b, within: 80d, where: 'event.text == \"y\" && LONG'}}",
        "{all_of: [{existence: a}, {not_response: {after: a, never: b, where: 'event.text == \"y\" && LONG'}}]}",
    ])
    func `pairs of events count against what a check may cost`(_ check: String) throws {
        let long = "(" + (0..<200).map { "event.text == \"\($0)\"" }.joined(separator: " || ") + ")"
        let verdict = try judged(check.replacing("LONG", with: long), events: 2000)
        #expect(verdict.verdict == .notObservable)
        #expect(verdict.evidence?.reason.contains("costs too much") == true, "\(verdict.evidence?.reason ?? "-")")
    }

    @Test func `what has failed before a check costs too much stays failed`() throws {
        let long = "(" + (0..<200).map { "event.text == \"\($0)\"" }.joined(separator: " || ") + ")"
        let check = "{response: {after: a, expect: b, where: 'event.actor.id == activation.actor.id && \(long)'}}"
        let verdict = try judged(check, events: 2000)
        #expect(verdict.verdict == .fail)
        #expect(verdict.evidence?.events.first?.index == 0)
    }

    // MARK: Types

    /// Values that never can be what they are for: the code, its place and what was said.
    @Test(arguments: [
        ("{duration: {from: opened, to: {at: \"1\"}, at_most: 1h}}", "11:48 int"),
        ("{duration: {from: {at: \"true\"}, to: closed, at_most: 1h}}", "11:36 bool"),
        ("{response: {after: a, expect: b, by: {at: \"true\"}}}", "11:55 bool"),
        ("{response: {after: a, expect: b, by: {at: \"null\"}}}", "11:55 null_type"),
        ("{absence: a, span: {from: {at: \"events\"}}}", "11:44 list(event)"),
        ("{ownership: {of: \"1.5\"}}", "11:30 double"), ("{ownership: {of: \"true\"}}", "11:30 bool"),
        ("{ownership: {of: \"[true]\"}}", "11:30 list(bool)"),
        ("{ownership: {of: {taken: a, released: b, owner: \"event.at\"}}}", "11:61 timestamp"),
        ("{count: {of: a, at_most: 1}, span: {until: {at: \"1 + 1\"}}}", "11:61 int"),
        ("{duration: {from: opened, to: closed, at_most: {by: \"1.5\", otherwise: 1h}}}", "11:65 double"),
        ("{response: {after: a, expect: b, within: {by: \"events\", otherwise: 1h}}}", "11:59 list(event)"),
        ("{response: {after: a, expect: b, within: 1h, clock: {by: \"opened\", otherwise: elapsed}}}", "11:70 timestamp"),
        ("{clock: {start: a, stop: b, target: {by: \"event.actor\", otherwise: 1h}}}", "11:54 actor"),
    ])
    func `an expression whose type can never serve is a mistake`(_ check: String, _ said: String) {
        let diagnostics = Diagnostics()
        _ = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check))], diagnostics: diagnostics)
        let problems = diagnostics.sorted.map { problem in
            "\(problem.position.line):\(problem.position.column) \(problem.message.split(separator: " ").last ?? "")"
        }
        #expect(problems == [said])
        #expect(diagnostics.sorted.allSatisfy { $0.code == .typeMismatch && $0.help != nil })
    }

    @Test(arguments: [
        "{duration: {from: {at: \"attributes.begun\"}, to: {at: \"opened + duration('1h')\"}, at_most: 1h}}",
        "{duration: {from: {at: \"attributes[?'begun']\"}, to: {at: \"events[?0].at\"}, at_most: 1h}}",
        "{response: {after: a, expect: b, by: {at: \"activation.text\"}}}",
        "{ownership: {of: \"event.actor.id\"}}", "{ownership: {of: \"event.attributes.?owner\"}}",
        "{ownership: {of: \"has(event.text) ? ['x'] : []\"}}", "{ownership: {of: \"null\"}}", "{ownership: {of: \"[]\"}}",
        "{duration: {from: opened, to: closed, at_most: {by: \"size(events)\", otherwise: 1h}}}",
        "{duration: {from: opened, to: closed, at_most: {by: \"has(closed)\", otherwise: 1h}}}",
        "{duration: {from: opened, to: closed, at_most: {by: \"attributes.?tier\", otherwise: 1h}}}",
    ])
    func `an expression whose type may serve is none`(_ check: String) {
        let diagnostics = Diagnostics()
        _ = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check))], diagnostics: diagnostics)
        #expect(diagnostics.sorted.map(\.description) == [])
    }

    // MARK: What makes no sense

    struct Nonsense: CustomTestStringConvertible, Sendable {
        let check: String
        var head = ""
        let said: String
        var testDescription: String { check + head }

        init(_ check: String, head: String = "", _ said: String) {
            self.check = check
            self.head = head
            self.said = said
        }
    }

    @Test(arguments: [
        Nonsense("{existence: a}", head: "values: {sevrity: [S1]}", "6:10 error TL203 did you mean 'severity'?"),
        Nonsense("{existence: a}", head: "values: {customer.teir: [S1]}", "6:19 error TL203 did you mean 'tier'?"),
        Nonsense("{existence: a}", head: "values: {severity: []}", "6:20 error TL104"),
        Nonsense("{existence: a}", head: "values: {attributes.tier: [gold], customer.tier: [x], event.channel: [y]}", ""),
        Nonsense("{clock: {start: a, stop: a, target: 1h}}", "11:37 warning TL264"),
        Nonsense("{clock: {start: [a, b], stop: [b, a], target: 1h}}", "11:42 warning TL264"),
        Nonsense("{clock: {start: [a, b], stop: b, target: 1h}}", ""),
        Nonsense("{clock: {start: a, stop: b, resume: c, target: 1h}}", "11:48 warning TL106"),
        Nonsense("{ownership: {of: {taken: a, released: a, owner: 'event.actor.id'}}}", "11:50 warning TL264"),
        Nonsense("{choice: [a, a]}", "11:25 warning TL264"), Nonsense("{exclusive_choice: [a, a]}", "11:35 warning TL264"),
        Nonsense("{coexistence: [any, any]}", "11:32 warning TL264"),
        Nonsense("{not_coexistence: [{first: a}, {first: a}]}", "11:43 warning TL264"),
        Nonsense("{not_coexistence: [a, {first: a}]}", ""),
        Nonsense("{responded_existence: {if: a, expect: a}}", "11:50 warning TL264"),
        Nonsense("{existence: a, span: {}}", "11:33 error TL106"),
    ])
    func `what makes no sense is said at its place`(_ nonsense: Nonsense) {
        let diagnostics = Diagnostics()
        let text = Row.checklist(check: nonsense.check, head: nonsense.head)
        _ = ChecklistLoader.load(files: [("t.yaml", text)], diagnostics: diagnostics)
        let said = diagnostics.sorted.map { problem in
            let place = "\(problem.position.line):\(problem.position.column)"
            let help = problem.code == .unknownName ? " " + (problem.help ?? "-") : ""
            return "\(place) \(problem.severity) \(problem.code)\(help)"
        }
        #expect(said == (nonsense.said.isEmpty ? [] : [nonsense.said]), "\(diagnostics.sorted)")
    }

    @Test(arguments: [
        ("{mon: []}", "2:31 TL180"), ("{mon: \"09:00-17:00\", tue: []}", "2:51 TL180"), ("{}", "2:25 TL180"),
        ("{mon: \"22:00-06:00\", tue: \"05:00-09:00\"}", "2:51 TL184"),
        ("{tue: \"05:00-09:00\", mon: \"22:00-06:00\"}", "2:51 TL184"),
        ("{sun: \"05:00-09:00\", sat: \"22:00-06:00\"}", "2:51 TL184"),
        ("{mon: \"22:00-06:00\", tue: \"06:00-09:00\"}", ""), ("{mon-sun: \"22:00-06:00\"}", ""),
        ("{mon-sun: \"00:00-24:00\"}", ""), ("{tue: \"22:00-06:00\", mon: \"05:00-09:00\"}", ""),
    ])
    func `hours that are none or overlap are mistakes`(_ hours: String, _ said: String) throws {
        let diagnostics = Diagnostics()
        let text = "calendars:\n  c: {zone: UTC, hours: \(hours)}\n"
        let root = try #require(YAMLDocument.read(text, file: "c.yaml", diagnostics: diagnostics))
        var config = try #require(YAMLMapping(root, "the config", diagnostics))
        _ = BusinessCalendar.load(&config)
        let problems = diagnostics.sorted.map { "\($0.position.line):\($0.position.column) \($0.code)" }
        #expect(problems == (said.isEmpty ? [] : [said]))
    }

    @Test func `a calendar that has something wrong is not missing`() throws {
        let diagnostics = Diagnostics()
        let text = """
            touchline: tests/1
            checklist: t
            calendars: {emea: {zone: Nowhere, hours: {mon: "09:00-17:00"}}}
            partners: [{id: p, functions: [support], calendar: emea}]
            cases:
              - {name: n, as_of: 2026-01-05T00:00:00Z, record: {opened: 2026-01-01T00:00:00Z}, expect: {I: pending}}
            """
        let check = "{response: {after: a, expect: b, within: 1d, clock: emea}}"
        let loaded = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check))], diagnostics: diagnostics)
        _ = ChecklistTests.load(name: "tests.yaml", text: text, checklists: loaded, diagnostics: diagnostics)
        #expect(diagnostics.sorted.map { "\($0.position.line) \($0.code)" } == ["3 TL182"])
    }

    // MARK: Words

    @Test func `where any event will do, nothing happened`() throws {
        let verdict = try Row("{recurrence: {of: any, every: 1h}}", "a@0s a@3h", closed: "3h").judged()
        #expect(
            verdict.evidence?.reason
                == "nothing happened for 3h, from 2026-01-05T09:00:00Z to 2026-01-05T12:00:00Z; one is expected every 1h")
    }

    @Test func `what is due beyond the year 9999 is due at no instant that can be written`() throws {
        let row = Row("{response: {after: a, expect: b, within: 2914000d}}", "a@0s")
        let verdict = try row.judged()
        #expect(verdict.verdict == .pending)
        #expect(verdict.due == nil)
        #expect(try Row("{response: {after: a, expect: b, within: 2900000d}}", "a@0s").judged().due != nil)
    }
}
