import Foundation
import Language
import Testing
import Timelines

@testable import Checklists

/// Automata of checks beside the judge: of every short timeline both say the same.
struct AutomatonTests {
    private static let checks = [
        "{existence: a}", "{absence: a}", "{count: {of: a, at_least: 2}}", "{count: {of: a, at_most: 1}}",
        "{count: {of: a, exactly: 2}}", "{count: {of: a, at_least: 1, at_most: 2}}", "{first: a}", "{last: a}",
        "{choice: [a, b]}",
        "{exclusive_choice: [a, b]}", "{coexistence: [a, b]}", "{not_coexistence: [a, b]}",
        "{responded_existence: {if: a, expect: b}}", "{response: {after: a, expect: b}}",
        "{alternate_response: {after: a, expect: b}}", "{chain_response: {after: a, expect: b}}",
        "{precedence: {before: a, require: b}}", "{alternate_precedence: {before: a, require: b}}",
        "{chain_precedence: {before: a, require: b}}", "{not_response: {after: a, never: b}}",
        "{not_chain_response: {after: a, not_next: b}}", "{response: {after: either, expect: b}}",
        "{alternate_response: {after: either, expect: b}}", "{chain_response: {after: any, expect: either}}",
        "{alternate_precedence: {before: a, require: either}}", "{precedence: {before: either, require: a}}",
        "{not_response: {after: either, never: a}}", "{not_chain_response: {after: any, not_next: a}}",
        "{all_of: [{existence: a}, {response: {after: b, expect: c}}]}",
        "{any_of: [{response: {after: a, expect: b}}, {not_response: {after: a, never: c}}]}",
        "{all_of: [{any_of: [{first: a}, {last: b}]}, {not_coexistence: [a, c]}]}",
        "{existence: {activity: a, where: 'event.text == \"x\"'}}", "{response: {after: said, expect: a}}",
        "{precedence: {before: a, require: {where: 'event.activity != \"b\"'}}}",
    ]

    /// Up to four events: a, b, c or d, with the text that `said` asks for or without.
    private static let timelines: [[(activity: String, said: Bool)]] = {
        let events = ["a", "b", "c", "d"].map { ($0, false) } + [("a", true), ("d", true)]
        var all: [[(String, Bool)]] = [[]]
        var last = all
        for _ in 0..<4 {
            last = last.flatMap { timeline in events.map { timeline + [$0] } }
            all += last
        }
        return all
    }()

    @Test(arguments: checks)
    func `an automaton says of a closed record what the judge says`(check: String) throws {
        let diagnostics = Diagnostics()
        let checklist = try #require(
            ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check))], diagnostics: diagnostics).first)
        #expect(!diagnostics.hasErrors)
        let automaton = try #require(Automaton(checklist.rules[0].check, checklist.matchers))
        let activities = ActivityTable(checklist.activityNames)
        let judge = Judge(
            checklists: [checklist], activities: activities, partners: nil, producible: [:], asOf: moment("100d"),
            settle: .seconds(86400))
        for timeline in Self.timelines {
            var state = automaton.start
            var record = ServiceRecord(
                partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "/0", sequence: 0))
            record.opened = moment("0s")
            record.closed = moment("50d")
            for (index, (activity, said)) in timeline.enumerated() {
                var event = Event(at: moment("\(index + 1)m"), activity: activity, symbol: activities.symbol(of: activity))
                event.text = said ? "x" : "y"
                record.events.append(event)
                state = automaton.step(state, mask(automaton, checklist.matchers, activity, said))
            }
            let expected: Verdict =
                switch automaton.output(state) {
                case .idle: .notActivated
                case .kept: .pass
                case .broken: .fail
                }
            #expect(judge.judge(record).verdicts[0].verdict == expected, "\(timeline)")
        }
    }

    private func mask(_ automaton: Automaton, _ matchers: EventMatchers, _ activity: String, _ said: Bool) -> Int {
        automaton.matchers.enumerated().reduce(0) { mask, matcher in
            let one = matchers.all[matcher.element]
            return one.admits(activity) && (one.conditionText == nil || said) ? mask | 1 << matcher.offset : mask
        }
    }

    /// Pairs of all checks, beside a search through all short timelines.
    @Test func `checks exclude each other exactly where no timeline passes both`() throws {
        let plain = Self.checks.filter { !$0.contains("where") && !$0.contains("said") }
        let timelines = Self.timelines.filter { $0.allSatisfy { !$0.said } }
        let outputs = try plain.map { try outcomes(of: $0, timelines) }
        var found = 0
        for (index, first) in plain.enumerated() {
            for other in plain.indices[index...] {
                let items = "  - {id: I, title: One, check: \(first)}\n  - {id: J, title: Two, check: \(plain[other])}\n"
                let checklist = try load(items)
                let languages = checklist.rules.compactMap { rule in
                    Automaton(rule.check, checklist.matchers).flatMap {
                        ItemLanguage(
                            $0, checklist.matchers, activities: checklist.matchers.activityNames.sorted(), impossible: [])
                    }
                }
                try #require(languages.count == 2)
                let expected = excludes(outputs[index], outputs[other])
                #expect(languages[0].excludes(languages[1]) == expected, "\(first) and \(plain[other])")
                #expect(languages[1].excludes(languages[0]) == expected, "\(plain[other]) and \(first)")
                if expected { found += 1 }
            }
        }
        #expect(found > 20)
    }

    private func load(_ items: String) throws -> Checklist {
        let head = Row.checklist(check: "{existence: a}").components(separatedBy: "items:")[0]
        return try #require(
            ChecklistLoader.load(files: [("t.yaml", head + "items:\n" + items)], diagnostics: Diagnostics()).first)
    }

    private func outcomes(of check: String, _ timelines: [[(activity: String, said: Bool)]]) throws -> [Automaton.Output] {
        let checklist = try load("  - {id: I, title: One, check: \(check)}\n")
        let automaton = try #require(Automaton(checklist.rules[0].check, checklist.matchers))
        return timelines.map { timeline in
            automaton.output(
                timeline.reduce(automaton.start) {
                    automaton.step($0, mask(automaton, checklist.matchers, $1.activity, false))
                })
        }
    }

    /// By trying: no timeline passes both, and each can be passed where the other was triggered and fails.
    private func excludes(_ a: [Automaton.Output], _ b: [Automaton.Output]) -> Bool {
        var (both, first, second) = (false, false, false)
        for pair in zip(a, b) {
            switch pair {
            case (.kept, .kept): both = true
            case (.kept, .broken): first = true
            case (.broken, .kept): second = true
            default: break
            }
        }
        return !both && first && second
    }
}
