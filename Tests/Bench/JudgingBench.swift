import Checklists
import Fetching
import Foundation
import Language
import Timelines

/// Events judged a second on one core: the mapped records of the mapping bench against the escalation checklist.
enum JudgingBench {
    static func run() throws {
        let diagnostics = Diagnostics()
        let file = Checkout.folder + "/checklists/escalation.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let checklists = ChecklistLoader.load(files: [(name: file, text: text)], diagnostics: diagnostics)
        for problem in diagnostics.sorted { print(problem) }
        let activities = ActivityTable(checklists.flatMap(\.activityNames))
        guard let asOf = Instant(rfc3339: "2027-06-01T00:00:00Z") else { return }
        let judge = Judge(
            checklists: checklists, activities: activities, partners: nil, producible: [:], asOf: asOf,
            settle: .seconds(30 * 86400))
        var records = try mapped(activities)
        let events = records.map(\.events.count).reduce(0, +)
        var failing = 0
        let took = fastest(of: 20) {
            failing = 0
            var scratch = judge.makeScratch()
            for index in records.indices {
                let judgement = judge.judge(&records[index], scratch: &scratch)
                for item in judgement.verdicts.indices where judgement.verdicts[item].verdict == .fail { failing += 1 }
            }
        }
        report(
            "events judged, escalation checklist", "\(fixed(Double(events) / took / 1e6, 2)) M/s",
            "\(records.count) records, \(events) events, \(judge.items.count) items, \(failing) breaches with evidence, one core")
    }

    private static func mapped(_ activities: ActivityTable) throws -> [ServiceRecord] {
        guard let mapping = MappingBench.mapping() else { return [] }
        var reader = RecordReader(source: "desk", mapping: mapping, format: .ndjson, activities: activities)
        try reader.consume(.bytes(MappingBench.lines(20_000), page: 1))
        try reader.consume(.ended(.complete))
        try reader.finish()
        var records: [ServiceRecord] = []
        while let work = reader.next() { records += work.run().records }
        return records
    }
}
