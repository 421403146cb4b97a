package import Language
import Timelines

extension ChecklistTests {
    /// Warns of every item that no test of any file makes pass, or none makes fail: an item that cannot fire proves nothing.
    /// Each version of an item is asked for itself.
    package static func reportCoverage(_ tests: [ChecklistTests], diagnostics: Diagnostics) {
        for version in versions(of: tests) {
            guard let file = tests.first(where: { $0.checklist == version.id })?.file else { continue }
            report(version, tests, as: .warning, at: { _ in Position(file: file, line: 1, column: 1) }, diagnostics)
        }
    }

    /// The same as errors, at the items, also of checklists that have no tests at all.
    package static func reportUnproved(_ checklists: [Checklist], _ tests: [ChecklistTests], diagnostics: Diagnostics) {
        for checklist in checklists {
            let items = checklist.root["items"]?.elements ?? []
            func place(_ id: String) -> Position {
                items.compactMap { $0["id"] }.first { $0.text == id }?.position ?? checklist.root.position
            }
            report(checklist, tests, as: .error, at: place, diagnostics)
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

    private static func report(
        _ version: Checklist, _ tests: [ChecklistTests], as severity: Diagnostic.Severity, at place: (String) -> Position,
        _ diagnostics: Diagnostics
    ) {
        let own = tests.filter { $0.checklist == version.id }
        let expected = own.flatMap { $0.expectations(of: version) }
        let isOneOfSeveral = versions(of: own).count > 1
        for item in version.items {
            let verdicts = Set(expected.filter { $0.item == item.id }.compactMap(\.verdict))
            let missing = version.unproved(verdicts).map(\.rawValue)
            guard !missing.isEmpty else { continue }
            let name = isOneOfSeveral ? "'\(version.id)' \(version.version)" : "'\(version.id)'"
            diagnostics.add(
                Diagnostic(
                    .untested, at: place(item.id),
                    "no test makes the item '\(item.id)' of \(name) \(missing.joined(separator: " or "))", severity: severity))
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
