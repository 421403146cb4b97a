extension FunctionTable {
    static let collections: [Function] = [
        Function(
            "size", "(string) -> int", "(bytes) -> int", "(list(A)) -> int", "(map(A, B)) -> int",
            doc: "the number of code points, bytes, elements or entries",
            .unary { value throws(EvaluationError) in try Collections.size(value) }),
        Function(
            "size", method: true, "(string) -> int", "(bytes) -> int", "(list(A)) -> int", "(map(A, B)) -> int",
            doc: "the number of code points, bytes, elements or entries",
            .unary { value throws(EvaluationError) in try Collections.size(value) }),
        Function(
            "join", method: true, "(list(string)) -> string", doc: "the texts one after the other",
            .unary { value throws(EvaluationError) in try Collections.join(value, .string("")) }),
        Function(
            "join", method: true, "(list(string), string) -> string", doc: "the texts with a separator between them",
            .binary { value, separator throws(EvaluationError) in try Collections.join(value, separator) }),
        Function(
            "first", method: true, "(list(A)) -> optional(A)", doc: "the first element, if there is one",
            .unary { value throws(EvaluationError) in try Collections.end(value, first: true) }),
        Function(
            "last", method: true, "(list(A)) -> optional(A)", doc: "the last element, if there is one",
            .unary { value throws(EvaluationError) in try Collections.end(value, first: false) }),
        Function(
            "base64.encode", "(bytes) -> string", doc: "bytes as base64 text",
            .unary { value throws(EvaluationError) in
                guard case .bytes(let bytes) = value else { throw .noSuchOverload }
                return .string(Base64.encode(bytes))
            }),
        Function(
            "base64.decode", "(string) -> bytes", doc: "the bytes of base64 text, padded or not",
            .unary { value throws(EvaluationError) in
                guard case .string(let text) = value else { throw .noSuchOverload }
                guard let bytes = Base64.decode(text) else { throw EvaluationError(.other, "invalid base64 text") }
                return .bytes(bytes)
            }),
    ]
}

/// Functions of lists and maps.
enum Collections {
    static func size(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .string(let text): .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): .int(Int64(bytes.count))
        case .list(let list): .int(Int64(list.count))
        case .map(let map): .int(Int64(map.count))
        default: throw .noSuchOverload
        }
    }

    static func join(_ value: Value, _ separator: Value) throws(EvaluationError) -> Value {
        guard case .list(let list) = value, case .string(let separator) = separator else { throw .noSuchOverload }
        var joined = ""
        for (index, element) in try list.elements().enumerated() {
            guard case .string(let text) = element else { throw .noSuchOverload }
            if index > 0 { joined += separator }
            joined += text
            guard joined.utf8.count <= Budget.textLimit else { throw .longText }
        }
        return .string(joined)
    }

    static func end(_ value: Value, first: Bool) throws(EvaluationError) -> Value {
        guard case .list(let list) = value else { throw .noSuchOverload }
        guard list.count > 0 else { return .optional(.none) }
        return .optional(OptionalValue(try list.element(at: first ? 0 : list.count - 1)))
    }
}

/// Base64 of RFC 4648, the standard alphabet.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for index in 0..<3 { bits = bits << 8 | UInt32(index < group.count ? group[start + index] : 0) }
            for index in 0..<4 {
                text.append(index <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * index)) & 63] : padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil where the text is no base64; padding may be left out.
    static func decode(_ text: String) -> [UInt8]? {
        var digits = Array(text.utf8)
        if digits.count % 4 == 0 { for _ in 0..<2 where digits.last == padding { digits.removeLast() } }
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
