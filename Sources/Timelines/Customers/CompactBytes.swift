import Language

/// The bytes of a row in a temporary file were cut or are not ours.
package struct RowDecodingError: Error, Sendable, CustomStringConvertible {
    package let description = "a row of a temporary file cannot be read"
}

/// Appends values to the row of a temporary file, which lives no longer than a run.
struct CompactWriter: ~Copyable {
    private var output = OutputBytes()

    var bytes: [UInt8] { output.array }

    mutating func byte(_ byte: UInt8) { output.append(byte) }

    mutating func number(_ value: Int) { output.append(compact: value) }

    mutating func text(_ text: String) { output.append(compact: text) }

    mutating func optional(_ text: String?) {
        guard let text else { return number(-1) }
        self.text(text)
    }

    mutating func instant(_ instant: Instant) { output.append(compact: instant) }

    mutating func optional(_ instant: Instant?) {
        byte(instant == nil ? 0 : 1)
        if let instant { self.instant(instant) }
    }
}

/// Reads what `CompactWriter` wrote.
struct CompactReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What was not read.
    var rest: [UInt8] { Array(bytes[place...]) }

    mutating func byte() throws(RowDecodingError) -> UInt8 {
        guard place < bytes.count else { throw RowDecodingError() }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number() throws(RowDecodingError) -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 64 else { throw RowDecodingError() }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { break }
            shift += 7
        }
        return Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    }

    /// A count of things that take at least a byte each.
    mutating func count() throws(RowDecodingError) -> Int {
        let count = try number()
        guard count >= 0, count <= bytes.count - place else { throw RowDecodingError() }
        return count
    }

    mutating func text() throws(RowDecodingError) -> String { try text(count: count()) }

    mutating func optionalText() throws(RowDecodingError) -> String? {
        let count = try number()
        if count == -1 { return nil }
        guard count >= 0, count <= bytes.count - place else { throw RowDecodingError() }
        return try text(count: count)
    }

    private mutating func text(count: Int) throws(RowDecodingError) -> String {
        defer { place += count }
        return String(decoding: bytes[place..<place + count], as: UTF8.self)
    }

    mutating func instant() throws(RowDecodingError) -> Instant {
        let seconds = try number()
        return Instant(seconds: Int64(seconds), nanoseconds: Int32(truncatingIfNeeded: try number()))
    }

    mutating func optionalInstant() throws(RowDecodingError) -> Instant? { try byte() == 0 ? nil : try instant() }
}
