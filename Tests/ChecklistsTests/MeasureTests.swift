import Language
import TestSupport
import Testing
import Timelines

@testable import Checklists

/// What measures find of a record.
struct MeasureTests {
    struct Trial: CustomTestStringConvertible, Sendable {
        let measure: String
        let events: String
        var closed: String?
        var asOf: String
        var head: String
        let expected: String

        /// `events` as in `Row`; `expected` is a length and `ended` or `open`, a route, or why there is nothing.
        init(
            _ measure: String, _ events: String, closed: String? = nil, asOf: String = "100d", head: String = "",
            _ expected: String
        ) {
            self.measure = measure
            self.events = events
            self.closed = closed
            self.asOf = asOf
            self.head = head
            self.expected = expected
        }

        var testDescription: String { "\(measure) | \(events) | closed \(closed ?? "-") | \(asOf)" }
    }

    @Test(arguments: [
        // From opening to closing, neither of which is an event.
        Trial("duration: {from: opened, to: closed}", "", closed: "3h", "3h ended"),
        Trial("duration: {from: opened, to: closed}", "", asOf: "5h", "5h open"),
        Trial("duration: {from: opened, to: closed}", "", closed: "7h", asOf: "5h", "5h open"),
        Trial("duration: {from: closed, to: {first: a}}", "a@5m", closed: "3h", "0s open"),
        Trial("duration: {from: closed, to: {first: a}}", "a@4h", closed: "3h", "1h ended"),
        Trial("duration: {from: closed, to: {first: a}}", "a@4h", "not applicable"),
        Trial("duration: {from: opened, to: closed}", "", closed: "-3h", "skewed"),
        // What never comes lasts until the record closes, and until now where it has not.
        Trial("duration: {from: {first: a}, to: {first: b}}", "a@1h b@3h", closed: "9h", "2h ended"),
        Trial("duration: {from: {first: a}, to: {first: b}}", "a@1h", closed: "9h", "8h open"),
        Trial("duration: {from: {first: a}, to: {first: b}}", "a@1h", asOf: "2h", "1h open"),
        Trial("duration: {from: {first: a}, to: {first: b}}", "a@1h b@3h", asOf: "2h", "1h open"),
        Trial("duration: {from: {first: a}, to: {first: b}}", "b@1h a@2h b@5h", closed: "9h", "3h ended"),
        Trial("duration: {from: {first: a}, to: {first: b}}", "b@1h a@2h", closed: "9h", "7h open"),
        Trial("duration: {from: {first: a}, to: {first: b}}", "a@5h", closed: "3h", "skewed"),
        Trial("duration: {from: {first: a}, to: {first: b}}", "b@1h", closed: "9h", "not applicable"),
        Trial("duration: {from: start, to: end}", "a@1h c@2h b@5h", closed: "9h", "4h ended"),
        Trial("duration: {from: start, to: end}", "", closed: "9h", "not applicable"),
        Trial("duration: {from: {first: a}, to: [{first: d}, closed]}", "a@1h", closed: "9h", "8h ended"),
        Trial("duration: {from: opened, to: as_of}", "", asOf: "4h", "4h open"),
        Trial("duration: {from: opened, to: {at: 'opened + duration(\"2h\")'}}", "", "2h ended"),
        Trial("duration: {from: opened, to: {at: 'opened + duration(\"2h\")'}}", "", asOf: "1h", "1h open"),
        Trial("duration: {from: opened, to: {at: 'events[3].at'}}", "", "not observable"),
        Trial("duration: {from: opened, to: {at: 'optional.none()'}}", "", asOf: "4h", "4h open"),
        // Pauses, spans and clocks are those of the template.
        Trial("duration: {from: opened, to: closed, pause: {from: c, until: d}}", "c@1h d@2h", closed: "5h", "4h ended"),
        Trial("duration: {from: opened, to: closed, pause: {from: c, until: d}}", "c@1h", closed: "5h", "1h ended"),
        Trial("duration: {from: opened, to: closed, pause: {from: c, until: d}}", "c@1h", asOf: "5h", "1h open"),
        Trial("duration: {from: {first: a}, to: {first: b}, span: {until: closed}}", "a@1h b@7h", closed: "5h", "4h open"),
        Trial("duration: {from: {first: a}, to: {first: b}, span: {from: {first: c}}}", "a@1h b@7h", "not applicable"),
        Trial("duration: {from: opened, to: closed, clock: office}", "", closed: "24h", "8h ended"),
        Trial("duration: {from: opened, to: closed, clock: {by: 'kind', support: office}}", "", closed: "24h", "8h ended"),
        Trial("duration: {from: opened, to: closed, clock: {by: 'kind', other: office}}", "", closed: "24h", "not observable"),
        Trial("duration: {from: opened, to: closed, clock: partner}", "", closed: "24h", "not observable"),
        // `poor` tells of a and b alone.
        Trial("duration: {from: opened, to: {first: c}}", "poor: a@1h", closed: "5h", "not observable"),
        Trial("duration: {from: opened, to: {first: a}}", "poor: a@1h", closed: "5h", "1h ended"),
        Trial("duration: {from: opened, to: closed, pause: {from: c, until: d}}", "poor: a@1h", closed: "5h", "not observable"),
        Trial("duration: {from: opened, to: {first: said}}", "a@1h/!text b@2h/text=x", closed: "5h", "not observable"),
        Trial("duration: {from: opened, to: {first: said}}", "a@1h/text=x b@2h/!text", closed: "5h", "1h ended"),
        // Routes are those of closed records.
        Trial("route: {of: [b, a, c]}", "a@1h b@2h", closed: "5h", "b+a"),
        Trial("route: {of: [b, a, c]}", "d@1h", closed: "5h", "base"),
        Trial("route: {of: [b, a, c]}", "c@1h c@2h c@9h", closed: "5h", "c"),
        Trial("route: {of: [b, a, c]}", "a@1h b@2h", "not applicable"),
        Trial("route: {of: [b, a, c]}", "a@1h b@2h", closed: "5h", asOf: "3h", "not applicable"),
        Trial("route: {of: [a, b]}", "poor: a@1h", closed: "5h", "a"),
        Trial("route: {of: [a, c]}", "poor: a@1h", closed: "5h", "not observable"),
        Trial("route: {of: [said]}", "a@1h/!text", closed: "5h", "not observable"),
        Trial("route: {of: [said]}", "a@1h/!text b@2h/text=x", closed: "5h", "said"),
        // A checklist that is not for the record measures nothing of it.
        Trial("route: {of: [a]}", "a@1h", closed: "5h", head: "function: support", "a"),
        Trial("route: {of: [a]}", "a@1h", closed: "5h", head: "function: other", "not applicable"),
        Trial("route: {of: [a]}", "a@1h", closed: "5h", head: "applies: 'kind == \"other\"'", "not applicable"),
        Trial("route: {of: [a]}", "a@1h", closed: "5h", head: "applies: 'attributes.x == 1'", "not observable"),
        Trial("route: {of: [a]}", "a@1h", closed: "5h", head: "effective: {until: 2026-01-04}", "not applicable"),
        Trial("route: {of: [a]}", "a@1h", closed: "5h", head: "effective: {until: 2026-01-05}", "a"),
    ])
    func `a measure finds`(_ trial: Trial) throws {
        let (outcome, description) = try Self.outcome(trial)
        #expect(Self.text(outcome, description) == trial.expected)
    }

    private static func outcome(_ trial: Trial) throws -> (MeasureOutcome, MeasureDescription) {
        let text = """
            touchline: checklist/1
            id: t
            title: T
            version: 1.0.0
            activities: [a, b, c, d]
            define: {said: 'event.text == "x"'}
            \(trial.head)
            items: [{id: I, title: One, check: {existence: a}}]
            measures: [{id: m, title: M, \(trial.measure)}]

            """
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(files: [("t.yaml", text)], diagnostics: diagnostics)
        #expect(!diagnostics.hasErrors, "\(diagnostics.sorted)")
        let activities = ActivityTable(loaded.flatMap(\.activityNames))
        let asOf = moment(trial.asOf)
        let judge = Judge(
            checklists: loaded, activities: activities, partners: nil, producible: ["poor": .only(["a", "b"])], asOf: asOf,
            settle: .seconds(30 * 86_400), calendars: Row.calendars,
            cases: CasePlan(mix: .usual, window: CaseWindow(months: 12, endingAt: asOf)))
        let closed = trial.closed.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 }
        var record = try Row("", trial.events, closed: closed, asOf: trial.asOf).record().numbered(by: activities)
        if trial.closed?.hasPrefix("-") == true, let closed = record.closed { record.closed = start + (start - closed) }
        var found: [MeasureOutcome] = []
        try rows(of: [record], judge) { row in
            var reader = ByteReader(bytes: try CaseRow(try #require(row.cases), mixFields: 4).measures)
            while !reader.isAtEnd { found.append(try MeasureOutcome(&reader)) }
        }
        let outcome = try #require(found.first)
        #expect(found.count == 1)
        return (outcome, try #require(judge.measures.first))
    }

    private static func rows(of records: [ServiceRecord], _ judge: Judge, _ body: (JudgementRow) throws -> Void) throws {
        let sort = SpillingSort()
        var scratch = judge.makeScratch()
        try sort.withBatch { batch in
            for var record in records { judge.judge(&record, scratch: &scratch, into: &batch) }
        }
        var rows = sort.sorted()
        while let row = try rows.next() {
            try body(try JudgementRow(partner: row.group, record: row.key, payload: row.payload))
        }
    }

    private static func text(_ outcome: MeasureOutcome, _ description: MeasureDescription) -> String {
        switch outcome {
        case .notApplicable: return "not applicable"
        case .notObservable: return "not observable"
        case .skewed: return "skewed"
        case .duration(let seconds, _, let isEnded): return Limit.text(seconds) + (isEnded ? " ended" : " open")
        case .route(let bits):
            guard case .route(let names) = description.kind else { return "no route" }
            let taken = names.indices.filter { bits >> UInt64($0) & 1 != 0 }.map { names[$0] }
            return taken.isEmpty ? "base" : taken.joined(separator: "+")
        }
    }

    @Test func `measures that make no sense are named with their place`() {
        func said(_ measures: String, head: String = "function: support") -> [String] {
            let text = """
                touchline: checklist/1
                id: t
                title: T
                version: 1.0.0
                activities: [a, b]
                \(head)
                items: [{id: I, title: One, check: {existence: a}}]
                measures: \(measures)

                """
            let diagnostics = Diagnostics()
            _ = ChecklistLoader.load(files: [("t.yaml", text)], diagnostics: diagnostics)
            return diagnostics.sorted.map { "\($0.position.line):\($0.position.column) \($0.code)" }
        }
        #expect(said("[{id: m, title: M, route: {of: []}}]") == ["8:42 TL104"])
        #expect(said("[{id: m, title: M, route: {of: [a, a]}}]") == ["8:46 TL266"])
        #expect(said("[{id: m, title: M, route: {of: [{first: a}]}}]") == ["8:43 TL104"])
        #expect(said("[{id: m, title: M, route: {of: [a]}}]", head: "unit: customer") == ["8:11 TL264"])
        #expect(said("[{id: '', title: M, route: {of: [a]}}]") == ["8:17 TL107"])
        #expect(said("[{id: m, title: M, duration: {from: a, to: closed}}]") == ["8:47 TL261"])
    }

    @Test func `a row says what its record is compared with`() throws {
        let asOf = moment("1d")
        let text = Row.checklist(check: "{existence: a}")
        let loaded = ChecklistLoader.load(files: [("t.yaml", text)], diagnostics: Diagnostics())
        let activities = ActivityTable(loaded.flatMap(\.activityNames))
        let mix = CaseMix(
            names: ["severity", "customer.tier", "attributes.big", "attributes.n", "attributes.list", "attributes.none", "kind"])
        let judge = Judge(
            checklists: loaded, activities: activities, partners: nil, producible: [:], asOf: asOf, settle: .seconds(1),
            cases: CasePlan(mix: mix, window: CaseWindow(months: 12, endingAt: asOf)))
        var record = ServiceRecord(
            partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "/0", sequence: 4))
        record.opened = start
        (record.severity, record.customer.id, record.customer.region, record.owner) = ("S1", "acme", "EMEA", "dana")
        record.customer.tier = ""
        record.attributes.set("big", .bool(true))
        record.attributes.set("n", .int(-3))
        record.attributes.set("list", .list(.array([])))
        record.unreadable.insert(UnreadableField("kind", why: "not a text"))
        try Self.rows(of: [record], judge) { row in
            let cases = try CaseRow(try #require(row.cases), mixFields: mix.names.count)
            #expect(cases.month == 11)
            #expect(cases.customer.map { String(decoding: $0, as: UTF8.self) } == "acme")
            #expect(cases.owner.map { String(decoding: $0, as: UTF8.self) } == "dana")
            #expect(try CaseRow.texts(of: cases.place) == ["EMEA", "S1", nil, "true", "-3", nil, nil, nil])
            #expect(cases.measures.isEmpty)
            let judgement = try row.judgement()
            #expect(judgement.customer.id == "acme" && judgement.owner == "dana")
        }
    }
}
