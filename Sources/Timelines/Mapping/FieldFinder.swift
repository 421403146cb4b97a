import Language

/// Finds everything that a mapping wants of an object in one walk over it. The keys of one object are expected to come in
/// the order of the one before; where they do, finding costs one comparison a key. Used by one thread.
final class FieldFinder {
    /// A key, and the field that wants it; `nobody` where it is only known to be of no use.
    struct Key {
        var mark = TextMark()
        var field = FieldFinder.nobody
    }

    /// What is looked for in the objects of one variable.
    private struct Shape {
        var wanted: UnsafeMutableBufferPointer<Key>
        /// The keys of the last objects, in their order.
        var expected: UnsafeMutablePointer<Key>
        var expectedCount = 0
        var surprises = 0
    }

    static let nobody = -1

    private static let mostExpected = 64
    private static let mostSurprises = 256

    /// By field: what stands there.
    let places: UnsafeMutablePointer<Place>
    private let shapes: UnsafeMutablePointer<Shape>
    private let shapeCount: Int
    /// The document's missing texts, kept here since they are asked for with every text.
    private let missing: UnsafeMutablePointer<MissingTexts>
    /// Owns the bytes of the keys.
    private let wanted: [[WantedFields.Field]]

    init(_ wanted: [[WantedFields.Field]], count: Int) {
        self.wanted = wanted
        shapeCount = wanted.count
        missing = .allocate(capacity: 1)
        missing.initialize(to: MissingTexts())
        places = .allocate(capacity: max(1, count))
        places.initialize(repeating: Place.unknown, count: max(1, count))
        shapes = .allocate(capacity: max(1, wanted.count))
        for (slot, fields) in wanted.enumerated() {
            let keys = UnsafeMutableBufferPointer<Key>.allocate(capacity: fields.count)
            for (index, field) in fields.enumerated() {
                let mark = field.key.bytes.baseAddress.map { TextMark($0, field.key.bytes.count) } ?? TextMark()
                keys.initializeElement(at: index, to: Key(mark: mark, field: field.number))
            }
            let expected = UnsafeMutablePointer<Key>.allocate(capacity: Self.mostExpected)
            (shapes + slot).initialize(to: Shape(wanted: keys, expected: expected))
        }
    }

    deinit {
        for slot in wanted.indices {
            shapes[slot].wanted.deallocate()
            shapes[slot].expected.deallocate()
        }
        missing.deinitialize(count: 1)
        missing.deallocate()
        shapes.deallocate()
        places.deallocate()
    }

    /// The variable is no object of the page now.
    @inline(__always)
    func forget(_ slot: Int) { note(slot, Place.unknown) }

    @inline(__always)
    private func note(_ slot: Int, _ place: Place) {
        guard slot < shapeCount else { return }
        for key in shapes[slot].wanted { places[key.field] = place }
    }

    /// The variable is the element at a place now: finds what is wanted of it.
    @inline(__always)
    func look(_ slot: Int, at object: Int, on tape: PageTape) {
        guard slot < shapeCount, !shapes[slot].wanted.isEmpty else { return }
        guard tape.kind(at: object) == PageTape.Kind.object else { return forget(slot) }
        note(slot, Place.absent)
        walk(shapes + slot, object, tape)
    }

    private func walk(
        _ shape: UnsafeMutablePointer<Shape>, _ object: Int, _ tape: PageTape
    ) {
        let expected = shape.pointee.expected
        var next = 0
        var index = object + 1
        let end = tape.end(of: object)
        while index < end {
            let (start, length) = tape.text(at: index)
            let mark = TextMark(start, length)
            var field: Int
            // Asked anew each time: a surprise may make the finder forget what it expected.
            if next < shape.pointee.expectedCount, expected[next].mark == mark {
                field = expected[next].field
                next += 1
            } else {
                field = surprise(shape, mark, &next)
            }
            if field != Self.nobody {
                if length > TextMark.whole { field = self.field(of: start, length, mark, shape) }
                if field != Self.nobody {
                    places[field] = isNothing(index + 1, tape) ? Place.absent : Place(index + 1, on: tape)
                }
            }
            index = tape.next(after: index + 1)
        }
    }

    /// The number of a wanted field, by its key.
    func number(of key: UnsafeBufferPointer<UInt8>, slot: Int) -> Int? {
        guard slot < wanted.count else { return nil }
        return wanted[slot].first { $0.key.equals(key) }?.number
    }

    /// From now on these texts mean nothing.
    func see(_ texts: MissingTexts) {
        if missing.pointee != texts { missing.pointee = texts }
    }

    /// True for null and for a missing text.
    @inline(__always)
    func isNothing(_ index: Int, _ tape: PageTape) -> Bool {
        switch tape.kind(at: index) {
        case PageTape.Kind.null: return true
        case PageTape.Kind.string:
            let (start, count) = tape.text(at: index)
            guard missing.pointee.lengths & 1 << UInt64(truncatingIfNeeded: min(count, 63)) != 0 else { return false }
            return isMissing(start, count)
        default: return false
        }
    }

    /// A bit for every length that a missing text has.
    var missingLengths: UInt64 { missing.pointee.lengths }

    /// True for a text that means nothing.
    @inline(never)
    func isMissing(_ place: Place) -> Bool { missing.pointee.contains(place.text) }

    @inline(never)
    private func isMissing(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        missing.pointee.contains(UnsafeBufferPointer(start: start, count: count))
    }

    /// A key that does not come where it is expected: others were left out before it, or it is new.
    @inline(never)
    private func surprise(_ shape: UnsafeMutablePointer<Shape>, _ mark: TextMark, _ next: inout Int) -> Int {
        let expected = shape.pointee.expected
        for place in next..<shape.pointee.expectedCount where expected[place].mark == mark {
            next = place + 1
            return expected[place].field
        }
        let field = shape.pointee.wanted.first { $0.mark == mark }?.field ?? Self.nobody
        shape.pointee.surprises += 1
        if shape.pointee.surprises > Self.mostSurprises {
            // The objects are others now: learn anew from the next one.
            shape.pointee.surprises = 0
            shape.pointee.expectedCount = 0
            next = 0
        } else if next == shape.pointee.expectedCount, next < Self.mostExpected {
            (expected + next).initialize(to: Key(mark: mark, field: field))
            shape.pointee.expectedCount += 1
            next += 1
        }
        return field
    }

    /// The field of a key that is longer than its mark tells.
    private func field(
        of start: UnsafePointer<UInt8>, _ length: Int, _ mark: TextMark, _ shape: UnsafeMutablePointer<Shape>
    ) -> Int {
        let text = UnsafeBufferPointer(start: start, count: length)
        for fields in wanted {
            for field in fields where field.key.equals(text) && shape.pointee.wanted.contains(where: { $0.field == field.number })
            {
                return field.number
            }
        }
        return Self.nobody
    }
}
