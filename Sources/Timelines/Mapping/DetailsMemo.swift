/// Details of events that were made before. What there is to say of an event beside who did what is mostly one of a few things,
/// such as a channel and a reason, and the same words make the same details. Each has one place, by the hash of its words, and
/// gives way to the next that wants it. Used by one thread, and deallocated by whoever made it.
struct DetailsMemo {
    /// The fields that the details are made of.
    private let fields: UnsafeMutableBufferPointer<FieldPlan.Short>
    /// The words at hand, and behind them those of each place.
    private let marks: UnsafeMutablePointer<TextMark>
    private let places: UnsafeMutablePointer<Place>

    private struct Place {
        var isTaken = false
        var details: EventDetails?
    }

    private static let bits = 6
    private static let mostFields = 6

    /// Nil where the details are not made of a few fields alone that can be looked at where they stand.
    init?(_ plans: [FieldPlan]) {
        guard plans.count <= Self.mostFields, plans.allSatisfy({ $0.short.kind.isText || $0.short.kind == .constant }) else {
            return nil
        }
        fields = .allocate(capacity: plans.count)
        _ = fields.initialize(from: plans.map(\.short))
        marks = .allocate(capacity: plans.count * (1 + 1 << Self.bits))
        marks.initialize(repeating: TextMark(), count: plans.count * (1 + 1 << Self.bits))
        places = .allocate(capacity: 1 << Self.bits)
        places.initialize(repeating: Place(), count: 1 << Self.bits)
    }

    func deallocate() {
        fields.deallocate()
        marks.deallocate()
        places.deinitialize(count: 1 << Self.bits)
        places.deallocate()
    }

    /// Looks at the words of an event: the place of its details, or nil where they cannot be told by words.
    @inline(__always)
    func place(_ reader: FieldReader) -> Int? {
        var hash: UInt64 = 0
        for index in 0..<fields.count {
            guard let mark = mark(fields[index], reader) else { return nil }
            marks[index] = mark
            hash = (hash &* 31) ^ mark.hash(0)
        }
        return Int(truncatingIfNeeded: hash >> UInt64(64 - Self.bits))
    }

    @inline(__always)
    private func mark(_ short: FieldPlan.Short, _ reader: FieldReader) -> TextMark? {
        if short.kind == .constant { return TextMark() }
        let place = reader.place(short)
        switch place.kind {
        case Timelines.Place.Kind.string:
            guard place.count <= TextMark.whole, let start = place.start else { return nil }
            return TextMark(start, place.count)
        case Timelines.Place.Kind.absent: return TextMark()
        case Timelines.Place.Kind.int: return TextMark(number: place.int)
        default: return nil
        }
    }

    /// The details of the words at hand, which may be none at all; nil where they were not made before.
    @inline(__always)
    func details(at place: Int) -> EventDetails?? {
        guard places[place].isTaken else { return nil }
        let kept = marks + (1 + place) * fields.count
        for index in 0..<fields.count where kept[index] != marks[index] { return nil }
        return .some(places[place].details)
    }

    /// Remembers what was made of the words at hand.
    func keep(_ details: EventDetails?, at place: Int) {
        (marks + (1 + place) * fields.count).update(from: marks, count: fields.count)
        places[place] = Place(isTaken: true, details: details)
    }
}
