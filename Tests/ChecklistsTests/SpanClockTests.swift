import Language
import Testing

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
}
