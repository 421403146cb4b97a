/// Writes JSON into a byte buffer, element by element, in the order it is told: every JSON that we write comes from here.
///
/// ```
/// var writer = JSONWriter()
/// writer.object { $0.field("id", "4711"); $0.key("events"); $0.array { $0.int(1) } }
/// ```
package struct JSONWriter {
    package private(set) var bytes: [UInt8]
    private let isPretty: Bool
    private var depth = 0
    /// True where the next element of a container needs a comma before it.
    private var needsComma = false
    /// True straight behind a key.
    private var hasKey = false

    /// Appends to `bytes`. Pretty output has one element a line and two spaces of indent.
    package init(pretty: Bool = false, appendingTo bytes: consuming [UInt8] = []) {
        isPretty = pretty
        self.bytes = bytes
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Ends a line of NDJSON, or the file: the next element starts anew.
    package mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Forgets what was written, keeps the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        beginObject()
        try body(&self)
        endObject()
    }

    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        beginArray()
        try body(&self)
        endArray()
    }

    package mutating func key(_ key: String) {
        separate()
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(UInt8(ascii: " ")) }
        hasKey = true
    }

    package mutating func key(utf8 key: UnsafeBufferPointer<UInt8>) {
        separate()
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(UInt8(ascii: " ")) }
        hasKey = true
    }

    package mutating func string(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    /// Text that is UTF-8 already.
    package mutating func string(utf8 text: UnsafeBufferPointer<UInt8>) {
        separate()
        quote(text)
        needsComma = true
    }

    /// Text that is UTF-8 already.
    package mutating func string(utf8 text: UnsafeRawBufferPointer) {
        text.withMemoryRebound(to: UInt8.self) { string(utf8: $0) }
    }

    package mutating func int(_ value: some BinaryInteger) { raw(String(value)) }

    package mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

    package mutating func null() { raw("null") }

    /// The shortest text that reads back as the same double. With `asIntegerWhereWhole`, 2.0 is written `2`. JSON has no
    /// infinity and no NaN: they become null.
    package mutating func double(_ value: Double, asIntegerWhereWhole: Bool = false) {
        guard value.isFinite else { return null() }
        if asIntegerWhereWhole, let whole = Int64(exactly: value), abs(value) < 1e15 { return raw(String(whole)) }
        raw(value.description)
    }

    /// JSON that is written already.
    package mutating func raw(_ json: String) {
        separate()
        bytes += json.utf8
        needsComma = true
    }

    package mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes += json
        needsComma = true
    }

    /// A part of an element that is written already; its next value or part follows.
    package mutating func part(_ part: [UInt8]) {
        bytes.append(contentsOf: part)
        hasKey = true
    }

    package mutating func part(_ part: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: part.utf8Start, count: part.utf8CodeUnitCount))
        hasKey = true
    }

    package mutating func instant(_ instant: Instant) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        instant.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    // A field is a key with its value; null where there is none.

    package mutating func field(_ key: String, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    package mutating func field(_ key: String, _ value: (some BinaryInteger)?) {
        self.key(key)
        if let value { int(value) } else { null() }
    }

    package mutating func field(_ key: String, _ value: Bool?) {
        self.key(key)
        if let value { bool(value) } else { null() }
    }

    package mutating func field(_ key: String, _ value: Double?, asIntegerWhereWhole: Bool = false) {
        self.key(key)
        if let value { double(value, asIntegerWhereWhole: asIntegerWhereWhole) } else { null() }
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        depth -= 1
        if isPretty, needsComma { indent() }
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if hasKey {
            hasKey = false
            return
        }
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        if isPretty, depth > 0 { indent() }
    }

    private mutating func indent() {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func quote(_ text: String) {
        var text = text
        text.withUTF8 { quote($0) }
    }

    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes += "u00".utf8
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }
}
