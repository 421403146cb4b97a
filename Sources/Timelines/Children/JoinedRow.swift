import Language

/// A record whose children were put into it: JSON of its own, and where it stood. Nulls stand for what is missing.
struct JoinedRow: Sendable {
    /// A list of the record that could not be had, and why.
    struct Lost: Hashable, Sendable {
        let name: String
        let why: String
    }

    let page: Int
    /// Counts the rows of the source, from 1.
    let number: Int
    let pointer: String
    private(set) var text: [UInt8]
    private(set) var lost: [Lost] = []

    init(_ row: PackedRow) {
        page = row.page
        number = row.number
        pointer = row.pointer
        text = row.content
    }

    /// Puts a list of rows, which are JSON, into the record; one of that name that it has of its own gives way.
    mutating func attach(_ name: String, _ rows: [[UInt8]]) {
        guard text.last == UInt8(ascii: "}") else { return lose(name, "the record is no object that could hold '\(name)'") }
        let isEmpty = text.count == 2
        text.removeLast()
        var writer = JSONWriter()
        writer.string(name)
        if !isEmpty { text.append(UInt8(ascii: ",")) }
        text += writer.bytes
        text += ":[".utf8
        for (index, row) in rows.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += row
        }
        text += "]}".utf8
    }

    mutating func lose(_ name: String, _ why: String) { lost.append(Lost(name: name, why: why)) }

    // MARK: In a temporary file

    var packed: [UInt8] {
        var writer = CompactWriter()
        writer.number(page)
        writer.number(number)
        writer.text(pointer)
        writer.number(lost.count)
        for one in lost {
            writer.text(one.name)
            writer.text(one.why)
        }
        return writer.bytes + text
    }

    init(unpacking bytes: [UInt8]) throws(RowDecodingError) {
        var reader = CompactReader(bytes)
        page = try reader.number()
        number = try reader.number()
        pointer = try reader.text()
        for _ in 0..<(try reader.count()) { lost.append(Lost(name: try reader.text(), why: try reader.text())) }
        text = reader.rest
    }
}

/// A record some of whose lists could not be had, as expressions see it: whoever asks for them is told so, and never that
/// they are empty.
final class LostRecord: MapSource {
    private let record: JSONElement
    private let lost: [JoinedRow.Lost]

    init(_ record: JSONElement, _ lost: [JoinedRow.Lost]) {
        self.record = record
        self.lost = lost
    }

    var keys: [String] {
        let keys = record.keys
        return keys + lost.map(\.name).filter { !keys.contains($0) }
    }

    func value(forKey key: String) throws(EvaluationError) -> Value? {
        if let one = lost.first(where: { $0.name == key }) { throw EvaluationError(.unreadable, one.why) }
        return record.value(forKey: key)
    }
}

extension MappingWork {
    /// Maps records that have their children, each parsed on its own.
    func runJoined(_ rows: [JoinedRow], _ take: Taker) -> MappedBatch {
        var mapper = Mapper(mapping: mapping, activities: activities)
        var record = ServiceRecord()
        let parser = JSONParser()
        for row in rows {
            let provenance = Provenance(source: mapping.source, page: row.page, pointer: row.pointer, sequence: row.number - 1)
            do {
                let document = try parser.parse(row.text)
                mapper.scope.open(document)
                if row.lost.isEmpty {
                    mapper.map(JSONTape.root, number: row.number, provenance, &record, take)
                } else {
                    mapper.map(row, document.root, provenance, &record, take)
                }
            } catch {
                // Each part was parsed once: together they may be nested too deeply.
                mapper.batch.rejections.append(
                    Rejection(provenance, field: "children", why: "the record with its children is not JSON: \(error)"))
            }
            mapper.scope.close()
        }
        return mapper.batch
    }
}

extension Mapper {
    /// Maps a record some of whose lists could not be had. Its events are not known; each such list is counted once, however
    /// many of the mapping's expressions ask for it.
    fileprivate mutating func map(
        _ row: JoinedRow, _ root: JSONElement, _ provenance: Provenance, _ record: inout ServiceRecord,
        _ take: MappingWork.Taker
    ) {
        let before = batch.eventRejections.count
        let isObject = root.isObject
        scope.set(BaseSlot.it, isObject ? .value(.map(.source(LostRecord(root, row.lost)))) : .json(root.index))
        scope.set(BaseSlot.rowNumber, .value(.int(Int64(row.number))))
        let isRecord = map(provenance, into: &record)
        let told = Set(row.lost.map(\.why))
        batch.eventRejections =
            batch.eventRejections[..<before] + batch.eventRejections[before...].filter { !told.contains($0.why) }
        for one in row.lost {
            batch.eventRejections.append(Rejection(provenance, field: one.name, why: one.why))
            if isRecord { record.unreadable.insert(UnreadableField(UnreadableField.events, why: one.why)) }
        }
        if isRecord { hand(&record, to: take) }
    }
}
