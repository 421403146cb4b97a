import Foundation

/// Rows that one thread gathers for a `SpillingSort`: one piece of memory for all of them, whatever their number.
package struct RowBatch {
    /// Where a row lies in `bytes`: the key first, then the payload.
    private struct Row {
        let start: Int
        let keyCount: UInt32
        let payloadCount: UInt32
        let group: Int

        var end: Int { start + Int(keyCount) + Int(payloadCount) }
    }

    private var bytes: [UInt8] = []
    private var rows: [Row] = []
    private var groups: [ByteText: Int] = [:]
    private var groupNames: [String] = []

    init() {}

    /// About how much memory the rows take.
    var size: Int { bytes.count + rows.count * MemoryLayout<Row>.stride }

    var isEmpty: Bool { rows.isEmpty }

    package mutating func add(group: String, key: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer) {
        rows.append(
            Row(
                start: bytes.count, keyCount: UInt32(key.count), payloadCount: UInt32(payload.count), group: number(of: group)))
        bytes.append(contentsOf: key)
        bytes.append(contentsOf: payload)
    }

    private mutating func number(of group: String) -> Int {
        if let number = groups[ByteText(text: group)] { return number }
        groups[ByteText(text: group)] = groupNames.count
        groupNames.append(group)
        return groupNames.count - 1
    }

    /// The rows in order, as `RunReader` reads them: each group's name and number of rows, then its rows. Forgets them,
    /// but keeps the memory.
    mutating func seal() -> [UInt8] {
        var sealed: [UInt8] = []
        sealed.reserveCapacity(bytes.count + rows.count * 8 + groupNames.reduce(0) { $0 + $1.utf8.count + 8 })
        let ordered = rowsByGroup()
        for group in groupNames.indices.sorted(by: { groupNames[$0].utf8.lexicographicallyPrecedes(groupNames[$1].utf8) }) {
            let members = sorted(ordered[group])
            sealed.append(UInt32(groupNames[group].utf8.count), UInt32(members.count))
            sealed.append(contentsOf: groupNames[group].utf8)
            for member in members {
                let row = rows[member]
                sealed.append(row.keyCount, row.payloadCount)
                bytes.withUnsafeBufferPointer { bytes in
                    sealed.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[row.start..<row.end]))
                }
            }
        }
        bytes.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        groups.removeAll(keepingCapacity: true)
        groupNames.removeAll(keepingCapacity: true)
        return sealed
    }

    /// The numbers of each group's rows, in the order of insertion.
    private func rowsByGroup() -> [[Int]] {
        var counts = [Int](repeating: 0, count: groupNames.count)
        for row in rows { counts[row.group] += 1 }
        var members: [[Int]] = counts.map { count in
            var list: [Int] = []
            list.reserveCapacity(count)
            return list
        }
        for index in rows.indices { members[rows[index].group].append(index) }
        return members
    }

    /// Rows of one group by key; those of equal keys stay as they are. What comes in order, and much does, is only looked at.
    private func sorted(_ members: [Int]) -> [Int] {
        bytes.withUnsafeBytes { bytes in
            func key(_ row: Row) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: bytes[row.start..<row.start + Int(row.keyCount)])
            }
            let isSorted = zip(members, members.dropFirst()).allSatisfy { compareBytes(key(rows[$0]), key(rows[$1])) <= 0 }
            if isSorted { return members }
            return members.sorted { a, b in
                let order = compareBytes(key(rows[a]), key(rows[b]))
                return order == 0 ? a < b : order < 0
            }
        }
    }
}

/// A text that is equal to another only where the bytes are.
struct ByteText: Hashable {
    let text: String

    static func == (a: ByteText, b: ByteText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// Byte by byte; a shorter one that the longer begins with comes first.
@inline(__always)
func compareBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    if let left = a.baseAddress, let right = b.baseAddress {
        let order = memcmp(left, right, min(a.count, b.count))
        if order != 0 { return Int(order) }
    }
    return a.count - b.count
}

extension [UInt8] {
    fileprivate mutating func append(_ first: UInt32, _ second: UInt32) {
        let both = UInt64(first.littleEndian) | UInt64(second.littleEndian) << 32
        Swift.withUnsafeBytes(of: both) { append(contentsOf: $0) }
    }
}
