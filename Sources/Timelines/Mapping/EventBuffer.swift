import Language

/// The events of the record that is being mapped, made where they lie and moved from here into the record.
final class EventBuffer {
    private var events: UnsafeMutablePointer<Event>
    private var capacity = 64
    private(set) var count = 0
    private let offsets = Offsets()

    /// Writes the fields of an event, each of them once, into memory that holds none yet: of an event that is put together
    /// first the compiler makes a copy, and counts the references of all its texts.
    struct Writer {
        fileprivate let event: UnsafeMutableRawPointer
        fileprivate let offsets: Offsets

        @inline(__always)
        func at(_ at: Instant) { (event + offsets.at).initializeMemory(as: Instant.self, to: at) }

        @inline(__always)
        func activity(_ activity: consuming String, _ symbol: Symbol) {
            (event + offsets.activity).initializeMemory(as: String.self, to: activity)
            (event + offsets.symbol).initializeMemory(as: Symbol.self, to: symbol)
        }

        @inline(__always)
        func actor(id: consuming String?) { (event + offsets.actorID).initializeMemory(as: String?.self, to: id) }

        @inline(__always)
        func party(_ party: Party?) { (event + offsets.party).initializeMemory(as: Party?.self, to: party) }

        @inline(__always)
        func details(_ details: consuming EventDetails?) {
            (event + offsets.details).initializeMemory(as: EventDetails?.self, to: details)
        }
    }

    /// Where the fields of an event lie in it.
    fileprivate struct Offsets {
        let at = offset(of: \.at)
        let activity = offset(of: \.activity)
        let symbol = offset(of: \.symbol)
        let actorID = offset(of: \.actorID)
        let party = offset(of: \.party)
        let details = offset(of: \.details)

        private static func offset(of field: PartialKeyPath<Event>) -> Int {
            guard let offset = MemoryLayout<Event>.offset(of: field) else { preconditionFailure("a field that is not stored") }
            return offset
        }
    }

    init() { events = .allocate(capacity: capacity) }

    deinit {
        removeAll()
        events.deallocate()
    }

    /// Where the next event is written; it counts once it is whole.
    @inline(__always)
    func next() -> Writer {
        if count == capacity { grow() }
        return Writer(event: UnsafeMutableRawPointer(events + count), offsets: offsets)
    }

    @inline(__always)
    func keep() { count &+= 1 }

    @inline(never)
    private func grow() {
        let larger = UnsafeMutablePointer<Event>.allocate(capacity: 2 * capacity)
        larger.moveInitialize(from: events, count: count)
        events.deallocate()
        events = larger
        capacity *= 2
    }

    func removeAll() {
        events.deinitialize(count: count)
        count = 0
    }

    /// Moves all events behind others, whose memory is used where it suffices; none are left here.
    func moveAll(into others: inout [Event]) {
        guard count > 0 else { return }
        others.append(contentsOf: Moved(events: events, underestimatedCount: count))
        count = 0
    }

    /// Events that leave the buffer. As a sequence they can be moved into an array that has memory already, and no
    /// references are counted.
    private struct Moved: Sequence, IteratorProtocol {
        let events: UnsafeMutablePointer<Event>
        let underestimatedCount: Int

        /// Nothing is left when all were moved.
        mutating func next() -> Event? { nil }

        func _copyContents(initializing buffer: UnsafeMutableBufferPointer<Event>) -> (Moved, Int) {
            buffer.baseAddress?.moveInitialize(from: events, count: underestimatedCount)
            return (self, underestimatedCount)
        }
    }
}
