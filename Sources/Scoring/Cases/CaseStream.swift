import Checklists
import Language

/// The records of an audit in the order of their groups, as bytes: a byte that says whether a record begins a group, its marks,
/// its id where it is an example, and the outcomes of measures. Whoever wants one item or measure reads through all of it.
struct CaseStream: Sendable {
    let measures: MeasureSlots
    fileprivate let markBytes: Int
    fileprivate let store: BlockStore
    /// The number of the partner of each group.
    fileprivate let partners: [Int32]

    fileprivate struct Record {
        /// The number of its group.
        let group: Int
        let marks: UnsafeRawBufferPointer
        /// Empty where it is no example.
        let id: UnsafeRawBufferPointer
        let measures: UnsafeRawBufferPointer
    }

    /// Reads record after record; each is there until the next is asked for.
    fileprivate struct Reader {
        private let stream: CaseStream
        private let hasMeasures: Bool
        private let buffer = BlockBuffer()
        private var block = 0
        private var group = -1
        private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        private var reader = ByteReader(bytes: UnsafeRawBufferPointer(start: nil, count: 0))

        init(_ stream: CaseStream) {
            self.stream = stream
            hasMeasures = !stream.measures.planned.isEmpty
        }

        mutating func next() throws -> Record? {
            if reader.isAtEnd {
                guard block < stream.store.count else { return nil }
                bytes = try stream.store.read(block, into: buffer)
                reader = ByteReader(bytes: bytes)
                block += 1
            }
            if try reader.byte() != 0 { group += 1 }
            let start = reader.place
            try reader.skip(stream.markBytes)
            let marks = UnsafeRawBufferPointer(rebasing: bytes[start..<reader.place])
            let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
            let id = CaseMark.hasExamples(marks) ? try reader.text() : nothing
            return Record(group: group, marks: marks, id: id, measures: hasMeasures ? try reader.text() : nothing)
        }
    }

    // MARK: Items

    func cells(of slot: Int) throws -> ItemCells {
        var cells = ItemCells()
        guard slot >> 2 < markBytes else { return cells }
        var reader = Reader(self)
        var group = -1
        var counts: (met: Int32, missed: Int32, unobserved: Int32) = (0, 0, 0)
        while let record = try reader.next() {
            if record.group != group {
                cells.append(counts, of: group)
                group = record.group
                counts = (0, 0, 0)
            }
            switch CaseMark.mark(of: slot, in: record.marks) {
            case CaseMark.met: counts.met += 1
            case CaseMark.missed: counts.missed += 1
            case CaseMark.unobserved: counts.unobserved += 1
            default: break
            }
        }
        cells.append(counts, of: group)
        return cells
    }

    func examples(of slot: Int) throws -> ItemExamples {
        var examples = ItemExamples()
        guard slot >> 2 < markBytes else { return examples }
        var reader = Reader(self)
        while let record = try reader.next() {
            let mark = CaseMark.mark(of: slot, in: record.marks)
            guard mark == CaseMark.missed || mark == CaseMark.unobserved else { continue }
            if examples.groups.last?.group != Int32(record.group) {
                examples.groups.append(ItemExamples.Group(group: Int32(record.group)))
            }
            let last = examples.groups.count - 1
            if mark == CaseMark.missed {
                if examples.groups[last].missed.count < ItemExamples.most { examples.groups[last].missed.append(record.id.text) }
            } else if examples.groups[last].unobserved.count < ItemExamples.most {
                examples.groups[last].unobserved.append(record.id.text)
            }
        }
        return examples
    }

    // MARK: Measures

    private func forEachOutcome(of measure: Int, _ body: (Int, Int, MeasureOutcome) throws -> Void) throws {
        guard measures.slots.indices.contains(measure) else { return }
        let wanted = Set(measures.slots[measure].planned)
        var reader = Reader(self)
        while let record = try reader.next() {
            var outcomes = ByteReader(bytes: record.measures)
            var number = 0
            while !outcomes.isAtEnd {
                let outcome = try MeasureOutcome(&outcomes)
                if wanted.contains(number), outcome != .notApplicable { try body(record.group, number, outcome) }
                number += 1
            }
        }
    }

    func durations(of measure: Int) throws -> DurationCells {
        var cells = DurationCells()
        // Of the group at hand.
        var group = -1
        var lengths: [(seconds: Double, isEnded: Bool)] = []
        func close() {
            lengths.sort { a, b in a.seconds != b.seconds ? a.seconds < b.seconds : a.isEnded && !b.isEnded }
            for length in lengths {
                cells.group.append(Int32(group))
                cells.seconds.append(length.seconds)
                cells.isEnded.append(length.isEnded)
            }
            lengths.removeAll(keepingCapacity: true)
        }
        try forEachOutcome(of: measure) { at, _, outcome in
            guard case .duration(let seconds, let nanoseconds, let isEnded) = outcome else { return }
            if at != group {
                close()
                group = at
            }
            lengths.append((Double(seconds) + Double(nanoseconds) / 1e9, isEnded))
        }
        close()
        return cells
    }

    func routes(of measure: Int) throws -> RouteCells {
        var found: [RouteKey: Int] = [:]
        var names: [String] = []
        var rows: [(group: Int32, route: Int, count: Int32)] = []
        try forEachOutcome(of: measure) { group, planned, outcome in
            guard case .route(let bits) = outcome else { return }
            let key = RouteKey(planned: planned, bits: bits)
            let route: Int
            if let known = found[key] {
                route = known
            } else {
                let name = measures.planned[planned].route(bits)
                route = names.firstIndex { $0.hasBytes(of: name) } ?? names.count
                if route == names.count { names.append(name) }
                found[key] = route
            }
            var place = rows.count
            while place > 0, rows[place - 1].group == Int32(group) {
                if rows[place - 1].route == route { break }
                place -= 1
            }
            if place > 0, rows[place - 1].group == Int32(group) {
                rows[place - 1].count += 1
            } else {
                rows.append((Int32(group), route, 1))
            }
        }
        return Self.cells(rows, names)
    }

    private struct RouteKey: Hashable {
        let planned: Int
        let bits: UInt64
    }

    private static func cells(_ rows: [(group: Int32, route: Int, count: Int32)], _ names: [String]) -> RouteCells {
        var cells = RouteCells()
        let order = names.indices.sorted { names[$0].precedes(names[$1]) }
        var places = [Int32](repeating: 0, count: names.count)
        for (place, route) in order.enumerated() { places[route] = Int32(place) }
        cells.routes = order.map { names[$0] }
        for row in rows.sorted(by: { ($0.group, places[$0.route]) < ($1.group, places[$1.route]) }) {
            cells.group.append(row.group)
            cells.route.append(places[row.route])
            cells.count.append(row.count)
        }
        return cells
    }

    func gaps(of measure: Int, partners count: Int) throws -> MeasureGaps {
        var gaps = MeasureGaps(partners: count)
        try forEachOutcome(of: measure) { group, _, outcome in
            let partner = Int(partners[group])
            if outcome == .notObservable { gaps.unobserved[partner] += 1 }
            if outcome == .skewed { gaps.skewed[partner] += 1 }
        }
        return gaps
    }
}

extension ItemCells {
    /// Nothing where there is nothing.
    fileprivate mutating func append(_ counts: (met: Int32, missed: Int32, unobserved: Int32), of group: Int) {
        guard counts != (0, 0, 0) else { return }
        append(group: Int32(group), met: counts.met, missed: counts.missed, unobserved: counts.unobserved)
    }
}

extension MeasureDescription {
    /// The name of a route that is given by a bit for each of its activities.
    fileprivate func route(_ bits: UInt64) -> String {
        guard case .route(let names) = kind, bits != 0 else { return "base" }
        return names.enumerated().filter { bits >> UInt64($0.offset) & 1 != 0 }.map(\.element).joined(separator: "+")
    }
}

/// Writes a `CaseStream`, record by record.
struct CaseStreamWriter: ~Copyable {
    private let markBytes: Int
    private let measures: MeasureSlots
    private var store: BlockStore
    private var block = OutputBytes(capacity: 2 * CaseRecorder.blockSize)

    init(markBytes: Int, measures: MeasureSlots, memoryLimit: Int) {
        self.markBytes = markBytes
        self.measures = measures
        store = BlockStore(memoryLimit: memoryLimit)
    }

    /// `rest` is what a recorder keeps of a record behind its numbers.
    mutating func append(_ rest: UnsafeRawBufferPointer, isFirst: Bool) throws {
        block.append(isFirst ? UInt8(1) : 0)
        block.append(rest)
        if block.count >= CaseRecorder.blockSize { try flush() }
    }

    private mutating func flush() throws {
        guard block.count > 0 else { return }
        _ = try store.append(block.bytes)
        block.removeAll()
    }

    mutating func finish(partners: [Int32]) throws -> CaseStream {
        try flush()
        return CaseStream(measures: measures, markBytes: markBytes, store: store, partners: partners)
    }
}
