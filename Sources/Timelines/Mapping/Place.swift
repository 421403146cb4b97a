/// What stands at a field of an object, wherever the object was read from: enough to use it without looking at it again.
struct Place {
    /// A text's address, a number's value, a tape's place or the number of the first row of a list, as `kind` says.
    private var bits: UInt64 = 0
    /// The bytes of a text, the rows of a list.
    private var length: UInt32 = 0
    var kind = Kind.absent

    /// The letters of the tape, and what is none of them.
    enum Kind {
        /// The key is absent, null or a missing text.
        static let absent: UInt8 = 0
        /// Not looked for, or not to be told here.
        static let unknown: UInt8 = 1
        /// A list of objects whose fields were found: rows of a `LineScanner`.
        static let rows: UInt8 = 2
        static let string = PageTape.Kind.string
        static let int = PageTape.Kind.int
        static let double = PageTape.Kind.double
        static let yes = PageTape.Kind.yes
        static let no = PageTape.Kind.no
        static let array = PageTape.Kind.array
    }

    static let unknown = Place(kind: Kind.unknown)
    static let absent = Place()
    static let yes = Place(kind: Kind.yes)
    static let no = Place(kind: Kind.no)

    @inline(__always)
    private init(kind: UInt8 = Kind.absent) { self.kind = kind }

    @inline(__always)
    init(text start: UnsafePointer<UInt8>, _ count: Int) {
        bits = UInt64(UInt(bitPattern: start))
        length = UInt32(truncatingIfNeeded: count)
        kind = Kind.string
    }

    @inline(__always)
    init(int: Int64) {
        bits = UInt64(bitPattern: int)
        kind = Kind.int
    }

    @inline(__always)
    init(firstRow: Int, count: Int) {
        bits = UInt64(truncatingIfNeeded: firstRow)
        length = UInt32(truncatingIfNeeded: count)
        kind = Kind.rows
    }

    /// The value at a place of a tape.
    @inline(__always)
    init(_ index: Int, on tape: PageTape) {
        self.init(kind: tape.kind(at: index))
        switch kind {
        case Kind.string:
            let (start, count) = tape.text(at: index)
            bits = UInt64(UInt(bitPattern: start))
            length = UInt32(truncatingIfNeeded: count)
        case Kind.int, Kind.double: bits = UInt64(bitPattern: tape.int(at: index))
        default: bits = UInt64(truncatingIfNeeded: index)
        }
    }

    @inline(__always)
    var isString: Bool { kind == Kind.string }

    /// Of a text.
    @inline(__always)
    var text: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    @inline(__always)
    var start: UnsafePointer<UInt8>? { UnsafePointer(bitPattern: UInt(truncatingIfNeeded: bits)) }

    @inline(__always)
    var count: Int { Int(length) }

    @inline(__always)
    var int: Int64 { Int64(bitPattern: bits) }

    @inline(__always)
    var double: Double { Double(bitPattern: bits) }

    /// The place on the tape, or the first row.
    @inline(__always)
    var index: Int { Int(truncatingIfNeeded: bits) }
}
