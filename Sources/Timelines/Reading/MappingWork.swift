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

    func provenance(_ offset: Int, _ pointer: String) -> Provenance {
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
        var runner = TextRunner(self, each: "record", prefix: (mapping.records?.pointer ?? "") + "/", first: firstIndex)
        list.withBytes { runner.run(elements: list.elements[range], of: $0, take) }
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
                pointer: mapper.scope.memo.text(Int64(row.line), after: "/"), sequence: row.number - 1)
            mapper.mapRecord(provenance, &record, take)
        }
        return mapper.batch
    }

    private func runLines(_ bytes: [UInt8], _ count: Int, _ firstLine: Int, _ take: Taker) -> MappedBatch {
        var runner = TextRunner(self, each: "line", prefix: "/", first: firstLine)
        bytes.withUnsafeBufferPointer { runner.run(lines: $0, count, take) }
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
