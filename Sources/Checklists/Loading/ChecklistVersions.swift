import Language

/// A checklist as its file says it, with the places where lint speaks of it.
struct LoadedChecklist {
    let checklist: Checklist
    let id: Position
    /// Nil where the file has none.
    let effective: Position?
    let unit: Position?
}

/// The versions of checklists: files of one id, each in force on days of its own, every day from the first to the last
/// belonging to one of them.
struct ChecklistVersions {
    private let diagnostics: Diagnostics
    /// In the order in which the files name them.
    private var ids: [String] = []
    private var versions: [String: [LoadedChecklist]] = [:]

    init(_ loaded: [LoadedChecklist], diagnostics: Diagnostics) {
        self.diagnostics = diagnostics
        for one in loaded { add(one) }
    }

    /// The versions of an id stand together, the oldest first. What does not fit together is said.
    func inOrder() -> [Checklist] {
        ids.flatMap { id in
            let ordered = Self.byTime(versions[id] ?? [])
            checkDays(ordered.filter(\.checklist.effective.isReadable))
            checkUnits(ordered)
            return ordered.map(\.checklist)
        }
    }

    private mutating func add(_ one: LoadedChecklist) {
        let (id, version) = (one.checklist.id, one.checklist.version)
        if let twin = versions[id]?.first(where: { $0.checklist.version == version }) {
            diagnostics.error(
                .duplicateChecklist, at: one.id, "version '\(version)' of the checklist '\(id)' is already in \(twin.id.file)",
                help: "give this one another 'version', and each its 'effective' days")
            return
        }
        if versions[id] == nil { ids.append(id) }
        versions[id, default: []].append(one)
    }

    /// By the first day; those of the same first day in the order of their files.
    private static func byTime(_ versions: [LoadedChecklist]) -> [LoadedChecklist] {
        versions.enumerated().sorted { a, b in
            switch (a.element.checklist.effective.from, b.element.checklist.effective.from) {
            case (let x?, let y?) where x != y: x < y
            case (nil, .some): true
            case (.some, nil): false
            default: a.offset < b.offset
            }
        }.map(\.element)
    }

    private func checkDays(_ versions: [LoadedChecklist]) {
        guard var last = versions.first else { return }
        for version in versions.dropFirst() {
            let (own, before) = (version.checklist.effective, last.checklist.effective)
            if let end = before.until, let begin = own.from, end <= begin {
                if end < begin { report(missing: Effective(from: end, until: begin), between: last, and: version) }
            } else {
                let end = [before.until, own.until].compactMap(\.self).min()
                report(shared: Effective(from: own.from, until: end), by: last, and: version)
            }
            if let end = before.until, own.until.map({ $0 > end }) ?? true { last = version }
        }
    }

    private func report(missing days: Effective, between older: LoadedChecklist, and newer: LoadedChecklist) {
        diagnostics.error(
            .versionsMissDays, at: newer.effective ?? newer.id,
            "no version of '\(newer.checklist.id)' is in force \(days.text): version '\(older.checklist.version)' in "
                + "\(older.id.file) ends before, version '\(newer.checklist.version)' begins after",
            help: "records opened then would be judged by nothing")
    }

    private func report(shared days: Effective, by older: LoadedChecklist, and newer: LoadedChecklist) {
        diagnostics.error(
            .versionsOverlap, at: newer.effective ?? newer.id,
            "version '\(newer.checklist.version)' of '\(newer.checklist.id)' and version '\(older.checklist.version)' in "
                + "\(older.id.file) are both in force \(days.text)",
            help: "give each version days of its own: 'effective: {from, until}', both inclusive")
    }

    /// An item's tally counts records or customers, in all versions the same.
    private func checkUnits(_ versions: [LoadedChecklist]) {
        guard let first = versions.first else { return }
        for version in versions.dropFirst() where version.checklist.unit != first.checklist.unit {
            diagnostics.error(
                .versionsCountApart, at: version.unit ?? version.id,
                "version '\(version.checklist.version)' of '\(version.checklist.id)' judges \(version.checklist.unit.plural), "
                    + "version '\(first.checklist.version)' in \(first.id.file) \(first.checklist.unit.plural)",
                help: "one item cannot count both: give one of them another id")
        }
    }
}

extension Checklist {
    /// Of every checklist the newest version alone, in force whatever the day: what `--rejudge` judges by.
    package static func newest(of checklists: [Checklist]) -> [Checklist] {
        var newest: [Checklist] = []
        for checklist in checklists {
            if newest.last?.id == checklist.id { newest.removeLast() }
            newest.append(checklist.alwaysInForce)
        }
        return newest
    }

    var alwaysInForce: Checklist {
        var checklist = self
        checklist.effective = Effective()
        return checklist
    }
}

extension Effective {
    /// In words, as they end a sentence: `from 2026-01-01 to 2026-01-31`, `on 2026-01-01`, `every day`.
    var text: String {
        let last = until?.advanced(bySeconds: -86400)
        return switch (from, last) {
        case (nil, nil): "every day"
        case (let first?, nil): "from \(Self.day(first)) on"
        case (nil, let last?): "up to \(Self.day(last))"
        case (let first?, let last?) where first == last: "on \(Self.day(first))"
        case (let first?, let last?): "from \(Self.day(first)) to \(Self.day(last))"
        }
    }

    private static func day(_ instant: Instant) -> String { String(instant.description.prefix(10)) }
}
