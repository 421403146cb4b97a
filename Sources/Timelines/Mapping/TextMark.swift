/// What a text is compared by: its length and its first and last bytes, which is all of it up to 32 bytes.
struct TextMark: Equatable {
    var first: UInt64 = 0
    var last: UInt64 = 0
    var second: UInt64 = 0
    var secondLast: UInt64 = 0
    var length = -1

    /// The longest text that its mark says all about.
    static let whole = 32

    /// The mark of no text.
    init() {}

    /// Reads no byte outside the text.
    @inline(__always)
    init(_ start: UnsafeRawPointer, _ count: Int) {
        length = count
        guard count >= 8 else {
            first = Self.short(start, count)
            return
        }
        first = start.loadUnaligned(as: UInt64.self)
        last = start.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        guard count > 16 else { return }
        second = start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        secondLast = start.loadUnaligned(fromByteOffset: count &- 16, as: UInt64.self)
    }

    /// The mark of a number, told from texts by its length.
    @inline(__always)
    init(number: Int64) {
        first = UInt64(bitPattern: number)
        length = -2
    }

    /// Up to seven bytes as one number: of equal length, equal numbers are equal texts.
    @inline(__always)
    private static func short(_ start: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if count >= 4 {
            let head = UInt64(start.loadUnaligned(as: UInt32.self))
            let tail = UInt64(start.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            return head | tail << 32
        }
        guard count > 0 else { return 0 }
        let head = UInt64(start.load(as: UInt8.self))
        let middle = UInt64(start.load(fromByteOffset: count >> 1, as: UInt8.self))
        let tail = UInt64(start.load(fromByteOffset: count &- 1, as: UInt8.self))
        return head | middle << 8 | tail << 16
    }

    @inline(__always)
    static func == (a: TextMark, b: TextMark) -> Bool {
        (a.first ^ b.first) | (a.last ^ b.last) | (a.second ^ b.second) | (a.secondLast ^ b.secondLast) == 0
            && a.length == b.length
    }

    /// Well mixed in its upper bits.
    @inline(__always)
    func hash(_ tag: Int) -> UInt64 {
        let mixed = first ^ (last &* 0x9E37_79B9_7F4A_7C15) ^ (secondLast &+ UInt64(truncatingIfNeeded: length &+ tag << 8))
        return (mixed ^ mixed >> 29) &* 0xBF58_476D_1CE4_E5B9
    }
}
