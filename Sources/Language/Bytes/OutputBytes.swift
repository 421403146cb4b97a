/// Bytes that are written one behind the other, in memory of their own: an array would count references, and ask whether it
/// shares its memory, for each of the small pieces that most output is made of.
package struct OutputBytes: ~Copyable {
    @usableFromInline package var start: UnsafeMutableRawPointer
    @usableFromInline package var capacity: Int
    @usableFromInline package var count = 0

    package init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        start = .allocate(byteCount: self.capacity, alignment: 8)
    }

    deinit { start.deallocate() }

    /// What was written, until more is.
    package var bytes: UnsafeRawBufferPointer {
        @inline(__always) get { UnsafeRawBufferPointer(start: start, count: count) }
    }

    /// The same, in memory of its own.
    package var array: [UInt8] { [UInt8](bytes) }

    /// Forgets what was written, keeps the memory.
    package mutating func removeAll() { count = 0 }

    /// Makes room for as many bytes more.
    @inlinable @inline(__always)
    package mutating func reserve(_ needed: Int) {
        if capacity &- count < needed { grow(needed) }
    }

    @usableFromInline @inline(never)
    package mutating func grow(_ needed: Int) {
        capacity = 2 * (count + needed)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        larger.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = larger
    }

    @inlinable @inline(__always)
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// Four bytes, the lowest first.
    @inlinable @inline(__always)
    package mutating func append(fixed number: UInt32) {
        reserve(4)
        start.storeBytes(of: number.littleEndian, toByteOffset: count, as: UInt32.self)
        count &+= 4
    }

    /// Writes over four bytes, the lowest first.
    package mutating func set(_ number: UInt32, at place: Int) {
        start.storeBytes(of: number.littleEndian, toByteOffset: place, as: UInt32.self)
    }

    /// Writes over two bytes, the lower one first.
    package mutating func set(_ number: UInt16, at place: Int) {
        start.storeBytes(of: number.littleEndian, toByteOffset: place, as: UInt16.self)
    }

    @inlinable @inline(__always)
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count)
        if let source = bytes.baseAddress { (start + count).copyMemory(from: source, byteCount: bytes.count) }
        count &+= bytes.count
    }

    @inlinable @inline(__always)
    package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// In RFC 3339.
    package mutating func append(_ instant: Instant) {
        reserve(Instant.plainCount)
        if instant.writePlain(to: start + count) { count += Instant.plainCount } else { append(instant.description) }
    }

    package mutating func append(decimal number: Int) {
        reserve(20)
        if number < 0 { append(UInt8(ascii: "-")) }
        var width = 1
        var rest = number.magnitude / 10
        while rest > 0 {
            width += 1
            rest /= 10
        }
        rest = number.magnitude
        for place in stride(from: count + width - 1, through: count, by: -1) {
            start.storeBytes(of: 48 + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: place, as: UInt8.self)
            rest /= 10
        }
        count += width
    }

    // MARK: Rows of temporary files

    /// A number in groups of seven bits, the sign in the lowest.
    @inlinable
    package mutating func append(compact number: Int) {
        reserve(10)
        var rest = UInt64(bitPattern: Int64(number << 1) ^ Int64(number >> 63))
        while rest >= 0x80 {
            start.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
            count &+= 1
            rest >>= 7
        }
        start.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// A text behind its length.
    package mutating func append(compact text: String) {
        var text = text
        text.withUTF8 { text in
            append(compact: text.count)
            append(UnsafeRawBufferPointer(text))
        }
    }

    package mutating func append(compact instant: Instant) {
        append(compact: Int(instant.seconds))
        append(compact: Int(instant.nanoseconds))
    }
}
