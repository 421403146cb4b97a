import Fetching
import Language

extension MappingWork {
    /// Every row as JSON of its own, with where it stood, in order; null stands for what is missing. Says what could not be
    /// read.
    func forEachRow<Failure: Error>(_ body: (PackedRow) throws(Failure) -> Void) throws(Failure) -> ReadFailure? {
        switch rows {
        case .elements(let document, let places): try packElements(document, places, body)
        case .cut(let list, let range): return try packCut(list, range, body)
        case .values(let values): try packValues(values, body)
        case .lines(let bytes, let count, let line): return try packLines(bytes, count, line, body)
        case .table(let block): try packTable(block, body)
        case .groups, .joined, .nothing: break
        }
        return nil
    }

    private func packed(_ offset: Int, _ pointer: String, _ content: [UInt8]) -> PackedRow {
        PackedRow(page: page, number: sequence + offset + 1, pointer: pointer, header: -1, content: content)
    }

    private func packElements<Failure: Error>(
        _ document: JSONDocument, _ places: [Int], _ body: (PackedRow) throws(Failure) -> Void
    ) throws(Failure) {
        let prefix = (mapping.records?.pointer ?? "") + "/"
        for (offset, place) in places.enumerated() {
            let content = JSONWriter.bytes(of: JSONElement(document: document, index: place))
            try body(packed(offset, prefix + String(firstIndex + offset), content))
        }
    }

    private func packCut<Failure: Error>(
        _ list: JSONList, _ range: Range<Int>, _ body: (PackedRow) throws(Failure) -> Void
    ) throws(Failure) -> ReadFailure? {
        let prefix = (mapping.records?.pointer ?? "") + "/"
        for (offset, element) in list.elements[range].enumerated() {
            let document: JSONDocument
            do {
                document = try list.document(of: element)
            } catch {
                let reason = Outcome.Reason("not_json", "record \(firstIndex + offset) of page \(page) is not JSON: \(error)")
                return ReadFailure(reason, sequence: sequence + offset)
            }
            document.missing = mapping.missing
            try body(packed(offset, prefix + String(firstIndex + offset), JSONWriter.bytes(of: document.root)))
        }
        return nil
    }

    private func packValues<Failure: Error>(_ values: [Value], _ body: (PackedRow) throws(Failure) -> Void) throws(Failure) {
        for (offset, value) in values.enumerated() {
            var writer = JSONWriter()
            writer.value(value)
            try body(packed(offset, "/" + String(firstIndex + offset), writer.bytes))
        }
    }

    private func packLines<Failure: Error>(
        _ bytes: [UInt8], _ count: Int, _ firstLine: Int, _ body: (PackedRow) throws(Failure) -> Void
    ) throws(Failure) -> ReadFailure? {
        let parser = JSONParser()
        parser.missing = mapping.missing
        var failure: ReadFailure?
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<Void, Failure> in
            for line in NDJSONLines(UnsafeBufferPointer(rebasing: buffer[..<count])) {
                let document: JSONDocument
                do {
                    document = try parser.parse(padded: line.text)
                } catch {
                    let reason = Outcome.Reason(
                        "not_json", "line \(firstLine + line.number) of page \(page) is not JSON: \(error)")
                    failure = failure ?? ReadFailure(reason, sequence: sequence + line.number)
                    continue
                }
                do throws(Failure) {
                    try body(packed(line.number, "/\(firstLine + line.number)", JSONWriter.bytes(of: document.root)))
                } catch {
                    return .failure(error)
                }
            }
            return .success(())
        }
        try result.get()
        return failure
    }

    private func packTable<Failure: Error>(_ block: CSVBlock, _ body: (PackedRow) throws(Failure) -> Void) throws(Failure) {
        for (index, row) in block.rows.enumerated() {
            var writer = JSONWriter()
            let header = block.header(ofRow: index)
            writer.beginObject()
            for (column, name) in header.names.enumerated() where header.column(of: name) == column {
                guard let field = block.field(named: name, ofRow: index) else { continue }
                writer.key(name)
                writer.string(utf8: field)
            }
            writer.endObject()
            try body(
                PackedRow(page: row.page, number: row.number, pointer: "/\(row.line)", header: -1, content: writer.bytes))
        }
    }
}

extension JSONWriter {
    /// An element of a document whose missing texts are known, with null in their place.
    fileprivate static func bytes(of element: JSONElement) -> [UInt8] {
        var writer = JSONWriter()
        writer.element(element, nullingMissing: true)
        return writer.bytes
    }
}
