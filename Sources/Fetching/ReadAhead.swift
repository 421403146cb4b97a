import Synchronization

/// How much may lie unread of the answers that nobody waits for yet, all of them together: a partner works ahead while pages
/// before are read, and memory stays bounded whatever their size.
final class ReadAhead: Sendable {
    private let left: Atomic<Int>

    init(bytes: Int) { left = Atomic(bytes) }

    /// False, and nothing is taken, where there is not so much left.
    func take(_ count: Int) -> Bool {
        if left.subtract(count, ordering: .relaxed).newValue >= 0 { return true }
        left.add(count, ordering: .relaxed)
        return false
    }

    func give(back count: Int) {
        if count > 0 { left.add(count, ordering: .relaxed) }
    }
}
