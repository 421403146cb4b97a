import Checklists
import Fetching
import Foundation
import Language
import Scoring
import Timelines

extension AuditPlan {
    /// Reads the configuration and the checklists that it names. Nil where anything is wrong; then `diagnostics` says what,
    /// all at once.
    /// With `checklists`, files and folders in the place of those that the configuration names.
    static func load(config path: String, checklists: [String]? = nil, diagnostics: Diagnostics) -> AuditPlan? {
        DefinitionFile(path: path, diagnostics: diagnostics).flatMap {
            load(config: $0, checklists: checklists, diagnostics: diagnostics)
        }
    }

    /// With `thorough`, what can be loaded but makes no sense is said too, as lint does.
    static func load(
        config file: DefinitionFile, checklists: [String]? = nil, thorough: Bool = false, diagnostics: Diagnostics
    ) -> AuditPlan? {
        guard let root = file.root(diagnostics), var mapping = YAMLMapping(root, "the config", diagnostics) else { return nil }
        var loader = PlanLoader(
            folder: folder(of: file.path), text: file.text, checklists: checklists, thorough: thorough, diagnostics: diagnostics)
        let plan = loader.load(&mapping)
        return diagnostics.hasErrors ? nil : plan
    }

    /// The folder of a path, to which the paths of a config are relative.
    static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }
}

/// Reads a config's parts in the order in which they need one another.
private struct PlanLoader {
    let folder: String
    /// The config's own text, and then that of a partner file and of presets: what the digest is of.
    var text: String
    /// Files and folders of checklists in the place of the config's own.
    let checklists: [String]?
    let thorough: Bool
    let diagnostics: Diagnostics
    var calendars: [String: BusinessCalendar] = [:]
    /// Fields of events that no checklist reads.
    var unread: Set<String> = []
    /// Their names, and those of calendars that have something wrong.
    var declaredCalendars: Set<String> = []

    init(folder: String, text: String, checklists: [String]?, thorough: Bool, diagnostics: Diagnostics) {
        self.folder = folder
        self.text = text
        self.checklists = checklists
        self.thorough = thorough
        self.diagnostics = diagnostics
    }

    mutating func load(_ config: inout YAMLMapping) -> AuditPlan? {
        expectKind("config/1", of: &config)
        let network = config.requiredText("network") ?? ""
        let settle = config.length("settle") ?? .seconds(30 * 86400)
        let asOf = config.instant("as_of")
        let history = config.text("history") ?? ".touchline/history.sqlite"
        declaredCalendars = BusinessCalendar.names(in: config)
        calendars = BusinessCalendar.load(&config)
        let partners = loadPartners(&config)
        let (checklists, files) = loadChecklists(&config)
        for checklist in checklists {
            checklist.check(calendars: calendars, declared: declaredCalendars, partners: partners, diagnostics: diagnostics)
        }
        let limits = Limits.load(&config)
        let authorities = CertificateAuthorities.load(&config, folder: folder)
        let months = loadWindow(&config)
        let mix = CaseMix.load(&config, diagnostics: diagnostics)
        let sources = loadSources(&config, partners: partners, limits: limits, authorities, months: months)
        let snapshots = loadSnapshots(&config)
        let retention = loadRetention(&config)
        acceptWithoutEffect(&config)
        config.finish()
        return AuditPlan(
            network: network, checklists: checklists, checklistDigests: files, partners: partners, calendars: calendars,
            sources: sources,
            historyPath: resolved(history), snapshots: snapshots, retention: retention, windowMonths: months, caseMix: mix,
            settle: settle,
            asOf: asOf, configDigest: "sha256:" + sha256Hex(Array(text.utf8)))
    }

    /// Keys of the contract that later parts of touchline use: checked for shape, so that a config stays valid.
    private func acceptWithoutEffect(_ config: inout YAMLMapping) {
        if let waivers = config.node("waivers") {
            diagnostics.error(.notYet, at: waivers.position, "waivers are not supported yet")
        }
    }

    // MARK: Snapshots

    /// Nil for `off`. By default they lie beside the history.
    private func loadSnapshots(_ config: inout YAMLMapping) -> SnapshotStore? {
        let node = config.node("snapshots")
        let text = config.text("snapshots")
        if let node, let text, ["false", "no", "none", ""].contains(text) {
            diagnostics.error(
                .wrongValue, at: node.position, "'snapshots' cannot be \(node.summary)", help: "write 'off' or a folder")
        }
        return text == "off" ? nil : SnapshotStore(path: resolved(text ?? ".touchline/snapshots"))
    }

    private func loadRetention(_ config: inout YAMLMapping) -> Duration? {
        guard var retention = config.mapping("retention") else { return nil }
        let length = retention.length("snapshots")
        retention.finish()
        return length
    }

    private func loadWindow(_ config: inout YAMLMapping) -> Int {
        guard var window = config.mapping("window") else { return 12 }
        let months = window.int("months", in: 1...1200)
        window.finish()
        return months ?? 12
    }

    // MARK: Partners

    private mutating func loadPartners(_ config: inout YAMLMapping) -> [Partner]? {
        guard let node = config.node("partners") else { return nil }
        var list = node
        if let name = node.text {
            guard let file = DefinitionFile(path: resolved(name), diagnostics: diagnostics, namedAt: node.position),
                let root = file.root(diagnostics)
            else { return [] }
            text += file.text
            list = root
            if case .mapping = root.kind, var mapping = YAMLMapping(root, "the partner file", diagnostics) {
                expectKind("partners/1", of: &mapping)
                guard let inner = mapping.required("partners") else { return [] }
                mapping.finish()
                list = inner
            }
        }
        guard case .sequence(let nodes) = list.kind else {
            diagnostics.error(
                .wrongShape, at: list.position, "'partners' must be a list or the name of a file, not \(list.summary)")
            return []
        }
        return Partner.load(nodes, calendars: declaredCalendars, diagnostics: diagnostics)
    }

    // MARK: Checklists

    private mutating func loadChecklists(_ config: inout YAMLMapping) -> ([Checklist], [Audit.ChecklistDigest]) {
        guard let node = config.required("checklists") else { return ([], []) }
        if let checklists { return load(checklistFiles(in: checklists)) }
        let names: [(String, Position)]
        switch node.kind {
        case .sequence(let children): names = children.compactMap { child in child.text.map { ($0, child.position) } }
        case .scalar(let name): names = [(name, node.position)]
        case .mapping:
            diagnostics.error(.wrongShape, at: node.position, "'checklists' must be a list of files or folders")
            return ([], [])
        }
        if names.isEmpty { diagnostics.error(.nothingToDo, at: node.position, "'checklists' names none") }
        var files: [DefinitionFile] = []
        for (name, position) in names {
            let found = DefinitionFiles.find(in: [resolved(name)], diagnostics: diagnostics, namedAt: position)
                .filter { $0.kind(diagnostics) == .checklist }
            if found.isEmpty, !diagnostics.hasErrors {
                diagnostics.error(.unreadableFile, at: position, "no checklist in '\(name)'")
            }
            files += found
        }
        return load(files)
    }

    /// Those of the command line, with one at least in each place.
    private func checklistFiles(in paths: [String]) -> [DefinitionFile] {
        paths.flatMap { path in
            let found = DefinitionFiles.find(in: [path], diagnostics: diagnostics).filter { $0.kind(diagnostics) == .checklist }
            if found.isEmpty, !diagnostics.hasErrors {
                diagnostics.error(
                    .unreadableFile, at: Position(file: path, line: 1, column: 1), "no checklist in '\(path)'")
            }
            return found
        }
    }

    private mutating func load(_ files: [DefinitionFile]) -> ([Checklist], [Audit.ChecklistDigest]) {
        unread = UnreadFields.find(in: files.map(\.text))
        let loaded = ChecklistLoader.load(
            files: files.map { (name: $0.path, text: $0.text) }, thorough: thorough, diagnostics: diagnostics)
        let texts = Dictionary(files.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first })
        let digests = loaded.map { checklist in
            Audit.ChecklistDigest(
                id: checklist.id, version: checklist.version,
                sha256: "sha256:" + sha256Hex(Array(texts[checklist.file, default: ""].utf8)))
        }
        return (loaded, digests)
    }

    // MARK: Sources

    private mutating func loadSources(
        _ config: inout YAMLMapping, partners: [Partner]?, limits: Limits, _ authorities: CertificateAuthorities?, months: Int
    ) -> [AuditPlan.PlannedSource] {
        let list = config.required("sources")
        if let list, case .sequence(let nodes) = list.kind, nodes.isEmpty {
            diagnostics.error(.nothingToDo, at: list.position, "'sources' names none")
        }
        var ids: Set<String> = []
        var sources: [AuditPlan.PlannedSource] = []
        for written in config.nodes("sources") {
            guard let (node, preset) = Preset.filling(written, diagnostics) else { continue }
            // Another version of touchline may know the system better: then the config is another one.
            text += preset?.text ?? ""
            guard var mapping = YAMLMapping(node, "a source", diagnostics) else { continue }
            if let id = mapping.text("id"), !ids.insert(id).inserted {
                diagnostics.error(.duplicateID, at: node.position, "the source '\(id)' stands twice")
            }
            let source = Source.load(&mapping, configFolder: folder, limits: limits, authorities: authorities)
            let partner = mapping.node("partner")
            if let partner, let id = partner.text, let partners, !partners.contains(where: { $0.id == id }) {
                diagnostics.error(
                    .unknownPartner, at: partner.position, "no partner '\(id)'", help: didYouMean(id, among: partners.map(\.id)))
            }
            if thorough { SourceFixtures.check(mapping, folder: folder) }
            let merges = mapping.bool("merge") ?? false
            let children = source.map { ChildPlan.load(&mapping, of: $0, configFolder: folder) } ?? []
            let mapped = Mapping.load(
                &mapping, source: source?.id ?? "", format: source?.format ?? .json, partner: partner?.text)
            mapping.finish()
            guard let source, let mapped else { continue }
            if source.overlap != nil, mapped.isGrouped, let since = mapping.node("since") {
                diagnostics.error(
                    .notYet, at: since.position, "a source whose rows are grouped cannot be pulled incrementally",
                    help: "a later row would stand for the whole record")
            }
            sources.append(
                AuditPlan.PlannedSource(
                    source: source, mapping: mapped.leavingOut(unread), children: children, merges: merges,
                    fingerprint: fingerprint(node, months: months, partners: mapped.partner == nil ? partners : nil)))
        }
        return sources
    }

    /// Of everything but how the source is asked, and of what of its events is not made. A longer window reaches back to
    /// records that were never asked for, and of a partner that its records name nothing was kept before it was listed.
    private func fingerprint(_ node: YAMLNode, months: Int, partners: [Partner]?) -> String {
        let asking: Set<String> = ["limits", "auth", "origins", "allow_http", "since", "merge", "total"]
        let listed = partners.map { $0.map { "partner \($0.id)" }.sorted() } ?? []
        let parts = ["kept/2", node.meaning(without: asking), "window \(months)"] + listed + unread.sorted()
        return sha256Hex(parts.joined(separator: "\n").utf8)
    }

    // MARK: Helpers

    private func resolved(_ path: String) -> String {
        path.hasPrefix("/") || folder == "." ? path : folder + "/" + path
    }

    private func expectKind(_ kind: String, of mapping: inout YAMLMapping) {
        guard let found = mapping.required("touchline") else { return }
        if found.text != kind {
            diagnostics.error(.wrongVersion, at: found.position, "expected 'touchline: \(kind)', not \(found.summary)")
        }
    }
}
