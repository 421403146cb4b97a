import Language

/// Finds the group of each row: by `group_by`, or, for `distinct` alone, by everything that the row says.
final class RowGrouper {
    private let mapping: Mapping
    private let groups = RowGroups()
    private let parser = JSONParser()
    private var elements = Scope(slots: 2)
    private var rejections: [Rejection] = []
    private var rejected = 0

    init(mapping: Mapping) {
        self.mapping = mapping
        parser.missing = mapping.missing
    }

    func finish() throws(SpillError) { try groups.finish() }

    func take(bytes: Int) throws(SpillError) -> [RowGroup] { try groups.take(bytes: bytes) }

    /// Rows without a group, since the last time they were taken.
    func takeRejections() -> [Rejection] {
        defer { rejections = [] }
        return rejections
    }

    func add(_ block: CSVBlock) throws(SpillError) {
        var scope = Scope(slots: 2, block: block)
        for (index, row) in block.rows.enumerated() {
            let content = CSVBlockBuilder.content(of: index, in: block)
            let packed = PackedRow(
                page: row.page, number: row.number, pointer: "/\(row.line)",
                header: groups.number(of: block.header(ofRow: index)), content: content)
            try add(packed, .row(index), &scope)
        }
    }

    func add(_ element: JSONElement, page: Int, number: Int, pointer: String) throws(SpillError) {
        var writer = JSONWriter()
        writer.element(element)
        let packed = PackedRow(page: page, number: number, pointer: pointer, header: -1, content: writer.bytes)
        elements.open(element.document)
        defer { elements.close() }
        try add(packed, .json(element.index), &elements)
    }

    func add(line: UnsafeBufferPointer<UInt8>, page: Int, number: Int, pointer: String) throws {
        let document = try parser.parse(padded: line)
        try add(document.root, page: page, number: number, pointer: pointer)
    }

    private func add(_ row: PackedRow, _ slot: Scope.Slot, _ scope: inout Scope) throws(SpillError) {
        guard let groupBy = mapping.groupBy else {
            return try groups.add(row, key: String(decoding: row.content, as: UTF8.self))
        }
        scope.set(0, slot)
        scope.set(1, .value(.int(Int64(row.number))))
        do {
            if let key = try scope.withText(groupBy, anyKind: true, { String(decoding: $0, as: UTF8.self) }) {
                return try groups.add(row, key: key)
            }
            reject(row, "the row has no group")
        } catch let error as EvaluationError {
            reject(row, error.message)
        } catch let error as SpillError {
            throw error
        } catch {
            reject(row, "\(error)")
        }
    }

    private func reject(_ row: PackedRow, _ why: String) {
        let provenance = Provenance(source: mapping.source, page: row.page, pointer: row.pointer, sequence: row.number - 1)
        rejections.append(Rejection(provenance, field: "group_by", why: why))
    }
}
