/// The rows of all runs of a sort, in order, one after the other.
package struct SortedRows {
    /// A row, lent until the next is asked for.
    package struct Row {
        package let group: UnsafeRawBufferPointer
        package let key: UnsafeRawBufferPointer
        package let payload: UnsafeRawBufferPointer
    }

    private var readers: [RunReader]
    private var hasBegun = false
    /// The group at hand.
    private var group = GroupName([])
    /// The readers that have rows of it, by their rows at hand: the first has the next row of all.
    private var order: [Int] = []

    /// A name that keeps its place in memory.
    private final class GroupName {
        let bytes: UnsafeMutableRawBufferPointer

        init(_ name: [UInt8]) {
            bytes = .allocate(byteCount: name.count, alignment: 1)
            bytes.copyBytes(from: name)
        }

        deinit { bytes.deallocate() }
    }

    /// Runs in the order of insertion.
    init(_ readers: [RunReader]) { self.readers = readers }

    /// The next row, or nil at the end.
    package mutating func next() throws(SpillError) -> Row? {
        if let first = order.first {
            if try readers[first].nextRow() { putInPlace() } else { order.removeFirst() }
        }
        if order.isEmpty { try openGroup() }
        guard let first = order.first else { return nil }
        return Row(group: UnsafeRawBufferPointer(group.bytes), key: readers[first].key, payload: readers[first].payload)
    }

    /// Finds the next group, and the runs that have rows of it.
    private mutating func openGroup() throws(SpillError) {
        for index in readers.indices where !hasBegun || readers[index].group.map(isOpen) ?? false {
            try readers[index].nextGroup()
        }
        hasBegun = true
        let names = readers.compactMap(\.group)
        guard let name = names.min(by: { $0.lexicographicallyPrecedes($1) }) else { return }
        group = GroupName(name)
        for index in readers.indices where readers[index].group == name {
            if try readers[index].nextRow() { order.append(index) }
        }
        order.sort(by: precedes)
    }

    private func isOpen(_ name: [UInt8]) -> Bool { name.elementsEqual(group.bytes) }

    /// The first reader has moved on: puts it where its new row belongs. Runs that were cut one after the other mostly
    /// follow one another, so it mostly stays.
    private mutating func putInPlace() {
        guard order.count > 1, !precedes(order[0], order[1]) else { return }
        let moved = order[0]
        var low = 1
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if precedes(moved, order[middle]) { high = middle } else { low = middle + 1 }
        }
        for place in 1..<low { order[place - 1] = order[place] }
        order[low - 1] = moved
    }

    /// By key; equal keys by run.
    private func precedes(_ a: Int, _ b: Int) -> Bool {
        let order = compareBytes(readers[a].key, readers[b].key)
        return order == 0 ? a < b : order < 0
    }
}
