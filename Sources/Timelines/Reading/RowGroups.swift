import Language

/// Gathers the rows of a source by key, over all its pages: what does not fit in memory waits in a temporary file.
final class RowGroups {
    private let sort = SpillingSort()
    private var numbers: [String: Int] = [:]
    private var headers: [CSVHeader] = []
    private var rows: SortedRows?
    private var pending: (number: Int, group: RowGroup)?

    /// The number of a header, for `PackedRow.header`.
    func number(of header: CSVHeader) -> Int {
        if let index = headers.lastIndex(where: { $0.names == header.names }) { return index }
        headers.append(header)
        return headers.count - 1
    }

    func add(_ row: PackedRow, key: String) throws(SpillError) {
        let number = numbers[key] ?? numbers.count
        numbers[key] = number
        var payload: [UInt8] = []
        payload.reserveCapacity(row.content.count + 64)
        withUnsafeBytes(of: UInt32(key.utf8.count).littleEndian) { payload += $0 }
        payload += key.utf8
        payload += row.packed
        try sort.add(key: (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }, payload: payload)
    }

    /// Nothing more comes: the groups can be taken.
    func finish() throws(SpillError) {
        numbers = [:]
        rows = sort.sorted()
    }

    /// The next groups, about `bytes` of them; empty at the end.
    func take(bytes limit: Int) throws(SpillError) -> [RowGroup] {
        var groups: [RowGroup] = []
        var size = 0
        while let row = try rows?.next() {
            let number = row.key.reduce(0) { $0 << 8 | Int($1) }
            let payload = Array(row.payload)
            let keyCount = (0..<4).reduce(0) { $0 | Int(payload[$1]) << (8 * $1) }
            let row = PackedRow(unpacking: Array(payload[(4 + keyCount)...]))
            size += payload.count
            if pending?.number == number {
                pending?.group.rows.append(row)
                continue
            }
            if let finished = pending?.group { groups.append(finished) }
            let text = String(decoding: payload[4..<(4 + keyCount)], as: UTF8.self)
            pending = (number, RowGroup(key: text, sequence: number, rows: [row], headers: headers))
            if size >= limit, !groups.isEmpty { return groups }
        }
        if let finished = pending?.group { groups.append(finished) }
        pending = nil
        return groups
    }
}
