import Checklists
import Foundation
import Language
import Timelines

/// The definitions of a lint or test run, loaded together, so that tests find their checklists.
struct Definitions {
    var checklists: [Checklist] = []
    var tests: [ChecklistTests] = []
    var configs = 0
    /// The definition files that there are, by name.
    private(set) var files: [String] = []
    private var checklistFiles = 0
    private var partnerFiles = 0

    /// Files that are no definitions of ours are passed over; configs are loaded with all that they name. With `thorough`,
    /// what can be used but makes no sense is said too.
    init(files: [DefinitionFile], thorough: Bool = false, diagnostics: Diagnostics) {
        let sorted = files.map { ($0, $0.kind(diagnostics)) }
        // What cannot be read may be a config.
        for (file, kind) in sorted where kind == nil { ConfigSecrets.conceal(in: file, diagnostics) }
        self.files = sorted.filter { $0.1 != nil }.map(\.0.path)
        let own = sorted.filter { $0.1 == .checklist }.map(\.0)
        checklistFiles = own.count
        checklists = ChecklistLoader.load(
            files: own.map { (name: $0.path, text: $0.text) }, thorough: thorough, diagnostics: diagnostics)
        for (file, kind) in sorted where kind == .tests {
            if let loaded = ChecklistTests.load(
                name: file.path, text: file.text, checklists: checklists, diagnostics: diagnostics)
            {
                tests.append(loaded)
            }
        }
        ChecklistTests.reportCoverage(tests, diagnostics: diagnostics)
        var plans: [AuditPlan] = []
        for (file, kind) in sorted where kind == .config {
            configs += 1
            // What is wrong elsewhere is no reason to leave a config half looked at.
            let found = Diagnostics()
            if let plan = AuditPlan.load(config: file, thorough: thorough, diagnostics: found) { plans.append(plan) }
            diagnostics.add(found)
            ConfigSecrets.conceal(in: file, diagnostics)
        }
        for (file, kind) in sorted where kind == .partners {
            partnerFiles += 1
            file.checkPartners(diagnostics)
        }
        if thorough { checkActivities(plans, diagnostics) }
    }

    var isEmpty: Bool { checklistFiles == 0 && tests.isEmpty && configs == 0 && partnerFiles == 0 }

    var summary: String {
        [
            AuditSummary.count(checklistFiles, "checklist"),
            AuditSummary.count(checklists.map(\.items.count).reduce(0, +), "item"),
            AuditSummary.count(tests.count, "test file"), AuditSummary.count(configs, "config"),
        ].joined(separator: ", ")
    }

    /// An activity is of use where a check, a test or a mapping mentions it.
    private func checkActivities(_ plans: [AuditPlan], _ diagnostics: Diagnostics) {
        let tested = tests.reduce(into: Set<String>()) { $0.formUnion($1.mentionedActivities) }
        let mapped = plans.flatMap(\.sources).map(\.mapping.producible)
        for checklist in checklists {
            for activity in checklist.activityPlaces where !activity.isMentioned && !tested.contains(activity.name) {
                guard !mapped.contains(where: { $0.names(activity.name) }) else { continue }
                diagnostics.warning(
                    .unusedName, at: activity.position, "nothing uses the activity '\(activity.name)'",
                    help: "leave it out, or name it in a check")
            }
        }
        for plan in plans { plan.checkProducible(diagnostics) }
    }
}

extension ProducibleActivities {
    /// Whether the mapping gives the activity by name: where anything is possible nobody can tell.
    fileprivate func names(_ activity: String) -> Bool {
        if case .only(let activities) = self { activities.contains(activity) } else { false }
    }
}

extension DefinitionFile {
    /// A list of partners on its own: the calendars are those of a config that names the file.
    fileprivate func checkPartners(_ diagnostics: Diagnostics) {
        guard let root = root(diagnostics), var mapping = YAMLMapping(root, "the partner file", diagnostics) else { return }
        mapping.allow("touchline")
        if mapping.required("partners") != nil {
            _ = Partner.load(mapping.nodes("partners"), calendars: nil, diagnostics: diagnostics)
        }
        mapping.finish()
    }
}

extension AuditPlan {
    /// Says which activities of its checklists no source that they judge can ever say.
    fileprivate func checkProducible(_ diagnostics: Diagnostics) {
        for checklist in checklists {
            let judged = sources.filter { source in
                guard let function = checklist.function, let partner = source.mapping.partner, let partners else { return true }
                return partners.first { $0.id == partner }?.functions?.contains(function) ?? true
            }
            guard !judged.isEmpty else { continue }
            for activity in checklist.activityPlaces where activity.isNamed {
                guard !judged.contains(where: { $0.mapping.producible.contains(activity.name) }) else { continue }
                diagnostics.warning(
                    .unproducible, at: activity.position,
                    "no mapping of the network '\(network)' can produce the activity '\(activity.name)'",
                    help: "what asks for it is not observable")
            }
        }
    }
}
