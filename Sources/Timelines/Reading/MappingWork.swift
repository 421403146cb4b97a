import Fetching
import Language

/// A piece of a source that is mapped on its own: pure, on any thread, in any order.
package struct MappingWork: Sendable {
    enum Rows: Sendable {
        /// Elements of a page, by their places on its tape.
        case elements(JSONDocument, [Int])
        /// Elements of a page that was not parsed, by their numbers.
        case cut(JSONList, Range<Int>)
        /// Records that an expression made.
        case values([Value])
        /// Whole lines of NDJSON with padding behind `count` bytes; the first is line `line`.
        case lines([UInt8], count: Int, line: Int)
        case table(CSVBlock)
        case groups([RowGroup])
        case joined([JoinedRow])
        case nothing
    }

    let mapping: Mapping
    /// Whether its records should say when they were updated.
    package var tellsUpdates: Bool { mapping.tellsUpdates }
    /// The page that all of it is from; nil where that may be several.
    package var onlyPage: Int? {
        switch rows {
        case .groups, .joined, .nothing: nil
        default: page
        }
    }
    let activities: ActivityTable
    let rows: Rows
    /// The page; groups know theirs.
    let page: Int
    /// The sequence of the first record.
    let sequence: Int
    /// In JSON pages the index of the first record in the list of records.
    var firstIndex = 0
    /// What the reader has to say already.
    var known = MappedBatch()
    /// False to parse every line: the tests compare what comes of it.
    var scansLines = true

    /// Takes a record, lent for as long as it takes: the next one is written over it. Who keeps it asks for `taken()`.
    package typealias Taker = (inout ServiceRecord) -> Void

    /// Maps everything and keeps the records.
    package func run() -> MappedBatch {
        var records: [ServiceRecord] = []
        var batch = run { records.append($0.taken()) }
        batch.records = records
        return batch
    }

    /// Maps one record after the other and hands each on while it is fresh, in the order of the source.
    package func run(_ take: Taker) -> MappedBatch {
        var batch: MappedBatch
        switch rows {
        case .elements(let document, let places): batch = runElements(document, places, take)
        case .cut(let list, let range): batch = runCut(list, range, take)
        case .values(let values): batch = runValues(values, take)
        case .lines(let bytes, let count, let line): batch = runLines(bytes, count, line, take)
        case .table(let block): batch = runTable(block, take)
        case .groups(let groups): batch = GroupRunner(mapping: mapping, activities: activities).run(groups, take)
        case .joined(let rows): batch = runJoined(rows, take)
        case .nothing: batch = MappedBatch()
        }
        batch.rejections = known.rejections + batch.rejections
        batch.eventRejections = known.eventRejections + batch.eventRejections
        batch.warnings = known.warnings + batch.warnings
        batch.failure = known.failure ?? batch.failure
        return batch
    }

    fileprivate func provenance(_ offset: Int, _ pointer: String) -> Provenance {
        Provenance(source: mapping.source, page: page, pointer: pointer, sequence: sequence + offset)
    }

    private func runElements(_ document: JSONDocument, _ places: [Int], _ take: Taker) -> MappedBatch {
        var mapper = Mapper(mapping: mapping, activities: activities)
        var record = ServiceRecord()
        mapper.scope.open(document)
        let prefix = (mapping.records?.pointer ?? "") + "/"
        for (offset, place) in places.enumerated() {
            let provenance = provenance(offset, prefix + String(firstIndex + offset))
            mapper.map(place, number: sequence + offset + 1, provenance, &record, take)
        }
        return mapper.batch
    }

    private func runCut(_ list: JSONList, _ range: Range<Int>, _ take: Taker) -> MappedBatch {
        var runner = CutRunner(work: self, mapper: Mapper(mapping: mapping, activities: activities))
        list.withBytes { runner.run($0, list.elements[range], take) }
        return runner.mapper.batch
    }

    private func runValues(_ values: [Value], _ take: Taker) -> MappedBatch {
        var mapper = Mapper(mapping: mapping, activities: activities)
        var record = ServiceRecord()
        for (offset, value) in values.enumerated() {
            let provenance = provenance(offset, "/" + String(firstIndex + offset))
            mapper.scope.set(BaseSlot.it, .value(value))
            mapper.scope.set(BaseSlot.rowNumber, .value(.int(Int64(sequence + offset + 1))))
            mapper.mapRecord(provenance, &record, take)
        }
        return mapper.batch
    }

    private func runTable(_ block: CSVBlock, _ take: Taker) -> MappedBatch {
        var mapper = Mapper(mapping: mapping, activities: activities, block: block)
        var record = ServiceRecord()
        for (index, row) in block.rows.enumerated() {
            mapper.scope.set(BaseSlot.it, .row(index))
            mapper.scope.set(BaseSlot.rowNumber, .value(.int(Int64(row.number))))
            let provenance = Provenance(
                source: mapping.source, page: row.page,
                pointer: mapper.scope.memo.text(Int64(row.line), after: UInt8(ascii: "/")), sequence: row.number - 1)
            mapper.mapRecord(provenance, &record, take)
        }
        return mapper.batch
    }

    private func runLines(_ bytes: [UInt8], _ count: Int, _ firstLine: Int, _ take: Taker) -> MappedBatch {
        var runner = LineRunner(
            work: self, mapper: Mapper(mapping: mapping, activities: activities), firstLine: firstLine)
        bytes.withUnsafeBufferPointer { runner.run($0, count, take) }
        return runner.mapper.batch
    }
}

extension Mapper {
    /// Maps the element at a place of the open document.
    mutating func map(
        _ place: Int, number: Int, _ provenance: Provenance, _ record: inout ServiceRecord, _ take: MappingWork.Taker
    ) {
        scope.set(BaseSlot.it, .json(place))
        scope.set(BaseSlot.rowNumber, .value(.int(Int64(number))))
        mapRecord(provenance, &record, take)
    }

    /// Maps a record over another and hands it on.
    mutating func mapRecord(_ provenance: Provenance, _ record: inout ServiceRecord, _ take: MappingWork.Taker) {
        let isRecord = mapping.isCanonical ? read(provenance, into: &record) : map(provenance, into: &record)
        if isRecord { hand(&record, to: take) }
    }

    @inline(__always)
    mutating func hand(_ record: inout ServiceRecord, to take: MappingWork.Taker) {
        batch.recordCount += 1
        take(&record)
    }

    /// Reads a canonical record; false where it is rejected.
    private mutating func read(_ provenance: Provenance, into record: inout ServiceRecord) -> Bool {
        guard case .json(let place) = scope.slots[BaseSlot.it] else {
            batch.rejections.append(Rejection(provenance, field: "id", why: "a canonical record must be a JSON object"))
            return false
        }
        let element = JSONElement(document: scope.document, index: place)
        let read = CanonicalRecord.read(
            element, provenance: provenance, partner: mapping.partner, activities: activities,
            keepsOrder: mapping.order == .source, rejectedEvents: &batch.eventRejections)
        switch read {
        case .success(let found): record = found
        case .failure(let problem):
            var rejection = Rejection(provenance, field: problem.field, why: problem.why)
            rejection.record = element.find("id")?.string
            rejection.partner = element.find("partner")?.string ?? mapping.partner
            batch.rejections.append(rejection)
            return false
        }
        return true
    }

    mutating func fail(_ code: String, _ message: String, sequence: Int) {
        if batch.failure == nil { batch.failure = ReadFailure(Outcome.Reason(code, message), sequence: sequence) }
    }
}

/// Maps the lines of a block one after the other: scanned where that tells everything, else parsed.
private struct LineRunner {
    let work: MappingWork
    var mapper: Mapper
    let firstLine: Int
    private let parser = JSONParser()
    /// The record at hand.
    private var record = ServiceRecord()
    /// Lines that were scanned in vain: of a source whose lines are all strange, most need not be tried.
    private var vain = 0
    private static let mostVain = 64

    init(work: MappingWork, mapper: Mapper, firstLine: Int) {
        self.work = work
        self.mapper = mapper
        self.firstLine = firstLine
        parser.missing = work.mapping.missing
        self.mapper.scope.fields.see(work.mapping.missing)
    }

    mutating func run(_ bytes: UnsafeBufferPointer<UInt8>, _ count: Int, _ take: MappingWork.Taker) {
        guard let start = bytes.baseAddress, count > 0 else { return }
        // A scan ends at a line feed or a zero.
        let isEnded = bytes[count - 1] == UInt8(ascii: "\n") || bytes.count > count && bytes[count] == 0
        let canScan = isEnded && work.scansLines && mapper.scope.scanner != nil
        var position = 0
        var number = 0
        while position < count {
            if canScan, vain < Self.mostVain, let end = scan(start + position, last: start + count, number, take) {
                position = end - start + 1
            } else {
                let end = lineEnd(in: bytes[position..<count]) ?? count
                let text = UnsafeBufferPointer(rebasing: bytes[position..<end])
                if text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { parse(text, number, take) }
                position = end + 1
            }
            number += 1
        }
    }

    private func provenance(_ number: Int) -> Provenance {
        work.provenance(number, mapper.scope.memo.text(Int64(firstLine + number), after: UInt8(ascii: "/")))
    }

    /// The end of the line, where it could be mapped by a scan.
    private mutating func scan(
        _ start: UnsafePointer<UInt8>, last: UnsafePointer<UInt8>, _ number: Int, _ take: MappingWork.Taker
    ) -> UnsafePointer<UInt8>? {
        if let end = mapper.scope.scanner?.scan(start, last: last) {
            let mapped = mapper.mapLine(provenance(number), into: &record)
            if mapped == .record { mapper.hand(&record, to: take) }
            if mapped != .unknown {
                vain = max(0, vain - 1)
                return end
            }
        }
        vain += 1
        return nil
    }

    private mutating func parse(_ text: UnsafeBufferPointer<UInt8>, _ number: Int, _ take: MappingWork.Taker) {
        do {
            mapper.scope.open(try parser.parse(padded: text))
            mapper.map(JSONTape.root, number: work.sequence + number + 1, provenance(number), &record, take)
        } catch {
            mapper.fail(
                "not_json", "line \(firstLine + number) of page \(work.page) is not JSON: \(error)",
                sequence: work.sequence + number)
        }
        mapper.scope.close()
    }
}

/// Maps the elements of a page that was not parsed: scanned where that tells everything, else parsed one by one.
private struct CutRunner {
    let work: MappingWork
    var mapper: Mapper
    private let prefix: String
    private let parser = JSONParser()
    /// The record at hand.
    private var record = ServiceRecord()
    /// As in `LineRunner`.
    private var vain = 0
    private static let mostVain = 64

    init(work: MappingWork, mapper: Mapper) {
        self.work = work
        self.mapper = mapper
        prefix = (work.mapping.records?.pointer ?? "") + "/"
        parser.missing = work.mapping.missing
        self.mapper.scope.fields.see(work.mapping.missing)
    }

    mutating func run(
        _ bytes: UnsafeBufferPointer<UInt8>, _ elements: ArraySlice<JSONList.Element>, _ take: MappingWork.Taker
    ) {
        guard let text = bytes.baseAddress else { return }
        let canScan = work.scansLines && mapper.scope.scanner != nil
        for (offset, element) in elements.enumerated() {
            if canScan, vain < Self.mostVain, scan(text + element.start, to: text + element.end, offset, take) { continue }
            parse(UnsafeBufferPointer(rebasing: bytes[element.start..<element.end]), offset, take)
        }
    }

    private func provenance(_ offset: Int) -> Provenance {
        work.provenance(offset, prefix + String(work.firstIndex + offset))
    }

    private mutating func scan(
        _ start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, _ offset: Int, _ take: MappingWork.Taker
    ) -> Bool {
        if mapper.scope.scanner?.scan(start, to: end) == true {
            let mapped = mapper.mapLine(provenance(offset), into: &record)
            if mapped == .record { mapper.hand(&record, to: take) }
            if mapped != .unknown {
                vain = max(0, vain - 1)
                return true
            }
        }
        vain += 1
        return false
    }

    private mutating func parse(_ text: UnsafeBufferPointer<UInt8>, _ offset: Int, _ take: MappingWork.Taker) {
        do {
            mapper.scope.open(try parser.parse(padded: text))
            mapper.map(JSONTape.root, number: work.sequence + offset + 1, provenance(offset), &record, take)
        } catch {
            mapper.fail(
                "not_json", "record \(work.firstIndex + offset) of page \(work.page) is not JSON: \(error)",
                sequence: work.sequence + offset)
        }
        mapper.scope.close()
    }
}

/// The lines of a block that are not blank, each with its number within the block, from 0.
struct NDJSONLines: Sequence, IteratorProtocol {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var number = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func next() -> (text: UnsafeBufferPointer<UInt8>, number: Int)? {
        while position < bytes.count {
            let start = position
            let end = lineEnd(in: bytes[start...]) ?? bytes.count
            let number = number
            position = end + 1
            self.number += 1
            let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
            if text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { return (text, number) }
        }
        return nil
    }
}
