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
    /// The mutants that its author says no record could tell from the item.
    let equivalents: [Equivalent]

    /// One case of the file.
    struct Trial: Sendable {
        let name: String
        let position: Position
        let asOf: Instant
        /// One, or those of one customer.
        let records: [ServiceRecord]
        let expected: [Expectation]
    }

    /// A mutant that is listed, and why.
    struct Equivalent: Sendable {
        /// `ITEM PATH = TEXT`, as `touchline test --mutate` names it.
        let mutant: String
        let reason: String
        let position: Position
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
            guard !passed else { return "ok    \(checklist): \(name.printable)" }
            return "FAIL  \(checklist): \(name.printable) (\(position))"
                + mismatches.map { "\n      " + $0.description.printable }.joined()
        }
    }

    /// An expectation that does not hold.
    package struct Mismatch: Sendable, CustomStringConvertible {
        package let item: String
        /// Of the item's name in the case.
        package let position: Position
        package let expected: String
        package let got: String
        /// How the verdict came about, in a sentence.
        package let derivation: String

        /// `E2: expected fail, got not_observable: …`
        package var description: String { "\(item): expected \(expected), got \(got): \(derivation)" }
    }

    /// Judges every case.
    package func run() -> [Result] {
        let jury = Jury(of: self)
        return trials.map { trial in
            let rulings = jury.rulings(on: trial)
            let mismatches = trial.expected.compactMap { expectation -> Mismatch? in
                guard let ruling = rulings[expectation.item], !expectation.isMet(by: ruling.verdict) else { return nil }
                let (expected, got) = expectation.words(besides: ruling.verdict)
                return Mismatch(
                    item: expectation.item, position: expectation.position, expected: expected, got: got,
                    derivation: ruling.derivation(on: trial, partners: partners))
            }
            return Result(file: file, checklist: checklist, name: trial.name, position: trial.position, mismatches: mismatches)
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
