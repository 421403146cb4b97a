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
    private var groups = NameTable()

    init() {}

    /// About how much memory the rows take.
    var size: Int { bytes.count + rows.count * MemoryLayout<Row>.stride }

    var isEmpty: Bool { rows.isEmpty }

    package mutating func add(group: String, key: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer) {
        let number = groups.number(of: group)
        rows.append(
            Row(start: bytes.count, keyCount: UInt32(key.count), payloadCount: UInt32(payload.count), group: number))
        bytes.append(contentsOf: key)
        bytes.append(contentsOf: payload)
    }

    package mutating func add(group: String, key: [UInt8], payload: [UInt8]) {
        key.withUnsafeBytes { key in payload.withUnsafeBytes { add(group: group, key: key, payload: $0) } }
    }

    /// The rows in order, as `RunReader` reads them: each group's name and number of rows, then its rows. Forgets them,
    /// but keeps the memory.
    mutating func seal() -> [UInt8] {
        let ordered = rowsByGroup()
        let names = groups.names
        let count = bytes.count + rows.count * 8 + names.reduce(0) { $0 + $1.count + 8 }
        let sealed = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            var target = SealedBytes(UnsafeMutableRawBufferPointer(buffer))
            bytes.withUnsafeBytes { bytes in
                for group in names.indices.sorted(by: { names[$0].lexicographicallyPrecedes(names[$1]) }) {
                    let members = sorted(ordered[group])
                    target.append(UInt32(names[group].count), UInt32(members.count))
                    names[group].withUnsafeBytes { target.append($0) }
                    for member in members {
                        let row = rows[member]
                        target.append(row.keyCount, row.payloadCount)
                        target.append(UnsafeRawBufferPointer(rebasing: bytes[row.start..<row.end]))
                    }
                }
            }
            written = target.count
        }
        bytes.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        groups = NameTable()
        return sealed
    }

    /// The numbers of each group's rows, in the order of insertion.
    private func rowsByGroup() -> [[Int]] {
        var counts = [Int](repeating: 0, count: groups.names.count)
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

/// Byte by byte; a shorter one that the longer begins with comes first.
@inline(__always)
func compareBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    if let left = a.baseAddress, let right = b.baseAddress {
        let order = memcmp(left, right, min(a.count, b.count))
        if order != 0 { return Int(order) }
    }
    return a.count - b.count
}

/// A run that is being written, into memory that has room for all of it.
private struct SealedBytes {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    @inline(__always)
    mutating func append(_ first: UInt32, _ second: UInt32) {
        let both = UInt64(first) | UInt64(second) << 32
        memory.storeBytes(of: both.littleEndian, toByteOffset: count, as: UInt64.self)
        count += 8
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + bytes.count]).copyMemory(from: bytes)
        count += bytes.count
    }
}
