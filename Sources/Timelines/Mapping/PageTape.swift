import Language

/// The tape of a page, as `JSONTape` reads it, here again since what a package shares between modules is never inlined,
/// and mapping looks at every word of a page. It does not keep its memory alive.
struct PageTape {
    private let words: UnsafePointer<UInt64>
    private let strings: UnsafePointer<UInt8>

    init(_ tape: JSONTape) {
        words = tape.words
        strings = tape.strings
    }

    /// The top byte of a word: what it is.
    enum Kind {
        static let object = UInt8(ascii: "{")
        static let array = UInt8(ascii: "[")
        static let string = UInt8(ascii: "\"")
        static let int = UInt8(ascii: "l")
        static let double = UInt8(ascii: "d")
        static let yes = UInt8(ascii: "t")
        static let no = UInt8(ascii: "f")
        static let null = UInt8(ascii: "n")
    }

    @inline(__always)
    func kind(at index: Int) -> UInt8 { UInt8(truncatingIfNeeded: words[index] >> 56) }

    /// The place of what follows the element at `index`; of the container's end after its last one.
    @inline(__always)
    func next(after index: Int) -> Int {
        let word = words[index]
        switch UInt8(truncatingIfNeeded: word >> 56) {
        case 0x7B, 0x5B: return Int(truncatingIfNeeded: word & 0xFFFF_FFFF)
        case 0x6C, 0x75, 0x64: return index &+ 2
        default: return index &+ 1
        }
    }

    /// The place of a container's closing word.
    @inline(__always)
    func end(of container: Int) -> Int { Int(truncatingIfNeeded: words[container] & 0xFFFF_FFFF) &- 1 }

    /// How many elements a container has; of very many, a part.
    @inline(__always)
    func count(of container: Int) -> Int { Int(truncatingIfNeeded: words[container] >> 32) & 0xFF_FFFF }

    /// The bytes of the string or key at `index`.
    @inline(__always)
    func text(at index: Int) -> (start: UnsafePointer<UInt8>, count: Int) {
        let start = strings + Int(truncatingIfNeeded: words[index] & 0x00FF_FFFF_FFFF_FFFF)
        return (start + 4, Int(UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)))
    }

    @inline(__always)
    func string(at index: Int) -> UnsafeBufferPointer<UInt8> {
        let (start, count) = text(at: index)
        return UnsafeBufferPointer(start: start, count: count)
    }

    @inline(__always)
    func int(at index: Int) -> Int64 { Int64(bitPattern: words[index &+ 1]) }

    @inline(__always)
    func double(at index: Int) -> Double { Double(bitPattern: words[index &+ 1]) }

    /// The place of the value at `key`, or nil. Where a key stands twice the last one wins.
    func find(_ key: UnsafeBufferPointer<UInt8>, in object: Int) -> Int? {
        guard let wanted = key.baseAddress else { return nil }
        var found: Int?
        var index = object + 1
        let end = end(of: object)
        while index < end {
            let (start, count) = text(at: index)
            if count == key.count, Self.isSame(wanted, start, count) { found = index + 1 }
            index = next(after: index + 1)
        }
        return found
    }

    /// Compares texts of equal length, eight bytes at a time.
    @inline(__always)
    static func isSame(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let (a, b) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
        var offset = 0
        while offset &+ 8 <= count {
            let left = a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard left == b.loadUnaligned(fromByteOffset: offset, as: UInt64.self) else { return false }
            offset &+= 8
        }
        while offset < count {
            guard a.load(fromByteOffset: offset, as: UInt8.self) == b.load(fromByteOffset: offset, as: UInt8.self) else {
                return false
            }
            offset &+= 1
        }
        return true
    }
}
