import Testing

@testable import Checklists

/// Moments inside spans, moments that lie before where they are counted from, and moments that may still move.
struct SpanAndTimeTests {
    @Test(arguments: [
        // A span narrows the moments and the first and last events of what it judges.
        Row(
            "{duration: {from: {first: a}, to: {first: b}, at_most: 1h}, span: {from: {first: a}}}", "b@10m a@20m b@6h",
            closed: "7h", "fail missed"),
        Row(
            "{duration: {from: opened, to: {first: b}, at_most: 1h}, span: {until: {first: c}}}", "a@0s c@10m b@20m",
            closed: "7h", "fail missed"),
        Row(
            "{duration: {from: start, to: end, at_most: 1h}, span: {from: {first: a}}}", "c@0s a@2h b@3h", closed: "4h",
            "pass met"),
        Row("{existence: {first: b}, span: {from: {first: a}}}", "b a b", closed: "1h", "pass met"),
        Row("{existence: {last: b}, span: {until: {first: a}}}", "b a b", closed: "1h", "pass met"),
        Row(
            "{all_of: [{existence: {first: b}, span: {from: {first: a}}}, {first: {first: b}}]}", "b a b", closed: "1h",
            "pass met"),
        Row("{all_of: [{existence: b, span: {from: start}}], span: {from: {last: a}}}", "b a", closed: "1h", "fail missed"),
        // What comes before is not what is counted to.
        Row("{duration: {from: {first: a}, to: {first: b}, at_most: 1h}}", "b@0s a@10m", closed: "1h", "fail missed"),
        Row("{duration: {from: {first: a}, to: {first: b}, at_most: 1h}}", "b@0s a@10m b@3h", closed: "4h", "fail missed"),
        Row("{duration: {from: {first: a}, to: {first: b}, at_most: 1h}}", "b@0s a@10m b@20m", closed: "4h", "pass met"),
        Row("{duration: {from: {first: a}, to: {last: b}, at_most: 1h}}", "b@0s a@10m", asOf: "20m", "pending due=1h 10m"),
        Row("{duration: {from: {first: a}, to: [{last: b}, closed], at_most: 1h}}", "b@0s a@10m", closed: "20m", "pass met"),
        Row("{duration: {from: {first: a}, to: {first: b}, at_most: 1h}}", "b@10m a@10m", closed: "1h", "pass met"),
        Row("{duration: {from: {first: a}, to: opened, at_most: 1h}}", "a@10m", closed: "1h", "not_observable"),
        // Text that is an instant is a moment; other text is none.
        Row(
            "{duration: {from: opened, to: {at: 'attributes.?done.orValue(\"2026-01-05T09:30:00Z\")'}, at_most: 1h}}", "",
            closed: "1h", "pass met"),
        Row("{duration: {from: opened, to: {at: '\"soon\"'}, at_most: 1h}}", "", closed: "1h", "not_observable"),
        // While the last may still be another, nothing about it has failed for good.
        Row("{duration: {from: {last: a}, to: {first: b}, at_most: 1h}}", "a@0s b@2h", asOf: "3h", "pending"),
        Row("{duration: {from: {last: a}, to: {first: b}, at_most: 1h}}", "a@0s", asOf: "3h", "pending"),
        Row("{duration: {from: {last: a}, to: {first: b}, at_least: 1h}}", "a@0s b@1m", asOf: "3h", "pending"),
        Row("{duration: {from: {last: a}, to: {first: b}, at_most: 1h}}", "a@0s b@2h", closed: "3h", "fail missed"),
        Row("{response: {after: {last: a}, expect: b, within: 1h}}", "a@0s", asOf: "3h", "pending"),
        Row("{response: {after: {last: a}, expect: b, within: 1h}}", "a@0s", asOf: "30m", "pending due=1h"),
        Row("{response: {after: {last: a}, expect: b, within: 1h}}", "a@0s", closed: "3h", "fail missed"),
        Row("{not_response: {after: {last: a}, never: b}}", "a b", asOf: "3h", "pending"),
        // Time that a source cannot tell matters where it could change what is said.
        Row(
            "{duration: {from: opened, to: {first: b}, at_most: 1h, pause: {from: c, until: d}}}", "poor: b@1h", closed: "2h",
            "pass met"),
        Row(
            "{duration: {from: opened, to: {first: b}, at_most: 1h, pause: {from: c, until: d}}}", "poor: b@2h", closed: "2h",
            "not_observable"),
        Row(
            "{duration: {from: opened, to: {first: b}, at_most: 1h, pause: {from: a, until: d}}}", "poor: a@10m b@2h",
            closed: "2h", "not_observable"),
        Row(
            "{duration: {from: opened, to: {first: b}, at_least: 1h, pause: {from: c, until: d}}}", "poor: b@10m", closed: "2h",
            "fail missed"),
        Row(
            "{duration: {from: opened, to: {first: b}, at_least: 1h, pause: {from: c, until: d}}}", "poor: b@2h", closed: "2h",
            "not_observable"),
        Row(
            "{duration: {from: {first: a}, to: {first: b}, at_most: 1h, pause: {from: c, until: d}}}", "poor: b@2h", closed: "2h",
            "not_activated"),
    ])
    func `spans and moments are narrowed`(_ row: Row) throws { #expect(told(try row.judged()) == row.expected) }

    @Test(arguments: [
        // What does not apply does not apply, whatever else cannot be told.
        Row(
            "{existence: a}", "a", "not_applicable", item: "when: 'severity == \"S1\"'",
            head: "applies: 'customer.tier == \"key\"'"),
        Row(
            "{existence: a}", "a", "not_observable", item: "when: 'severity == \"S2\"'",
            head: "applies: 'customer.tier == \"key\"'"),
        // An only obligation inside others falls due when it would alone.
        Row("{response: {after: a, expect: b, within: 1h}}", "a@0s", asOf: "2h", "fail missed"),
        Row("{all_of: [{response: {after: a, expect: b, within: 1h}}, {absence: d}]}", "a@0s", asOf: "2h", "fail missed"),
        Row("{all_of: [{response: {after: a, expect: b, within: 1h}}, {absence: d}]}", "a@0s b@1m", asOf: "2h", "holding met"),
        Row("{all_of: [{response: {after: a, expect: b, within: 1h}}, {absence: d}]}", "a@0s b@1m", asOf: "1h", "holding"),
        Row(
            "{all_of: [{response: {after: a, expect: b, within: 1h}}, {response: {after: a, expect: c, within: 3h}}]}", "a@0s",
            asOf: "2h", "fail"),
        // Who asks all attributes asks those that could not be read too.
        Row(
            "{each: {event: a, holds: 'event.attributes.all(k, event.attributes[k] != \"z\")'}}", "a/n=y/!attributes.team",
            closed: "1h", "not_observable"),
        Row(
            "{each: {event: a, holds: 'event.attributes.all(k, event.attributes[k] != \"z\")'}}", "a/n=y b/!attributes.team",
            closed: "1h", "pass met"),
    ])
    func `what an item does not depend on changes nothing`(_ row: Row) throws { #expect(told(try row.judged()) == row.expected) }
}
