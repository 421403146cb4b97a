import Language
import TestSupport
import Testing
import Timelines

@testable import Checklists

/// Mutants of checklists: what kills them, and what is proposed where nothing does.
struct MutationTests {
    /// A check, one of its mutants, and a case that kills it: a timeline with its verdict.
    struct Row: CustomTestStringConvertible, Sendable {
        let item: String
        let mutant: String
        let timeline: String
        let verdict: String

        init(_ item: String, _ mutant: String, _ timeline: String, _ verdict: String) {
            self.item = item
            self.mutant = mutant
            self.timeline = timeline
            self.verdict = verdict
        }

        var testDescription: String { "\(item) | \(mutant)" }
    }

    static func checklist(_ item: String) -> String {
        """
        touchline: checklist/1
        id: t
        title: T
        version: 1.0.0
        values: {severity: [S1, S2], customer.tier: [key, core], event.channel: [phone, email]}
        activities: [a, b, c, d, pause, resume, stop]
        define: {by_phone: 'event.activity == "b" && event.channel == "phone"'}
        items:
          - {id: I, title: I, \(item)}

        """
    }

    static func tests(_ cases: String, more: String = "") -> String {
        "touchline: tests/1\nchecklist: t\ncases:\n\(cases)\(more)\n"
    }

    /// The report of the only checklist, and what was said.
    static func report(
        _ checklist: String, _ tests: String, tries: Int = MutationRun.usualTries
    ) throws -> (report: MutationReport, failed: [String], said: [String]) {
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(files: [("c.yaml", checklist)], diagnostics: diagnostics)
        let file = ChecklistTests.load(name: "t.yaml", text: tests, checklists: checklists, diagnostics: diagnostics)
        guard !diagnostics.hasErrors, let file else {
            throw Wrong(text: diagnostics.sorted.map(\.description).joined(separator: "\n") + "\n" + tests)
        }
        let reports = MutationRun(checklists: checklists, tests: [file], tries: tries).reports(diagnostics: diagnostics)
        let said = diagnostics.sorted.filter { $0.severity == .error }.map { "\($0.position.line) \($0.code): \($0.message)" }
        return (try #require(reports.first), file.run().filter { !$0.passed }.map(\.description), said)
    }

    static let rows = [
        // Limits halved and doubled.
        Row("check: {response: {after: a, expect: b, within: 2h}}", "I check.response.within = 1h", "a 2h b closed", "pass"),
        Row("check: {response: {after: a, expect: b, within: 2h}}", "I check.response.within = 4h", "a 2h 1s b closed", "fail"),
        Row(
            "check: {response: {after: a, expect: b, within: {S1: 1h, otherwise: 5d}}}", "I check.response.within.otherwise = 2d",
            "a 5d b closed", "S2 pass"),
        Row(
            "check: {response: {after: a, expect: b, within: {S1: 1h, otherwise: 5d}}}", "I check.response.within.S1 = 30m",
            "a 1h b closed 4d", "S1 pass"),
        Row(
            "check: {duration: {from: {first: a}, to: {first: b}, at_most: 30s}}", "I check.duration.at_most = 60s",
            "a 31s b closed", "fail"),
        Row(
            "check: {duration: {from: {first: a}, to: {first: b}, at_least: 1m}}", "I check.duration.at_least = 30s",
            "a 31s b closed", "fail"),
        Row(
            "check: {recurrence: {of: a, every: 1h, from: {first: a}, until: {first: b}}}", "I check.recurrence.every = 2h",
            "a 61m b closed", "fail"),
        Row(
            "check: {ownership: {of: 'event.attributes.?o', max_gap: 1h}}", "I check.ownership.max_gap = 30m",
            "opened 1h a(attributes.o=x) closed", "pass"),
        Row(
            "check: {clock: {start: a, stop: b, target: {by: 'event.attributes.s', x: 1h, otherwise: 8h}}}",
            "I check.clock.target.x = 2h", "a(attributes.s=x) 61m b closed", "fail"),
        Row(
            "check: {each: {event: a, holds: 'event.at - opened <= duration(\"90m\")'}}", "I check.each.holds[\"90m\"] = \"45m\"",
            "opened 90m a closed", "pass"),
        // Counts.
        Row("check: {count: {of: a, at_most: 2}}", "I check.count.at_most = 3", "a a a closed", "fail"),
        Row("check: {count: {of: a, at_most: 2}}", "I check.count.at_most = 1", "a a closed", "pass"),
        Row("check: {count: {of: a, at_most: 2}}", "I check.count.at_most = at_least", "a closed", "pass"),
        Row("check: {count: {of: a, exactly: 1}}", "I check.count.exactly = 0", "a closed", "pass"),
        Row("check: {runs: {of: a, at_most: 1}}", "I check.runs.at_most = 2", "a b a closed", "fail"),
        Row(
            "check: {changes: {of: 'event.attributes.?o', at_most: 1}}", "I check.changes.at_most = 0",
            "a(attributes.o=x) b(attributes.o=y) closed", "pass"),
        Row("check: {holds: 'attributes.?n.orValue(0) <= 3'}", "I check.holds[3] = 4", "closed", "n4 fail"),
        // Templates for their neighbours.
        Row("check: {existence: a}", "I check.existence = absence", "a closed", "pass"),
        Row("check: {existence: a}", "I check.existence = first", "b a closed", "pass"),
        Row("check: {last: a}", "I check.last = first", "b a closed", "pass"),
        Row("check: {choice: [a, b]}", "I check.choice = exclusive_choice", "a b closed", "pass"),
        Row("check: {coexistence: [a, b]}", "I check.coexistence = choice", "a closed", "fail"),
        Row("check: {response: {after: a, expect: b}}", "I check.response = alternate_response", "a a b closed", "pass"),
        Row("check: {response: {after: a, expect: b}}", "I check.response = chain_response", "a c b closed", "pass"),
        Row(
            "check: {chain_response: {after: a, expect: b}}", "I check.chain_response = alternate_response", "a c b closed",
            "fail"),
        Row("check: {precedence: {before: b, require: a}}", "I check.precedence = alternate_precedence", "a b b closed", "pass"),
        Row("check: {not_response: {after: a, never: b}}", "I check.not_response = not_chain_response", "a c b closed", "fail"),
        Row("check: {responded_existence: {if: a, expect: b}}", "I check.responded_existence = response", "b a closed", "pass"),
        Row("check: {all_of: [{existence: a}, {existence: b}]}", "I check.all_of = any_of", "a closed", "fail"),
        Row("check: {all_of: [{existence: a}, {existence: b}]}", "I check.all_of.1 = (none)", "a closed", "fail"),
        // Conditions turned round and forgotten.
        Row("when: 'severity == \"S1\"', check: {existence: a}", "I when = not so", "closed", "S1 fail"),
        Row("when: 'severity == \"S1\"', check: {existence: a}", "I when = (none)", "closed", "S2 not_applicable"),
        Row("observable: 'has(severity)', check: {existence: a}", "I observable = (none)", "closed", "not_observable"),
        Row(
            "check: {each: {event: a, holds: 'event.channel == \"phone\"'}}", "I check.each.holds = not so",
            "a(channel=phone) closed", "pass"),
        Row(
            "check: {response: {after: a, expect: b, where: 'event.channel == \"phone\"'}}", "I check.response.where = (none)",
            "a b(channel=email) closed", "fail"),
        Row(
            "check: {existence: {activity: a, where: 'event.actor.party == \"partner\"'}}",
            "I check.existence.where[\"partner\"] = \"vendor\"", "a(party=vendor) closed", "fail"),
        Row(
            "check: {steps: {when: 'event.activity == \"a\"', holds: 'next.activity == \"b\"'}}", "I check.steps.when = (none)",
            "c d closed", "not_activated"),
        // Operators and values.
        Row("check: {holds: 'attributes.?n.orValue(0) < 3'}", "I check.holds[<] = <=", "closed", "n3 fail"),
        Row("check: {holds: 'attributes.?n.orValue(0) >= 3'}", "I check.holds[>=] = >", "closed", "n3 pass"),
        Row(
            "when: 'severity == \"S1\" && customer.tier == \"key\"', check: {existence: a}", "I when[&&] = ||", "closed",
            "S2key not_applicable"),
        Row(
            "when: 'severity == \"S1\" && customer.tier == \"key\"', check: {existence: a}", "I when[== 2] = !=", "closed",
            "S1key fail"),
        Row("when: 'severity in [\"S1\"]', check: {existence: a}", "I when[\"S1\"] = \"S2\"", "closed", "S2 not_applicable"),
        Row("check: {existence: by_phone}", "define.by_phone[\"phone\"] = \"email\"", "b(channel=phone) closed", "pass"),
        Row("check: {existence: by_phone}", "define.by_phone[&&] = ||", "b(channel=email) closed", "fail"),
        // Events for others.
        Row("check: {response: {after: a, expect: b}}", "I check.response.after = c", "a closed", "fail"),
        Row("check: {response: {after: a, expect: b}}", "I check.response.expect = c", "a b closed", "pass"),
        Row(
            "check: {absence: a, span: {from: {first: b}, until: {last: c}}}", "I check.span.from = last", "b a b c closed",
            "fail"),
        Row(
            "check: {absence: a, span: {from: {first: b}, until: {last: c}}}", "I check.span.until = (none)", "b c a closed",
            "pass"),
        Row("check: {absence: a, span: {from: {first: b}, until: {last: c}}}", "I check.span = (none)", "a b c closed", "pass"),
        // Clocks and pauses.
        Row(
            "check: {duration: {from: {first: a}, to: {first: b}, at_most: 1h, pause: {from: pause, until: resume}}}",
            "I check.duration.pause = (none)", "a pause 2h resume b closed", "pass"),
        Row(
            "check: {duration: {from: {first: a}, to: {first: b}, at_most: 1h, pause: {from: pause, until: resume}}}",
            "I check.duration.pause.from = stop", "a pause 2h resume b closed", "pass"),
        Row(
            "check: {clock: {start: a, stop: b, reset: c, target: 1h}}", "I check.clock.reset = (none)", "a 1h c 1h b closed",
            "pass"),
        Row(
            "check: {clock: {start: a, stop: b, target: 1h, on_reopen: resume}}", "I check.clock.on_reopen = count",
            "a 30m b 2h a 30m b closed", "pass"),
        Row(
            "check: {steps: {among: a, holds: 'next.at - event.at <= duration(\"1h\")'}}", "I check.steps.among = (none)",
            "a 2h b closed", "not_activated"),
    ]

    /// `S1key fail`: fields of the record and the verdict.
    private static func fields(_ verdict: String) -> (record: String, verdict: String) {
        let words = verdict.split(separator: " ").map(String.init)
        guard words.count == 2 else { return ("{}", verdict) }
        let records = [
            "S1": "{severity: S1}", "S2": "{severity: S2}", "S1key": "{severity: S1, customer: {tier: key}}",
            "S2key": "{severity: S2, customer: {tier: key}}", "n3": "{attributes: {n: 3}}", "n4": "{attributes: {n: 4}}",
        ]
        return (records[words[0]] ?? words[0], words[1])
    }

    @Test(arguments: rows)
    func `a case that tells the mutant from the item kills it`(_ row: Row) throws {
        let (record, verdict) = Self.fields(row.verdict)
        let cases =
            "  - {name: n, timeline: '\(row.timeline)', record: \(record), expect: {I: \(verdict)}}\n"
        let (report, failed, said) = try Self.report(Self.checklist(row.item), Self.tests(cases), tries: 0)
        #expect(failed == [] && said == [])
        let outcome = try #require(
            report.outcomes.first { $0.name == row.mutant }, "\(report.outcomes.map(\.name).joined(separator: "\n"))")
        guard case .killed(by: "n") = outcome.fate else {
            Issue.record("\(outcome.fate)")
            return
        }
    }

    @Test(arguments: rows)
    func `a mutant that no case kills survives, and the proposed case kills it`(_ row: Row) throws {
        let checklist = Self.checklist(row.item)
        let first = try Self.report(checklist, Self.tests(Self.weak)).report
        let outcome = try #require(first.outcomes.first { $0.name == row.mutant })
        guard case .survived(let proposal?) = outcome.fate else {
            Issue.record("\(outcome.fate)")
            return
        }
        let (report, failed, _) = try Self.report(checklist, Self.tests(proposal.indented(by: 2)), tries: 0)
        #expect(failed == [], "\(proposal)")
        guard case .killed? = report.outcomes.first(where: { $0.name == row.mutant })?.fate else {
            Issue.record("the case does not kill it:\n\(proposal)")
            return
        }
    }

    /// A case that expects no more than what every mutant says as well.
    private static let weak = "  - {name: weak, timeline: d closed, expect: {I: {due: never}}}\n"

    // MARK: Properties

    @Test(arguments: RandomChecks.templates.indices)
    func `every proposed case kills its mutant, whatever the check`(_ number: Int) throws {
        let template = RandomChecks.templates[number]
        for seed in 1...2 {
            var random = RandomChecks(seed: UInt64(seed * 1000 + number))
            let checklist = """
                touchline: checklist/1
                id: t
                title: T
                version: 1.0.0
                activities: [a, b, c, d]
                define: {either: 'event.activity in ["a", "b"]', said: 'event.text == "x"', early: 'event.at + duration("6m") > as_of'}
                items:
                  - id: I
                    title: I
                    check: \(random.check(template))

                """
            let first = try Self.report(checklist, Self.tests(Self.weak), tries: 300).report
            var cases = ""
            var names: Set<String> = []
            for outcome in first.outcomes {
                guard case .survived(let proposal?) = outcome.fate else { continue }
                cases += proposal.indented(by: 2) + "\n"
                names.insert(outcome.name)
            }
            guard !names.isEmpty else { continue }
            let (second, failed, _) = try Self.report(checklist, Self.tests(cases), tries: 0)
            #expect(failed == [], "\(checklist)")
            for outcome in second.outcomes where names.contains(outcome.name) {
                guard case .killed = outcome.fate else {
                    Issue.record("'\(outcome.name)' survives its case:\n\(checklist)\n\(cases)")
                    continue
                }
            }
        }
    }

    @Test(arguments: ["from: 2027-01-01", "until: 2025-12-31", "from: 2026-01-05, until: 2026-01-05"])
    func `the record of a proposed case opens on a day of the version`(_ days: String) throws {
        let checklist = Self.checklist("check: {response: {after: a, expect: b, within: 2h}}")
            .replacing("version: 1.0.0\n", with: "version: 1.0.0\neffective: {\(days)}\n")
        let first = try Self.report(
            checklist, Self.tests(Self.weak.replacing("timeline", with: "record: {opened: \(Self.day(days))}, timeline"))
        ).report
        var cases = ""
        for case .survived(let proposal?) in first.outcomes.map(\.fate) { cases += proposal.indented(by: 2) + "\n" }
        let (second, failed, _) = try Self.report(checklist, Self.tests(cases), tries: 0)
        #expect(failed == [])
        #expect(second.outcomes.count > 5)
        #expect(second.count { if case .killed = $0 { true } else { false } } == second.outcomes.count)
    }

    private static func day(_ days: String) -> String { days.suffix(10) + "T12:00:00Z" }

    @Test func `two runs say the same`() throws {
        let item = Self.checklist("check: {response: {after: a, expect: b, within: {S1: 1h, otherwise: 8h}}}")
        let texts = try (0..<2).map { _ in
            try Self.report(item, Self.tests(Self.weak)).report.outcomes.map { "\($0.name) \($0.fate)" }.joined(separator: "\n")
        }
        #expect(texts[0] == texts[1])
    }

    // MARK: Lists

    @Test(
        arguments: [
            ("I check.response = alternate_response", nil, "equivalent: only the last counts"),
            (
                "I check.response.after.last = c",
                "6 TL312: the mutant 'I check.response.after.last = c' is not equivalent: 'n' kills it", "killed"
            ), ("I check.response.aftr = c", "6 TL311: there is no mutant 'I check.response.aftr = c'", "-"),
            (
                "I check.response.expect = c",
                "6 TL312: the mutant 'I check.response.expect = c' is not equivalent: a case tells it from the item", "survived"
            ),
        ] as [(String, String?, String)])
    func `what is listed as equivalent must be a mutant that nothing tells from the item`(
        _ mutant: String, _ error: String?, _ fate: String
    ) throws {
        let checklist = Self.checklist("check: {response: {after: {last: a}, expect: b}}")
        let list = "equivalent:\n  - {mutant: '\(mutant)', reason: only the last counts}"
        let cases = "  - {name: n, timeline: a closed, expect: {I: fail}}\n"
        let (report, _, said) = try Self.report(checklist, Self.tests(cases, more: list), tries: 4000)
        #expect(said == (error.map { [$0] } ?? []))
        let outcome = report.outcomes.first { $0.name == mutant }
        let text =
            switch outcome?.fate {
            case .killed?: "killed"
            case .listed(let reason)?: "equivalent: \(reason)"
            case .survived?: "survived"
            case nil: "-"
            }
        #expect(text == fate)
    }

    @Test func `items without a proof are errors at their place, with or without tests`() throws {
        let diagnostics = Diagnostics()
        let text =
            Self.checklist("check: {existence: a}") + "  - {id: J, title: J, check: {existence: b}}\n"
            + "  - {id: K, title: K, check: {count: {of: b, at_least: 0}}}\n"
        let checklists = ChecklistLoader.load(files: [("c.yaml", text)], diagnostics: diagnostics)
        let cases = Self.tests("  - {name: n, timeline: a, expect: {I: pass}}\n")
        let file = ChecklistTests.load(name: "t.yaml", text: cases, checklists: checklists, diagnostics: diagnostics)
        ChecklistTests.reportUnproved(checklists, [try #require(file)], tries: 2000, diagnostics: diagnostics)
        #expect(
            diagnostics.sorted.map(\.description) == [
                "c.yaml:9:10: error[TL301]: no test makes the item 'I' of 't' fail (such as {timeline: closed, expect: {I: fail}})",
                "c.yaml:10:10: error[TL301]: no test makes the item 'J' of 't' pass or fail (such as {timeline: b, expect: {J: pass}}, "
                    + "and such as {timeline: closed, expect: {J: fail}})",
                "c.yaml:11:10: error[TL301]: no test makes the item 'K' of 't' pass or fail (such as {timeline: 0s, expect: {K: pass}}, "
                    + "and of 2000 records that were made up, none makes it fail)",
            ])
        let without = Diagnostics()
        ChecklistTests.reportUnproved(checklists, [], tries: 100, diagnostics: without)
        #expect(
            without.sorted.map { "\($0.position.line) \($0.code) \($0.severity)" } == [
                "9 TL301 error", "10 TL301 error", "11 TL301 error",
            ])
    }
}
