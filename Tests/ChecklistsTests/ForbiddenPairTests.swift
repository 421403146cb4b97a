import Language
import Testing

@testable import Checklists

/// `not_response` and `not_chain_response` with a limit or a condition.
struct ForbiddenPairTests {
    @Test(arguments: [
        Row("{not_response: {after: a, never: b, within: 1h}}", "a@0s b@60m", closed: "1d", "fail missed"),
        Row("{not_response: {after: a, never: b, within: 1h}}", "a@0s b@61m", closed: "1d", "pass met"),
        Row("{not_response: {after: a, never: b, within: 1h}}", "b@0s", closed: "1d", "not_activated"),
        Row("{not_response: {after: a, never: b, within: 1h}}", "a@0s b@2h a@3h b@4h", closed: "1d", "fail missed"),
        // The decision falls when the only window has passed, for keeping it and breaking it alike.
        Row("{not_response: {after: a, never: b, within: 1h}}", "a@0s", asOf: "59m", "holding"),
        Row("{not_response: {after: a, never: b, within: 1h}}", "a@0s", asOf: "61m", "holding met"),
        Row("{not_response: {after: a, never: b, within: 1h}}", "a@0s b@1m", asOf: "59m", "fail"),
        Row("{not_response: {after: a, never: b, within: 1h}}", "a@0s b@1m", asOf: "61m", "fail missed"),
        Row("{not_response: {after: a, never: b, within: {S2: 1h, otherwise: 1m}}}", "a@0s b@30m", closed: "1d", "fail missed"),
        Row("{not_response: {after: a, never: b, within: {S1: 1h}}}", "a@0s b@30m", closed: "1d", "not_observable"),
        Row(
            "{not_response: {after: a, never: b, where: 'event.attributes.n == activation.attributes.n'}}", "a/n=1 b/n=2 b/n=1",
            closed: "1d", "fail missed"),
        Row(
            "{not_response: {after: a, never: b, where: 'event.attributes.n == activation.attributes.n'}}", "a/n=1 b/n=2 a/n=2",
            closed: "1d", "pass met"),
        Row(
            "{not_response: {after: a, never: b, where: 'event.attributes.n == activation.attributes.n'}}", "a/n=1 b",
            closed: "1d",
            "not_observable"),
        // What breaks it for sure counts whatever else cannot be told.
        Row(
            "{not_response: {after: a, never: b, where: 'event.attributes.n == activation.attributes.n'}}", "a/n=1 b b/n=1",
            closed: "1d", "fail missed"),
        Row("{not_chain_response: {after: a, not_next: b, within: 1h}}", "a@0s b@1m", closed: "1d", "fail missed"),
        Row("{not_chain_response: {after: a, not_next: b, within: 1h}}", "a@0s c@1m b@2m", closed: "1d", "pass met"),
        Row("{not_chain_response: {after: a, not_next: b, within: 1h}}", "a@0s b@2h", closed: "1d", "pass met"),
        Row("{not_response: {after: a, never: c, within: 1h}}", "poor: a@0s", closed: "1d", "not_observable"),
    ])
    func `only the pairs that are meant break it`(_ row: Row) throws {
        #expect(told(try row.judged()) == row.expected)
    }

    @Test func `a fail names the pair, and the item says what it means`() throws {
        let row = Row(
            "{not_response: {after: a, never: b, within: 1h, where: 'has(event.text)'}}", "a@0s b@1m b@2m/text=x", closed: "1d")
        let evidence = try row.judged().evidence
        #expect(
            evidence?.reason
                == "'a' at 2026-01-05T09:00:00Z was followed within 1h by 'b' at 2026-01-05T09:02:00Z")
        #expect(evidence?.events.map(\.index) == [0, 2])
        let loaded = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: row.check))], diagnostics: Diagnostics())
        #expect(loaded.first?.items.first?.meaning == "after 'a', 'b' never comes within 1h where `has(event.text)`")
    }
}
