package import Language
import Timelines

/// TL301–349: what a file of tests may have wrong.
extension Code {
    package static let untested = Code("TL301", "an item that no test makes pass and fail")
    static let unknownItem = Code("TL302", "no such item")
    static let unknownChecklist = Code("TL303", "no such checklist")
    static let badEvent = Code("TL304", "not an event")
    static let unknownVerdict = Code("TL305", "no such verdict")
    static let testsVersion = Code("TL306", "not a file of tests of this version")
    static let expectsNothing = Code("TL307", "a test that expects nothing")
    static let unknownVersion = Code("TL308", "no such version of the checklist")
    static let notOneRecord = Code("TL309", "not the record, or not the records of one customer, that a test needs")
    static let badTimeline = Code("TL310", "not a timeline in one line")
    static let unknownMutant = Code("TL311", "no such mutant")
    static let notEquivalent = Code("TL312", "a mutant that is listed as equivalent and is not")
    package static let failedCase = Code("TL313", "a case of the tests fails")
    package static let survivor = Code("TL314", "a mutant that no test kills")
}

extension ChecklistTests {
    /// Reads a file of tests; nil with at least one diagnostic where it tests nothing.
    package static func load(name: String, text: String, checklists: [Checklist], diagnostics: Diagnostics) -> ChecklistTests? {
        guard let root = YAMLDocument.read(text, file: name, diagnostics: diagnostics),
            var mapping = YAMLMapping(root, "the file of tests", diagnostics)
        else { return nil }
        if let kind = mapping.required("touchline"), kind.text != "tests/1" {
            diagnostics.error(.testsVersion, at: kind.position, "expected 'touchline: tests/1', not \(kind.summary)")
        }
        let idNode = mapping.node("checklist")
        let id = mapping.requiredText("checklist")
        let found = checklists.filter { $0.id == id }
        if let id, found.isEmpty, let idNode {
            diagnostics.error(
                .unknownChecklist, at: idNode.position, "there is no checklist '\(id)'",
                help: didYouMean(id, among: checklists.map(\.id)))
        }
        let versions = mapping.node("version").map { version($0, of: found, diagnostics) } ?? found
        let hasCalendars = mapping.node("calendars") != nil
        let declared = BusinessCalendar.names(in: mapping)
        let calendars = BusinessCalendar.load(&mapping)
        let partnerNodes = mapping.node("partners") == nil ? nil : mapping.nodes("partners")
        let partners = partnerNodes.map { Partner.load($0, calendars: declared, diagnostics: diagnostics) }
        // A file that brings none tests what needs none.
        for version in hasCalendars ? versions : [] {
            version.check(calendars: calendars, declared: declared, partners: partners, diagnostics: diagnostics)
        }
        let nodes = mapping.required("cases") == nil ? [] : mapping.nodes("cases")
        let isDeclared = versions.allSatisfy { !$0.declared.isEmpty }
        let loader = TrialLoader(
            items: versions.isEmpty ? nil : Array(Set(versions.flatMap { $0.items.map(\.id) + $0.unreadItems })).sorted(),
            unit: versions.first?.unit ?? .record, function: versions.first?.function,
            declared: isDeclared ? Set(versions.flatMap(\.declared)).sorted() : [], diagnostics: diagnostics)
        let trials = nodes.compactMap { loader.trial($0) }
        let equivalents = mapping.nodes("equivalent").compactMap { equivalent($0, diagnostics) }
        mapping.finish()
        guard let id, !versions.isEmpty else { return nil }
        return ChecklistTests(
            file: name, checklist: id, versions: versions, calendars: calendars, partners: partners, trials: trials,
            equivalents: equivalents)
    }

    /// The version that a file of tests names, which then judges every case, whatever its days.
    private static func version(_ node: YAMLNode, of found: [Checklist], _ diagnostics: Diagnostics) -> [Checklist] {
        if let version = found.first(where: { $0.version == node.text }) { return [version.alwaysInForce] }
        if let first = found.first {
            diagnostics.error(
                .unknownVersion, at: node.position, "there is no version \(node.summary) of the checklist '\(first.id)'",
                help: didYouMean(node.text ?? "", among: found.map(\.version)))
        }
        return found
    }

    private static func equivalent(_ node: YAMLNode, _ diagnostics: Diagnostics) -> Equivalent? {
        guard var mapping = YAMLMapping(node, "an entry of 'equivalent'", diagnostics) else { return nil }
        let mutant = mapping.requiredText("mutant")
        let reason = mapping.requiredText("reason")
        mapping.finish()
        guard let mutant, let reason else { return nil }
        return Equivalent(mutant: mutant, reason: reason, position: node.position)
    }
}
