/// The memory of a large page that is done with, for the next one: asking the system for as much again, a page of memory at a
/// time, costs as much as reading over the text.
package enum PageBuffers {
    private static let kept = Guarded<[UInt8]>([])
    /// Smaller ones are not worth it.
    private static let least = 1 << 20

    /// An empty buffer with that much room; nil where none is kept.
    package static func take(room: Int) -> [UInt8]? {
        guard room >= least else { return nil }
        return kept.withLock { kept in
            guard kept.capacity >= room else { return nil }
            defer { kept = [] }
            return kept
        }
    }

    /// Keeps the memory of bytes that nobody else has.
    static func keep(_ bytes: consuming [UInt8]) {
        guard bytes.capacity >= least else { return }
        bytes.removeAll(keepingCapacity: true)
        kept.withLock { kept in
            if kept.capacity < bytes.capacity { swap(&kept, &bytes) }
        }
    }
}
