import Checklists
import Fetching
import Foundation
import Language
import Scoring
import TestSupport
import Testing
import Timelines

/// The simulated network of the shared folder: what it says of its own records is what comes of judging them.
struct SimulatedCasesTests {
    private struct Case {
        let partner: String
        let isClosed: Bool
        let seconds: Double
        let route: String
    }

    /// Runs a program of the shared folder; nil where Python or what it needs is absent.
    private static func run(_ script: String, _ arguments: [String], to output: URL? = nil) throws -> Bool {
        guard let shared = Shared.folder else { return false }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", shared + "/statistics/" + script] + arguments
        process.standardError = FileHandle.nullDevice
        if let output { #expect(FileManager.default.createFile(atPath: output.path, contents: nil)) }
        process.standardOutput = try output.map { try FileHandle(forWritingTo: $0) } ?? FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static func rows(_ url: URL) throws -> [[String]] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private static func cases(_ records: URL, asOf: Instant, keeping: Set<String>) throws -> (cases: Cases, slots: ItemSlots) {
        guard let shared = Shared.folder else { return (Cases(), ItemSlots([])) }
        let text = try String(contentsOfFile: shared + "/statistics/checklists/simulated.yaml", encoding: .utf8)
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(files: [("simulated.yaml", text)], diagnostics: diagnostics)
        #expect(diagnostics.sorted.isEmpty)
        let activities = ActivityTable(checklists.flatMap(\.activityNames))
        let plan = CasePlan(mix: .usual, window: CaseWindow(months: 12, endingAt: asOf))
        let judge = Judge(
            checklists: checklists, activities: activities, partners: nil, producible: [:], asOf: asOf,
            settle: .seconds(30 * 86_400), cases: plan)
        let sort = SpillingSort()
        var reader = RecordReader(source: "s", mapping: .canonical(source: "s"), format: .ndjson, activities: activities)
        var scratch = judge.makeScratch()
        func judgeAll() throws {
            while let work = reader.next() {
                try sort.withBatch { batch in
                    for var record in work.run().records where keeping.contains(record.id) {
                        judge.judge(&record, scratch: &scratch, into: &batch)
                    }
                }
            }
        }
        try reader.consume(.bytes([UInt8](try Data(contentsOf: records)), page: 1))
        try judgeAll()
        try reader.finish()
        try judgeAll()
        let slots = ItemSlots(judge.items)
        let recorder = CaseRecorder(
            slots: slots.slots.count, measures: judge.measures, mixFields: plan.mix.names, months: 12, memoryLimit: 10_000)
        var scorer = Scorer(items: judge.items, partners: nil, recorder: recorder)
        var rows = sort.sorted()
        while let row = try rows.next() {
            try scorer.add(try JudgementRow(partner: row.group, record: row.key, payload: row.payload)) { _ in }
        }
        return (try scorer.finish { _ in }.cases, slots)
    }

    @Test func `closed records of the simulator count as it says itself`() throws {
        guard Shared.bytes("statistics/sim.py") != nil else { return }
        let folder = FileManager.default.temporaryDirectory.appending(path: "touchline-simulated-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let arguments = ["--scenario", "easy", "--seed", "7", "--partners", "12", "--out", folder.path]
        guard try Self.run("sim.py", arguments) else {
            print("skipped: the simulator does not run here (it needs Python with numpy)")
            return
        }
        let records = folder.appending(path: "records.ndjson")
        #expect(try Self.run("to_records.py", [folder.path + "/events.ndjson"], to: records))
        var truth: [String: Case] = [:]
        for row in try Self.rows(folder.appending(path: "cases.csv")) {
            truth[row[0]] = Case(
                partner: row[1], isClosed: row[10] == "1", seconds: (Double(row[11]) ?? 0) * 3600, route: row[12])
        }
        // What is closed but owed until a later instant counts for the simulator when that has come.
        let owed = try Self.rows(folder.appending(path: "verdicts.csv")).filter { $0[3] == "pending" }.map { $0[0] }
        let closed = Set(truth.filter(\.value.isClosed).map(\.key)).subtracting(owed)
        let asOf = try #require(Instant(rfc3339: "2026-01-01T00:00:00Z"))
        let (cases, slots) = try Self.cases(records, asOf: asOf, keeping: closed)

        var verdicts: [[String]: [Int]] = [:]
        for row in try Self.rows(folder.appending(path: "verdicts.csv")) where closed.contains(row[0]) {
            guard let place = ["pass", "fail", "no_evidence"].firstIndex(of: row[3]) else { continue }
            verdicts[[row[1], row[2]], default: [0, 0, 0]][place] += 1
        }
        var counted: [[String]: [Int]] = [:]
        for (slot, item) in slots.slots.enumerated() {
            let cells = try cases.cells(of: slot)
            for (index, group) in cells.group.enumerated() {
                let key = [cases.groups.partners[Int(cases.groups.partner[Int(group)])], item.description.id]
                let row = [cells.met[index], cells.missed[index], cells.unobserved[index]].map { Int($0) }
                counted[key] = zip(counted[key] ?? [0, 0, 0], row).map { $0 + $1 }
            }
        }
        #expect(counted.count > 50)
        for key in Set(counted.keys).union(verdicts.keys) {
            #expect(counted[key] == verdicts[key], "\(key)")
        }

        let time = try #require(cases.measures.firstIndex { $0.id == "duration" })
        let lengths = try cases.durations(of: time)
        #expect(lengths.isEnded.allSatisfy { $0 } && lengths.group.count == closed.count)
        let expected = closed.compactMap { truth[$0]?.seconds }.sorted()
        #expect(zip(lengths.seconds.sorted(), expected).allSatisfy { abs($0 - $1) < 0.5 })

        let way = try #require(cases.measures.firstIndex { $0.id == "path" })
        let routes = try cases.routes(of: way)
        var taken: [[String]: Int] = [:]
        for (index, group) in routes.group.enumerated() {
            let partner = cases.groups.partners[Int(cases.groups.partner[Int(group)])]
            taken[[partner, routes.routes[Int(routes.route[index])]], default: 0] += Int(routes.count[index])
        }
        let said = closed.compactMap { truth[$0] }.reduce(into: [[String]: Int]()) {
            $0[[$1.partner, $1.route], default: 0] += 1
        }
        #expect(taken == said)
    }
}
