import Dispatch
package import Language
import Timelines

/// What came of the mutants of one version of a checklist.
package struct MutationReport: Sendable {
    package let checklist: String
    package let version: String
    /// In the order of the file.
    package let outcomes: [Outcome]

    package struct Outcome: Sendable {
        /// `ESC-02 check.response.within.S1 = 15m`
        package let name: String
        /// What stands in the file in its place.
        package let old: String
        package let position: Position
        package let items: [String]
        package let fate: Fate
    }

    package enum Fate: Sendable {
        /// By the first case that notices.
        case killed(by: String)
        /// No test notices, and its author says that none can: no record that the search made up is judged otherwise.
        case listed(reason: String)
        /// No test notices. With a case that would, where the search found one.
        case survived(ProposedCase?)
    }

    package func count(where isCounted: (Fate) -> Bool) -> Int { outcomes.count { isCounted($0.fate) } }
}

/// Mutation testing: every mutant of every item is judged by the cases, and those that no case notices are searched for a
/// record that would show the difference.
package struct MutationRun {
    private let checklists: [Checklist]
    private let tests: [ChecklistTests]
    private let tries: Int

    /// As many records are made up for a mutant, before it is said that none tells it from its item.
    package static let usualTries = 20_000

    /// Versions of one checklist, and files of tests, in any order.
    package init(checklists: [Checklist], tests: [ChecklistTests], tries: Int = Self.usualTries) {
        self.checklists = checklists
        self.tests = tests
        self.tries = tries
    }

    /// On all processors; the reports are the same on any number of them. What is wrong with the proof of a checklist, but
    /// for its survivors, becomes diagnostics.
    package func reports(diagnostics: Diagnostics) -> [MutationReport] {
        let reports = checklists.map { checklist in
            let exam = Exam(of: checklist, by: tests)
            // An item that no case speaks of is an error of its own.
            let mutants = Mutants(of: checklist).all().filter { exam.asks(of: $0.items) }
            let outcomes = outcomes(of: mutants, exam)
            return MutationReport(checklist: checklist.id, version: checklist.version, outcomes: outcomes)
        }
        checkLists(reports, diagnostics)
        return reports
    }

    private func outcomes(of mutants: [Mutant], _ exam: Exam) -> [MutationReport.Outcome] {
        let done = Guarded([MutationReport.Fate?](repeating: nil, count: mutants.count))
        DispatchQueue.concurrentPerform(iterations: mutants.count) { index in
            let fate = fate(of: mutants[index], exam)
            done.withLock { $0[index] = fate }
        }
        return zip(mutants, done.withLock { $0 }).compactMap { mutant, fate in
            fate.map {
                MutationReport.Outcome(
                    name: mutant.name, old: mutant.old, position: mutant.position, items: mutant.items, fate: $0)
            }
        }
    }

    private func fate(of mutant: Mutant, _ exam: Exam) -> MutationReport.Fate {
        if let name = exam.killer(of: mutant) { return .killed(by: name) }
        let found = MutantSearch(for: mutant, tests: exam.files.first).find(tries: tries)
        if found == nil, let listed = exam.listed(mutant) { return .listed(reason: listed.reason) }
        return .survived(found.map { ProposedCase($0, of: mutant) })
    }

    /// Entries of `equivalent` that name no mutant, or one that a record tells from its item.
    private func checkLists(_ reports: [MutationReport], _ diagnostics: Diagnostics) {
        for file in tests {
            let own = reports.filter { report in
                report.checklist == file.checklist && file.versions.contains { $0.version == report.version }
            }
            let outcomes = own.flatMap(\.outcomes)
            for entry in file.equivalents {
                let named = outcomes.filter { $0.name == entry.mutant }
                if named.isEmpty, !own.isEmpty {
                    diagnostics.error(
                        .unknownMutant, at: entry.position, "there is no mutant '\(entry.mutant)'",
                        help: nearestName(to: entry.mutant, among: outcomes.map(\.name)).map { "did you mean '\($0)'?" })
                }
                for outcome in named {
                    let how: String
                    switch outcome.fate {
                    case .killed(let name): how = "'\(name)' kills it"
                    case .survived: how = "a case tells it from the item"
                    case .listed: continue
                    }
                    diagnostics.error(
                        .notEquivalent, at: entry.position, "the mutant '\(entry.mutant)' is not equivalent: \(how)",
                        help: "take it off the list")
                }
            }
        }
    }
}

/// What the cases expect of one version of a checklist and get: only what holds can notice a change.
private struct Exam: Sendable {
    let files: [ChecklistTests]
    private let questions: [Question]
    private let equivalents: [ChecklistTests.Equivalent]

    private struct Question: Sendable {
        /// Of the files.
        let file: Int
        let trial: ChecklistTests.Trial
        /// As the file's own version has them.
        let effective: Effective
        let held: [Expectation]
    }

    init(of checklist: Checklist, by tests: [ChecklistTests]) {
        files = tests.filter { file in
            file.checklist == checklist.id && file.versions.contains { $0.version == checklist.version }
        }
        equivalents = files.flatMap(\.equivalents)
        var questions: [Question] = []
        for (index, file) in files.enumerated() {
            guard let own = file.versions.first(where: { $0.version == checklist.version }) else { continue }
            let jury = Jury(versions: [own], calendars: file.calendars, partners: file.partners)
            for trial in file.trials where own.isInForce(for: trial) {
                let rulings = jury.rulings(on: trial)
                let held = trial.expected.filter { expectation in
                    rulings[expectation.item].map { expectation.isMet(by: $0.verdict) } ?? false
                }
                questions.append(Question(file: index, trial: trial, effective: own.effective, held: held))
            }
        }
        self.questions = questions
    }

    /// The first case of which an expectation holds no longer.
    func killer(of mutant: Mutant) -> String? {
        var juries: [Int: Jury] = [:]
        for question in questions {
            let asked = question.held.filter { mutant.items.contains($0.item) }
            guard !asked.isEmpty else { continue }
            let file = files[question.file]
            var mutated = mutant.mutated
            mutated.effective = question.effective
            let jury =
                juries[question.file] ?? Jury(versions: [mutated], calendars: file.calendars, partners: file.partners)
            juries[question.file] = jury
            let rulings = jury.rulings(on: question.trial)
            let isNoticed = asked.contains { expectation in
                rulings[expectation.item].map { !expectation.isMet(by: $0.verdict) } ?? false
            }
            if isNoticed { return question.trial.name }
        }
        return nil
    }

    /// Whether any case expects something of one of these items.
    func asks(of items: [String]) -> Bool { questions.contains { $0.held.contains { items.contains($0.item) } } }

    func listed(_ mutant: Mutant) -> ChecklistTests.Equivalent? { equivalents.first { $0.mutant == mutant.name } }
}
