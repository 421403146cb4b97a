import Foundation

/// One sorted run, read from its start to its end: out of memory, or piece by piece out of a file. Its rows lie in a buffer
/// of its own, where each stays until the next is asked for.
struct RunReader {
    private let file: SpillFile?
    private var offset: Int64
    private let end: Int64
    private let buffer: Buffer
    /// The bytes at hand are those from `position` up to `filled`.
    private var position = 0
    private var filled: Int
    private var rowsLeft = 0

    /// The group of the rows at hand; nil at the end.
    private(set) var group: [UInt8]?
    private(set) var key: UnsafeRawBufferPointer
    private(set) var payload: UnsafeRawBufferPointer

    /// Memory that grows with the largest row.
    private final class Buffer {
        private(set) var bytes: UnsafeMutableRawBufferPointer

        init(_ count: Int) { bytes = .allocate(byteCount: count, alignment: 8) }

        deinit { bytes.deallocate() }

        /// Moves a range to the start of memory of at least `count` bytes.
        func keep(_ range: Range<Int>, count: Int) {
            let old = bytes
            if count > old.count { bytes = .allocate(byteCount: count, alignment: 8) }
            if let target = bytes.baseAddress, let source = old.baseAddress {
                memmove(target, source + range.lowerBound, range.count)
            }
            if count > old.count { old.deallocate() }
        }
    }

    init(memory: [UInt8]) {
        self.init(file: nil, run: 0..<0, bufferSize: memory.count)
        buffer.bytes.copyBytes(from: memory)
        filled = memory.count
    }

    init(file: SpillFile?, run: Range<Int64>, bufferSize: Int) {
        self.file = file
        offset = run.lowerBound
        end = run.upperBound
        buffer = Buffer(max(bufferSize, 8))
        filled = 0
        key = UnsafeRawBufferPointer(start: nil, count: 0)
        payload = key
    }

    /// Goes on to the next group, whose rows begin with `nextRow`.
    mutating func nextGroup() throws(SpillError) {
        guard position < filled || offset < end else {
            group = nil
            return
        }
        let (count, rows) = try head()
        try fill(count)
        group = Array(buffer.bytes[position..<position + count])
        position += count
        rowsLeft = rows
    }

    /// Goes on to the next row; false where the group has no more.
    mutating func nextRow() throws(SpillError) -> Bool {
        guard rowsLeft > 0 else { return false }
        rowsLeft -= 1
        let (keyCount, payloadCount) = try head()
        try fill(keyCount + payloadCount)
        let bytes = UnsafeRawBufferPointer(buffer.bytes)
        let middle = position + keyCount
        key = UnsafeRawBufferPointer(rebasing: bytes[position..<middle])
        position = middle + payloadCount
        payload = UnsafeRawBufferPointer(rebasing: bytes[middle..<position])
        return true
    }

    private mutating func head() throws(SpillError) -> (Int, Int) {
        try fill(8)
        let both = UInt64(littleEndian: buffer.bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        position += 8
        return (Int(both & 0xFFFF_FFFF), Int(both >> 32))
    }

    /// Makes sure that `needed` bytes lie at the position.
    private mutating func fill(_ needed: Int) throws(SpillError) {
        guard filled - position < needed else { return }
        buffer.keep(position..<filled, count: needed)
        filled -= position
        position = 0
        let wanted = Int(min(end - offset, Int64(buffer.bytes.count - filled)))
        guard let file, filled + wanted >= needed else { throw SpillError(description: "a temporary file ends too soon") }
        try file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[filled..<filled + wanted]))
        filled += wanted
        offset += Int64(wanted)
    }
}
