#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `format()`: fills the clauses of a text with the elements of a list.
struct Formatter {
    private let format: [UInt8]
    private let arguments: [Value]
    private var at = 0
    private var used = 0
    private var result: [UInt8] = []

    init(format: String, arguments: [Value]) {
        self.format = Array(format.utf8)
        self.arguments = arguments
    }

    mutating func run() throws(EvaluationError) -> String {
        while at < format.count {
            let byte = format[at]
            at += 1
            if byte != UInt8(ascii: "%") {
                result.append(byte)
            } else {
                try clause()
            }
            guard result.count <= Budget.textLimit else { throw .longText }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func clause() throws(EvaluationError) {
        var precision = 6
        if at < format.count, format[at] == UInt8(ascii: ".") {
            at += 1
            precision = 0
            while at < format.count, format[at].isDigit {
                precision = min(1000, precision * 10 + Int(format[at] - 48))
                at += 1
            }
            guard precision <= 100 else { throw problem("the precision is above 100") }
        }
        guard at < format.count else { throw problem("unexpected end of the format") }
        let letter = format[at]
        at += 1
        if letter == UInt8(ascii: "%") {
            result.append(letter)
            return
        }
        guard "sdfebxXo".utf8.contains(letter) else {
            throw problem("unrecognized formatting clause \"\(String(decoding: [letter], as: UTF8.self))\"")
        }
        guard used < arguments.count else { throw EvaluationError(.other, "index \(used) out of range") }
        let argument = arguments[used]
        used += 1
        if letter == UInt8(ascii: "s") {
            try Self.write(argument, to: &result, limit: Budget.textLimit)
        } else {
            result += try Array(text(of: argument, letter, precision).utf8)
        }
    }

    private func problem(_ reason: String) -> EvaluationError {
        EvaluationError(.other, "could not parse formatting clause: \(reason)")
    }

    private func text(of value: Value, _ letter: UInt8, _ precision: Int) throws(EvaluationError) -> String {
        switch letter {
        case UInt8(ascii: "d"): return try Self.decimal(value)
        case UInt8(ascii: "f"): return try Self.floating(value, "f", precision, "fixed-point")
        case UInt8(ascii: "e"): return try Self.floating(value, "e", precision, "scientific")
        case UInt8(ascii: "b"): return try Self.binary(value)
        case UInt8(ascii: "o"): return try Self.octal(value)
        default: return try Self.hex(value, uppercase: letter == UInt8(ascii: "X"))
        }
    }

    private static func wrong(_ clause: String, _ wanted: String, _ value: Value) -> EvaluationError {
        EvaluationError(.other, "error during formatting: \(clause) can only be used on \(wanted), was given \(value.typeName)")
    }

    static func plain(_ value: Value, limit: Int = Budget.textLimit) throws(EvaluationError) -> String {
        var text: [UInt8] = []
        try write(value, to: &text, limit: limit)
        return String(decoding: text, as: UTF8.self)
    }

    /// Ends where the text grows beyond the limit: a small value may hold another one many times.
    private static func write(
        _ value: Value, to text: inout [UInt8], limit: Int, depth: Int = 0
    ) throws(EvaluationError) {
        guard text.count <= limit else { throw .longText }
        guard depth <= Budget.depthLimit else { throw .tooDeep }
        switch value {
        case .null: text += "null".utf8
        case .type(let type): text += type.runtimeName.utf8
        case .list(let list):
            text.append(UInt8(ascii: "["))
            for (index, element) in try list.elements().enumerated() {
                if index > 0 { text += ", ".utf8 }
                try write(element, to: &text, limit: limit, depth: depth + 1)
            }
            text.append(UInt8(ascii: "]"))
        case .map(let map): try write(map, to: &text, limit: limit, depth: depth)
        case .optional, .object:
            throw wrong(
                "string clause", "strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps", value)
        default: text += try Conversion.text(value).utf8
        }
    }

    /// The entries by the text of their keys.
    private static func write(
        _ map: MapValue, to text: inout [UInt8], limit: Int, depth: Int
    ) throws(EvaluationError) {
        var keys: [(text: String, key: Value)] = []
        for key in map.keys { keys.append((try plain(key), key)) }
        keys.sort { Text.compare($0.text, $1.text) < 0 }
        text.append(UInt8(ascii: "{"))
        var isFirst = true
        for (name, key) in keys {
            guard let value = try map.value(forKey: key) else { continue }
            if !isFirst { text += ", ".utf8 }
            isFirst = false
            text += name.utf8
            text += ": ".utf8
            try write(value, to: &text, limit: limit, depth: depth + 1)
        }
        text.append(UInt8(ascii: "}"))
    }

    private static func decimal(_ value: Value) throws(EvaluationError) -> String {
        switch value {
        case .int, .uint: return try Conversion.text(value)
        case .double(let number) where !number.isFinite: return Conversion.text(number)
        default: throw wrong("decimal clause", "integers", value)
        }
    }

    private static func binary(_ value: Value) throws(EvaluationError) -> String {
        switch value {
        case .int(let number): return String(number, radix: 2)
        case .uint(let number): return String(number, radix: 2)
        case .bool(let flag): return flag ? "1" : "0"
        default:
            throw EvaluationError(
                .other,
                "error during formatting: only integers and bools can be formatted as binary, was given \(value.typeName)")
        }
    }

    private static func octal(_ value: Value) throws(EvaluationError) -> String {
        switch value {
        case .int(let number): return String(number, radix: 8)
        case .uint(let number): return String(number, radix: 8)
        default: throw wrong("octal clause", "integers", value)
        }
    }

    private static func hex(_ value: Value, uppercase: Bool) throws(EvaluationError) -> String {
        switch value {
        case .int(let number): return String(number, radix: 16, uppercase: uppercase)
        case .uint(let number): return String(number, radix: 16, uppercase: uppercase)
        case .string(let text): return hex(Array(text.utf8), uppercase)
        case .bytes(let bytes): return hex(bytes, uppercase)
        default:
            throw EvaluationError(
                .other,
                "error during formatting: only integers, byte buffers, and strings can be formatted as hex, was given "
                    + value.typeName)
        }
    }

    private static func hex(_ bytes: [UInt8], _ uppercase: Bool) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: uppercase) }.joined()
    }

    private static func floating(
        _ value: Value, _ conversion: String, _ precision: Int, _ clause: String
    ) throws(EvaluationError) -> String {
        let number: Double
        switch value {
        case .double(let value): number = value
        case .int(let value): number = Double(value)
        case .uint(let value): number = Double(value)
        default: throw wrong("\(clause) clause", "doubles", value)
        }
        guard number.isFinite else { return Conversion.text(number) }
        // The C locale: nobody in this program sets another.
        return withVaList([Int32(precision), number]) { arguments in
            let capacity = 512
            return String(
                unsafeUninitializedCapacity: capacity,
                initializingUTF8With: { buffer in
                    let count = buffer.withMemoryRebound(to: CChar.self) {
                        vsnprintf($0.baseAddress, capacity, "%.*" + conversion, arguments)
                    }
                    return max(0, min(Int(count), capacity - 1))
                })
        }
    }
}
