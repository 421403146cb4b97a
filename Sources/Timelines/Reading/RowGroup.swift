import Language

/// A row on its way to its group, in bytes: where it stood, and what it says. JSON rows are kept as JSON, CSV rows field
/// by field, each with the number of its header.
struct PackedRow: Sendable {
    var page: Int
    /// Counts the rows of the source, from 1.
    var number: Int
    /// `/LINE`, or the JSON pointer.
    var pointer: String
    /// Of a CSV row; -1 for JSON.
    var header: Int
    var content: [UInt8]

    init(page: Int, number: Int, pointer: String, header: Int, content: [UInt8]) {
        self.page = page
        self.number = number
        self.pointer = pointer
        self.header = header
        self.content = content
    }

    /// Five numbers of eight bytes, the pointer, the content.
    var packed: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(40 + content.count)
        for number in [page, number, header, pointer.utf8.count] {
            withUnsafeBytes(of: Int64(number).littleEndian) { bytes += $0 }
        }
        bytes += pointer.utf8
        bytes += content
        return bytes
    }

    init(unpacking bytes: [UInt8]) {
        func number(_ index: Int) -> Int {
            (0..<8).reduce(0) { $0 | Int(bytes[8 * index + $1]) << (8 * $1) }
        }
        let middle = 32 + number(3)
        self.init(
            page: number(0), number: number(1), pointer: String(decoding: bytes[32..<middle], as: UTF8.self),
            header: number(2), content: Array(bytes[middle...]))
    }
}

/// The rows of one group in the order in which they were read.
struct RowGroup: Sendable {
    let key: String
    /// Counts the groups as they were first seen, from 0.
    let sequence: Int
    var rows: [PackedRow]
    /// The headers that CSV rows count.
    let headers: [CSVHeader]
}

/// Maps groups.
struct GroupRunner {
    let mapping: Mapping
    let activities: ActivityTable

    func run(_ groups: [RowGroup], _ take: MappingWork.Taker) -> MappedBatch {
        guard let isTable = groups.first?.rows.first.map({ $0.header >= 0 }) else { return MappedBatch() }
        let groups = mapping.isDistinct ? groups.map(distinct) : groups
        return isTable ? runTables(groups, take) : runDocuments(groups, take)
    }

    private func distinct(_ group: RowGroup) -> RowGroup {
        var group = group
        var seen: Set<[UInt8]> = []
        group.rows.removeAll { !seen.insert($0.content).inserted }
        return group
    }

    private func runTables(_ groups: [RowGroup], _ take: MappingWork.Taker) -> MappedBatch {
        var builder = CSVBlockBuilder()
        for group in groups { for row in group.rows { builder.add(row) } }
        let block = builder.block(headers: groups[0].headers, missing: mapping.missing)
        var mapper = Mapper(mapping: mapping, activities: activities, block: block)
        var record = ServiceRecord()
        var start = 0
        for group in groups {
            let rows = start..<start + group.rows.count
            start = rows.upperBound
            mapper.groupRows = rows.map { .row($0) }
            run(group, rows: .value(.list(.source(CSVRows(block, rows)))), &mapper, &record, take)
        }
        return mapper.batch
    }

    private func runDocuments(_ groups: [RowGroup], _ take: MappingWork.Taker) -> MappedBatch {
        var mapper = Mapper(mapping: mapping, activities: activities)
        var record = ServiceRecord()
        let parser = JSONParser()
        parser.missing = mapping.missing
        for group in groups {
            do {
                let document = try Self.parse(group, parser)
                mapper.scope.open(document)
                var place = JSONTape.root + 1
                mapper.groupRows.removeAll(keepingCapacity: true)
                for _ in group.rows {
                    mapper.groupRows.append(.json(place))
                    place = document.tape.next(after: place)
                }
                run(group, rows: .json(JSONTape.root), &mapper, &record, take)
            } catch {
                // Every row was parsed once: only memory can be short here.
                mapper.fail("unreadable", "the rows of one group cannot be read again: \(error)", sequence: group.sequence)
            }
            mapper.scope.close()
        }
        return mapper.batch
    }

    private static func parse(_ group: RowGroup, _ parser: JSONParser) throws(JSONError) -> JSONDocument {
        var text: [UInt8] = []
        for row in group.rows {
            text.append(text.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
            text += row.content
        }
        text.append(UInt8(ascii: "]"))
        return try parser.parse(text)
    }

    private func run(
        _ group: RowGroup, rows: Scope.Slot, _ mapper: inout Mapper, _ record: inout ServiceRecord, _ take: MappingWork.Taker
    ) {
        guard let first = group.rows.first, let last = group.rows.last, let firstSlot = mapper.groupRows.first,
            let lastSlot = mapper.groupRows.last
        else { return }
        mapper.groupNumbers = group.rows.map(\.number)
        mapper.scope.set(BaseSlot.it, lastSlot)
        mapper.scope.set(BaseSlot.rowNumber, .value(.int(Int64(last.number))))
        if mapping.groupBy != nil {
            mapper.scope.set(BaseSlot.rows, rows)
            mapper.scope.set(BaseSlot.first, firstSlot)
            mapper.scope.set(BaseSlot.last, lastSlot)
            mapper.scope.set(BaseSlot.key, .value(.string(group.key)))
        }
        mapper.mapRecord(
            Provenance(source: mapping.source, page: first.page, pointer: first.pointer, sequence: group.sequence), &record,
            take)
    }
}

/// Puts packed CSV rows together again.
struct CSVBlockBuilder {
    private var bytes: [UInt8] = []
    private var spans: [CSVBlock.Span] = []
    private var rows: [CSVBlock.Row] = []

    mutating func add(_ row: PackedRow) {
        rows.append(CSVBlock.Row(firstSpan: spans.count, line: 0, page: row.page, number: row.number, header: row.header))
        let content = row.content
        var at = 0
        while at + 4 <= content.count {
            let count = (0..<4).reduce(0) { $0 | Int(content[at + $1]) << (8 * $1) }
            let start = bytes.count
            bytes += content[(at + 4)..<(at + 4 + count)]
            spans.append(CSVBlock.Span(start: UInt32(start), end: UInt32(bytes.count)))
            at += 4 + count
        }
    }

    func block(headers: [CSVHeader], missing: MissingTexts) -> CSVBlock {
        bytes.withUnsafeBufferPointer {
            CSVBlock(copying: $0, spans: spans, rows: rows, headers: headers, missing: missing)
        }
    }

    /// The fields of a row, each after its length in four bytes.
    static func content(of row: Int, in block: CSVBlock) -> [UInt8] {
        var content: [UInt8] = []
        for column in block.header(ofRow: row).names.indices {
            let field = block.field(column, ofRow: row)
            withUnsafeBytes(of: UInt32(field.count).littleEndian) { content += $0 }
            content += field
        }
        return content
    }
}
