import Language
import TestSupport
import Testing
import Timelines

@testable import Checklists

/// Random histories, judged by the machines and by a simulation that walks minute by minute.
struct TimeOracleTests {
    private static func judge(_ check: String) throws -> (Judge, ActivityTable) {
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check))], diagnostics: diagnostics)
        let checklist = try #require(loaded.first)
        try #require(!diagnostics.hasErrors, "\(diagnostics.sorted)")
        let activities = ActivityTable(checklist.activityNames)
        let judge = Judge(
            checklists: [checklist], activities: activities, partners: nil, producible: [:], asOf: moment("1000h"),
            settle: .seconds(30 * 86400), calendars: Row.calendars)
        return (judge, activities)
    }

    private static func record(closed: Int, _ events: [Event]) -> ServiceRecord {
        var record = ServiceRecord(
            partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "", sequence: 0))
        record.opened = start
        record.closed = start + .seconds(60 * closed)
        record.events = events
        return record
    }

    private static func event(_ minute: Int, _ activity: String, _ attributes: [(String, Value)] = []) -> Event {
        var event = Event(at: start + .seconds(60 * minute), activity: activity, symbol: 0)
        for (name, value) in attributes { event.attributes.set(name, value) }
        return event
    }

    // MARK: Ownership

    @Test(arguments: [("", 0), (", max_gap: 7m", 7)])
    func `ownership is what a walk minute by minute finds`(parts: String, most: Int) throws {
        let (judge, activities) = try Self.judge("{ownership: {of: 'event.attributes.?owner'\(parts)}}")
        var random = SeededNumbers(state: 20_261_121)
        var scratch = judge.makeScratch()
        var fails = 0
        for history in 0..<10_000 {
            var record = Self.owned(&random).numbered(by: activities)
            let closed = Int((record.closed ?? start).seconds - start.seconds) / 60
            let verdict = judge.judge(&record, scratch: &scratch).verdicts[0].verdict
            let expected = Self.isOwned(record, closed: closed, most: most) ? Verdict.pass : .fail
            #expect(verdict == expected, "history \(history)")
            fails += verdict == .fail ? 1 : 0
        }
        print("ownership: 10000 histories, \(fails) broken")
        #expect((500...9800).contains(fails))
    }

    private static func owned(_ random: inout SeededNumbers) -> ServiceRecord {
        let closed = 1 + random.below(60)
        var events: [Event] = []
        var minute = random.below(3)
        while minute <= closed + 5, events.count < 12 {
            // The first of two at once is overruled.
            let owners: [Value] = (0..<[0, 1, 1, 1, 1, 1, 1, 2][random.below(8)]).map { _ in
                .string(["x", "y", "z"][random.below(3)])
            }
            let isSilent = random.below(4) == 0
            events.append(event(minute, "a", isSilent ? [] : [("owner", .list(.array(owners)))]))
            minute += random.below(10)
        }
        return record(closed: closed, events)
    }

    /// Minute by minute: who owns it at its beginning and so throughout, since everything happens at full minutes.
    private static func walkedOwners(_ record: ServiceRecord, closed: Int) -> [Set<String>] {
        var owners: Set<String> = []
        return (0..<closed).map { minute in
            for event in record.events where event.at == start + .seconds(60 * minute) {
                guard case .list(let list)? = event.attributes["owner"] else { continue }
                owners = Set((0..<list.count).compactMap { index in (try? list.element(at: index)).flatMap(Self.text) })
            }
            return owners
        }
    }

    private static func isOwned(_ record: ServiceRecord, closed: Int, most: Int) -> Bool {
        var gap = 0
        for owners in walkedOwners(record, closed: closed) {
            if owners.count > 1 { return false }
            gap = owners.isEmpty ? gap + 1 : 0
            if gap > most { return false }
        }
        return true
    }

    /// By minute: how many own it, and whether it was handed back to whoever does.
    private static func walkedKinds(_ record: ServiceRecord, closed: Int) -> [String] {
        var earlier: [String] = []
        return walkedOwners(record, closed: closed).map { owners in
            guard owners.count == 1, let owner = owners.first else { return owners.isEmpty ? "unowned" : "double" }
            if earlier.last != owner { earlier.append(owner) }
            return earlier.dropLast().contains(owner) ? "handed back" : "owned"
        }
    }

    @Test func `unowned, double-owned and handed-back stretches are what a walk minute by minute finds`() throws {
        let owner = try Expression.compile("event.attributes.?owner", in: Names.ofEvent)
        let machine = Ownership(
            of: .value(owner), from: Moment(parts: [.opened]), until: nil, maxGap: .length(.seconds(0)), clock: .elapsed)
        var random = SeededNumbers(state: 99)
        var seen: Set<String> = []
        for history in 0..<10_000 {
            let record = Self.owned(&random)
            let closed = Int((record.closed ?? start).seconds - start.seconds) / 60
            var timeline = Timeline()
            timeline.source.record = record
            timeline.source.asOf = moment("1000h")
            timeline.asOf = moment("1000h")
            timeline.closed = record.closed
            timeline.instants = record.events.map(\.at)
            timeline.count = record.events.count
            timeline.upper = timeline.count
            timeline.bindings[Names.recordSlot] = timeline.source.recordValue
            let stretches = try #require(try machine.history(&timeline))
            let kinds = (0..<closed).map { minute -> String in
                let at = start + .seconds(60 * minute)
                guard let stretch = stretches.first(where: { $0.from <= at && at < $0.until }) else { return "none" }
                if stretch.owners.count != 1 { return stretch.owners.isEmpty ? "unowned" : "double" }
                return stretch.isHandedBack ? "handed back" : "owned"
            }
            #expect(kinds == Self.walkedKinds(record, closed: closed), "history \(history)")
            seen.formUnion(kinds)
        }
        #expect(seen == ["owned", "unowned", "double", "handed back"])
    }

    private static func text(_ value: Value) -> String? { if case .string(let text) = value { text } else { nil } }

    // MARK: SLA clocks

    @Test(arguments: SLAClock.Reopening.allCases)
    func `an SLA clock runs as long as a walk minute by minute finds, and its stretches add up`(reopening: SLAClock.Reopening)
        throws
    {
        let (judge, activities) = try Self.judge(
            "{clock: {start: a, stop: b, pause: {event: c, party: customer}, resume: d, target: 20m, on_reopen: \(reopening.rawValue)}}"
        )
        var random = SeededNumbers(state: 3)
        var scratch = judge.makeScratch()
        var fails = 0
        for history in 0..<10_000 {
            var events: [Event] = []
            var minute = 0
            while events.count < 3 + random.below(10) {
                minute += 1 + random.below(9)
                events.append(Self.event(minute, ["a", "b", "c", "d"][random.below(4)]))
            }
            let closed = minute + random.below(9)
            var record = Self.record(closed: closed, events).numbered(by: activities)
            let verdict = judge.judge(&record, scratch: &scratch).verdicts[0]
            #expect(verdict.verdict == Self.walked(record, closed: closed, most: 20, reopening), "history \(history)")
            guard verdict.verdict == .fail, let evidence = verdict.evidence else { continue }
            fails += 1
            for (one, next) in zip(evidence.stretches, evidence.stretches.dropFirst()) { #expect(one.until == next.from) }
            let sum = evidence.stretches.map(\.length).reduce(.zero, +)
            let (first, last) = (try #require(evidence.stretches.first), try #require(evidence.stretches.last))
            #expect(sum == last.until - first.from, "history \(history)")
        }
        print("SLA clocks, \(reopening.rawValue): 10000 histories, \(fails) broken")
        #expect((500...9800).contains(fails))
    }

    /// Minute by minute: what happens at its beginning, then a minute more where the clock runs.
    private static func walked(
        _ record: ServiceRecord, closed: Int, most: Int, _ reopening: SLAClock.Reopening
    ) -> Verdict {
        var state = "idle"
        var time = 0
        var stoppedFor = 0
        var isBroken = false
        // Long after the end: what still runs then is late.
        for minute in 0..<(closed + 100) {
            for event in record.events where event.at == start + .seconds(60 * minute) {
                if time > most { isBroken = true }
                switch (event.activity, state) {
                case ("a", "idle"): (state, time) = ("running", 0)
                case ("a", "stopped") where reopening == .restart: (state, time) = ("running", 0)
                case ("a", "stopped") where reopening == .resume: state = "running"
                case ("a", "stopped") where reopening == .count: (state, time) = ("running", time + stoppedFor)
                case ("b", "running"), ("b", "paused"): (state, stoppedFor) = ("stopped", 0)
                case ("c", "running"): state = "paused"
                case ("d", "paused"): state = "running"
                default: break
                }
            }
            if state == "paused", minute >= closed { state = "running" }
            if state == "running" { time += 1 }
            if state == "stopped" { stoppedFor += 1 }
            if state == "running", time > most { isBroken = true }
        }
        return state == "idle" ? .notActivated : isBroken ? .fail : .pass
    }

    // MARK: Durations

    @Test(arguments: ["elapsed", "office"])
    func `the stretches of a duration add up to all of it, and the partner's are what counts`(clock: String) throws {
        let (judge, activities) = try Self.judge(
            "{duration: {from: {first: a}, to: {last: b}, at_least: 900h, clock: \(clock), pause: [{from: c, until: d, party: vendor}, "
                + "{from: d, until: c, party: customer}, {from: a, until: c}]}}")
        var random = SeededNumbers(state: 7)
        var scratch = judge.makeScratch()
        let hours = BusinessHours(try #require(Row.calendars["office"]))
        for history in 0..<10_000 {
            var minute = random.below(2000)
            var events = [Self.event(minute, "a")]
            for _ in 0..<random.below(9) {
                minute += random.below(900)
                events.append(Self.event(minute, ["a", "c", "d"][random.below(3)]))
            }
            minute += 1 + random.below(2000)
            events.append(Self.event(minute, "b"))
            var record = Self.record(closed: minute, events).numbered(by: activities)
            let verdict = judge.judge(&record, scratch: &scratch).verdicts[0]
            let evidence = try #require(verdict.evidence, "history \(history): \(verdict.verdict)")
            let (first, last) = (try #require(events.first).at, try #require(events.last).at)
            let whole = clock == "elapsed" ? last - first : try hours.elapsed(from: first, to: last)
            #expect(evidence.stretches.map(\.length).reduce(.zero, +) == whole, "history \(history)")
            for (one, next) in zip(evidence.stretches, evidence.stretches.dropFirst()) {
                #expect(one.until == next.from && one.party != next.party)
            }
            let counted = evidence.stretches.filter { $0.party == .partner }.map(\.length).reduce(.zero, +)
            #expect(evidence.reason.hasPrefix(Limit.text(counted.components.seconds) + (clock == "elapsed" ? " from" : " of")))
        }
    }
}
