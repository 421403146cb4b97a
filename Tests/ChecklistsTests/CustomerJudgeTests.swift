import Language
import Testing
import Timelines

@testable import Checklists

/// What `unit: customer` makes of a customer's records.
struct CustomerJudgeTests {
    /// A record in shorthand: `ID[/FUNCTION][@SOURCE]: activity@LENGTH[/KEY=VALUE] …`
    static func record(_ text: String, customer: String? = "acme", partner: String = "p") -> ServiceRecord {
        let halves = text.split(separator: ":", maxSplits: 1)
        let head = halves[0].split(separator: "@")
        let names = head[0].split(separator: "/")
        let source = head.count > 1 ? String(head[1]) : "desk"
        var record = ServiceRecord(
            partner: partner, id: String(names[0]), provenance: Provenance(source: source, page: 1, pointer: "/0", sequence: 0))
        record.function = names.count > 1 ? String(names[1]) : "support"
        record.customer.id = customer
        for word in halves.count > 1 ? halves[1].split(separator: " ") : [] {
            let parts = word.split(separator: "/")
            let named = parts[0].split(separator: "@")
            var event = Event(at: moment(String(named[1])), activity: String(named[0]), symbol: 0)
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=")
                event.attributes.set(String(pair[0]), .string(String(pair[1])))
            }
            record.events.append(event)
        }
        record.opened = record.events.first?.at
        return record
    }

    static func checklists(_ check: String, head: String = "") throws -> [Checklist] {
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(
            files: [("t.yaml", Row.checklist(check: check, head: "unit: customer\n" + head))], diagnostics: diagnostics)
        guard !diagnostics.hasErrors else { throw Wrong(text: diagnostics.sorted.map(\.description).joined(separator: "\n")) }
        return loaded
    }

    static func judge(_ checklists: [Checklist], asOf: String = "100d", partners: [Partner]? = nil) -> CustomerJudge {
        CustomerJudge(
            checklists: checklists, activities: ActivityTable(checklists.flatMap(\.activityNames)), partners: partners,
            producible: ["poor": .only(["a", "b"]), "poorer": .only(["a", "c"])], asOf: moment(asOf), settle: .seconds(30 * 86400)
        )
    }

    static func judged(
        _ check: String, _ records: [ServiceRecord], head: String = "", asOf: String = "100d", partners: [Partner]? = nil
    ) throws -> CustomerJudgement? {
        let checklists = try checklists(check, head: head)
        let judge = judge(checklists, asOf: asOf, partners: partners)
        var scratch = judge.makeScratch()
        let activities = ActivityTable(checklists.flatMap(\.activityNames))
        return judge.judge(records.map { $0.numbered(by: activities) }, scratch: &scratch)
    }

    private static let back = """
        {each: {event: a, holds: '!events.exists(e, e.activity == "b" && e.record != event.record && e.attributes.problem == event.attributes.problem && e.at <= event.at && event.at - e.at <= duration("168h"))'}}
        """

    private static let notBack =
        "{not_response: {after: b, never: a, within: 7d, where: 'event.record != activation.record && event.attributes.problem == activation.attributes.problem'}}"

    struct Case: CustomTestStringConvertible, Sendable {
        let check: String
        let records: [String]
        let expected: String
        var head = ""
        var asOf = "100d"

        init(_ check: String, _ records: [String], _ expected: String, head: String = "", asOf: String = "100d") {
            (self.check, self.records, self.expected, self.head, self.asOf) = (check, records, expected, head, asOf)
        }

        var testDescription: String { "\(check) | \(records) | \(asOf)" }
    }

    @Test(arguments: [
        // One record's event answers another's.
        Case("{response: {after: a, expect: b, within: 1h}}", ["1: a@0s", "2: b@30m"], "holding met"),
        Case("{response: {after: a, expect: b, within: 1h}}", ["1: a@0s", "2: b@61m"], "fail missed"),
        Case(
            "{response: {after: a, expect: b, within: 1h, where: 'event.record == activation.record'}}", ["1: a@0s", "2: b@30m"],
            "fail missed"),
        Case(
            "{response: {after: a, expect: b, within: 1h, where: 'event.record == activation.record'}}",
            ["1: a@0s b@40m", "2: b@30m"], "holding met"),
        Case(
            "{response: {after: a, expect: b, where: 'event.record.startsWith(activation.record)'}}", ["1: a@0s", "12: b@30m"],
            "holding met"),
        // The same problem comes back as a new record.
        Case(back, ["1: a@0s/problem=x b@1h/problem=x", "2: a@7d/problem=x"], "fail missed"),
        Case(back, ["1: a@0s/problem=x b@1h/problem=x", "2: a@8d/problem=x"], "holding met"),
        Case(back, ["1: a@0s/problem=x b@1h/problem=x", "2: a@7d/problem=y"], "holding met"),
        Case(back, ["1: a@0s/problem=x b@1h/problem=x a@2h/problem=x"], "holding met"),
        Case(notBack, ["1: a@0s/problem=x b@1h/problem=x", "2: a@7d/problem=x"], "fail missed"),
        Case(notBack, ["1: a@0s/problem=x b@1h/problem=x", "2: a@8d/problem=x"], "holding met"),
        Case(notBack, ["1: a@0s/problem=x b@1h/problem=x", "2: a@7d/problem=y"], "holding met"),
        Case(notBack, ["1: a@0s/problem=x b@1h/problem=x a@2h/problem=x"], "holding met"),
        Case(notBack, ["1: a@0s/problem=x", "2: a@1h/problem=x"], "not_activated"),
        // A customer that is not contacted for long.
        Case("{recurrence: {of: c, every: 30d}}", ["1: c@0s", "2: c@29d", "3: a@40d c@59d"], "fail missed", asOf: "90d"),
        Case("{recurrence: {of: c, every: 30d}}", ["1: c@0s", "2: c@29d", "3: a@40d c@59d"], "holding met due=89d", asOf: "80d"),
        Case("{recurrence: {of: c, every: 30d}}", ["1: c@0s", "2: c@31d", "3: c@59d"], "fail missed", asOf: "80d"),
        // Nothing owed to a customer is settled by the closing of a record.
        Case("{existence: c}", ["1: a@0s"], "pending"), Case("{existence: c}", ["1: a@0s", "2: c@1h"], "pass met"),
        Case("{absence: c}", ["1: a@0s", "2: c@1h"], "fail missed"),
        Case("{no_return: {of: 'event.record'}}", ["1: a@0s a@2h", "2: b@1h"], "fail missed"),
        Case("{no_return: {of: 'event.record'}}", ["1: a@0s a@2h", "2: b@3h"], "holding met"),
        Case("{runs: {of: {where: 'event.record == \"1\"'}, at_most: 1}}", ["1: a@0s a@2h", "2: b@1h"], "fail missed"),
        // The decision point lies `settle` after the customer's first record opened.
        Case("{absence: c}", ["1: a@0s", "2: a@20d"], "holding", asOf: "29d"),
        Case("{absence: c}", ["1: a@0s", "2: a@20d"], "holding met", asOf: "30d"),
        Case("{absence: c}", ["1: a@0s"], "holding met", head: "settle: 1d", asOf: "1d"),
        // A checklist for a function sees the records of that function alone.
        Case("{absence: c}", ["1/support: a@0s", "2/sales: c@1h"], "holding met", head: "function: support"),
        Case("{absence: c}", ["1/support: a@0s", "2/sales: c@1h"], "fail missed"),
        Case("{absence: c}", ["2/sales: c@1h"], "not_applicable", head: "function: support"),
        Case("{holds: 'customer.id == id'}", ["1/support: a@0s"], "pass met", head: "function: support"),
        // What has not happened by then is not there, records included.
        Case("{absence: c}", ["1: a@0s c@2d", "2: c@3d"], "holding", asOf: "1d"),
        Case("{absence: c}", ["2: c@3d"], "nobody", asOf: "1d"),
        Case("{holds: 'size(events) == 2 && events[1].record == \"2\"'}", ["1: a@0s", "2: b@1h", "3: c@3d"], "pass", asOf: "1d"),
        // What one of the sources can never tell might have happened there.
        Case("{absence: c}", ["1@poor: a@0s"], "not_observable"), Case("{absence: c}", ["1@poorer: a@0s"], "holding met"),
        Case("{absence: c}", ["1@poorer: a@0s", "2@poor: a@1h"], "not_observable"),
        Case("{absence: c}", ["1@poorer: a@0s c@1h", "2@poor: a@1h"], "fail missed"),
        Case("{absence: a}", ["1@poorer: b@0s", "2@poor: c@1h", "3: d@2h"], "holding met"),
        // The version in force when the customer's first record was opened.
        Case("{absence: c}", ["1: a@0s", "2: c@60d"], "fail missed", head: "effective: {until: 2026-01-31}"),
        Case("{absence: c}", ["1: a@0s", "2: c@60d"], "not_applicable", head: "effective: {from: 2026-02-01}"),
    ])
    func `a customer's records are judged as one`(row: Case) throws {
        let records = row.records.map { Self.record($0) }
        for order in [records, records.reversed()] {
            let verdict = try Self.judged(row.check, order, head: row.head, asOf: row.asOf)?.judgement.verdicts[0]
            #expect(verdict.map(told) ?? "nobody" == row.expected)
        }
    }

    @Test func `for a record's own checklist every event is of the record`() throws {
        let row = Row("{each: {event: any, holds: 'event.record == id && event.record == \"1\"'}}", "a b", closed: "1h")
        #expect(told(try row.judged()) == "pass met")
    }

    @Test func `a fail names the records of its events`() throws {
        let records = [Self.record("7: a@0s"), Self.record("5@poor: b@2h")]
        let judged = try #require(try Self.judged("{response: {after: a, expect: b, within: 1h}}", records))
        #expect(judged.judgement.record == "acme" && judged.judgement.events == 2)
        #expect(judged.judgement.verdicts[0].evidence?.events.map(\.record) == ["7", "5"])
        #expect(judged.records.map { "\($0.id) \($0.provenance.source)" } == ["5 poor", "7 desk"])
    }

    @Test func `a judgement survives its bytes, with the records of its events`() throws {
        let check =
            "{all_of: [{response: {after: a, expect: b, within: 1h}}, {duration: {from: {first: a}, to: {first: b}, at_most: 1h}}]}"
        let judgement = try #require(try Self.judged(check, [Self.record("7: a@0s"), Self.record("5: b@2h")])).judgement
        let decoded = try judgement.withRow { try $0.judgement() }
        #expect(String(describing: decoded) == String(describing: judgement))
        #expect(decoded.verdicts[0].evidence?.events.map(\.record) == ["7", "5", "7", "5"])
        var activities: [String] = []
        try judgement.withRow { row in
            try row.detail(of: 0)?.forEachEvent { _, _, activity in
                activities.append(String(decoding: activity, as: UTF8.self))
            }
        }
        #expect(activities == ["a", "b", "a", "b"])
    }

    @Test func `only records of functions that the partner performs are judged`() throws {
        let partners = [Partner(id: "p", name: "P", functions: ["support"])]
        let records = [Self.record("1/support: a@0s"), Self.record("2/sales: c@1h")]
        let judged = try Self.judged("{absence: c}", records, partners: partners)
        #expect(judged?.judgement.verdicts.map(told) == ["holding met"])
        let other = try Self.judged("{absence: c}", [records[1]], partners: partners)
        #expect(other?.judgement.verdicts.map(told) == ["not_applicable"])
    }

    @Test func `a record that may or may not belong makes the events unknown`() throws {
        var unclear = Self.record("2: c@1h")
        unclear.function = nil
        unclear.unreadable.insert(UnreadableField("function", why: "a number"))
        let judged = try Self.judged("{absence: c}", [Self.record("1: a@0s"), unclear], head: "function: support")
        #expect(judged?.judgement.verdicts.map(told) == ["not_observable"])
        #expect(
            judged?.judgement.verdicts[0].evidence?.reason.contains("the function of the record '2' could not be read") == true)
        let all = try Self.judged("{absence: c}", [Self.record("1: a@0s"), unclear])
        #expect(all?.judgement.verdicts.map(told) == ["fail missed"])
    }

    @Test func `records without a customer are said once, for the checklists that they concern`() throws {
        let checklists = try Self.checklists("{absence: c}", head: "function: support")
        let judge = Self.judge(checklists)
        #expect(
            judge.judgement(partner: "p", nameless: 3, functions: ["support", nil]).judgement.verdicts.map(told)
                == ["not_observable"])
        #expect(judge.judgement(partner: "p", nameless: 3, functions: [nil]).judgement.verdicts.map(told) == ["not_applicable"])
    }

    @Test func `checklists of several functions keep the numbers of their items`() throws {
        let texts = ["support", "sales", "support"].enumerated().map { index, function in
            Row.checklist(check: "{absence: c}", head: "unit: customer\nfunction: \(function)")
                .replacing("id: t\n", with: "id: t\(index)\n")
        }
        let loaded = ChecklistLoader.load(
            files: texts.enumerated().map { (name: "\($0).yaml", text: $1) }, diagnostics: Diagnostics())
        #expect(loaded.map(\.id) == ["t0", "t1", "t2"])
        let judge = Self.judge(loaded)
        var scratch = judge.makeScratch()
        let activities = ActivityTable(loaded.flatMap(\.activityNames))
        let records = [Self.record("1/support: a@0s"), Self.record("2/sales: c@1h")].map { $0.numbered(by: activities) }
        let verdicts = try #require(judge.judge(records, scratch: &scratch)).judgement.verdicts
        #expect(verdicts.map(\.item) == [0, 1, 2])
        #expect(verdicts.map(told) == ["holding met", "fail missed", "holding met"])
    }

    @Test func `an expectation of a customer that does not exist yet is not met by silence`() {
        let record = "record: {opened: 2026-03-02T00:00:00Z, events: [[2026-03-02T00:00:00Z, a]]}"
        let (results, _) = Self.tests("  - {name: n, as_of: 2026-03-01T00:00:00Z, " + record + ", expect: {I: pending}}\n")
        #expect(results.count == 1 && results[0].contains("expected pending, got not_applicable"), "\(results)")
    }

    private static func tests(_ text: String) -> (results: [String], said: [String]) {
        let diagnostics = Diagnostics()
        let checklists = (try? checklists("{response: {after: a, expect: b}}")) ?? []
        let tests = ChecklistTests.load(
            name: "t.yaml", text: "touchline: tests/1\nchecklist: t\ncases:\n" + text, checklists: checklists,
            diagnostics: diagnostics)
        return (
            tests?.run().map { $0.passed ? "ok" : $0.description } ?? [],
            diagnostics.sorted.map { "\($0.position.line):\($0.position.column) \($0.code)" }
        )
    }

    @Test(
        arguments: [
            (
                "records: [{events: [[2026-01-05T09:00:00Z, a]]}, {events: [[2026-01-05T10:00:00Z, b]]}], expect: {I: holding}",
                []
            ),
            ("record: {events: [[2026-01-05T09:00:00Z, a]]}, expect: {I: pending}", []),
            ("records: [], expect: {I: pass}", ["4:53 TL309"]),
            ("records: [{id: x}, {id: x}], expect: {I: pass}", ["4:63 TL309"]),
            ("records: [{}, {customer: {id: other}}], expect: {I: pass}", ["4:58 TL309"]),
            ("records: [{}, {partner: other}], expect: {I: pass}", ["4:58 TL309"]),
            ("expect: {I: pass}", ["4:5 TL106"]),
            ("record: {}, records: [{}], expect: {I: pass}", ["4:65 TL309"]),
        ] as [(String, [String])])
    func `cases for a checklist of customers may have many records`(text: String, expected: [String]) {
        let (results, said) = Self.tests("  - {name: n, as_of: 2026-03-01T00:00:00Z, " + text + "}\n")
        #expect(said == expected)
        if expected.isEmpty { #expect(results == ["ok"]) }
    }
}
