import Language
import TestSupport
import Testing
import Timelines

@testable import Checklists

/// Checks are judged the short way and, beside it, by their machines: whatever a record holds, both must say the same.
struct ShortcutTests {
    static let checks = [
        "{existence: a}", "{absence: a}", "{count: {of: a, at_most: 1}}", "{count: {of: a, at_least: 2}}", "{first: a}",
        "{last: a}",
        "{choice: [a, b]}", "{exclusive_choice: [a, b]}", "{coexistence: [a, b]}", "{not_coexistence: [a, b]}",
        "{responded_existence: {if: a, expect: b}}", "{response: {after: a, expect: b}}", "{response: {after: a, expect: any}}",
        "{response: {after: a, expect: b, within: 4h}}", "{response: {after: {last: a}, expect: b, within: 4h}}",
        "{response: {after: a, expect: b, within: {S1: 1h, S2: 5h}}}",
        "{response: {after: a, expect: b, within: {S1: 1h, otherwise: 9h}, clock: office}}",
        "{response: {after: a, expect: b, within: 1d, clock: day}}",
        "{response: {after: a, expect: b, within: 4h, clock: nowhere}}",
        "{response: {after: a, expect: b, within: 4h, clock: {S1: office, otherwise: elapsed}}}",
        "{alternate_response: {after: a, expect: b, within: 4h}}", "{chain_response: {after: a, expect: b}}",
        "{precedence: {before: b, require: a}}", "{precedence: {before: b, require: a, within: 4h}}",
        "{not_response: {after: a, never: b}}", "{not_chain_response: {after: a, not_next: b}}",
        "{recurrence: {of: a, every: 6h}}", "{recurrence: {of: a, every: 6h, from: start, until: [{first: b}, end]}}",
        "{recurrence: {of: a, every: {S1: 2h, otherwise: 9h}, from: start, until: closed}}",
        "{recurrence: {of: a, every: 6h, until: {last: b}}}", "{recurrence: {of: a, every: 6h, clock: office}}",
        "{each: {event: any, holds: 'has(event.actor.id)'}}", "{each: {event: a, holds: 'has(event.attributes.x)'}}",
        "{each: {event: either, holds: 'event.actor.id == \"u\"'}}", "{runs: {of: a, at_most: 1}}",
        "{all_of: [{existence: a}, {response: {after: a, expect: b}}]}", "{any_of: [{absence: a}, {last: b}]}",
        "{response: {after: a, expect: b, within: 4h}, span: {from: {first: c}}}",
        "{any_of: [{existence: a}, {response: {after: a, expect: b, within: 4h}}]}",
        "{any_of: [{absence: c}, {duration: {from: {first: a}, to: closed, at_least: 5h}}]}",
        "{any_of: [{each: {event: a, holds: 'has(event.attributes.x)'}}, {last: b}]}",
        "{any_of: [{absence: a, span: {from: {first: b}}}, {first: c}]}",
        "{all_of: [{response: {after: a, expect: b, within: 9h}}, {each: {event: b, holds: 'has(event.attributes.x)'}}]}",
        "{all_of: [{holds: 'severity == \"S1\"'}, {absence: a, span: {until: {last: b}}}]}",
        "{all_of: [{absence: c}, {all_of: [{first: a}, {duration: {from: opened, to: {last: b}, at_most: 9h}}]}]}",
        "{any_of: [{absence: c}, {duration: {from: {last: a}, to: as_of, at_most: 9h}}]}",
        "{absence: a, span: {from: {first: b}, until: {first: c}}}", "{absence: a, span: {from: opened, until: {last: b}}}",
        "{absence: a, span: {from: [{last: b}, {first: c}]}}", "{absence: a, span: {until: {at: 'opened'}}}",
        "{count: {of: a, at_most: 1}, span: {from: {first: c}, until: closed}}",
        "{runs: {of: a, at_most: 1}, span: {until: end}}",
        "{absence: {first: a}, span: {from: {first: b}}}",
        "{each: {event: {last: a}, holds: 'has(event.attributes.x)'}}",
        "{each: {event: {first: a}, holds: 'event.actor.id == \"u\"'}}",
        "{response: {after: {first: a}, expect: {last: b}, within: 6h}}", "{response: {after: {last: a}, expect: b, within: 9h}}",
        "{recurrence: {of: {first: a}, every: 6h}}", "{recurrence: {of: a, every: 6h, until: {last: c}}}",
        "{steps: {among: either, holds: 'next.at - event.at <= duration(\"3h\")'}}", "{steps: {holds: 'next.at >= event.at'}}",
        "{steps: {among: either, when: 'event.activity != \"b\"', holds: 'event.actor.id == next.actor.id'}}",
        "{steps: {among: either, holds: 'next.at - event.at <= (severity == \"S1\" ? duration(\"2h\") : duration(\"5h\"))'}}",
        "{steps: {among: {first: a}, holds: 'has(event.actor.id)'}}",
        "{duration: {from: {first: a}, to: {first: b}, at_most: 6h}}", "{duration: {from: {last: a}, to: closed, at_least: 2h}}",
        "{duration: {from: opened, to: [{last: b}, closed], at_most: {S1: 2h, S2: 9h}, at_least: 1h}}",
        "{duration: {from: start, to: end, at_most: {S1: 2h, otherwise: 1d}, pause: [{from: a, until: b}]}}",
        "{duration: {from: start, to: closed, at_least: 4h, pause: [{from: a, until: b}, {from: c, until: a}]}}",
        "{duration: {from: {first: {last: a}}, to: {last: b}, at_most: 6h}}",
        "{duration: {from: {first: a}, to: as_of, at_least: 6h}}",
        "{duration: {from: opened, to: closed, at_most: 8h, clock: office}}",
    ]

    /// Conditions under which the checks are judged besides.
    static let conditions = ["severity == \"S1\" || severity == \"S2\"", "has(severity)"]

    @Test(arguments: checks) func `the short way says what the machine says`(check: String) throws {
        let text = Row.checklist(check: check)
        let whole =
            text + "  - {id: J, title: Long, observable: 'true', check: \(check)}\n"
            + Self.conditions.enumerated().map { number, condition in
                """
                  - {id: S\(number), title: Short, when: '\(condition)', check: \(check)}
                  - {id: L\(number), title: Long, when: '\(condition)', observable: 'true', check: \(check)}

                """
            }.joined()
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(files: [("t.yaml", whole)], diagnostics: diagnostics)
        let checklist = try #require(loaded.first)
        try #require(!diagnostics.hasErrors, "\(diagnostics.sorted)")
        let activities = ActivityTable(checklist.activityNames)
        var random = SeededNumbers(state: 41)
        var seen: Set<Verdict> = []
        for _ in 0..<25 {
            let judge = Judge(
                checklists: [checklist], activities: activities, partners: nil, producible: ["poor": .only(["a", "c"])],
                asOf: moment("\(random.below(40))h"), settle: .seconds(20 * 3600), calendars: Row.calendars)
            var scratch = judge.makeScratch()
            for _ in 0..<100 {
                var record = Self.record(&random).numbered(by: activities)
                let verdicts = judge.judge(&record, scratch: &scratch).verdicts
                for item in stride(from: 0, to: verdicts.count, by: 2) {
                    #expect(told(verdicts[item]) == told(verdicts[item + 1]), "item \(item) of \(record)")
                }
                seen.insert(verdicts[0].verdict)
            }
        }
        #expect(seen.count > 1)
    }

    private static func record(_ random: inout SeededNumbers) -> ServiceRecord {
        var record = ServiceRecord(
            partner: "p", id: "1",
            provenance: Provenance(source: random.below(8) == 0 ? "poor" : "rich", page: 1, pointer: "", sequence: 0))
        record.opened = random.below(9) == 0 ? nil : start
        record.severity = [nil, "S1", "S2", "S3"][random.below(4)]
        var minute = random.below(60)
        for index in 0..<random.below(7) {
            var event = Event(at: start + .seconds(60 * minute), activity: ["a", "b", "c"][random.below(3)], symbol: 0)
            if random.below(6) > 0 { event.actor.id = ["u", "v"][random.below(2)] }
            if random.below(2) > 0 { event.attributes.set("x", .string("y")) }
            if random.below(30) == 0 { record.unreadable.insert(UnreadableField("actor.id", event: index, why: "odd")) }
            record.events.append(event)
            // Now and then out of order, as `order: source` may be.
            minute += random.below(12) == 0 ? -30 : random.below(400)
        }
        if random.below(40) == 0 { record.unreadable.insert(UnreadableField(UnreadableField.events, why: "odd")) }
        if random.below(3) > 0 { record.closed = start + .seconds(60 * (minute + random.below(500))) }
        return record
    }
}
