import Language
import Testing
import Timelines

@testable import Checklists

/// Working time, recurrence, SLA clocks and ownership, as tables of records and verdicts.
struct ClockTests {
    /// The first moment is a Monday at nine; `office` works from nine to five.
    static let workingTime = [
        Row("{response: {after: a, expect: b, within: 4h, clock: office}}", "a@6h b@26h", closed: "30h", "pass met"),
        Row("{response: {after: a, expect: b, within: 4h, clock: office}}", "a@6h b@27h", closed: "30h", "fail missed"),
        // Two hours on Monday, two on Tuesday.
        Row("{response: {after: a, expect: b, within: 4h, clock: office}}", "a@6h", asOf: "7h", "pending due=1d 2h"),
        // At closing time the length has passed, but not a second more until the doors open.
        Row("{response: {after: a, expect: b, within: 8h, clock: office}}", "a@0s b@23h", closed: "30h", "pass met"),
        Row("{response: {after: a, expect: b, within: 8h, clock: office}}", "a@0s", asOf: "23h", "pending due=8h"),
        Row("{response: {after: a, expect: b, within: 8h, clock: office}}", "a@0s b@86401s", closed: "30h", "fail missed"),
        // A day of a calendar is as long as it says; Friday's last hours and Monday's first.
        Row("{response: {after: a, expect: b, within: 1d, clock: day}}", "a@100h", asOf: "100h", "pending due=7d 4h"),
        Row("{response: {after: a, expect: b, within: 1w, clock: day}}", "a@0s", asOf: "1h", "pending due=4d 8h"),
        Row("{response: {after: a, expect: b, within: 1d, clock: office}}", "a@0s", asOf: "1h", "not_observable"),
        Row("{precedence: {before: b, require: a, within: 2h, clock: office}}", "a@7h b@25h", closed: "30h", "pass met"),
        Row("{precedence: {before: b, require: a, within: 2h, clock: office}}", "a@7h b@90001s", closed: "30h", "fail missed"),
        Row(
            "{duration: {from: {first: a}, to: {first: b}, at_most: 10h, clock: office}}", "a@0s b@26h", closed: "30h", "pass met"
        ),
        Row(
            "{duration: {from: {first: a}, to: {first: b}, at_most: 9h, clock: office}}", "a@0s b@26h", closed: "30h",
            "fail missed"),
        // The waiting on Monday afternoon is no working time of theirs: 4 h on Monday, 1 h on Tuesday.
        Row(
            "{duration: {from: {first: a}, to: {first: b}, at_most: 5h, clock: office, pause: {from: c, until: d}}}",
            "a@0s c@4h d@24h b@25h", closed: "30h", "pass met"),
        Row(
            "{duration: {from: {first: a}, to: {first: b}, at_most: 5h, clock: office, pause: {from: c, until: d}}}",
            "a@0s c@4h d@24h", asOf: "24h", "pending due=1d 1h"),
        // Clocks by a value, and by one that none is given for.
        Row(
            "{response: {after: a, expect: b, within: 4h, clock: {S2: office, otherwise: elapsed}}}", "a@6h b@26h", closed: "30h",
            "pass met"),
        Row(
            "{response: {after: a, expect: b, within: 4h, clock: {S2: office, otherwise: elapsed}}}", "a@6h b@26h", closed: "30h",
            "fail missed", severity: "S1"),
        Row("{response: {after: a, expect: b, within: 4h, clock: {S1: office}}}", "a@6h b@26h", closed: "30h", "not_observable"),
        Row("{response: {after: a, expect: b, within: 4h, clock: partner}}", "a@6h b@26h", closed: "30h", "not_observable"),
        Row("{response: {after: a, expect: b, within: 4h, clock: nowhere}}", "a@6h b@26h", closed: "30h", "not_observable"),
        Row("{response: {after: a, expect: b, clock: nowhere}}", "a@6h b@26h", closed: "30h", "pass met"),
        // Opened by night: nothing has passed, in whatever zone.
        Row("{duration: {from: opened, to: {first: b}, at_most: 1h, clock: office}}", "a@0s", asOf: "0s", "pending due=1h"),
        Row("{response: {after: a, expect: b, within: 1h, clock: office}}", "a@16h", asOf: "16h", "pending due=1d 1h"),
    ]

    static let recurrence = [
        Row("{recurrence: {of: a, every: 1d}}", "a@1h a@20h a@40h", closed: "60h", "pass met"),
        Row("{recurrence: {of: a, every: 1d}}", "a@1h a@26h", closed: "30h", "fail missed"),
        Row("{recurrence: {of: a, every: 1d}}", "a@25h", closed: "26h", "fail missed"),
        Row("{recurrence: {of: a, every: 1d}}", "a@24h", closed: "48h", "pass met"),
        Row("{recurrence: {of: a, every: 1d}}", "a@1h", closed: "26h", "fail missed"),
        Row("{recurrence: {of: a, every: 1d}}", "a@1h", asOf: "25h", "holding due=1d 1h"),
        Row("{recurrence: {of: a, every: 1d}}", "a@1h", asOf: "26h", "fail"),
        Row("{recurrence: {of: a, every: 1d, from: {first: b}}}", "a@1h", closed: "90h", "not_activated"),
        Row(
            "{recurrence: {of: a, every: 1d, from: start, until: [{first: b}, end]}}", "a@0s b@20h c@99h", closed: "100h",
            "pass met"),
        Row(
            "{recurrence: {of: a, every: 1d, from: start, until: [{first: b}, end]}}", "a@0s c@99h", closed: "100h", "fail missed"
        ),
        Row("{recurrence: {of: a, every: 1d, until: {first: b}}}", "a@1h b@2h", asOf: "90d", "pass met"),
        Row(
            "{recurrence: {of: a, every: 1d, until: {at: 'timestamp(\"2026-01-06T09:00:00Z\")'}}}", "a@1h", closed: "90h",
            "pass met"),
        // The last event may be another yet: silence after it breaks nothing for good.
        Row("{recurrence: {of: a, every: 1d, until: end}}", "a@1h", asOf: "20d", "holding"),
        Row("{recurrence: {of: a, every: {S2: 2d, otherwise: 1d}}}", "a@1h", closed: "47h", "pass met"),
        Row("{recurrence: {of: a, every: 4h, clock: office}}", "a@4h a@24h a@28h", closed: "32h", "pass met"),
        Row("{recurrence: {of: a, every: 4h, clock: office}}", "a@4h a@90001s", closed: "28h", "fail missed"),
    ]

    /// Each as `{clock: {start: a, stop: b, …}}` with a target of an hour.
    private static func sla(_ rest: String = "") -> String { "{clock: {start: a, stop: b, target: 1h\(rest)}}" }
    private static let paused = ", pause: {event: c, party: customer}, resume: d"

    static let clocks = [
        Row(sla(), "c@0m", closed: "2h", "not_activated"), Row(sla(), "b@0m", closed: "2h", "not_activated"),
        Row(sla(), "a@0m b@60m", closed: "2h", "pass met"), Row(sla(), "a@0m b@61m", closed: "2h", "fail missed"),
        Row(sla(), "a@0m b@30m", asOf: "40m", "holding"), Row(sla(), "a@0m", asOf: "60m", "pending due=1h"),
        Row(sla(), "a@0m", asOf: "61m", "fail missed"), Row(sla(), "a@0m", closed: "10m", asOf: "20m", "pending due=1h"),
        Row(sla(), "a@0m", closed: "10m", "fail missed"),
        // Pauses do not count; while one lasts nothing falls due, but nobody waits once the record is closed.
        Row(sla(paused), "a@0m c@10m d@70m b@120m", closed: "3h", "pass met"),
        Row(sla(paused), "a@0m c@10m d@70m b@121m", closed: "3h", "fail missed"),
        Row(sla(paused), "a@0m c@10m", asOf: "90d", "pending"),
        Row(sla(paused), "a@0m c@10m d@70m", asOf: "80m", "pending due=2h"),
        Row(sla(paused), "a@0m c@10m b@5h", closed: "6h", "pass met"),
        Row(sla(paused), "a@0m c@10m", closed: "6h", asOf: "6h", "pending due=6h 50m"),
        Row(sla(paused), "a@0m c@10m", closed: "6h", "fail missed"),
        Row(sla(paused), "a@0m c@10m c@20m d@30m b@80m", closed: "3h", "pass met"),
        // A reset starts from nothing, a cancellation ends it; what was broken stays broken.
        Row(sla(", reset: c"), "a@0m c@50m b@110m", closed: "3h", "pass met"),
        Row(sla(", reset: c"), "a@0m c@61m b@62m", closed: "3h", "fail missed"),
        Row(sla(", cancel: c"), "a@0m c@50m", closed: "3h", "not_activated"),
        Row(sla(", cancel: c"), "a@0m c@61m", closed: "3h", "fail missed"),
        Row(sla(", cancel: c"), "a@0m c@50m a@90m b@100m", closed: "3h", "pass met"),
        Row(sla(", cancel: c"), "a@0m c@50m a@90m b@200m", closed: "5h", "fail missed"),
        // After a stop: anew, on, on with the time between, or never.
        Row(sla(), "a@0m b@50m a@5h b@350m", closed: "7h", "pass met"),
        Row(sla(), "a@0m b@50m a@5h b@361m", closed: "7h", "fail missed"),
        Row(sla(", on_reopen: resume"), "a@0m b@50m a@5h b@310m", closed: "7h", "pass met"),
        Row(sla(", on_reopen: resume"), "a@0m b@50m a@5h b@311m", closed: "7h", "fail missed"),
        Row(sla(", on_reopen: resume"), "a@0m b@50m a@5h", asOf: "301m", "pending due=5h 10m"),
        Row(sla(", on_reopen: count"), "a@0m b@20m a@30m b@60m", closed: "7h", "pass met"),
        Row(sla(", on_reopen: count"), "a@0m b@20m a@30m b@61m", closed: "7h", "fail missed"),
        Row(sla(", on_reopen: count"), "a@0m b@20m a@2h", asOf: "2h", "fail missed"),
        Row(sla(", on_reopen: ignore"), "a@0m b@50m a@5h", asOf: "90d", "pass met"),
        Row(sla(", on_reopen: {event: c, then: resume}"), "a@0m b@50m c@5h b@311m", closed: "7h", "fail missed"),
        Row(sla(", on_reopen: {event: c, then: resume}"), "c@0m", closed: "7h", "not_activated"),
        Row(sla(", on_reopen: {event: c, then: restart}"), "c@0m a@1m c@2m b@50m c@5h b@6h", closed: "7h", "pass met"),
        // At one instant.
        Row(sla(), "a@0m b@0m", closed: "7h", "pass met"), Row(sla(), "a@0m b@9m a@9m", closed: "7h", "fail missed"),
        Row(sla(), "a@0m a@9m b@9m", closed: "7h", "fail missed"), Row(sla(), "b@0m a@0m", closed: "7h", "fail missed"),
        Row(sla(paused), "a@0m c@0m d@5h b@6h", closed: "7h", "pass met"),
        Row(sla(paused), "a@0m c@9m d@9m b@60m", closed: "7h", "pass met"),
        Row(sla(paused), "a@0m c@9m d@19m c@19m d@5h b@350m", closed: "7h", "pass met"),
        Row("{clock: {start: a, stop: a, target: 1h}}", "a@0m", closed: "7h", "pass met"),
        // Any of several events will do.
        Row("{clock: {start: [a, c], stop: [b, d], target: 1h}}", "c@0m d@59m", closed: "7h", "pass met"),
        Row(sla(", clock: office"), "a@450m b@24h", closed: "30h", "pass met"),
        Row(sla(", clock: office"), "a@450m b@1471m", closed: "30h", "fail missed"),
        Row(sla(), "poor: a@0m b@9m", closed: "7h", "pass met"),
        Row(sla(paused), "poor: a@0m b@9h", closed: "10h", "not_observable"),
        Row(sla(paused), "poor: a@0m b@9m", closed: "10h", "pass met"),
    ]

    /// The target is the one of the last event that has such a value.
    private static let bySeverity =
        "{clock: {start: {where: 'has(event.attributes.sev) && event.activity == \"a\"'}, "
        + "stop: b, pause: c, resume: d, target: {by: 'event.attributes.sev', S1: 1h, S3: 8h}}}"

    static let severities = [
        Row(bySeverity, "a@0m/sev=S3 b@7h", closed: "9h", "pass met"),
        // The time that has run, and the time that was waited, stay when the severity changes.
        Row(bySeverity, "a@0m/sev=S3 c@30m d@6h a@370m/sev=S1 b@380m", closed: "9h", "pass met"),
        Row(bySeverity, "a@0m/sev=S3 c@30m d@6h a@370m/sev=S1 b@391m", closed: "9h", "fail missed"),
        Row(bySeverity, "a@0m/sev=S1 a@61m/sev=S3 b@62m", closed: "9h", "fail missed"),
        Row(bySeverity, "a@0m/sev=S1 a@60m/sev=S3 b@7h", closed: "9h", "pass met"),
        // The severity that the record ends with says nothing of the time before.
        Row(bySeverity, "a@0m/sev=S3 b@2h a@3h/sev=S1 b@220m", closed: "9h", "pass met"),
        Row(bySeverity, "a@0m/sev=S9 b@2h", closed: "9h", "not_observable"),
        // What an event says holds from its instant on, also where it stops or pauses the clock, or the clock waits.
        Row(bySeverity, "a@0m/sev=S3 b@2h/sev=S1", closed: "9h", "fail missed"),
        Row(bySeverity, "a@0m/sev=S3 c@2h/sev=S1 b@3h", closed: "9h", "fail missed"),
        Row(bySeverity, "a@0m/sev=S3 c@2h a@3h/sev=S1 b@4h", closed: "9h", "fail missed"),
        Row(bySeverity, "a@0m/sev=S3 b@2h a@3h/sev=S1 b@4h", closed: "9h", "pass met"),
        // No target was known when it stopped; and one that is not known says nothing of what is decided already.
        Row(
            "{clock: {start: a, stop: b, target: {by: 'event.attributes.sev', S1: 1h}}}", "a@0m b@5h c@6h/sev=S1", closed: "9h",
            "not_observable"),
        Row(
            "{clock: {start: a, stop: b, target: {by: 'event.attributes.sev', S1: 1h}}}", "a@0m b@5h/sev=S1", closed: "9h",
            "fail missed"),
        Row(
            "{clock: {start: a, stop: b, target: {by: 'event.attributes.sev', S1: 1h}}}", "a@0m/sev=S1 b@5h c@6h/sev=S9",
            closed: "9h", "fail missed"),
        Row(
            "{clock: {start: a, stop: b, target: {by: 'event.attributes.sev', S1: 1h}, on_reopen: ignore}}",
            "a@0m/sev=S1 b@5m c@6h/sev=S9", asOf: "9h", "pass met"),
        // Reopened as if it had never stopped, and stopped at the same instant: all that time has run.
        Row(
            "{clock: {start: a, stop: b, target: 30m, on_reopen: {event: c, then: count}}}", "a@0m b@10m c@60m b@60m",
            closed: "2h", "fail missed"),
        // What the source cannot tell might have set a waiting clock going.
        Row(
            "{clock: {start: a, stop: b, target: 1h, pause: b, resume: c, cancel: d}}", "poor: a@0m b@5m", closed: "9h",
            "not_observable"),
        Row("{clock: {start: a, stop: c, target: 1h, pause: b, resume: d}}", "poor: a@0m b@5m", asOf: "9h", "not_observable"),
    ]

    private static let owned = "{ownership: {of: 'event.attributes.?owner'}}"
    static let ownership = [
        Row(owned, "a@0s/owner=x b@5h", closed: "9h", "pass met"), Row(owned, "a@1s/owner=x", closed: "9h", "fail missed"),
        Row(owned, "a@0s/owner=x a@5h/owner=y", closed: "9h", "pass met"), Row(owned, "a@0s", closed: "9h", "fail missed"),
        Row(owned, "a@0s/owner=x a@5h/owner=", closed: "9h", "fail missed"),
        Row(owned, "a@0s/owner=x a@9h/owner=", closed: "9h", "pass met"),
        Row(owned, "a@0s/owner=x a@5h/owner= a@5h/owner=y", closed: "9h", "pass met"),
        Row(owned, "a@0s/owner=x", asOf: "9h", "holding"), Row(owned, "a@0s/owner=x/!attributes.owner", closed: "9h", "pass met"),
        Row(
            "{ownership: {of: 'event.attributes.?owner', max_gap: 1h}}", "a@1h/owner=x a@2h/owner= a@3h/owner=y", closed: "9h",
            "pass met"),
        Row(
            "{ownership: {of: 'event.attributes.?owner', max_gap: 1h}}", "a@1h/owner=x a@2h/owner= a@181m/owner=y", closed: "9h",
            "fail missed"),
        Row(
            "{ownership: {of: 'event.attributes.?owner', max_gap: 1h}}", "a@0s/owner=x a@2h/owner=", asOf: "3h", "pending due=3h"),
        Row("{ownership: {of: 'event.attributes.?owner', max_gap: 1h}}", "a@0s/owner=x a@2h/owner=", asOf: "181m", "fail"),
        Row(
            "{ownership: {of: 'event.attributes.?owner', max_gap: 2h, clock: office}}", "a@7h/owner= a@25h/owner=y",
            closed: "27h", "fail missed"),
        Row(
            "{ownership: {of: 'event.attributes.?owner', max_gap: 8h, clock: office}}", "a@7h/owner= a@24h/owner=y",
            closed: "27h", "pass met"),
        Row(
            "{ownership: {of: 'event.attributes.?owner', from: {first: b}, until: {first: c}}}",
            "a@0s/owner=x b@1h c@2h a@3h/owner=", closed: "9h", "pass met"),
        Row("{ownership: {of: 'event.attributes.?owner', from: {first: b}}}", "a@0s", closed: "9h", "not_activated"),
        // Two at once, by taking before the other has let go.
        Row(
            "{ownership: {of: {taken: a, released: b, owner: 'event.actor.id'}}}", "a@0s/actor=x b@1h/actor=x a@1h/actor=y",
            closed: "9h", "pass met"),
        Row(
            "{ownership: {of: {taken: a, released: b, owner: 'event.actor.id'}}}", "a@0s/actor=x a@1h/actor=y b@2h/actor=x",
            closed: "9h", "fail missed"),
        Row(
            "{ownership: {of: {taken: a, released: b, owner: 'event.actor.id'}}}", "a@0s b@2h/actor=x", closed: "9h",
            "not_observable"),
        Row("{ownership: {of: 'dyn(event.actor)'}}", "a@0s b@2h/actor=x", closed: "9h", "not_observable"),
    ]

    @Test(arguments: workingTime) func `working time is what the calendar says`(row: Row) throws {
        #expect(told(try row.judged()) == row.expected)
    }

    @Test(arguments: recurrence) func `no gap is longer than the limit`(row: Row) throws {
        #expect(told(try row.judged()) == row.expected)
    }

    @Test(arguments: clocks + severities) func `an SLA clock runs, waits and stops by its events`(row: Row) throws {
        #expect(told(try row.judged()) == row.expected)
    }

    @Test(arguments: ownership) func `exactly one owner has it all the time`(row: Row) throws {
        #expect(told(try row.judged()) == row.expected)
    }

    static let sentences = [
        (
            Row(sla(paused), "a@0m c@10m d@70m b@130m", closed: "3h"),
            "the clock started by 'a' at 2026-01-05T09:00:00Z was stopped by 'b' at 2026-01-05T11:10:00Z; "
                + "it ran 1h 10m of the 1h, besides 1h of the customer's time", "partner 600, customer 3600, partner 3600"
        ),
        (
            Row(sla(", on_reopen: resume"), "a@0m b@50m a@5h b@311m", closed: "7h"),
            "the clock started by 'a' at 2026-01-05T09:00:00Z was stopped by 'b' at 2026-01-05T14:11:00Z; "
                + "it ran 1h 1m of the 1h, and 4h 10m in which it had stopped", "partner 3000, nobody 15000, partner 660"
        ),
        (
            Row(
                "{duration: {from: {first: a}, to: {first: b}, at_most: 1h, pause: [{from: c, until: d, party: vendor}, "
                    + "{from: d, until: b, party: customer}]}}", "a@0m c@100m d@110m b@120m", closed: "3h"),
            "1h 40m from the first 'a' to the first 'b', at most 1h allowed, besides 10m of the vendor's time and "
                + "10m of the customer's time", "partner 6000, vendor 600, customer 600"
        ),
        (
            Row("{recurrence: {of: a, every: 8h, clock: office}}", "a@0m a@26h", closed: "30h"),
            "no 'a' for 10h of working time by 'office', from 2026-01-05T09:00:00Z to 2026-01-06T11:00:00Z; one is expected every 8h",
            ""
        ),
        (
            Row(owned, "a@0s/owner=x a@1h/owner=y a@2h/owner=x a@3h/owner= a@4h/owner=z", closed: "9h"),
            "nobody owned it for 1h, from 2026-01-05T12:00:00Z to 2026-01-05T13:00:00Z; at most 0s allowed; handed back once", ""
        ),
    ]

    @Test(arguments: sentences) func `a breach says whose time it was`(row: Row, reason: String, stretches: String) throws {
        let evidence = try #require(try row.judged().evidence)
        #expect(evidence.reason == reason)
        let told = evidence.stretches.map { "\($0.party?.rawValue ?? "nobody") \($0.length.components.seconds)" }
        #expect(told.joined(separator: ", ") == stretches)
    }
}
