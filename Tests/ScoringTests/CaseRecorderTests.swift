import Language
import TestSupport
import Testing
import Timelines

@testable import Checklists
@testable import Scoring

/// Cases that are counted twice: by the recorder, and plainly.
struct CaseRecorderTests {
    /// A record as the scorer hands it on.
    struct Sample: Sendable {
        var partner = "p"
        var record = "r"
        var customer: String?
        var owner: String?
        var region: String?
        var mix: [String?] = []
        var month = 0
        /// A mark a slot.
        var marks: [UInt8] = []
        var outcomes: [MeasureOutcome] = []

        func add(to recorder: CaseRecorder) throws {
            var place = OutputBytes()
            for text in [region] + mix { Self.append(text, to: &place) }
            var row = OutputBytes()
            row.append(compact: month)
            Self.append(customer, to: &row)
            Self.append(owner, to: &row)
            row.append(place.bytes)
            for outcome in outcomes { outcome.write(to: &row) }
            var packed = [UInt8](repeating: 0, count: CaseMark.bytes(for: marks.count))
            for (slot, mark) in marks.enumerated() { packed[slot / 4] |= mark << UInt8(slot % 4 * 2) }
            try Array(partner.utf8).withUnsafeBytes { partner in
                try Array(record.utf8).withUnsafeBytes { record in
                    try packed.withUnsafeBytes { marks in
                        try recorder.add(
                            partner: partner, record: record, try CaseRow(row.bytes, mixFields: mix.count), marks: marks)
                    }
                }
            }
        }

        private static func append(_ text: String?, to bytes: inout OutputBytes) {
            bytes.append(compact: text.map { $0.utf8.count + 1 } ?? 0)
            if let text { bytes.append(text) }
        }

        /// What tells its group from others, in the order of groups.
        var key: [String] {
            [partner, customer.map { "1" + $0 } ?? "0"] + mix.map { $0 ?? "unknown" }
                + [region.map { "1" + $0 } ?? "0", owner.map { "1" + $0 } ?? "0", "\(200 + month)"]
        }
    }

    static let slots = 6
    static let measures = [
        ("time", MeasureDescription.Kind.duration), ("way", .route(["up", "back", "down"])), ("time", .duration),
    ].map { id, kind in
        MeasureDescription(
            checklist: "c", checklistTitle: "C", version: "1", function: nil, id: id, title: id, kind: kind, meaning: "")
    }

    static func recorder(memoryLimit: Int = 1 << 20) -> CaseRecorder {
        CaseRecorder(slots: slots, measures: measures, mixFields: ["severity", "kind"], months: 12, memoryLimit: memoryLimit)
    }

    static func samples(_ count: Int, _ numbers: inout SeededNumbers) -> [Sample] {
        (0..<count).map { index in
            func name(_ letters: String, _ bound: Int, _ numbers: inout SeededNumbers) -> String? {
                let number = numbers.below(bound + 1)
                return number == bound ? nil : "\(letters)\(number)"
            }
            let outcomes: [MeasureOutcome] = measures.map { measure in
                switch numbers.below(5) {
                case 0: return .notApplicable
                case 1: return .notObservable
                case 2: return measure.isRoute ? .notApplicable : .skewed
                default:
                    if measure.isRoute { return .route(UInt64(numbers.below(8))) }
                    return .duration(
                        seconds: Int64(numbers.below(4) * 3600), nanoseconds: Int32(numbers.below(2) * 500_000_000),
                        isEnded: numbers.below(2) == 0)
                }
            }
            return Sample(
                partner: "p\(numbers.below(4))", record: "r\(index * 7919 % 10_007)", customer: name("ä", 12, &numbers),
                owner: name("o", 2, &numbers), region: name("r", 2, &numbers),
                mix: [name("S", 2, &numbers), numbers.below(9) == 0 ? "unknown" : nil], month: numbers.below(4) - 1,
                marks: (0..<slots).map { _ in UInt8(numbers.below(4)) }, outcomes: outcomes)
        }
    }

    /// Everything that can be asked of cases, as text.
    static func all(_ cases: Cases) throws -> String {
        var text = "\(cases.groups)\n\(cases.months)\n\(cases.measures.map(\.id))\n"
        for slot in 0..<slots { text += "\(try cases.cells(of: slot))\n\(try cases.examples(of: slot))\n" }
        for measure in cases.measures.indices {
            text += "\(try cases.durations(of: measure))\n\(try cases.routes(of: measure))\n\(try cases.gaps(of: measure))\n"
        }
        return text
    }

    @Test(arguments: 1...12)
    func `any order and any split into recorders gives the same cases`(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let samples = Self.samples(40 * Int(seed), &numbers)
        let whole = Self.recorder()
        for sample in samples { try sample.add(to: whole) }
        let expected = try Self.all(try whole.finish())
        for memoryLimit in [0, 1 << 20] {
            let shards = (0..<1 + numbers.below(4)).map { _ in Self.recorder(memoryLimit: memoryLimit) }
            for sample in samples.shuffled(using: &numbers) { try sample.add(to: shards[numbers.below(shards.count)]) }
            let joined = Self.recorder(memoryLimit: memoryLimit)
            for shard in shards.shuffled(using: &numbers) { try joined.add(shard) }
            #expect(try Self.all(try joined.finish()) == expected)
        }
    }

    @Test(arguments: 1...6)
    func `groups and cells are what plain counting gives`(seed: UInt64) throws {
        var numbers = SeededNumbers(state: 100 + seed)
        let samples = Self.samples(300, &numbers)
        let recorder = Self.recorder(memoryLimit: seed % 2 == 0 ? 0 : 1 << 20)
        for sample in samples { try sample.add(to: recorder) }
        let cases = try recorder.finish()
        let counted = samples.filter {
            $0.marks != Array(repeating: 0, count: Self.slots) || $0.outcomes.contains { $0 != .notApplicable }
        }
        let keys = Set(counted.map(\.key)).sorted { a, b in
            for (a, b) in zip(a, b) where a != b { return a.precedes(b) }
            return false
        }
        let groups = cases.groups
        #expect(groups.count == keys.count)
        #expect(
            groups.partner.indices.map { index in
                let customer = groups.customer[index] < 0 ? "0" : "1" + groups.customers[Int(groups.customer[index])]
                let region = groups.region[index] < 0 ? "0" : "1" + groups.regions[Int(groups.region[index])]
                let owner = groups.owner[index] < 0 ? "0" : "1" + groups.owners[Int(groups.owner[index])]
                return [groups.partners[Int(groups.partner[index])], customer] + groups.mixes[Int(groups.mix[index])]
                    + [region, owner, "\(200 + Int(groups.month[index]))"]
            } == keys)
        for slot in 0..<Self.slots {
            let cells = try cases.cells(of: slot)
            var expected = ItemCells()
            for (number, key) in keys.enumerated() {
                let marks = counted.filter { $0.key == key }.map { $0.marks[slot] }
                let counts = [1, 2, 3].map { mark in Int32(marks.count { $0 == mark }) }
                if counts == [0, 0, 0] { continue }
                expected.append(group: Int32(number), met: counts[0], missed: counts[1], unobserved: counts[2])
            }
            #expect("\(cells)" == "\(expected)")
            for group in try cases.examples(of: slot).groups {
                let own = counted.filter { $0.key == keys[Int(group.group)] }
                func least(_ mark: UInt8) -> [String] {
                    Array(own.filter { $0.marks[slot] == mark }.map(\.record).sortedByBytes.prefix(ItemExamples.most))
                }
                #expect(group.missed == least(CaseMark.missed) && group.unobserved == least(CaseMark.unobserved))
            }
        }
        let times = try cases.durations(of: 0)
        let lengths = counted.flatMap { sample in
            [0, 2].compactMap { number -> [Double]? in
                guard case .duration(let seconds, let nanoseconds, let isEnded) = sample.outcomes[number] else { return nil }
                let group = keys.firstIndex(of: sample.key) ?? -1
                return [Double(group), Double(seconds) + Double(nanoseconds) / 1e9, isEnded ? 0 : 1]
            }
        }.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(zip(times.group, zip(times.seconds, times.isEnded)).map { [Double($0), $1.0, $1.1 ? 0 : 1] } == lengths)
        #expect(try cases.routes(of: 1).routes.first == "back")
        #expect(
            try cases.routes(of: 1).count.reduce(0, +)
                == counted.count { if case .route = $0.outcomes[1] { true } else { false } })
    }

    @Test func `routes are named by what happened, in the order of the checklist`() throws {
        let recorder = Self.recorder()
        for (index, bits) in [0, 1, 5, 6, 1].enumerated() {
            try Sample(
                record: "\(index)", mix: [nil, nil], marks: Array(repeating: 0, count: Self.slots),
                outcomes: [.notApplicable, .route(UInt64(bits)), .notApplicable]
            ).add(to: recorder)
        }
        let routes = try recorder.finish().routes(of: 1)
        #expect(routes.routes == ["back+down", "base", "up", "up+down"])
        #expect(routes.route == [0, 1, 2, 3] && routes.count == [1, 1, 2, 1] && routes.group == [0, 0, 0, 0])
    }

    @Test func `what says nothing of any item is no case`() throws {
        let recorder = Self.recorder()
        try Sample(marks: Array(repeating: 0, count: Self.slots), outcomes: [.notApplicable, .notApplicable, .notApplicable])
            .add(to: recorder)
        let cases = try recorder.finish()
        #expect(cases.groups.count == 0 && cases.groups.partners.isEmpty)
    }
}
