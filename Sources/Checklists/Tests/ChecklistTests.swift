package import Language
import Timelines

/// A file of tests for one checklist: records as somebody made them up, and the verdicts that the author expects.
package struct ChecklistTests: Sendable {
    package let file: String
    /// The id of the checklist under test.
    package let checklist: String
    /// The versions under test, the oldest first: the one that the file names, or all.
    let versions: [Checklist]
    /// By name: tests bring their own, as a config would.
    let calendars: [String: BusinessCalendar]
    /// Nil where the file names none: then every function counts as performed.
    let partners: [Partner]?
    let trials: [Trial]

    /// One case of the file.
    struct Trial: Sendable {
        let name: String
        let position: Position
        let asOf: Instant
        /// One, or those of one customer.
        let records: [ServiceRecord]
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
        let activities = ActivityTable(versions.flatMap(\.activityNames))
        return trials.map { trial in
            let (items, verdicts) = judge(trial, activities)
            let mismatches = trial.expected.compactMap { item, expected -> Mismatch? in
                let own = verdicts.filter { items[$0.item].id == item }
                // Of an item's versions all but the one in force say that they do not apply.
                guard let got = own.first(where: { $0.verdict != .notApplicable }) ?? own.last, got.verdict != expected else {
                    return nil
                }
                return Mismatch(item: item, expected: expected, got: got.verdict, reason: got.evidence?.reason)
            }
            return Result(file: file, checklist: checklist, name: trial.name, position: trial.position, mismatches: mismatches)
        }
    }

    /// The verdicts on a case's record or, where customers are judged, on the customer of its records.
    private func judge(
        _ trial: Trial, _ activities: ActivityTable
    ) -> (items: [ItemDescription], verdicts: [ItemVerdict]) {
        let records = trial.records.map { $0.numbered(by: activities) }
        let settle = Duration.seconds(30 * 86400)
        if versions.first?.unit == .customer {
            let judge = CustomerJudge(
                checklists: versions, activities: activities, partners: partners, producible: [:], asOf: trial.asOf,
                settle: settle, calendars: calendars)
            var scratch = judge.makeScratch()
            // A customer none of whose records has opened yet is nobody's.
            let nobody = judge.items.indices.map { ItemVerdict(item: $0, verdict: .notApplicable) }
            return (judge.items, judge.judge(records, scratch: &scratch)?.judgement.verdicts ?? nobody)
        }
        let judge = Judge(
            checklists: versions, activities: activities, partners: partners, producible: [:], asOf: trial.asOf,
            settle: settle, calendars: calendars)
        return (judge.items, records.first.map { judge.judge($0).verdicts } ?? [])
    }

    /// Warns of every item that no test of any file makes pass, or none makes fail: an item that cannot fire proves nothing.
    /// Each version of an item is asked for itself.
    package static func reportCoverage(_ tests: [ChecklistTests], diagnostics: Diagnostics) {
        var ids: [String] = []
        for test in tests where !ids.contains(test.checklist) { ids.append(test.checklist) }
        for id in ids { reportCoverage(of: id, tests.filter { $0.checklist == id }, diagnostics) }
    }

    private static func reportCoverage(of id: String, _ tests: [ChecklistTests], _ diagnostics: Diagnostics) {
        guard let first = tests.first else { return }
        var versions: [Checklist] = []
        for version in tests.flatMap(\.versions) where !versions.contains(where: { $0.version == version.version }) {
            versions.append(version)
        }
        for version in versions {
            let expected = tests.flatMap { $0.expectations(of: version) }
            for item in version.items {
                var verdicts = Set(expected.filter { $0.item == item.id }.map(\.verdict))
                // A customer's timeline never closes: kept so far is as much as most items can say of it.
                if version.unit == .customer, verdicts.contains(.holding) { verdicts.insert(.pass) }
                let missing = [Verdict.pass, .fail].filter { !verdicts.contains($0) }.map(\.rawValue)
                guard !missing.isEmpty else { continue }
                let name = versions.count > 1 ? "'\(id)' \(version.version)" : "'\(id)'"
                diagnostics.warning(
                    .untested, at: Position(file: first.file, line: 1, column: 1),
                    "no test makes the item '\(item.id)' of \(name) \(missing.joined(separator: " or "))")
            }
        }
    }

    /// What the cases expect of a version: those whose record it judges.
    private func expectations(of version: Checklist) -> [(item: String, verdict: Verdict)] {
        guard let own = versions.first(where: { $0.version == version.version }) else { return [] }
        return trials.filter { trial in
            trial.records.compactMap(\.opened).min().map { own.effective.contains($0) } ?? true
        }.flatMap(\.expected)
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
