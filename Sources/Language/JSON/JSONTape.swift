/// simdjson's tape and string buffer, read in place: what `JSONElement` is made of, for code that must not count
/// references. It does not keep its memory alive; whoever holds one holds the document as well.
///
/// The tape is a row of 64-bit words (simdjson, doc/tape.md): the top byte says what a word is, the rest is its payload.
/// A container's first word names the place behind its end, so it is skipped in one step. Strings lie in the string
/// buffer, each after its length in four bytes.
package struct JSONTape {
    /// For rooms that read a tape at full speed: functions of this one are never inlined there.
    package let words: UnsafePointer<UInt64>
    package let strings: UnsafePointer<UInt8>

    init(words: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>) {
        self.words = words
        self.strings = strings
    }

    /// The top byte of a word.
    package enum Kind {
        package static let object = UInt8(ascii: "{")
        package static let objectEnd = UInt8(ascii: "}")
        package static let array = UInt8(ascii: "[")
        package static let arrayEnd = UInt8(ascii: "]")
        package static let string = UInt8(ascii: "\"")
        package static let int = UInt8(ascii: "l")
        package static let uint = UInt8(ascii: "u")
        package static let double = UInt8(ascii: "d")
        package static let yes = UInt8(ascii: "t")
        package static let no = UInt8(ascii: "f")
        package static let null = UInt8(ascii: "n")
    }

    /// The place of the root element.
    package static var root: Int { 1 }

    package func kind(at index: Int) -> UInt8 { UInt8(truncatingIfNeeded: words[index] >> 56) }

    package func isContainer(at index: Int) -> Bool {
        // `[` and `{` differ in one bit.
        kind(at: index) | 0x20 == 0x7B
    }

    /// The place of what follows the element at `index`; of the container's end after its last one.
    package func next(after index: Int) -> Int {
        let word = words[index]
        switch UInt8(truncatingIfNeeded: word >> 56) {
        case 0x7B, 0x5B: return Int(word & 0xFFFF_FFFF)
        case 0x6C, 0x75, 0x64: return index + 2
        default: return index + 1
        }
    }

    /// The place of a container's closing word.
    package func end(of container: Int) -> Int { Int(words[container] & 0xFFFF_FFFF) - 1 }

    /// The bytes of the string (or key) at `index`, unescaped, valid UTF-8.
    package func string(at index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = strings + Int(words[index] & 0x00FF_FFFF_FFFF_FFFF)
        let length = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
        return UnsafeBufferPointer(start: start + 4, count: Int(length))
    }

    package func int(at index: Int) -> Int64 { Int64(bitPattern: words[index + 1]) }

    package func uint(at index: Int) -> UInt64 { words[index + 1] }

    package func double(at index: Int) -> Double { Double(bitPattern: words[index + 1]) }

    /// How many elements or entries a container has.
    package func count(of container: Int) -> Int {
        let saturated = 0xFF_FFFF
        let count = Int(words[container] >> 32) & saturated
        if count < saturated { return count }
        var found = 0
        var index = container + 1
        let end = end(of: container)
        let isObject = kind(at: container) == Kind.object
        while index < end {
            index = next(after: isObject ? index + 1 : index)
            found += 1
        }
        return found
    }

    /// The place of the value at `key`, or nil. Where a key stands twice the last one wins, as in most readers.
    package func find(_ key: UnsafeBufferPointer<UInt8>, in object: Int) -> Int? {
        guard let wanted = UnsafeRawPointer(key.baseAddress) else { return nil }
        let length = UInt32(truncatingIfNeeded: key.count)
        let start = UnsafeRawPointer(strings)
        var found: Int?
        var index = object + 1
        let end = end(of: object)
        while index < end {
            let text = start + Int(words[index] & 0x00FF_FFFF_FFFF_FFFF)
            if text.loadUnaligned(as: UInt32.self) == length, Self.sameText(wanted, text + 4, Int(length)) {
                found = index + 1
            }
            index = next(after: index + 1)
        }
        return found
    }

    static func sameText(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
        var offset = 0
        while offset &+ 8 <= count {
            if a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset &+= 8
        }
        while offset < count {
            if a.load(fromByteOffset: offset, as: UInt8.self) != b.load(fromByteOffset: offset, as: UInt8.self) { return false }
            offset &+= 1
        }
        return true
    }

}

/// Compares buffers of equal length, eight bytes at a time.
package func sameBytes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let left = UnsafeRawPointer(a.baseAddress), let right = UnsafeRawPointer(b.baseAddress) else { return true }
    return JSONTape.sameText(left, right, a.count)
}
