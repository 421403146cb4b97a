package import Language
import Timelines

extension ChecklistTests {
    /// Names every item that no test of any file makes pass, or none makes fail: an item that cannot fire proves nothing.
    /// Each version of an item is asked for itself.
    package static func reportCoverage(
        _ tests: [ChecklistTests], as severity: Diagnostic.Severity = .warning, diagnostics: Diagnostics
    ) {
        var ids: [String] = []
        for test in tests where !ids.contains(test.checklist) { ids.append(test.checklist) }
        for id in ids { reportCoverage(of: id, tests.filter { $0.checklist == id }, severity, diagnostics) }
    }

    private static func reportCoverage(
        of id: String, _ tests: [ChecklistTests], _ severity: Diagnostic.Severity, _ diagnostics: Diagnostics
    ) {
        guard let first = tests.first else { return }
        var versions: [Checklist] = []
        for version in tests.flatMap(\.versions) where !versions.contains(where: { $0.version == version.version }) {
            versions.append(version)
        }
        for version in versions {
            let expected = tests.flatMap { $0.expectations(of: version) }
            for item in version.items {
                let verdicts = Set(expected.filter { $0.item == item.id }.compactMap(\.verdict))
                let missing = version.unproved(verdicts).map(\.rawValue)
                guard !missing.isEmpty else { continue }
                let name = versions.count > 1 ? "'\(id)' \(version.version)" : "'\(id)'"
                diagnostics.add(
                    Diagnostic(
                        .untested, at: Position(file: first.file, line: 1, column: 1),
                        "no test makes the item '\(item.id)' of \(name) \(missing.joined(separator: " or "))",
                        severity: severity))
            }
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
