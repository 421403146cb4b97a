/// Why bytes are not JSON.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Lower case, no full stop, nothing of the content.
    package let message: String
    /// Of the first byte that is wrong, from 0; nil where it cannot be told.
    package let offset: Int?

    package init(_ message: String, offset: Int? = nil) {
        self.message = message
        self.offset = offset
    }

    package var description: String { offset.map { "\(message) at byte \($0)" } ?? message }

    /// The line and column (both from 1, columns count bytes) of the offset within the bytes that were parsed.
    package func place(in bytes: some Collection<UInt8>) -> (line: Int, column: Int)? {
        guard let offset else { return nil }
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return (line, column)
    }
}

/// Finds where a text stops being JSON: simdjson only says that it does. Runs once, after a parse has failed.
struct JSONFaultFinder {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0
    private var depth = 0
    /// The fault is that there is more in more than may be.
    private(set) var isTooDeep = false
    static let deepest = 1024

    private struct Fault: Error { let offset: Int }

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The offset of the first byte that is wrong, the length where the text ends too soon, nil where it is right.
    mutating func find() -> Int? {
        do {
            try element()
            space()
            return at == bytes.count ? nil : at
        } catch {
            return error.offset
        }
    }

    private var current: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func space() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(Fault) {
        guard current == byte else { throw Fault(offset: at) }
        at += 1
    }

    private mutating func element() throws(Fault) {
        space()
        switch current {
        case UInt8(ascii: "{"): try container(closedBy: UInt8(ascii: "}"), keyed: true)
        case UInt8(ascii: "["): try container(closedBy: UInt8(ascii: "]"), keyed: false)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func container(closedBy close: UInt8, keyed: Bool) throws(Fault) {
        depth += 1
        guard depth <= Self.deepest else {
            isTooDeep = true
            throw Fault(offset: at)
        }
        at += 1
        space()
        if current == close {
            at += 1
        } else {
            while true {
                if keyed {
                    space()
                    try string()
                    space()
                    try expect(UInt8(ascii: ":"))
                }
                try element()
                space()
                if current == close { break }
                try expect(UInt8(ascii: ","))
            }
            at += 1
        }
        depth -= 1
    }

    private mutating func word(_ word: StaticString) throws(Fault) {
        for index in 0..<word.utf8CodeUnitCount { try expect(word.utf8Start[index]) }
    }

    private mutating func digits() throws(Fault) {
        guard let first = current, first >= 0x30, first <= 0x39 else { throw Fault(offset: at) }
        while let byte = current, byte >= 0x30, byte <= 0x39 { at += 1 }
    }

    private mutating func number() throws(Fault) {
        if current == UInt8(ascii: "-") { at += 1 }
        if current == UInt8(ascii: "0") { at += 1 } else { try digits() }
        if current == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            at += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
    }

    private mutating func string() throws(Fault) {
        try expect(UInt8(ascii: "\""))
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw Fault(offset: at)
            case 0x80...: try scalar()
            default: at += 1
            }
        }
        throw Fault(offset: at)
    }

    private mutating func escape() throws(Fault) {
        let start = at
        at += 1
        guard let letter = current else { throw Fault(offset: at) }
        at += 1
        if "\"\\/bfnrt".utf8.contains(letter) { return }
        guard letter == UInt8(ascii: "u"), let unit = hex() else { throw Fault(offset: start) }
        if unit >> 10 == 0x36 {
            guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
                throw Fault(offset: start)
            }
            at += 2
            guard let low = hex(), low >> 10 == 0x37 else { throw Fault(offset: start) }
        } else if unit >> 10 == 0x37 {
            throw Fault(offset: start)
        }
    }

    private mutating func hex() -> Int? {
        guard at + 4 <= bytes.count else { return nil }
        var unit = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue else { return nil }
            unit = unit << 4 | digit
            at += 1
        }
        return unit
    }

    private mutating func scalar() throws(Fault) {
        var decoder = UTF8()
        var rest = bytes[at...].prefix(4).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else { throw Fault(offset: at) }
        at += scalar.utf8Width
    }
}
