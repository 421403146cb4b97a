package import Language
import Timelines

/// A file of tests for one checklist: records as somebody made them up, and the verdicts that the author expects.
package struct ChecklistTests: Sendable {
    package let file: String
    /// The id of the checklist under test.
    package let checklist: String
    let subject: Checklist
    let trials: [Trial]

    /// One case of the file.
    struct Trial: Sendable {
        let name: String
        let position: Position
        let asOf: Instant
        let record: ServiceRecord
        let expected: [(item: String, verdict: Verdict)]
    }

    /// What one case came to.
    package struct Result: Sendable, CustomStringConvertible {
        package let file: String
        package let checklist: String
        package let name: String
        package let position: Position
        /// Every expectation that does not hold, by item.
        package let mismatches: [Mismatch]

        package var passed: Bool { mismatches.isEmpty }

        /// `ok    escalation: acknowledged at the last second`, or the place and what came instead.
        package var description: String {
            guard !passed else { return "ok    \(checklist): \(name)" }
            let details = mismatches.map { mismatch in
                "\n      \(mismatch.item): expected \(mismatch.expected.rawValue), got \(mismatch.got.rawValue)"
                    + (mismatch.reason.map { ": \($0)" } ?? "")
            }
            return "FAIL  \(checklist): \(name) (\(position))" + details.joined()
        }
    }

    /// An expectation that does not hold.
    package struct Mismatch: Sendable {
        package let item: String
        package let expected: Verdict
        package let got: Verdict
        package let reason: String?
    }

    /// Judges every case.
    package func run() -> [Result] {
        let activities = ActivityTable(subject.activityNames)
        return trials.map { trial in
            let judge = Judge(
                checklists: [subject], activities: activities, partners: nil, producible: [:], asOf: trial.asOf,
                settle: .seconds(30 * 86400))
            let verdicts = judge.judge(trial.record.numbered(by: activities)).verdicts
            var mismatches: [Mismatch] = []
            for (item, expected) in trial.expected {
                guard let index = judge.items.firstIndex(where: { $0.id == item }), verdicts[index].verdict != expected else {
                    continue
                }
                let got = verdicts[index]
                mismatches.append(Mismatch(item: item, expected: expected, got: got.verdict, reason: got.evidence?.reason))
            }
            return Result(file: file, checklist: checklist, name: trial.name, position: trial.position, mismatches: mismatches)
        }
    }

    /// Warns of every item that no test of any file makes pass, or none makes fail: an item that cannot fire proves nothing.
    package static func reportCoverage(_ tests: [ChecklistTests], diagnostics: Diagnostics) {
        var ids: [String] = []
        for test in tests where !ids.contains(test.checklist) { ids.append(test.checklist) }
        for id in ids {
            let own = tests.filter { $0.checklist == id }
            guard let first = own.first else { continue }
            for item in first.subject.items {
                let expected = Set(own.flatMap(\.trials).flatMap(\.expected).filter { $0.item == item.id }.map(\.verdict))
                let missing = [Verdict.pass, .fail].filter { !expected.contains($0) }.map(\.rawValue)
                guard !missing.isEmpty else { continue }
                diagnostics.warning(
                    .untested, at: Position(file: first.file, line: 1, column: 1),
                    "no test makes the item '\(item.id)' of '\(id)' \(missing.joined(separator: " or "))")
            }
        }
    }
}

extension ServiceRecord {
    /// The same record, its events numbered by a table.
    func numbered(by activities: ActivityTable) -> ServiceRecord {
        var record = self
        for index in record.events.indices { record.events[index].symbol = activities.symbol(of: record.events[index].activity) }
        return record
    }
}
