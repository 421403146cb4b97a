import Language
import Testing
import Timelines

@testable import Checklists

/// What a check may cost: each evaluation little, and all of one check together not much more.
struct BudgetTests {
    private func judged(_ checks: [String], events: Int, text: String) throws -> [ItemVerdict] {
        let items = checks.enumerated().map { "  - {id: I\($0), title: One, check: \($1)}" }.joined(separator: "\n")
        let checklist = "touchline: checklist/1\nid: t\ntitle: T\nversion: 1.0.0\nactivities: [a]\nitems:\n\(items)\n"
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(files: [("t.yaml", checklist)], diagnostics: diagnostics)
        #expect(diagnostics.sorted.map(\.description) == [])
        var record = ServiceRecord(
            partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "/0", sequence: 0))
        record.opened = moment("0s")
        record.closed = moment("1d")
        for index in 0..<events {
            var event = Event(at: moment("\(index)s"), activity: "a", symbol: 0)
            event.text = text
            record.events.append(event)
        }
        let activities = ActivityTable(loaded.flatMap(\.activityNames))
        let judge = Judge(
            checklists: loaded, activities: activities, partners: nil, producible: [:], asOf: moment("2d"),
            settle: .seconds(86400))
        return judge.judge(record.numbered(by: activities)).verdicts
    }

    @Test func `a check that costs too much is not observable, and takes nothing from the next one`() throws {
        let text = String(repeating: "x", count: 32 << 20)
        let checks = [
            "{each: {event: a, holds: '!event.text.startsWith(\"y\")'}}", "{existence: a}",
            "{steps: {holds: '!next.text.startsWith(\"y\")'}}", "{each: {event: a, holds: 'event.text != \"y\"'}}",
            "{each: {event: a, holds: 'event.text.startsWith(\"y\")'}}",
        ]
        let many = try judged(checks, events: 50, text: text)
        #expect(many.map(\.verdict) == [.notObservable, .pass, .notObservable, .pass, .fail])
        #expect(many[0].evidence?.reason.contains("costs too much") == true)
        let few = try judged(checks, events: 20, text: text)
        #expect(few.map(\.verdict) == [.pass, .pass, .pass, .pass, .fail])
    }

    @Test func `one evaluation that costs too much is not observable`() throws {
        let check = "{holds: 'events.all(e, events.all(f, !e.text.endsWith(\"y\") && !f.text.endsWith(\"y\")))'}"
        let verdicts = try judged([check], events: 20, text: String(repeating: "x", count: 1 << 20))
        #expect(verdicts.map(\.verdict) == [.notObservable])
    }
}
