import Checklists
import Foundation
import Scoring

/// How long it takes to raise flags: a network as large as the reference's simulated ones, beside the reference on the same cases
/// where Python has it; and ten million records that are tallied already.
enum ScoringBench {
    private static let items = ["ack", "confirm", "handover", "onsite", "owner", "parts", "survey", "update"]
    private static let levels = [
        ["S1", "S2", "S3", "S4"], ["bronze", "gold", "silver"], ["a", "b", "c", "d", "e"], ["f", "g", "h"],
    ]

    static func run() {
        let small = Network(partners: 100, cases: 40_000, recordsPerCase: 1)
        let took = processor(of: 3) { small.flags() }
        let reference = referenceSeconds(small)
        report(
            "flags of 100 partners, 40,000 records", "\(fixed(took.seconds, 2)) s processor",
            "at most 1 wanted; 8 items, a duration and a route; \(took.result) flags"
                + (reference.map { "; the reference takes \(fixed($0, 2)) s, \(fixed($0 / took.seconds)) times as long" }
                    ?? "; no reference here: Python, numpy, scipy or the shared folder is missing"))
        let large = Network(partners: 1_000, cases: 1_000_000, recordsPerCase: 10)
        let tallied = processor(of: 1) { large.flags() }
        report(
            "flags of 1,000 partners, 10,000,000 records", "\(fixed(tallied.seconds, 2)) s processor",
            "at most 10 wanted; 1,000,000 groups of cases, 8 items; \(tallied.result) flags")
    }

    /// Processor seconds of this process, the least of several runs.
    private static func processor(of rounds: Int, _ work: () -> Int) -> (seconds: Double, result: Int) {
        var best = (seconds: Double.infinity, result: 0)
        for _ in 0..<rounds {
            let before = clock()
            let result = work()
            let seconds = Double(clock() - before) / Double(CLOCKS_PER_SEC)
            if seconds < best.seconds { best = (seconds, result) }
        }
        return best
    }

    /// Cases drawn from a fixed seed; partners differ, as their customers do.
    private struct Network {
        private var groups = CaseGroups()
        private var cells: [ItemCells] = Array(repeating: ItemCells(), count: items.count)
        private var durations = DurationCells()
        private var routes = RouteCells()
        private let results: [PartnerResult]
        private let descriptions = items.map {
            ItemDescription(
                checklist: "bench", checklistTitle: "Bench", version: "1", function: nil, id: $0, title: $0, target: 0.86,
                meaning: "")
        }

        init(partners: Int, cases: Int, recordsPerCase: Int) {
            var random = SplitMix(state: 1)
            groups.mixFields = ["severity", "customer.tier", "customer.region", "function"]
            groups.regions = levels[2]
            for a in levels[0] {
                for b in levels[1] { for c in levels[2] { for d in levels[3] { groups.mixes.append([a, b, c, d]) } } }
            }
            groups.partners = (0..<partners).map { String(format: "P%05d", $0) }
            routes.routes = ["base", "escalated", "reassigned", "waiting"]
            let perPartner = cases / partners
            let perCustomer = 8
            var tallies = Array(repeating: Array(repeating: Tally(), count: items.count), count: partners)
            for partner in 0..<partners {
                let level = random.normal() * 0.2
                for index in 0..<perPartner {
                    if index % perCustomer == 0 { groups.customers.append("\(groups.customers.count)") }
                    if index % 64 == 0 { groups.owners.append("\(groups.owners.count)") }
                    let mix = Int(random.next() % 180)
                    groups.partner.append(Int32(partner))
                    groups.customer.append(Int32(groups.customers.count - 1))
                    groups.owner.append(Int32(groups.owners.count - 1))
                    groups.region.append(Int32(mix / 3 % 5))
                    groups.mix.append(Int32(mix))
                    groups.month.append(Int16(random.next() % 12))
                    let group = Int32(groups.count - 1)
                    let chance = 1 / (1 + exp(-1.9 - level - 0.3 * Double(mix / 45 - 2)))
                    for item in items.indices {
                        var met = 0
                        for _ in 0..<recordsPerCase where random.unit() < chance { met += 1 }
                        cells[item].append(group: group, met: Int32(met), missed: Int32(recordsPerCase - met), unobserved: 0)
                        tallies[partner][item].add(.pass, .met, count: met)
                        tallies[partner][item].add(.fail, .missed, count: recordsPerCase - met)
                    }
                    guard recordsPerCase == 1 else { continue }
                    durations.group.append(group)
                    durations.seconds.append(exp(11 + random.normal()))
                    durations.isEnded.append(random.unit() < 0.9)
                    routes.group.append(group)
                    routes.route.append(Int32([0, 0, 0, 1, 2, 3][Int(random.next() % 6)]))
                    routes.count.append(1)
                }
            }
            let ids = groups.partners
            let described = descriptions
            results = ids.indices.map { partner in
                PartnerResult(
                    id: ids[partner], name: ids[partner], functions: [], records: perPartner,
                    items: zip(described, tallies[partner]).map { Estimate.result(of: $0, $1, worst: []) })
            }
        }

        func flags() -> Int {
            let measures = durations.group.isEmpty ? [] : ScoringBench.measures
            let cases = Cases(groups: groups, items: cells, measures: measures, durations: [0: durations], routes: [1: routes])
            let raised = try? FlagRaiser.raise(results, slots: ItemSlots(descriptions), cases: cases)
            return raised?.flags.count ?? -1
        }

        /// A line a case, as `ScoringReference.py` reads them.
        func write(to path: String) throws {
            var lines = ""
            for row in 0..<groups.count {
                let mix = Int(groups.mix[row])
                let verdicts = items.indices.map { cells[$0].met[row] == 1 ? "0" : "1" }.joined()
                lines +=
                    "\(groups.partner[row]),\(mix / 45),\(mix / 15 % 3),\(mix / 3 % 5),\(mix % 3),\(groups.customer[row]),\(groups.owner[row]),"
                    + "\(groups.month[row]),\(durations.isEnded[row] ? 1 : 0),\(durations.seconds[row] / 3600),\(routes.route[row]),\(verdicts)\n"
            }
            try lines.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    private static let measures = [
        MeasureDescription(
            checklist: "bench", checklistTitle: "Bench", version: "1", function: nil, id: "duration", title: "Time to close",
            kind: .duration, meaning: ""),
        MeasureDescription(
            checklist: "bench", checklistTitle: "Bench", version: "1", function: nil, id: "path", title: "Route",
            kind: .route([]),
            meaning: ""),
    ]

    /// Processor seconds of the reference on the same cases; nil where it cannot be run.
    private static func referenceSeconds(_ network: Network) -> Double? {
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let shared =
            ProcessInfo.processInfo.environment["TOUCHLINE_SHARED"]
            ?? checkout.appending(path: "../../../shared").standardizedFileURL.path
        let file = FileManager.default.temporaryDirectory.appending(path: "touchline-bench-\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        guard (try? network.write(to: file)) != nil else { return nil }
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", checkout.appending(path: "ScoringReference.py").path, shared + "/statistics", file]
        let output = Pipe()
        (python.standardOutput, python.standardError) = (output, FileHandle.nullDevice)
        guard (try? python.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        python.waitUntilExit()
        return Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }

        mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

        mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + unit() } }
    }
}
