import Language
import Testing
import Timelines

@testable import Checklists

/// Evidence, bytes and keys: what leaves the room.
struct JudgementTests {
    @Test(
        arguments: [
            (
                Row("{response: {after: a, expect: b, within: 30m}}", "a@0s b@40m"),
                "'a' at 2026-01-05T09:00:00Z was not followed by 'b' within 30m; 'b' at 2026-01-05T09:40:00Z came later", [0, 1]
            ),
            (
                Row("{response: {after: a, expect: b}}", "a", closed: "1h"),
                "'a' at 2026-01-05T09:00:00Z was not followed by 'b'", [0]
            ),
            (
                Row("{chain_response: {after: a, expect: b}}", "a c b"),
                "'a' at 2026-01-05T09:00:00Z was not followed at once by 'b'; 'c' at 2026-01-05T09:01:00Z came next", [0, 1]
            ),
            (Row("{precedence: {before: b, require: a}}", "c b a"), "'b' at 2026-01-05T09:01:00Z had no 'a' before it", [1]),
            (Row("{existence: a}", "b", closed: "1h"), "'a' never happened", []),
            (Row("{absence: a}", "b a"), "'a' at 2026-01-05T09:01:00Z must not happen", [1]),
            (
                Row("{absence: either}", "c b"), "'b' at 2026-01-05T09:01:00Z (which is 'either') must not happen", [1]
            ),
            (Row("{count: {of: a, at_most: 1}}", "a b a a"), "'a' happened 3 times, at most once allowed", [0, 2, 3]),
            (Row("{first: a}", "b a"), "the timeline begins with 'b' at 2026-01-05T09:00:00Z, not with 'a'", [0]),
            (
                Row("{not_response: {after: a, never: b}}", "a c b"),
                "'a' at 2026-01-05T09:00:00Z was followed by 'b' at 2026-01-05T09:02:00Z", [0, 2]
            ),
            (
                Row("{duration: {from: opened, to: {first: b}, at_most: 1h}}", "a b@90m"),
                "1h 30m from opening to the first 'b', at most 1h allowed", [1]
            ),
            (
                Row("{duration: {from: opened, to: {first: b}, at_most: 1h}}", "a"),
                "after opening, the first 'b' never came within 1h", []
            ),
            (
                Row("{no_return: {of: 'event.attributes.team'}}", "a/team=x b/team=y c/team=x"),
                "`event.attributes.team` returned to 'x' at 2026-01-05T09:02:00Z, as it was at 2026-01-05T09:00:00Z, with another value between",
                [0, 2]
            ),
            (
                Row("{changes: {of: 'event.attributes.team', at_most: 1}}", "a/team=x b/team=y c/team=z"),
                "`event.attributes.team` changed twice, at most once allowed; last to 'z'", [1, 2]
            ),
            (
                Row("{changes: {of: 'event.attributes.team', at_most: 0}}", "a/team=x b/team=y"),
                "`event.attributes.team` changed once, never allowed; last to 'y'", [1]
            ),
            (Row("{runs: {of: a, at_most: 1}}", "a b a"), "'a' formed 2 runs, at most 1 allowed", [0, 2]),
            (
                Row("{each: {event: a, holds: 'event.attributes.n > 1'}}", "a/n=1"),
                "`event.attributes.n > 1` is not true of 'a' at 2026-01-05T09:00:00Z", [0]
            ),
            (Row("{holds: 'severity == \"S1\"'}", ""), "`severity == \"S1\"` is not true", []),
            (
                Row("{all_of: [{existence: a}, {absence: b}]}", "b", closed: "1h"),
                "'a' never happened; 'b' at 2026-01-05T09:00:00Z must not happen", [0]
            ),
            (Row("{existence: c}", "poor: a", closed: "1h"), "the source 'poor' can never tell 'c'", []),
            (
                Row("{existence: said}", "a/!text"),
                "whether event 1 is 'said' cannot be told: 'event.text' could not be read: not a value", []
            ),
        ] as [(Row, String, [Int])])
    func `a fail says why and names its events`(_ row: Row, _ reason: String, _ events: [Int]) throws {
        let evidence = try row.judged().evidence
        #expect(evidence?.reason == reason)
        #expect(evidence?.events.map(\.index) == events)
    }

    static func sample() -> Judgement {
        var customer = Customer()
        customer.tier = "key"
        customer.name = ""
        var evidence = Evidence(
            reason: "because",
            events: [Evidence.CitedEvent(index: 3, at: Instant(seconds: -5, nanoseconds: 7), activity: "ä")])
        evidence.stretches = [nil, .vendor].map { party in
            Evidence.Stretch(
                party: party, from: Instant(seconds: 1), until: Instant(seconds: 3, nanoseconds: 5), length: .nanoseconds(5))
        }
        return Judgement(
            partner: "p\u{0}q", record: "r", provenance: Provenance(source: "s", page: 3, pointer: "/a/7", sequence: 1 << 40),
            function: "support", opened: Instant(seconds: 1_767_600_000), closed: nil,
            updated: Instant(seconds: 0, nanoseconds: 999_999_999),
            severity: nil, customer: customer, owner: "dana", events: 12,
            verdicts: Verdict.allCases.enumerated().map { index, verdict in
                ItemVerdict(
                    item: index, verdict: verdict, rate: index == 0 ? .met : index == 1 ? .missed : .none,
                    due: index == 3 ? Instant(seconds: 9) : nil,
                    evidence: index == 1 ? evidence : nil)
            })
    }

    @Test func `a judgement survives its bytes`() throws {
        let judgement = Self.sample()
        let decoded = try judgement.withRow { try $0.judgement() }
        #expect(String(describing: decoded) == String(describing: judgement))
    }

    @Test func `a row tells what it says without being decoded`() throws {
        try Self.sample().withRow { row in
            #expect(String(decoding: row.source, as: UTF8.self) == "s")
            #expect(row.updated == Instant(seconds: 0, nanoseconds: 999_999_999))
            #expect((0..<8).map { row.code(of: $0)?.verdict } == Verdict.allCases.map(Optional.some) + [nil])
            #expect(row.code(of: 1)?.rate == .missed)
            #expect(try row.place().page == 3)
            let detail = try #require(try row.detail(of: 1))
            #expect(detail.reason.map { String(decoding: $0, as: UTF8.self) } == "because")
            var cited: [String] = []
            try detail.forEachEvent { cited.append("\($0) \($1) \(String(decoding: $2, as: UTF8.self))") }
            #expect(cited == ["3 1969-12-31T23:59:55.000000007Z ä"])
            #expect(try row.detail(of: 3)?.due == Instant(seconds: 9))
            #expect(try row.detail(of: 2) == nil)
        }
    }

    @Test func `cut bytes are an error`() throws {
        var bytes: [UInt8] = []
        Self.sample().encode(into: &bytes)
        let name = UnsafeRawBufferPointer(start: nil, count: 0)
        // Between two details nothing tells that one is missing.
        let whole = try bytes.withUnsafeBytes { bytes in
            try bytes.indices.filter { count in
                do {
                    let part = UnsafeRawBufferPointer(rebasing: bytes[..<count])
                    _ = try JudgementRow(partner: name, record: name, payload: part).judgement()
                    return true
                } catch is JudgementDecodingError {
                    return false
                }
            }
        }
        #expect(whole.count == 2)
    }

    @Test(arguments: VerdictCodeTests.codes)
    func `a verdict and its share fit a byte`(_ verdict: Verdict, _ rate: RateShare) throws {
        let code = try #require(VerdictCode(byte: VerdictCode(verdict, rate).byte))
        #expect(code.verdict == verdict && code.rate == rate)
        #expect(code.isFail == (verdict == .fail) && code.isNotApplicable == (verdict == .notApplicable))
        #expect(Int(code.byte) < VerdictCode.count)
    }

    @Test func `a partner is judged on what it performs`() throws {
        let loaded = ChecklistLoader.load(
            files: [("t.yaml", Row.checklist(check: "{holds: 'partner.region == \"EMEA\"'}"))], diagnostics: Diagnostics())
        let activities = ActivityTable(loaded.flatMap(\.activityNames))
        let partners = [
            Partner(id: "p", name: "P", functions: ["support"], region: "EMEA"),
            Partner(id: "q", name: "Q", functions: ["implementation"]),
        ]
        let judge = Judge(
            checklists: loaded, activities: activities, partners: partners, producible: [:], asOf: start, settle: .seconds(1))
        var record = ServiceRecord(partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "", sequence: 0))
        record.function = "support"
        var scratch = judge.makeScratch()
        #expect(judge.judge(record, scratch: &scratch).verdicts.map(\.verdict) == [.pass])
        record.partner = "q"
        #expect(judge.judge(record, scratch: &scratch).verdicts.map(\.verdict) == [.notApplicable])
        record.partner = "r"
        #expect(judge.judge(record, scratch: &scratch).verdicts.map(\.verdict) == [.notApplicable])
        #expect(judge.audits(partner: "p") && !judge.audits(partner: "r"))
    }

    @Test(arguments: [("function: support", "function"), ("effective: {from: 2026-01-01}", "opened")])
    func `what plainly does not apply needs no other field`(_ key: String, _ path: String) throws {
        for (applies, expected) in [("false", Verdict.notApplicable), ("true", .notObservable)] {
            let head = key + "\napplies: '" + applies + "'"
            let loaded = ChecklistLoader.load(
                files: [("t.yaml", Row.checklist(check: "{existence: a}", head: head))], diagnostics: Diagnostics())
            let judge = Judge(
                checklists: loaded, activities: ActivityTable(loaded.flatMap(\.activityNames)), partners: nil, producible: [:],
                asOf: moment("1h"), settle: .seconds(1))
            var record = ServiceRecord(
                partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "", sequence: 0))
            record.unreadable.insert(UnreadableField(path, event: nil, why: "not a value"))
            #expect(judge.judge(record).verdicts.map(\.verdict) == [expected])
        }
    }

    @Test func `nothing of one record is left when the next is judged`() throws {
        let items = [
            "{response: {after: a, expect: said, within: 5m}}", "{runs: {of: b, at_most: 1}}", "{existence: {first: said}}",
        ]
        let check = "{all_of: [" + items.joined(separator: ", ") + "]}"
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check))], diagnostics: diagnostics)
        #expect(!diagnostics.hasErrors)
        let activities = ActivityTable(loaded.flatMap(\.activityNames))
        let judge = Judge(
            checklists: loaded, activities: activities, partners: nil, producible: ["poor": .only(["b"])], asOf: moment("4m"),
            settle: .seconds(1))
        var scratch = judge.makeScratch()
        var state: UInt64 = 1
        for number in 0..<200 {
            func random(_ bound: UInt64) -> UInt64 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return (state >> 33) % bound
            }
            let source = random(3) == 0 ? "poor" : "rich"
            var record = ServiceRecord(
                partner: "p", id: "\(number)", provenance: Provenance(source: source, page: 1, pointer: "", sequence: number))
            record.opened = start
            record.closed = random(2) == 0 ? moment("3m") : nil
            for index in 0..<Int(random(7)) {
                let name = ["a", "b", "c"][Int(random(3))]
                var event = Event(at: moment("\(index)m"), activity: name, symbol: activities.symbol(of: name))
                event.text = random(2) == 0 ? "x" : nil
                if event.text == nil, random(2) == 0 { record.unreadable.insert(UnreadableField("text", event: index, why: "w")) }
                record.events.append(event)
            }
            #expect(String(describing: judge.judge(record, scratch: &scratch)) == String(describing: judge.judge(record)))
        }
    }

    @Test func `a hundred events to tell apart are not too many`() throws {
        let items = (0..<100).map { "  - {id: I\($0), title: I, check: {existence: e\($0)}}" }.joined(separator: "\n")
        let names = (0..<100).map { "e\($0)" }.joined(separator: ", ")
        let text = "touchline: checklist/1\nid: t\ntitle: T\nversion: 1\nactivities: [\(names)]\nitems:\n\(items)\n"
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(files: [("t.yaml", text)], diagnostics: diagnostics)
        let activities = ActivityTable(loaded.flatMap(\.activityNames))
        let judge = Judge(
            checklists: loaded, activities: activities, partners: nil, producible: [:], asOf: moment("1h"), settle: .seconds(1))
        var record = ServiceRecord(partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "", sequence: 0))
        record.events = [3, 77, 99].map { Event(at: start, activity: "e\($0)", symbol: activities.symbol(of: "e\($0)")) }
        let passed = judge.judge(record).verdicts.indices.filter { judge.judge(record).verdicts[$0].verdict == .pass }
        #expect(passed == [3, 77, 99])
    }
}

private enum VerdictCodeTests {
    static let codes = Verdict.allCases.flatMap { verdict in
        [RateShare.none, .met, .missed].map { (verdict, $0) }
    }
}
