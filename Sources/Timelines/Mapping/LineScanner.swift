import CScan
import Language

/// Reads the lines of an NDJSON block, or the elements of a page, without a tape: one walk over the text finds what a mapping wants of a record and of
/// the objects in its lists, and checks the grammar on the way. Whatever is unusual (an escape in a wanted text, a list of
/// other things than objects, anything that may not be JSON) makes it give the line up, and the parser reads it instead:
/// so there is one opinion on every line. Used by one thread; valid as long as its `Memory`.
struct LineScanner {
    typealias Text = UnsafePointer<UInt8>

    private let memory: Memory
    private let fields: FieldFinder
    /// By field: what was found of the record.
    private let record: UnsafeMutablePointer<Place>
    /// A bit for every length that a missing text has.
    private var missingLengths: UInt64 = 0
    /// All bytes of the texts so far: beyond ASCII, UTF-8 must be checked.
    private var seen: UInt64 = 0
    /// A line feed is a space like any other.
    private var isInPage = false

    init(_ plan: LinePlan, _ fields: FieldFinder) {
        memory = Memory(plan)
        self.fields = fields
        record = fields.places
    }

    /// Finds what is wanted in the object at `start` and gives the end of its line; nil where the line is given up. The
    /// lines go on to `last`; behind each stands a line feed or a zero, and there are `JSONDocument.padding` bytes more.
    mutating func scan(_ start: Text, last: Text) -> Text? {
        begin()
        let object = spaced(start)
        guard object.pointee == UInt8(ascii: "{"), let end = scan(object, memory.shapes, into: record) else { return nil }
        let behind = spaced(end)
        guard behind.pointee == UInt8(ascii: "\n") || behind == last else { return nil }
        guard seen & 0x8080_8080_8080_8080 == 0 || isUTF8(UnsafeBufferPointer(start: start, count: behind - start)) else {
            return nil
        }
        return behind
    }

    /// Finds what is wanted in the object at `start`, an element of a page of valid UTF-8 that ends with the byte before `end`;
    /// false where it is given up.
    mutating func scan(_ start: Text, to end: Text) -> Bool {
        begin()
        isInPage = true
        guard start.pointee == UInt8(ascii: "{"), let behind = scan(start, memory.shapes, into: record) else { return false }
        return spaced(behind) == end
    }

    private mutating func begin() {
        memory.rowCount = 0
        seen = 0
        missingLengths = fields.missingLengths
        for key in memory.shapes.pointee.wanted { record[key.target.field] = .absent }
    }

    /// What was found of the objects in lists, until the next line is scanned.
    struct Rows {
        fileprivate let first: UnsafeMutablePointer<Place>
        fileprivate let width: Int
        fileprivate let record: UnsafeMutablePointer<Place>
        fileprivate let inLoops: UnsafeMutableBufferPointer<Int>

        /// By field: what was found of an object.
        @inline(__always)
        subscript(number: Int) -> UnsafeMutablePointer<Place> {
            let row = first + number &* width
            for field in inLoops { row[field] = record[field] }
            return row
        }
    }

    var rows: Rows {
        Rows(
            first: memory.rows, width: memory.width, record: record,
            inLoops: UnsafeMutableBufferPointer(start: memory.inLoops, count: memory.inLoopCount))
    }

    // MARK: Objects

    private mutating func scan(
        _ start: Text, _ shape: UnsafeMutablePointer<Shape>, into places: UnsafeMutablePointer<Place>
    ) -> Text? {
        var at = spaced(start + 1)
        if at.pointee == UInt8(ascii: "}") { return at + 1 }
        var next = 0
        while true {
            let key: Key.Target
            let expected = shape.pointee.expected + next
            if next < shape.pointee.expectedCount, Key.stands(expected, at: at) {
                key = expected.pointee.target
                at += expected.pointee.count
                next &+= 1
            } else {
                guard let found = surprise(&at, shape, &next) else { return nil }
                key = found
            }
            at = spaced(at)
            let end: Text?
            if key.field < 0 {
                end = skip(at, depth: 0)
            } else if key.list > 0, at.pointee == UInt8(ascii: "[") {
                end = scanRows(at, memory.shapes + key.list, into: places + key.field)
            } else {
                end = scanValue(at, into: places + key.field)
            }
            guard let end else { return nil }
            at = spaced(end)
            if at.pointee == UInt8(ascii: ",") {
                at = spaced(at + 1)
            } else {
                return at.pointee == UInt8(ascii: "}") ? at + 1 : nil
            }
        }
    }

    /// The objects of a list, a row each.
    private mutating func scanRows(
        _ start: Text, _ shape: UnsafeMutablePointer<Shape>, into place: UnsafeMutablePointer<Place>
    ) -> Text? {
        let first = memory.rowCount
        var at = spaced(start + 1)
        if at.pointee == UInt8(ascii: "]") {
            place.pointee = Place(firstRow: first, count: 0)
            return at + 1
        }
        while at.pointee == UInt8(ascii: "{") {
            guard let end = scan(at, shape, into: memory.addRow()) else { return nil }
            at = spaced(end)
            if at.pointee == UInt8(ascii: ",") {
                at = spaced(at + 1)
            } else {
                place.pointee = Place(firstRow: first, count: memory.rowCount - first)
                return at.pointee == UInt8(ascii: "]") ? at + 1 : nil
            }
        }
        return nil
    }

    /// A key that does not come where it is expected: others were left out before it, or it is new. Moves behind its colon.
    @inline(never)
    private mutating func surprise(
        _ at: inout Text, _ shape: UnsafeMutablePointer<Shape>, _ next: inout Int
    ) -> Key.Target? {
        guard at.pointee == UInt8(ascii: "\""), let end = textEnd(at + 1) else { return nil }
        let key = UnsafeBufferPointer(start: at + 1, count: end - at - 1)
        let colon = spaced(end + 1)
        guard colon.pointee == UInt8(ascii: ":") else { return nil }
        at = colon + 1
        return shape.pointee.target(of: key, &next)
    }

    // MARK: Values

    @inline(__always)
    private mutating func scanValue(_ at: Text, into place: UnsafeMutablePointer<Place>) -> Text? {
        guard at.pointee == UInt8(ascii: "\"") else { return scanOther(at, into: place) }
        guard let end = textEnd(at + 1) else { return nil }
        let count = end - (at + 1)
        place.pointee = Place(text: at + 1, count)
        if missingLengths & 1 << UInt64(truncatingIfNeeded: min(count, 63)) != 0, fields.isMissing(place.pointee) {
            place.pointee = .absent
        }
        return end + 1
    }

    @inline(never)
    private mutating func scanOther(_ at: Text, into place: UnsafeMutablePointer<Place>) -> Text? {
        switch at.pointee {
        case UInt8(ascii: "n"): place.pointee = .absent
        case UInt8(ascii: "t"): place.pointee = .yes
        case UInt8(ascii: "f"): place.pointee = .no
        case UInt8(ascii: "{"), UInt8(ascii: "["): place.pointee = .unknown
        default: return scanNumber(at, into: &place.pointee)
        }
        return skip(at, depth: 0)
    }

    /// The quote that ends a text; nil where an escape or what no text may hold comes before it.
    @inline(__always)
    private mutating func textEnd(_ start: Text) -> Text? {
        let end = touchline_text_end(start, &seen)
        return end.pointee == UInt8(ascii: "\"") ? end : nil
    }

    /// The first byte from `at` on that is no space. A line feed ends a line, so it is none there.
    @inline(__always)
    private func spaced(_ at: Text) -> Text { at.pointee > 0x20 ? at : Self.skipSpaces(at, isInPage) }

    @inline(never)
    private static func skipSpaces(_ start: Text, _ isInPage: Bool) -> Text {
        var at = start
        while at.pointee == 0x20 || at.pointee == 0x09 || at.pointee == 0x0D || isInPage && at.pointee == 0x0A { at += 1 }
        return at
    }
}

// MARK: What is not wanted

extension LineScanner {
    private static let deepest = 32

    /// The place behind a value that nobody wants.
    private mutating func skip(_ at: Text, depth: Int) -> Text? {
        switch at.pointee {
        case UInt8(ascii: "\""): return skipText(at + 1)
        case UInt8(ascii: "{"): return skipObject(at, depth: depth + 1)
        case UInt8(ascii: "["): return skipArray(at, depth: depth + 1)
        case UInt8(ascii: "n"): return Self.skip(at, 0x6C6C_756E)
        case UInt8(ascii: "t"): return Self.skip(at, 0x6575_7274)
        case UInt8(ascii: "f"): return at[4] == UInt8(ascii: "e") ? Self.skip(at, 0x736C_6166).map { $0 + 1 } : nil
        default:
            var place = Place.unknown
            return scanNumber(at, into: &place)
        }
    }

    /// Behind four letters.
    private static func skip(_ at: Text, _ letters: UInt32) -> Text? {
        UInt32(littleEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt32.self)) == letters ? at + 4 : nil
    }

    private mutating func skipText(_ start: Text) -> Text? {
        var at = start
        while true {
            at = touchline_text_end(at, &seen)
            if at.pointee == UInt8(ascii: "\"") { return at + 1 }
            guard at.pointee == UInt8(ascii: "\\") else { return nil }
            switch at[1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                at += 2
            case UInt8(ascii: "u"):
                // Surrogates are left to the parser.
                guard let unit = Self.hexadecimal(at + 2), unit & 0xF800 != 0xD800 else { return nil }
                at += 6
            default: return nil
            }
        }
    }

    /// The number that four digits write.
    private static func hexadecimal(_ digits: Text) -> Int? {
        var number = 0
        for index in 0..<4 {
            switch digits[index] {
            case let digit where isDigit(digit): number = number << 4 | Int(digit - 48)
            case let digit where digit | 0x20 >= 0x61 && digit | 0x20 <= 0x66: number = number << 4 | Int((digit | 0x20) - 87)
            default: return nil
            }
        }
        return number
    }

    private mutating func skipObject(_ start: Text, depth: Int) -> Text? {
        guard depth < Self.deepest else { return nil }
        var at = spaced(start + 1)
        if at.pointee == UInt8(ascii: "}") { return at + 1 }
        while true {
            guard at.pointee == UInt8(ascii: "\""), let key = skipText(at + 1) else { return nil }
            let colon = spaced(key)
            guard colon.pointee == UInt8(ascii: ":"), let end = skip(spaced(colon + 1), depth: depth) else { return nil }
            at = spaced(end)
            guard at.pointee == UInt8(ascii: ",") else { return at.pointee == UInt8(ascii: "}") ? at + 1 : nil }
            at = spaced(at + 1)
        }
    }

    private mutating func skipArray(_ start: Text, depth: Int) -> Text? {
        guard depth < Self.deepest else { return nil }
        var at = spaced(start + 1)
        if at.pointee == UInt8(ascii: "]") { return at + 1 }
        while true {
            guard let end = skip(at, depth: depth) else { return nil }
            at = spaced(end)
            guard at.pointee == UInt8(ascii: ",") else { return at.pointee == UInt8(ascii: "]") ? at + 1 : nil }
            at = spaced(at + 1)
        }
    }

    /// An integer of up to eighteen digits, or a decimal of as many whose value is not told; others are given up.
    private func scanNumber(_ start: Text, into place: inout Place) -> Text? {
        let isNegative = start.pointee == UInt8(ascii: "-")
        let first = isNegative ? start + 1 : start
        var at = first
        var number: Int64 = 0
        while Self.isDigit(at.pointee), at - first < 18 {
            number = number &* 10 &+ Int64(at.pointee &- 48)
            at += 1
        }
        guard at > first, first.pointee != UInt8(ascii: "0") || at - first == 1, !Self.isDigit(at.pointee) else { return nil }
        if at.pointee == UInt8(ascii: ".") {
            let point = at
            at += 1
            while Self.isDigit(at.pointee), at - first < 18 { at += 1 }
            guard at - point > 1, !Self.isDigit(at.pointee), at.pointee | 0x20 != UInt8(ascii: "e") else { return nil }
            place = .unknown
            return at
        }
        guard at.pointee | 0x20 != UInt8(ascii: "e") else { return nil }
        place = isNegative && number == 0 ? .unknown : Place(int: isNegative ? -number : number)
        return at
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
}
