package import Language

/// Reads what `OutputBytes` appended in compact form.
package struct ByteReader {
    package let bytes: UnsafeRawBufferPointer
    package private(set) var place: Int

    package init(bytes: UnsafeRawBufferPointer, place: Int = 0) {
        self.bytes = bytes
        self.place = place
    }

    package var isAtEnd: Bool { place == bytes.count }

    package mutating func byte() throws(JudgementDecodingError) -> UInt8 {
        guard place < bytes.count else { throw JudgementDecodingError() }
        defer { place += 1 }
        return bytes[place]
    }

    package mutating func number() throws(JudgementDecodingError) -> Int {
        // Most numbers are small.
        if place < bytes.count, case let first = bytes[place], first < 0x80 {
            place &+= 1
            return Int(first >> 1) ^ -Int(first & 1)
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 64 else { throw JudgementDecodingError() }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { break }
            shift += 7
        }
        return Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    }

    /// A count of things that take at least a byte each.
    package mutating func count() throws(JudgementDecodingError) -> Int {
        let count = try number()
        guard count >= 0, count <= bytes.count - place else { throw JudgementDecodingError() }
        return count
    }

    package mutating func text() throws(JudgementDecodingError) -> UnsafeRawBufferPointer {
        let count = try count()
        defer { place += count }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
    }

    package mutating func instant() throws(JudgementDecodingError) -> Instant {
        Instant(seconds: Int64(try number()), nanoseconds: Int32(truncatingIfNeeded: try number()))
    }

    /// A text that may be absent: its length is written with one more.
    package mutating func optionalText() throws(JudgementDecodingError) -> UnsafeRawBufferPointer? {
        let count = try number() - 1
        guard count >= 0 else { return nil }
        guard count <= bytes.count &- place else { throw JudgementDecodingError() }
        let start = place
        place &+= count
        return UnsafeRawBufferPointer(rebasing: bytes[start..<place])
    }

    /// A text behind its length in four bytes.
    mutating func fixedText() throws(JudgementDecodingError) -> UnsafeRawBufferPointer {
        guard bytes.count - place >= 4 else { throw JudgementDecodingError() }
        let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
        place += 4
        let start = place
        try skip(count)
        return UnsafeRawBufferPointer(rebasing: bytes[start..<place])
    }

    package mutating func skip(_ count: Int) throws(JudgementDecodingError) {
        guard count >= 0, count <= bytes.count - place else { throw JudgementDecodingError() }
        place += count
    }
}
