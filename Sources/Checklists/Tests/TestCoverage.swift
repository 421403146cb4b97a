package import Language
import Timelines

/// What of a checklist its tests exercise, and what none does.
package struct TestCoverage: Sendable {
    package let checklist: String
    package let version: String
    /// Items first, then their conditions, the rows of their tables, and the activities, each in the order of the file.
    package let parts: [Part]

    package enum Kind: String, CaseIterable, Sendable {
        /// An item passes in one case and fails in another.
        case items
        /// A `when` is true in one case and not in another.
        case conditions
        /// A row of a table of limits or clocks is what a case is judged by.
        case rows
        /// An activity happens in a case.
        case activities
    }

    package struct Part: Sendable {
        package let kind: Kind
        /// `ESC-02`, `ESC-03 when`, `ESC-02 check.response.within.S1`, `escalated`.
        package let name: String
        package let position: Position
        /// What must be seen, and what of it no case shows.
        package let needed: [String]
        package let missing: [String]
    }

    /// The parts of a kind that are exercised in full, and all; nil where there are none.
    package func count(of kind: Kind) -> (covered: Int, all: Int)? {
        let own = parts.filter { $0.kind == kind }
        return own.isEmpty ? nil : (own.count { $0.missing.isEmpty }, own.count)
    }

    /// A share in whole percent, never rounded up: 100 is all.
    package static func percent(_ covered: Int, of all: Int) -> Int { all == 0 ? 100 : covered * 100 / all }

    /// Of every version that the tests are about.
    package static func of(_ tests: [ChecklistTests]) -> [TestCoverage] {
        var coverages: [TestCoverage] = []
        for version in tests.flatMap(\.versions) {
            guard !coverages.contains(where: { $0.checklist == version.id && $0.version == version.version }) else { continue }
            coverages.append(TestCoverage(of: version, by: tests.filter { $0.checklist == version.id }))
        }
        return coverages
    }

    private init(of checklist: Checklist, by tests: [ChecklistTests]) {
        self.checklist = checklist.id
        version = checklist.version
        var survey = Survey(of: checklist)
        for file in tests {
            guard let own = file.versions.first(where: { $0.version == checklist.version }) else { continue }
            let jury = Jury(versions: [own], calendars: file.calendars, partners: file.partners)
            for trial in file.trials where own.isInForce(for: trial) { survey.look(at: trial, jury.rulings(on: trial)) }
        }
        parts = survey.parts
    }
}

/// Gathers what cases show of a checklist.
private struct Survey {
    private let checklist: Checklist
    private let items: [YAMLNode]
    private let tables: [Table]
    private let activities: [YAMLNode]
    /// By the name of the part.
    private var seen: [String: Set<String>] = [:]

    /// A table that some key of an item's check has.
    struct Table {
        let item: String
        let path: String
        let by: Expression
        let rows: [YAMLNode]
    }

    init(of checklist: Checklist) {
        self.checklist = checklist
        items = checklist.root["items"]?.elements ?? []
        activities = checklist.root["activities"]?.elements ?? []
        tables = items.flatMap { item in
            guard let id = item["id"]?.text, let check = item["check"] else { return [Table]() }
            return Self.tables(in: check, "check", item: id)
        }
    }

    private static let tableKeys: Set<String> = ["within", "at_most", "at_least", "every", "target", "max_gap", "clock"]

    private static func tables(in node: YAMLNode, _ path: String, item: String) -> [Table] {
        let inner = node.elements.enumerated().flatMap { tables(in: $0.element, "\(path).\($0.offset)", item: item) }
        return node.entries.reduce(inner) { found, entry in
            guard let key = entry.key.text else { return found }
            let own = "\(path).\(key)"
            // The template `clock` is no table of clocks.
            let isTable = tableKeys.contains(key) && !entry.value.entries.isEmpty && entry.value["start"] == nil
            guard isTable, let by = try? Expression.compile(entry.value["by"]?.text ?? "severity", in: Names.ofEvent) else {
                return found + tables(in: entry.value, own, item: item)
            }
            let rows = entry.value.entries.map(\.key).filter { $0.text != "by" }
            return found + [Table(item: item, path: own, by: by, rows: rows)]
        }
    }

    // MARK: Looking

    mutating func look(at trial: ChecklistTests.Trial, _ rulings: [String: Jury.Ruling]) {
        for record in trial.records {
            for event in record.events where event.at <= trial.asOf { seen[event.activity, default: []].insert("happens") }
        }
        for expectation in trial.expected {
            guard let ruling = rulings[expectation.item] else { continue }
            if expectation.isMet(by: ruling.verdict), let verdict = expectation.verdict {
                seen[expectation.item, default: []].insert(verdict.rawValue)
            }
            for record in trial.records { look(at: record, trial, ruling) }
        }
    }

    private mutating func look(at record: ServiceRecord, _ trial: ChecklistTests.Trial, _ ruling: Jury.Ruling) {
        var timeline = Timeline()
        timeline.source.record = record
        timeline.source.asOf = trial.asOf
        timeline.bindings[Names.recordSlot] = timeline.source.recordValue
        let verdict = ruling.verdict.verdict
        if let when = ruling.rule.when {
            // A customer is asked as a whole.
            let holds = record.isAlone(in: trial) ? try? timeline.holds(when) : verdict != .notApplicable
            if let holds { seen[ruling.item.id + " when", default: []].insert(holds ? "true" : "false") }
        }
        guard verdict != .notApplicable, verdict != .notObservable else { return }
        for table in tables where table.item == ruling.item.id {
            let keys = table.rows.compactMap(\.text)
            for event in 0..<max(1, record.events.count) {
                timeline.refill()
                guard let value = try? timeline.evaluate(table.by, event: record.events.isEmpty ? nil : event, second: nil),
                    let key = try? Limit.key(value, "")
                else { continue }
                seen[table.item + " " + table.path, default: []].insert(keys.contains(key) ? key : "otherwise")
            }
        }
    }

    // MARK: The result

    var parts: [TestCoverage.Part] {
        var parts: [TestCoverage.Part] = []
        func add(_ kind: TestCoverage.Kind, _ name: String, _ node: YAMLNode, _ needed: [String], _ missing: [String]) {
            parts.append(TestCoverage.Part(kind: kind, name: name, position: node.position, needed: needed, missing: missing))
        }
        for item in items {
            guard let node = item["id"], let id = node.text else { continue }
            let verdicts = Set((seen[id] ?? []).compactMap(Verdict.init(rawValue:)))
            add(.items, id, node, ["pass", "fail"], checklist.unproved(verdicts).map(\.rawValue))
        }
        for item in items {
            guard let node = item["when"], let id = item["id"]?.text else { continue }
            let name = id + " when"
            add(.conditions, name, node, ["true", "false"], ["true", "false"].filter { !(seen[name]?.contains($0) ?? false) })
        }
        for table in tables {
            let shown = seen[table.item + " " + table.path] ?? []
            for row in table.rows {
                guard let key = row.text else { continue }
                add(.rows, "\(table.item) \(table.path).\(key)", row, [key], shown.contains(key) ? [] : [key])
            }
        }
        for node in activities {
            guard let name = node.text else { continue }
            add(.activities, name, node, ["happens"], seen[name] == nil ? ["happens"] : [])
        }
        return parts
    }
}

extension ServiceRecord {
    fileprivate func isAlone(in trial: ChecklistTests.Trial) -> Bool { trial.records.count == 1 }
}
