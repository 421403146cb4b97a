import Language
import Testing
import Timelines

@testable import Checklists

/// What is followed over time, within spans: the time before and after a span is nobody's.
struct SpanClockTests {
    private static let span = ", span: {from: {first: d}, until: {first: c}}}"
    private static let lastSpan = ", span: {from: {first: d}, until: {last: c}}}"
    private static let often = "{recurrence: {of: a, every: 1h}"
    private static let owned = "{ownership: {of: {taken: a, released: b, owner: 'event.actor.id'}, max_gap: 1h}"

    @Test(arguments: [
        Row(often + span, "d@300m c@303m", closed: "650m", "pass met"),
        Row(often + span, "d@300m c@361m", closed: "650m", "fail missed"),
        Row(often + span, "d@300m", asOf: "303m", "holding due=6h"),
        Row(often + span, "d@300m", closed: "303m", "pass met"), Row(often + span, "d@300m", closed: "361m", "fail missed"),
        Row(owned + span, "d@300m c@303m", closed: "650m", "pass met"),
        Row(owned + span, "d@300m c@361m", closed: "650m", "fail missed"),
        Row(owned + span, "d@300m", asOf: "303m", "pending due=6h"),
        // Where opening is named it is no earlier than the span either, nor is what comes after the span within it.
        Row("{recurrence: {of: a, every: 1h, from: opened, until: closed}" + span, "d@300m c@303m", closed: "650m", "pass met"),
        Row(
            "{recurrence: {of: a, every: 1h, from: {at: 'timestamp(\"2026-01-05T15:00:00Z\")'}}" + span, "d@300m c@303m",
            closed: "650m", "not_activated"),
        // The span begins at its moment, not with its first event.
        Row(
            "{recurrence: {of: a, every: 1h}, span: {from: {at: 'timestamp(\"2026-01-05T10:00:00Z\")'}}}", "a@0s a@121m",
            closed: "122m", "fail missed"),
        // It ends at its moment, not with its last event, nor with the first one beyond.
        Row(
            "{recurrence: {of: a, every: 1h}, span: {until: {at: 'timestamp(\"2026-01-05T10:00:00Z\")'}}}", "a@0s b@300m",
            closed: "400m", "pass met"),
        Row(
            "{recurrence: {of: a, every: 1h}, span: {until: [{first: c}, {at: 'timestamp(\"2026-01-05T10:00:00Z\")'}]}}",
            "a@0s b@300m", asOf: "400m", "holding"),
        // A span inside another is no longer than that.
        Row("{all_of: [\(often)}], span: {from: {first: d}, until: {first: c}}}", "d@300m c@303m", closed: "650m", "pass met"),
        Row("{all_of: [\(often), span: {from: start}}]\(span)", "b@0s d@300m c@303m", closed: "650m", "pass met"),
        // What is before the span says whose it is.
        Row(owned + span, "a@0s/actor=x d@300m c@400m", closed: "650m", "pass met"),
    ])
    func `time outside a span does not count`(_ row: Row) throws { #expect(told(try row.judged()) == row.expected) }

    @Test(arguments: [often, owned], ["400m", "690m"])
    func `a span that ends before it begins has no length, whenever it is judged`(check: String, asOf: String) throws {
        let closed = asOf == "690m" ? "650m" : nil
        let row = Row(check + Self.lastSpan, "c@10m d@100m b@105m", closed: closed, asOf: asOf)
        #expect([.pass, .holding, .pending].contains(try row.judged().verdict))
    }

    private static let movable = ", span: {until: {last: c}}}"

    @Test(arguments: [
        (
            Row(often + movable, "d@0m c@100m b@110m a@111m", asOf: "400m"),
            "no 'a' for 1h 40m, from 2026-01-05T09:00:00Z to 2026-01-05T10:40:00Z; one is expected every 1h", ""
        ),
        (
            Row(owned + movable, "d@0m c@100m b@110m a@111m/actor=x", asOf: "400m"),
            "nobody owned it for 1h 40m, from 2026-01-05T09:00:00Z to 2026-01-05T10:40:00Z; at most 1h allowed", ""
        ),
        (
            Row("{clock: {start: d, stop: b, target: 1h}" + movable, "d@0m c@100m b@110m", asOf: "400m"),
            "the clock started by 'd' at 2026-01-05T09:00:00Z still runs; it ran 1h 40m of the 1h", "partner 6000"
        ),
        (
            Row("{duration: {from: {first: d}, to: {first: b}, at_most: 1h}" + movable, "d@0m c@100m b@110m", asOf: "400m"),
            "after the first 'd', the first 'b' never came within 1h", "partner 6000"
        ),
        (
            Row(
                "{duration: {from: {first: d}, to: {first: b}, at_most: 1h}" + movable, "d@0m c@100m b@110m", closed: "300m"),
            "after the first 'd', the first 'b' never came within 1h", "partner 6000"
        ),
        (
            Row("{all_of: [\(often)}, {existence: d}], span: {until: {last: c}}}", "d@0m c@100m b@110m", asOf: "400m"),
            "no 'a' for 1h 40m, from 2026-01-05T09:00:00Z to 2026-01-05T10:40:00Z; one is expected every 1h", ""
        ),
        (
            Row("{any_of: [\(often + movable), {existence: a, span: {until: start}}]}", "d@0m c@100m b@110m", asOf: "400m"),
            "no 'a' for 1h 40m, from 2026-01-05T09:00:00Z to 2026-01-05T10:40:00Z; one is expected every 1h; 'a' never happened",
            ""
        ),
    ])
    func `evidence is told as of the end of its span`(row: Row, reason: String, stretches: String) throws {
        let evidence = try #require(try row.judged().evidence)
        #expect(evidence.reason == reason)
        #expect(Self.parties(evidence.stretches) == stretches)
    }

    private static func parties(_ stretches: [Evidence.Stretch]) -> String {
        stretches.map { "\($0.party?.rawValue ?? "nobody") \($0.length.components.seconds)" }.joined(separator: ", ")
    }

    private static let early = "{at: 'timestamp(\"2026-01-05T08:30:00Z\")'}"

    @Test(arguments: [
        Row("{duration: {from: opened, to: \(early), at_most: 1h}}", "a@0m", closed: "1h", "not_observable"),
        Row("{duration: {from: opened, to: \(early), at_least: 1h}}", "a@0m", asOf: "1h", "not_observable"),
        Row("{duration: {from: {first: a}, to: closed, at_most: 1h}}", "a@2h", closed: "1h", "not_observable"),
        Row("{recurrence: {of: a, every: 1h, until: \(early)}}", "a@0m", closed: "1h", "not_observable"),
        Row("{recurrence: {of: a, every: 1h, from: {first: b}}}", "b@2h", closed: "1h", "not_observable"),
        Row(
            "{ownership: {of: 'event.actor.id', max_gap: 1h, until: \(early)}}", "a@0m/actor=x", closed: "1h", "not_observable"),
        // The instant of the audit may lie before, as it moves on.
        Row(
            "{duration: {from: {at: 'timestamp(\"2026-01-05T15:00:00Z\")'}, to: as_of, at_most: 1h}}", "a@0m", asOf: "1h",
            "holding"),
    ])
    func `time does not run backwards`(_ row: Row) throws {
        let verdict = try row.judged()
        #expect(told(verdict) == row.expected)
        if verdict.verdict == .notObservable { #expect(verdict.evidence?.reason.contains(" lies before ") == true) }
    }

    private static let handed = "{ownership: {of: {taken: a, released: b, owner: 'event.actor.id'}}}"

    @Test(arguments: [
        // Two who change places at an instant stay two, and the first two are named.
        (
            Row(handed, "a@0m/actor=x a@1m/actor=y b@2m/actor=x a@2m/actor=z b@3m/actor=y", closed: "9h"),
            "'x' and 'y' owned it at once for 1m, from 2026-01-05T09:01:00Z to 2026-01-05T09:02:00Z"
        ),
        // What one instant takes and gives back changes nothing.
        (
            Row(handed, "a@0m/actor=x a@1m/actor=y b@2m/actor=x a@2m/actor=x b@3m/actor=y", closed: "9h"),
            "'x' and 'y' owned it at once for 2m, from 2026-01-05T09:01:00Z to 2026-01-05T09:03:00Z"
        ),
        (
            Row(handed, "a@1m/actor=x b@1m/actor=x b@2m/actor=y a@3m/actor=x", closed: "9h"),
            "nobody owned it for 3m, from 2026-01-05T09:00:00Z to 2026-01-05T09:03:00Z; at most 0s allowed"
        ),
        // A release by somebody who never took it, and one that names nobody.
        (
            Row(handed, "a@0m/actor=x b@1m/actor=y b@2m a@3m/actor=y b@4m/actor=y a@4m/actor=x", closed: "9h"),
            "nobody owned it for 1m, from 2026-01-05T09:02:00Z to 2026-01-05T09:03:00Z; at most 0s allowed; handed back once"
        ),
    ])
    func `whoever has it is named`(row: Row, reason: String) throws {
        #expect(try row.judged().evidence?.reason == reason)
    }

    @Test func `many owners cost no more than their events`() throws {
        let events = (0..<20_000).map { "a@\($0)m/actor=x\($0) b@\($0)m/actor=y" }.joined(separator: " ")
        let evidence = try #require(try Row(Self.handed, events, closed: "100d").judged().evidence)
        #expect(evidence.reason.hasPrefix("'x0' and 'x1' owned it at once for 1m"))
    }

    private static func waiting(_ times: Int) -> Row {
        Row(
            "{duration: {from: opened, to: {first: b}, at_most: 1h, pause: [{from: c, until: d, party: vendor}, "
                + "{from: a, until: c, party: customer}]}}",
            (0..<times).map { "a@\(10 * $0 + 1)m c@\(10 * $0 + 3)m d@\(10 * $0 + 6)m" }.joined(separator: " ")
                + " b@\(10 * times)m", closed: "100d")
    }

    @Test func `few stretches of a duration are told one by one`() throws {
        let evidence = try #require(try Self.waiting(20).judged().evidence)
        #expect(evidence.stretches.count == 61)
        #expect(Self.parties(Array(evidence.stretches.prefix(4))) == "partner 60, customer 120, vendor 180, partner 300")
    }

    @Test func `many stretches of a duration are told as one a party, and add up to all of it`() throws {
        let evidence = try #require(try Self.waiting(10_000).judged().evidence)
        #expect(Self.parties(evidence.stretches) == "partner 3000000, customer 1200000, vendor 1800000")
        #expect(evidence.stretches.allSatisfy { $0.from == moment("0s") && $0.until == moment("100000m") })
        #expect(evidence.reason.hasSuffix("besides 13d 21h 20m of the customer's time and 20d 20h of the vendor's time"))
    }

    /// Pauses that overlap, touch, are empty, begin before the time and end after it.
    @Test func `where pauses overlap the first listed has the time`() {
        let pauses: [[TimeSheet.Pause]] = [
            [(moment("10m"), moment("20m")), (moment("20m"), moment("25m")), (moment("40m"), moment("40m"))],
            [(moment("0m"), moment("12m")), (moment("15m"), moment("30m")), (moment("50m"), nil)],
        ]
        let entries = TimeSheet(from: moment("5m"), until: moment("60m"), pauses: pauses).entries
        let told = entries.map { "\($0.pause)@\(($0.from - start).components.seconds / 60)" }
        #expect(told == ["1@5", "0@10", "1@25", "-1@30", "1@50"])
        #expect(TimeSheet(from: moment("9m"), until: moment("5m"), pauses: pauses).entries.isEmpty)
    }

    @Test(arguments: ["all_of", "any_of"]) func `a combination carries the stretches of its only part that has some`(of: String)
        throws
    {
        let clock = "{clock: {start: a, stop: b, target: 1h}}"
        let one = Row("{\(of): [{existence: d}, \(clock)]}", "a@0m b@2h", closed: "3h")
        #expect(Self.parties(try #require(try one.judged().evidence).stretches) == "partner 7200")
        let two = Row("{\(of): [{existence: d}, \(clock), \(clock)]}", "a@0m b@2h", closed: "3h")
        #expect(try #require(try two.judged().evidence).stretches.isEmpty)
    }
}
