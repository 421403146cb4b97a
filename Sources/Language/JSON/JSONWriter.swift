/// Writes JSON into a byte buffer, element by element, in the order it is told: every JSON that we write comes from here.
///
/// ```
/// var writer = JSONWriter()
/// writer.object { $0.field("id", "4711"); $0.key("events"); $0.array { $0.int(1) } }
/// ```
package struct JSONWriter: ~Copyable {
    package private(set) var output = OutputBytes()
    private let isPretty: Bool
    private var depth = 0
    /// True where the next element of a container needs a comma before it.
    private var needsComma = false
    /// True straight behind a key.
    private var hasKey = false

    /// Pretty output has one element a line and two spaces of indent.
    package init(pretty: Bool = false) { isPretty = pretty }

    /// What was written, in memory of its own.
    package var bytes: [UInt8] { output.array }

    package var text: String { String(decoding: output.bytes, as: UTF8.self) }

    /// Ends a line of NDJSON, or the file: the next element starts anew.
    package mutating func newline() {
        output.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Forgets what was written, keeps the memory.
    package mutating func removeAll() {
        output.removeAll()
        needsComma = false
    }

    /// Hands over what was written so far; what follows goes on behind it.
    package mutating func taken() -> [UInt8] {
        defer { output.removeAll() }
        return output.array
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
        output.append(UInt8(ascii: ":"))
        if isPretty { output.append(UInt8(ascii: " ")) }
        hasKey = true
    }

    package mutating func key(utf8 key: UnsafeBufferPointer<UInt8>) {
        separate()
        quote(key)
        output.append(UInt8(ascii: ":"))
        if isPretty { output.append(UInt8(ascii: " ")) }
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
        separate()
        quote(text)
        needsComma = true
    }

    package mutating func int(_ value: some BinaryInteger) { raw(String(value)) }

    package mutating func int(_ value: Int) {
        separate()
        output.append(decimal: value)
        needsComma = true
    }

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
        output.append(json)
        needsComma = true
    }

    package mutating func raw(_ json: [UInt8]) {
        separate()
        output.append(json)
        needsComma = true
    }

    /// A part of an element that is written already; its next value or part follows.
    package mutating func part(_ part: [UInt8]) {
        output.append(part)
        hasKey = true
    }

    package mutating func part(_ part: StaticString) {
        output.append(part)
        hasKey = true
    }

    package mutating func instant(_ instant: Instant) {
        separate()
        output.append(UInt8(ascii: "\""))
        output.append(instant)
        output.append(UInt8(ascii: "\""))
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
        output.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        depth -= 1
        if isPretty, needsComma { indent() }
        output.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if hasKey {
            hasKey = false
            return
        }
        if needsComma { output.append(UInt8(ascii: ",")) }
        if isPretty, depth > 0 { indent() }
    }

    private mutating func indent() {
        output.append(UInt8(ascii: "\n"))
        for _ in 0..<2 * depth { output.append(UInt8(ascii: " ")) }
    }

    private mutating func quote(_ text: String) {
        var text = text
        text.withUTF8 { quote($0) }
    }

    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>) { quote(UnsafeRawBufferPointer(text)) }

    private mutating func quote(_ text: UnsafeRawBufferPointer) {
        output.append(UInt8(ascii: "\""))
        var start = 0
        while true {
            let end = Self.plainEnd(text, from: start)
            output.append(UnsafeRawBufferPointer(rebasing: text[start..<end]))
            guard end < text.count else { break }
            start = end + escape(text, at: end)
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Where the first byte stands that must be escaped; else the end. Eight bytes at a time: each test marks the bytes that
    /// it is true of, and perhaps some behind them.
    private static func plainEnd(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var place = start
        while place + 8 <= text.count {
            let word = text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let quotes = word ^ ones &* UInt64(UInt8(ascii: "\""))
            let slashes = word ^ ones &* UInt64(UInt8(ascii: "\\"))
            let found = (word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes
            // Other letters than ASCII's are looked at one by one.
            if (found | word) & ones << 7 != 0 {
                for index in place..<(place + 8) where mayNeedEscape(text, index) { return index }
            }
            place += 8
        }
        while place < text.count {
            if mayNeedEscape(text, place) { return place }
            place += 1
        }
        return place
    }

    private static func mayNeedEscape(_ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
        let byte = text[index]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F { return true }
        return byte >= 0x80 && steering(text, at: index) != nil
    }

    /// A character of several bytes that would steer a terminal, or turn the direction of a text, wherever the JSON is shown.
    private static func steering(_ text: UnsafeRawBufferPointer, at index: Int) -> (scalar: UInt32, length: Int)? {
        func rest(_ offset: Int) -> UInt32 { index + offset < text.count ? UInt32(text[index + offset]) & 0x3F : 0 }
        switch text[index] {
        case 0xC2:
            let scalar = 0x80 | rest(1)
            return scalar < 0xA0 ? (scalar, 2) : nil
        case 0xD8:
            let scalar = 0x600 | rest(1)
            return scalar == 0x61C ? (scalar, 2) : nil
        case 0xE2, 0xEF:
            let scalar = UInt32(text[index] & 0x0F) << 12 | rest(1) << 6 | rest(2)
            switch scalar {
            case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: return (scalar, 3)
            default: return nil
            }
        default: return nil
        }
    }

    /// Writes the character there as an escape; gives how many bytes it has.
    private mutating func escape(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
        guard text[index] >= 0x7F else {
            escape(text[index])
            return 1
        }
        let (scalar, length) = Self.steering(text, at: index) ?? (UInt32(text[index]), 1)
        let digits = Array("0123456789abcdef".utf8)
        output.append("\\u" as StaticString)
        for shift in [12, 8, 4, 0] as [UInt32] { output.append(digits[Int(scalar >> shift & 15)]) }
        return length
    }

    private mutating func escape(_ byte: UInt8) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): output.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): output.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): output.append(UInt8(ascii: "t"))
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            output.append("u00" as StaticString)
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        default: output.append(byte)
        }
    }
}
