package import Language
import Timelines

extension ChecklistTests {
    /// Warns of every item that no test of any file makes pass, or none makes fail: an item that cannot fire proves nothing.
    /// Each version of an item is asked for itself.
    package static func reportCoverage(_ tests: [ChecklistTests], diagnostics: Diagnostics) {
        for version in versions(of: tests) {
            guard let file = tests.first(where: { $0.checklist == version.id })?.file else { continue }
            for (_, message) in unproved(version, tests) {
                diagnostics.warning(.untested, at: Position(file: file, line: 1, column: 1), message.text)
            }
        }
    }

    /// The same as errors, at the items, also of checklists that have no tests at all; each with a record that would do, or
    /// with the word that none was found.
    package static func reportUnproved(
        _ checklists: [Checklist], _ tests: [ChecklistTests], tries: Int = MutationRun.usualTries, diagnostics: Diagnostics
    ) {
        for checklist in checklists {
            let items = checklist.root["items"]?.elements ?? []
            let mutants = Mutants(of: checklist)
            let file = tests.first { file in
                file.checklist == checklist.id && file.versions.contains { $0.version == checklist.version }
            }
            for (id, proof) in unproved(checklist, tests) {
                let place = items.compactMap { $0["id"] }.first { $0.text == id }?.position ?? checklist.root.position
                let help = proof.missing.map { verdict in
                    let wanted = checklist.unit == .customer && verdict == .pass ? [verdict, .holding] : [verdict]
                    let found = mutants.unchanged(id, named: verdict.rawValue)
                        .flatMap { MutantSearch(for: $0, tests: file).find(wanted, tries: tries) }
                    return found.map { "such as \(ProposedCase.flow($0))" }
                        ?? "of \(tries) records that were made up, none makes it \(verdict.rawValue)"
                }
                diagnostics.error(.untested, at: place, proof.text, help: help.joined(separator: ", and "))
            }
        }
    }

    private static func versions(of tests: [ChecklistTests]) -> [Checklist] {
        var versions: [Checklist] = []
        for version in tests.flatMap(\.versions)
        where !versions.contains(where: { $0.id == version.id && $0.version == version.version }) {
            versions.append(version)
        }
        return versions
    }

    /// The items that tests do not make both pass and fail.
    private static func unproved(
        _ version: Checklist, _ tests: [ChecklistTests]
    ) -> [(item: String, proof: (missing: [Verdict], text: String))] {
        let own = tests.filter { $0.checklist == version.id }
        let expected = own.flatMap { $0.expectations(of: version) }
        let name = versions(of: own).count > 1 ? "'\(version.id)' \(version.version)" : "'\(version.id)'"
        return version.items.compactMap { item in
            let verdicts = Set(expected.filter { $0.item == item.id }.compactMap(\.verdict))
            let missing = version.unproved(verdicts)
            guard !missing.isEmpty else { return nil }
            let words = missing.map(\.rawValue).joined(separator: " or ")
            return (item.id, (missing, "no test makes the item '\(item.id)' of \(name) \(words)"))
        }
    }

    /// What the cases expect of a version: those whose record it judges.
    private func expectations(of version: Checklist) -> [Expectation] {
        guard let own = versions.first(where: { $0.version == version.version }) else { return [] }
        return trials.filter { own.isInForce(for: $0) }.flatMap(\.expected)
    }
}

extension Checklist {
    /// Of the verdicts that prove an item, those that no test has.
    func unproved(_ verdicts: Set<Verdict>) -> [Verdict] {
        var verdicts = verdicts
        // A customer's timeline never closes: kept so far is as much as most items can say of it.
        if unit == .customer, verdicts.contains(.holding) { verdicts.insert(.pass) }
        return [Verdict.pass, .fail].filter { !verdicts.contains($0) }
    }

    /// Whether a case's record was opened on a day of the version.
    func isInForce(for trial: ChecklistTests.Trial) -> Bool {
        trial.records.compactMap(\.opened).min().map { effective.contains($0) } ?? true
    }
}
