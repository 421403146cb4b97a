import Testing

@testable import Checklists
@testable import Language

/// Silence is never green: whatever is taken out of a mapping, nothing looks better for it.
///
/// Better is: a fail that becomes anything but not observable; what was no pass becoming a pass or being kept; what was owed
/// becoming nothing. Two things of a mapping are left out, since the contract says what their absence means: a record
/// without `opened` opens with its first event, and `id`, `at`, `activity`, `for` and `when` make the records and events.
struct SilenceTests {
    /// The keys that a mapping may have or not, and the events and activities that it tells.
    private static func removals(from source: YAMLNode) -> [[String]] {
        let fixed: Set = ["id", "opened", "at", "activity", "for", "when", "of", "table", "otherwise"]
        let map = source["map"] ?? source
        var paths: Set<[String]> = []
        for path in map.paths() {
            guard let last = path.last else { continue }
            if path.count >= 2, path[path.count - 2] == "table" {
                // Only the tables of activities: other tables say what a value means.
                if path.contains("activity") { paths.insert(path) }
            } else if path.count == 2, path[0] == "events" {
                paths.insert(path)
            } else if path == ["customer", "id"] || !fixed.contains(last) && last != "events" && Int(last) == nil {
                guard !path.contains("table"), !path.contains("for") else { continue }
                // A field of events is gone where no entry gives it.
                paths.insert(path.first == "events" ? ["events", "*"] + path.dropFirst(2) : path)
            }
        }
        return paths.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func isBetter(_ before: Verdict, _ after: Verdict) -> Bool {
        if after == before || after == .notObservable { return false }
        switch before {
        case .fail: return true
        case .pass: return false
        case .holding: return after == .pass
        case .pending: return after != .fail
        case .notActivated, .notApplicable, .notObservable: return after == .pass || after == .holding
        }
    }

    @Test(arguments: [0, 1, 2])
    func `nothing looks better without an activity, a field or an entry of a mapping`(_ number: Int) throws {
        let demo = try DemoSources()
        let source = demo.sources[number]
        let map = try #require(source["map"])
        let before = try demo.judged(source)
        let items = demo.checklists.flatMap(\.items)
        var problems: [String] = []
        var compared = 0
        let removals = Self.removals(from: source)
        for removal in removals {
            let rest = try #require(map.removing(removal[...]))
            guard case .mapping(let entries) = source.kind else { return }
            let changed = source.with(
                .mapping(entries.map { $0.key.text == "map" ? YAMLNode.Entry(key: $0.key, value: rest) : $0 }))
            let after = try demo.judged(changed)
            for (record, verdicts) in after.sorted(by: { $0.key < $1.key }) {
                guard let earlier = before[record] else { continue }
                for item in items.indices {
                    compared += 1
                    if Self.isBetter(earlier[item], verdicts[item]) {
                        problems.append(
                            "\(removal.joined(separator: ".")): \(record) \(items[item].id) \(earlier[item]) -> \(verdicts[item])"
                        )
                    }
                }
            }
        }
        print(
            "silence: \(DemoSources.id(of: source)), \(removals.count) removals, \(compared) verdicts, \(problems.count) better")
        let kinds = Dictionary(grouping: problems) { $0.split(separator: ":").first.map(String.init) ?? "" }
        for (kind, all) in kinds.sorted(by: { $0.key < $1.key }) { print("  \(kind): \(all.count), \(all[0])") }
        #expect(removals.count > 20)
        #expect(problems.prefix(10) == [])
    }
}
