import Fetching
import Language

/// A piece of a source that is mapped on its own: pure, on any thread, in any order.
package struct MappingWork: Sendable {
    enum Rows: Sendable {
        /// Elements of a page, by their places on its tape.
        case elements(JSONDocument, [Int])
        /// Records that an expression made.
        case values([Value])
        /// Whole lines of NDJSON with padding behind `count` bytes; the first is line `line`.
        case lines([UInt8], count: Int, line: Int)
        case table(CSVBlock)
        case groups([RowGroup])
        case nothing
    }

    let mapping: Mapping
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

    package func run() -> MappedBatch {
        var batch: MappedBatch
        switch rows {
        case .elements(let document, let places): batch = runElements(document, places)
        case .values(let values): batch = runValues(values)
        case .lines(let bytes, let count, let line): batch = runLines(bytes, count, line)
        case .table(let block): batch = runTable(block)
        case .groups(let groups): batch = GroupRunner(mapping: mapping, activities: activities).run(groups)
        case .nothing: batch = MappedBatch()
        }
        batch.rejections = known.rejections + batch.rejections
        batch.warnings = known.warnings + batch.warnings
        batch.failure = known.failure ?? batch.failure
        return batch
    }

    private func provenance(_ offset: Int, _ pointer: String) -> Provenance {
        Provenance(source: mapping.source, page: page, pointer: pointer, sequence: sequence + offset)
    }

    private func runElements(_ document: JSONDocument, _ places: [Int]) -> MappedBatch {
        var mapper = Mapper(mapping: mapping, activities: activities)
        mapper.batch.records.reserveCapacity(places.count)
        mapper.scope.open(document)
        let prefix = (mapping.records?.pointer ?? "") + "/"
        for (offset, place) in places.enumerated() {
            let provenance = provenance(offset, prefix + String(firstIndex + offset))
            mapper.map(place, number: sequence + offset + 1, provenance)
        }
        return mapper.batch
    }

    private func runValues(_ values: [Value]) -> MappedBatch {
        var mapper = Mapper(mapping: mapping, activities: activities)
        for (offset, value) in values.enumerated() {
            let provenance = provenance(offset, "/" + String(firstIndex + offset))
            mapper.scope.set(BaseSlot.it, .value(value))
            mapper.scope.set(BaseSlot.rowNumber, .value(.int(Int64(sequence + offset + 1))))
            mapper.mapRecord(provenance)
        }
        return mapper.batch
    }

    private func runTable(_ block: CSVBlock) -> MappedBatch {
        var mapper = Mapper(mapping: mapping, activities: activities, block: block)
        mapper.batch.records.reserveCapacity(block.rows.count)
        for (index, row) in block.rows.enumerated() {
            mapper.scope.set(BaseSlot.it, .row(index))
            mapper.scope.set(BaseSlot.rowNumber, .value(.int(Int64(row.number))))
            let provenance = Provenance(
                source: mapping.source, page: row.page,
                pointer: mapper.scope.memo.text(Int64(row.line), after: UInt8(ascii: "/")), sequence: row.number - 1)
            mapper.mapRecord(provenance)
        }
        return mapper.batch
    }

    private func runLines(_ bytes: [UInt8], _ count: Int, _ firstLine: Int) -> MappedBatch {
        var mapper = Mapper(mapping: mapping, activities: activities)
        let parser = JSONParser()
        parser.missing = mapping.missing
        bytes.withUnsafeBufferPointer { buffer in
            for line in NDJSONLines(UnsafeBufferPointer(rebasing: buffer[..<count])) {
                let offset = line.number
                let pointer = mapper.scope.memo.text(Int64(firstLine + offset), after: UInt8(ascii: "/"))
                let provenance = provenance(offset, pointer)
                do {
                    mapper.scope.open(try parser.parse(padded: line.text))
                    mapper.map(JSONTape.root, number: sequence + offset + 1, provenance)
                } catch {
                    mapper.fail(
                        "not_json", "line \(firstLine + offset) of page \(page) is not JSON: \(error)",
                        sequence: sequence + offset)
                }
                mapper.scope.close()
            }
        }
        return mapper.batch
    }
}

extension Mapper {
    /// Maps the element at a place of the open document.
    mutating func map(_ place: Int, number: Int, _ provenance: Provenance) {
        scope.set(BaseSlot.it, .json(place))
        scope.set(BaseSlot.rowNumber, .value(.int(Int64(number))))
        mapRecord(provenance)
    }

    mutating func mapRecord(_ provenance: Provenance) {
        guard mapping.isCanonical else { return map(provenance) }
        guard case .json(let place) = scope.slots[BaseSlot.it] else {
            batch.rejections.append(Rejection(provenance, field: "id", why: "a canonical record must be a JSON object"))
            return
        }
        let element = JSONElement(document: scope.document, index: place)
        let read = CanonicalRecord.read(
            element, provenance: provenance, partner: mapping.partner, activities: activities,
            keepsOrder: mapping.order == .source, rejectedEvents: &batch.eventRejections)
        switch read {
        case .success(let record): batch.records.append(record)
        case .failure(let problem):
            batch.rejections.append(Rejection(provenance, field: problem.field, why: problem.why))
        }
    }

    mutating func fail(_ code: String, _ message: String, sequence: Int) {
        if batch.failure == nil { batch.failure = ReadFailure(Outcome.Reason(code, message), sequence: sequence) }
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
