/// Bytes in one piece of memory that grows at its end and is dropped from its start.
final class ByteBuffer {
    private var storage: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 1 << 12)
    private(set) var count = 0

    deinit { storage.deallocate() }

    /// The bytes; valid until the next change.
    var memory: UnsafeMutableBufferPointer<UInt8> { UnsafeMutableBufferPointer(rebasing: storage[..<count]) }

    subscript(range: some RangeExpression<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: UnsafeBufferPointer(memory)[range])
    }

    subscript(_: UnboundedRange) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(memory) }

    func append(contentsOf bytes: UnsafeBufferPointer<UInt8>) {
        grow(to: count + bytes.count)
        _ = UnsafeMutableBufferPointer(rebasing: storage[count...]).update(fromContentsOf: bytes)
        count += bytes.count
    }

    func removeFirst(_ dropped: Int) {
        guard dropped > 0, let start = storage.baseAddress else { return }
        start.update(from: start + dropped, count: count - dropped)
        count -= dropped
    }

    private func grow(to needed: Int) {
        guard needed > storage.count else { return }
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(needed, 2 * storage.count))
        _ = larger.update(fromContentsOf: memory)
        storage.deallocate()
        storage = larger
    }
}
