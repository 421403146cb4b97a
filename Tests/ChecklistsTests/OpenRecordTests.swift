import Foundation
import Language
import Testing
import Timelines

@testable import Checklists

/// What is said of an open record stays true: for every prefix of a record, judged at every instant, and once it closes.
///
/// `pass` and `fail` never change again, whatever comes. `pending` with a due instant is `fail` after it where nothing new
/// came (not observable, where what could have met it cannot be told), unless the check rests on what may still move. The other verdicts may become anything. What cannot be told may
/// come and go with the events that cannot be read, but never takes back a `pass` or a `fail`.
struct OpenRecordTests {
    private static let checks = 100
    private static let records = 100

    /// Every minute in which something can happen or fall due, every minute between, and long after.
    private static let instants = (0...18).map { moment("\($0)m") } + [moment("3d")]

    @Test(arguments: RandomChecks.templates.map(\.name))
    func `no later verdict takes back a pass or a fail`(_ name: String) throws {
        let seed = name.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
        var random = RandomChecks(seed: seed)
        guard let template = RandomChecks.templates.first(where: { $0.name == name }) else { return }
        let checks = (0..<Self.checks).map { _ in random.check(template) }
        let (judges, activities) = try Self.judges(checks)
        var generator = RandomRecords(seed: seed &+ 1)
        let records = (0..<Self.records).map { generator.next(number: $0).numbered(by: activities) }
        // By instant and record.
        let judged = judges.map { judge in
            var scratch = judge.makeScratch()
            var verdicts: [[ItemVerdict]] = []
            for record in records { verdicts.append(judge.judge(record, scratch: &scratch).verdicts) }
            return verdicts
        }
        var wrong: [String] = []
        for number in records.indices {
            for item in checks.indices {
                if let problem = Self.problem(judged.map { $0[number][item] }, records[number], checks[item]) {
                    wrong.append("\(checks[item]) | \(RandomRecords.words(records[number])) | \(problem)")
                }
            }
        }
        print("open records: \(name), \(checks.count * Self.records) examples, \(wrong.count) wrong")
        #expect(wrong.sorted { $0.utf8.count < $1.utf8.count }.prefix(5).isEmpty)
    }

    private static func judges(_ checks: [String]) throws -> ([Judge], ActivityTable) {
        let items = checks.enumerated().map { "  - {id: I\($0), title: I, check: \($1)}" }.joined(separator: "\n")
        let text = """
            touchline: checklist/1
            id: t
            title: T
            version: 1.0.0
            activities: [a, b, c, d]
            define: {either: 'event.activity in ["a", "b"]', said: 'event.text == "x"', early: 'event.at + duration("6m") > as_of'}
            items:
            \(items)

            """
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(files: [("t.yaml", text)], diagnostics: diagnostics)
        guard !diagnostics.hasErrors else {
            throw Wrong(text: diagnostics.sorted.prefix(3).map(\.description).joined(separator: "\n"))
        }
        let activities = ActivityTable(checklists.flatMap(\.activityNames))
        let judges = instants.map { instant in
            Judge(
                checklists: checklists, activities: activities, partners: nil, producible: ["poor": .only(["a", "b"])],
                asOf: instant, settle: .seconds(30 * 86400))
        }
        return (judges, activities)
    }

    /// What is wrong with the verdicts at all instants, one after another.
    private static func problem(_ verdicts: [ItemVerdict], _ record: ServiceRecord, _ check: String) -> String? {
        for (index, verdict) in verdicts.enumerated() {
            for later in verdicts.indices.dropFirst(index + 1) {
                let now = verdicts[later]
                if [.pass, .fail].contains(verdict.verdict), now.verdict != verdict.verdict {
                    return "\(verdict.verdict) at \(index)m, \(now.verdict) at \(later)m"
                }
                guard let due = verdict.due, due < instants[later], !changes(record, index, later, check) else { continue }
                if now.verdict == .pass || ![.fail, .notObservable].contains(now.verdict) && !mayMove(check) {
                    return "pending at \(index)m until \(due), \(now.verdict) at \(later)m"
                }
            }
        }
        return nil
    }

    /// Whether anything happens to the record after one instant, up to another; what happens at the instant of the audit is
    /// not before it.
    private static func changes(_ record: ServiceRecord, _ from: Int, _ to: Int, _ check: String) -> Bool {
        let includesFirst = check.contains("as_of")
        return (record.events.map(\.at) + [record.closed].compactMap(\.self)).contains { at in
            (instants[from] < at || includesFirst && instants[from] == at) && at <= instants[to]
        }
    }

    /// What checks on `last`, `end`, `as_of`, or on all events, rest on may move: what was due may be due no more, but time
    /// alone makes no pass of it.
    private static func mayMove(_ check: String) -> Bool {
        ["last:", "end", "as_of", "closed", "events", "early", "from: [", "until: [", "to: ["].contains { check.contains($0) }
    }
}
