import Language
import Testing
import Timelines

@testable import Checklists

/// Checks against made-up records: what the vectors cannot say, because it needs time, values or expressions.
struct CheckTests {
    @Test(arguments: [
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s b@30m", "holding met"),
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s b@1801s", "fail missed"),
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s", asOf: "30m", "pending due=30m"),
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s", asOf: "1801s", "fail missed"),
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s", closed: "1m", asOf: "5m", "pending due=30m"),
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s b@5m", asOf: "6m", "holding"),
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s b@5m", closed: "5m", asOf: "6m", "pass met"),
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s b@5m a@10m", asOf: "35m", "pending due=40m"),
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s a@10m b@20m", asOf: "55m", "holding"),
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s a@10m", asOf: "35m", "fail"),
        Row("{response: {after: a, expect: b, within: 30m}}", "c@0s", "not_activated"),
        // An event after `as_of` has not happened, and a record that closes later is open.
        Row("{response: {after: a, expect: b}}", "a@0s b@5m", closed: "6m", asOf: "4m", "pending"),
        Row("{response: {after: a, expect: b}}", "a@0s b@5m", closed: "5m", asOf: "5m", "pass met"),
        // Events after closing are judged.
        Row("{response: {after: a, expect: b}}", "a@0s b@9m", closed: "5m", asOf: "1h", "pass met"),
        Row("{response: {after: a, expect: b}}", "a@0s", closed: "5m", asOf: "1h", "fail missed"),
        Row("{response: {after: a, expect: b}}", "a@0s", asOf: "1h", "pending"),
        Row("{response: {after: a, expect: b}}", "a@0s", asOf: "100d", "pending"),
        // Where the timeline is not ordered by time, a later event at an earlier instant is still later.
        Row("{response: {after: a, expect: b, within: 30m}}", "a@0s b@2h b@10m", closed: "3h", "pass met"),
        Row(
            "{response: {after: a, expect: b, within: {S1: 5m, S2: 10m, otherwise: 1h}}}", "a@0s b@10m", closed: "1h", "pass met"),
        Row("{response: {after: a, expect: b, within: {S1: 5m, otherwise: 1h}}}", "a@0s b@1h", closed: "1h", "pass met"),
        Row("{response: {after: a, expect: b, within: {S1: 5m}}}", "a@0s b@1h", closed: "1h", "not_observable"),
        Row(
            "{response: {after: a, expect: b, within: {S1: 5m, otherwise: 1h}}}", "a@0s b@1h", closed: "1h", "not_observable",
            severity: nil),
        Row(
            "{response: {after: a, expect: b, within: {by: 'customer.tier', key: 5m, otherwise: 1h}}}", "a b", closed: "1h",
            "not_observable"),
        Row(
            "{response: {after: a, expect: b, within: {by: 'kind', support: 5m, otherwise: 1h}}}", "a@0s b@6m", closed: "1h",
            "fail missed"),
        Row(
            "{response: {after: a, expect: b, where: 'event.actor.id != activation.actor.id'}}", "a/actor=x b/actor=x",
            closed: "1h", "fail missed"),
        Row(
            "{response: {after: a, expect: b, where: 'event.actor.id != activation.actor.id'}}", "a/actor=x b/actor=x b/actor=y",
            closed: "1h", "pass met"),
        Row(
            "{response: {after: a, expect: b, where: 'event.actor.id != activation.actor.id'}}", "a/actor=x b b/actor=y",
            closed: "1h", "pass met"),
        Row(
            "{response: {after: a, expect: b, where: 'event.actor.id != activation.actor.id'}}", "a/actor=x b", closed: "1h",
            "not_observable"),
        Row("{response: {after: a, expect: b, by: {at: 'opened + duration(\"5m\")'}}}", "a@1m b@5m", closed: "1h", "pass met"),
        Row(
            "{response: {after: a, expect: b, by: {at: 'activation.at + duration(\"5m\")'}}}", "a@1m b@7m", closed: "1h",
            "fail missed"),
        Row(
            "{response: {after: a, expect: b, by: {at: 'activation.attributes.due'}}}", "a@1m b@7m", closed: "1h",
            "not_observable"),
        Row("{response: {after: {first: a}, expect: b}}", "a b a", closed: "1h", "pass met"),
        Row("{response: {after: {last: a}, expect: b}}", "a b a", closed: "1h", "fail missed"),
        Row(
            "{response: {after: {activity: a, where: 'event.text == \"x\"'}, expect: b}}", "a/text=y a/text=x b a/text=y",
            closed: "1h", "pass met"),
        Row("{alternate_response: {after: a, expect: b, within: 5m}}", "a@0s b@5m a@6m b@12m", closed: "1h", "fail missed"),
        Row("{alternate_response: {after: a, expect: b, within: 5m}}", "a@0s", closed: "1m", asOf: "3m", "pending due=5m"),
        Row("{chain_response: {after: a, expect: b, within: 5m}}", "a@0s c@1m b@2m", asOf: "3m", "fail"),
    ])
    func `responses are judged by position and limit`(_ row: Row) throws { #expect(told(try row.judged()) == row.expected) }

    @Test(arguments: [
        Row("{precedence: {before: b, require: a}}", "a b", "pass met"),
        Row("{precedence: {before: b, require: a}}", "a b", asOf: "1h", "pass"),
        Row("{precedence: {before: b, require: a}}", "b a b", "fail missed"),
        Row("{precedence: {before: b, require: a}}", "b a b", asOf: "1h", "fail"),
        Row("{precedence: {before: b, require: a}}", "a", "not_activated"),
        Row("{precedence: {before: b, require: a, where: 'event.at < activation.at'}}", "a@5m b@5m", closed: "1h", "fail missed"),
        Row("{precedence: {before: b, require: a, where: 'event.at < activation.at'}}", "a@4m b@5m", asOf: "6m", "holding"),
        Row("{precedence: {before: b, require: a, within: 10m}}", "a@0s b@10m", closed: "1h", "pass met"),
        Row("{precedence: {before: b, require: a, within: 10m}}", "a@0s b@601s", closed: "1h", "fail missed"),
        Row("{precedence: {before: b, require: either}}", "b b", closed: "1h", "fail missed"),
        Row("{not_response: {after: a, never: b}}", "b a", closed: "1h", "pass met"),
        Row("{not_response: {after: a, never: b}}", "a c b", asOf: "1h", "fail"),
        Row("{not_chain_response: {after: a, not_next: b}}", "a c b", asOf: "1h", "holding"),
        Row("{responded_existence: {if: a, expect: either}}", "a", asOf: "1h", "pass"),
        Row("{responded_existence: {if: a, expect: b}}", "b a", asOf: "1h", "pass"),
        Row("{first: a}", "a b", asOf: "1h", "pass"), Row("{first: a}", "", asOf: "1h", "pending"),
        Row("{last: b}", "a b", asOf: "1h", "holding"), Row("{last: b}", "b a", closed: "1h", "fail missed"),
        Row("{existence: {where: 'event.text == \"x\"'}}", "a/text=x", asOf: "1h", "pass"),
        Row("{absence: a}", "b", asOf: "31d", "holding met"), Row("{absence: a}", "b", asOf: "29d", "holding"),
        Row("{absence: a}", "b", asOf: "30d", "holding met"),
        Row("{absence: a}", "b", asOf: "2d", "holding met", head: "settle: 2d"),
        Row("{count: {of: any, at_least: 2}}", "a b", asOf: "1h", "pass"),
        Row("{count: {of: a, exactly: 2}}", "a", asOf: "31d", "pending"),
        Row("{count: {of: a, at_least: 1, at_most: 2}}", "a a a", asOf: "1h", "fail"),
        Row("{runs: {of: a, at_most: 1}}", "b", closed: "1h", "pass met"),
        Row("{runs: {of: a, at_most: 1}}", "a a b a", asOf: "1h", "fail"),
        Row("{coexistence: [a, b]}", "a", asOf: "1h", "pending"), Row("{choice: [a, b]}", "b", asOf: "1h", "pass"),
    ])
    func `order and number are judged`(_ row: Row) throws { #expect(told(try row.judged()) == row.expected) }

    @Test(arguments: [
        Row("{duration: {from: opened, to: closed, at_most: 1h}}", "", closed: "1h", "pass met"),
        Row("{duration: {from: opened, to: closed, at_most: 1h}}", "", closed: "3601s", "fail missed"),
        Row("{duration: {from: opened, to: closed, at_most: 1h}}", "", asOf: "1h", "pending due=1h"),
        Row("{duration: {from: opened, to: closed, at_most: 1h}}", "", asOf: "3601s", "fail missed"),
        Row("{duration: {from: opened, to: closed, at_least: 1h}}", "", asOf: "2h", "pending"),
        Row("{duration: {from: {first: a}, to: {first: b}, at_most: 1h}}", "b@0s", asOf: "2h", "not_activated"),
        Row("{duration: {from: {first: a}, to: {first: b}, at_most: 1h}}", "a@0s b@1h", asOf: "61m", "pass met"),
        Row("{duration: {from: {first: a}, to: {last: b}, at_most: 1h}}", "a@0s b@1h", asOf: "61m", "holding met"),
        Row("{duration: {from: {first: a}, to: {last: b}, at_least: 1h}}", "a@0s b@1h", asOf: "61m", "pass"),
        Row("{duration: {from: {first: a}, to: {last: b}, at_least: 1h}}", "a@0s b@1m", asOf: "61m", "pending"),
        Row("{duration: {from: {first: a}, to: {first: b}, at_most: 1h}}", "a@0s", closed: "10m", asOf: "20m", "fail missed"),
        Row(
            "{duration: {from: {first: a}, to: [{first: b}, closed], at_most: 1h}}", "a@0s", closed: "10m", asOf: "20m",
            "pass met"),
        Row("{duration: {from: opened, to: {at: 'attributes.done'}, at_most: 1h}}", "a", closed: "1h", "not_observable"),
        Row("{duration: {from: opened, to: {at: 'attributes.?done'}, at_most: 1h}}", "a", closed: "1h", "fail missed"),
        Row("{duration: {from: opened, to: {at: 'events[0].at'}, at_most: 1h}}", "a@59m", closed: "1h", "pass met"),
        Row(
            "{duration: {from: opened, to: closed, at_most: 1h, pause: {from: a, until: b}}}", "a@10m b@40m", closed: "90m",
            "pass met"),
        Row(
            "{duration: {from: opened, to: closed, at_most: 1h, pause: {from: a, until: b}}}", "a@10m b@39m", closed: "90m",
            "fail missed"),
        Row(
            "{duration: {from: opened, to: closed, at_most: 1h, pause: {from: a, until: b}}}", "a@10m b@40m", asOf: "80m",
            "pending due=1h 30m"),
        Row("{duration: {from: opened, to: closed, at_most: 1h, pause: {from: a, until: b}}}", "a@10m", asOf: "9d", "pending"),
        Row(
            "{duration: {from: opened, to: closed, at_most: 1h, pause: [{from: a, until: b}, {from: c, until: d, party: customer}]}}",
            "a@10m c@20m b@30m d@40m", closed: "90m", "pass met"),
        Row("{existence: b, span: {from: {first: a}, until: {first: c}}}", "b a c b", asOf: "1h", "fail"),
        Row("{existence: b, span: {from: {first: a}, until: {first: c}}}", "a b c", asOf: "1h", "pass"),
        Row("{existence: b, span: {from: {first: a}, until: {first: c}}}", "a", asOf: "1h", "pending"),
        Row("{existence: b, span: {from: {first: a}, until: {first: c}}}", "b", asOf: "1h", "not_activated"),
        Row("{absence: b, span: {from: {first: a}, until: {first: c}}}", "a c b", asOf: "1h", "pass"),
        Row("{absence: b, span: {from: opened, until: closed}}", "a@1m b@5m", closed: "5m", asOf: "1h", "pass met"),
        Row("{absence: b, span: {until: end}}", "a b", asOf: "1h", "holding"),
        Row("{response: {after: a, expect: b, within: 1h}, span: {until: {first: c}}}", "a@0s c@1m b@2m", asOf: "5m", "fail"),
    ])
    func `time and spans are judged`(_ row: Row) throws { #expect(told(try row.judged()) == row.expected) }

    @Test(arguments: [
        Row("{no_return: {of: 'event.attributes.?team'}}", "a/team=x b/team=y c/team=x", asOf: "1h", "fail"),
        Row("{no_return: {of: 'event.attributes.?team'}}", "a/team=x b/team=y c/team=z a/team=x", closed: "1h", "pass met"),
        Row("{no_return: {of: 'event.attributes.?team'}}", "a/team=x b/team=y c a/team=y b/team=x", closed: "1h", "fail missed"),
        Row("{no_return: {of: 'event.attributes.team'}}", "a b", closed: "1h", "not_activated"),
        Row("{no_return: {of: 'event.attributes.team + \"\"'}}", "a b", closed: "1h", "not_observable"),
        Row("{no_return: {of: 'event.attributes.team'}}", "a/team=x b/!attributes.team", closed: "1h", "not_observable"),
        Row(
            "{no_return: {of: 'event.actor.id', among: {where: 'event.actor.party == \"partner\"'}}}",
            "a/actor=x/party=partner b/actor=y/party=customer c/actor=x/party=partner", asOf: "1h", "holding"),
        Row("{changes: {of: 'event.attributes.team', at_most: 1}}", "a/team=x b c/team=x d/team=y", asOf: "1h", "holding"),
        Row("{changes: {of: 'event.attributes.team', at_most: 1}}", "a/team=x b/team=y c/team=x", asOf: "1h", "fail"),
        // What instant it is may still change while the record is open; closed, it is judged as it stands.
        Row("{each: {event: a, holds: 'event.at + duration(\"1h\") >= as_of'}}", "a@0m", closed: "5m", "fail missed"),
        Row("{each: {event: a, holds: 'event.at + duration(\"1h\") >= as_of'}}", "a@0m", asOf: "2h", "pending"),
        Row("{each: {event: a, holds: 'event.attributes.n > 1'}}", "a/n=2 a/n=1", asOf: "1h", "fail"),
        Row("{each: {event: a, holds: 'event.attributes.n > 1'}}", "a/n=2 a", asOf: "1h", "not_observable"),
        Row("{each: {event: a, holds: 'event.attributes.n > 1'}}", "a a/n=1", asOf: "1h", "fail"),
        Row("{each: {event: a, holds: 'event.attributes.n > 1'}}", "a/n=2 b", asOf: "1h", "holding"),
        Row("{each: {event: a, holds: 'event.attributes.n > 1'}}", "b", closed: "1h", "not_activated"),
        Row("{steps: {holds: 'next.attributes.n >= event.attributes.n'}}", "a/n=1 b/n=1 c/n=2", closed: "1h", "pass met"),
        Row("{steps: {holds: 'next.attributes.n >= event.attributes.n'}}", "a/n=1 b c/n=3 d/n=2", closed: "1h", "fail missed"),
        Row("{steps: {holds: 'next.attributes.n >= event.attributes.n'}}", "a/n=1 b", closed: "1h", "not_observable"),
        Row("{steps: {holds: 'next.attributes.n >= event.attributes.n'}}", "a/n=1", closed: "1h", "not_activated"),
        Row("{steps: {when: 'event.activity == \"b\"', holds: 'next.activity == \"c\"'}}", "a b c d", closed: "1h", "pass met"),
        Row("{steps: {among: either, holds: 'next.activity == \"b\"'}}", "a c b", closed: "1h", "pass met"),
        Row("{holds: 'events.size() == 2'}", "a b", asOf: "1h", "pass"),
        Row("{holds: 'events.size() == 2'}", "a b@2h", asOf: "1h", "fail"),
        Row("{holds: 'attributes.x == 1'}", "a", asOf: "1h", "not_observable"),
        Row("{holds: 'has(attributes.x)'}", "a", asOf: "1h", "fail"),
        Row("{holds: 'has(closed)'}", "a", closed: "2h", asOf: "1h", "fail"),
        Row("{holds: 'as_of > opened'}", "a", asOf: "1h", "pass"),
        Row("{holds: 'partner.id == \"p\" && kind == \"support\"'}", "", asOf: "1h", "pass"),
        Row("{all_of: [{existence: a}, {absence: b}]}", "a", asOf: "1h", "holding"),
        Row("{all_of: [{existence: a}, {absence: b}]}", "a b", asOf: "1h", "fail"),
        Row("{all_of: [{existence: a}, {response: {after: c, expect: d}}]}", "a", asOf: "1h", "holding"),
        Row("{all_of: [{response: {after: a, expect: d}}, {response: {after: c, expect: d}}]}", "b", asOf: "1h", "not_activated"),
        Row("{any_of: [{existence: a}, {existence: b}]}", "b", asOf: "1h", "pass"),
        Row("{any_of: [{absence: a}, {existence: b}]}", "a", asOf: "1h", "pending"),
        Row(
            "{all_of: [{response: {after: a, expect: b, within: 1h}}, {response: {after: a, expect: c, within: 2h}}]}", "a@0s",
            asOf: "1m", "pending due=1h"),
        Row(
            "{any_of: [{response: {after: a, expect: b, within: 1h}}, {response: {after: a, expect: c, within: 2h}}]}", "a@0s",
            asOf: "90m", "pending due=2h"),
    ])
    func `values and conditions are judged`(_ row: Row) throws { #expect(told(try row.judged()) == row.expected) }

    @Test(arguments: [
        // Nothing unreadable becomes a pass, and what does not depend on it is still told.
        Row("{existence: said}", "a/!text", asOf: "1h", "not_observable"),
        Row("{existence: said}", "a/!text b/text=x", asOf: "1h", "pass"),
        Row("{absence: said}", "a/!text", closed: "1h", "not_observable"),
        Row("{absence: said}", "a/!text b/text=x", closed: "1h", "fail missed"),
        Row("{existence: said}", "a b/text=x", asOf: "1h", "pass"), Row("{absence: said}", "a", closed: "1h", "not_observable"),
        Row("{response: {after: a, expect: said}}", "c/text=x", closed: "1h", "not_activated"),
        Row("{response: {after: a, expect: said}}", "a/text=y b/!text", closed: "1h", "not_observable"),
        Row("{response: {after: {first: said}, expect: b}}", "a/!text c/text=x b/text=y", closed: "1h", "not_observable"),
        // What cannot be told only matters where it lies before the first, or after the last.
        Row("{duration: {from: opened, to: {first: said}, at_most: 1h}}", "a/text=x b/!text", asOf: "2h", "pass met"),
        Row("{duration: {from: opened, to: {first: said}, at_most: 1h}}", "a/!text b/text=x", asOf: "2h", "not_observable"),
        Row("{duration: {from: opened, to: {last: said}, at_most: 1h}}", "a/!text b/text=x", closed: "2h", "pass met"),
        Row("{duration: {from: opened, to: {last: said}, at_most: 1h}}", "a/text=x b/!text", closed: "2h", "not_observable"),
        // The poor source tells a and b alone.
        Row("{existence: c}", "poor: a b", closed: "1h", "not_observable"),
        Row("{existence: a}", "poor: a b", closed: "1h", "pass met"),
        Row("{precedence: {before: a, require: c}}", "poor: a", closed: "1h", "not_observable"),
        Row("{precedence: {before: b, require: c}}", "poor: a", closed: "1h", "not_activated"),
        Row("{precedence: {before: c, require: a}}", "poor: a", closed: "1h", "not_observable"),
        Row("{response: {after: c, expect: a}}", "poor: a", closed: "1h", "not_observable"),
        Row("{response: {after: a, expect: c}}", "poor: b", closed: "1h", "not_activated"),
        Row("{response: {after: a, expect: c}}", "poor: a", closed: "1h", "not_observable"),
        Row("{count: {of: c, at_most: 1}}", "poor: a", closed: "1h", "not_observable"),
        Row("{first: c}", "poor: a", closed: "1h", "not_observable"),
        Row("{duration: {from: opened, to: {first: c}, at_most: 1h}}", "poor: a", "not_observable"),
        Row("{absence: {activity: c, where: 'event.text == \"x\"'}}", "poor: a", closed: "1h", "not_observable"),
        Row("{existence: b, span: {from: {first: c}}}", "poor: a", closed: "1h", "not_observable"),
        Row("{holds: 'events.exists(e, e.activity == \"c\")'}", "poor: a", closed: "1h", "fail missed"),
        Row("{any_of: [{existence: a}, {existence: c}]}", "poor: a", closed: "1h", "pass met"),
        Row("{all_of: [{existence: b}, {existence: c}]}", "poor: a", closed: "1h", "fail missed"),
        Row("{existence: a}", "a", "not_applicable", item: "when: 'severity == \"S1\"'"),
        Row("{existence: a}", "a", "not_observable", item: "when: 'attributes.x == 1'"),
        Row("{existence: a}", "a", "not_observable", item: "observable: 'false'"),
        Row("{existence: a}", "a", "not_applicable", item: "when: 'false'\n    observable: 'false'"),
        Row("{existence: a}", "a", "not_applicable", head: "applies: 'kind == \"other\"'"),
        Row("{existence: a}", "a", "not_observable", head: "applies: 'customer.tier == \"key\"'"),
        Row("{existence: a}", "a", "not_applicable", head: "function: escalation"),
        Row("{existence: a}", "a", "pass met", head: "effective: {from: 2026-01-05, until: 2026-01-05}"),
        Row("{existence: a}", "a", "not_applicable", head: "effective: {until: 2026-01-04}"),
        Row("{existence: a}", "a", "not_applicable", head: "effective: {from: 2026-01-06}"),
    ])
    func `silence is never green`(_ row: Row) throws { #expect(told(try row.judged()) == row.expected) }

    @Test func `a record that opens after the instant of the audit is not there yet`() throws {
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(
            files: [("t.yaml", Row.checklist(check: "{holds: 'size(events) > 0'}"))], diagnostics: diagnostics)
        let activities = ActivityTable(checklists.flatMap(\.activityNames))
        for (asOf, expected) in [("0s", Verdict.notApplicable), ("1h", .fail)] {
            let judge = Judge(
                checklists: checklists, activities: activities, partners: nil, producible: [:], asOf: moment(asOf),
                settle: .seconds(86400))
            var record = ServiceRecord(
                partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "", sequence: 0))
            record.opened = moment("1h")
            #expect(judge.judge(record).verdicts.map(\.verdict) == [expected])
        }
    }
}
