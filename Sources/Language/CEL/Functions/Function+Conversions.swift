extension FunctionTable {
    static let conversions: [Function] = [
        Function(
            "bool", "(bool) -> bool", "(string) -> bool", doc: "reads true, false, t, f, 1, 0",
            .unary { value throws(EvaluationError) in try Conversion.bool(value) }),
        Function(
            "int", "(int) -> int", "(uint) -> int", "(double) -> int", "(string) -> int", "(timestamp) -> int",
            "(duration) -> int", doc: "the whole number; of a timestamp its seconds since 1970",
            .unary { value throws(EvaluationError) in try Conversion.int(value) }),
        Function(
            "uint", "(uint) -> uint", "(int) -> uint", "(double) -> uint", "(string) -> uint",
            doc: "the whole number without sign", .unary { value throws(EvaluationError) in try Conversion.uint(value) }),
        Function(
            "double", "(double) -> double", "(int) -> double", "(uint) -> double", "(string) -> double",
            doc: "the floating-point number", .unary { value throws(EvaluationError) in try Conversion.double(value) }),
        Function(
            "string", "(string) -> string", "(bool) -> string", "(int) -> string", "(uint) -> string", "(double) -> string",
            "(bytes) -> string", "(timestamp) -> string", "(duration) -> string", doc: "the value as text",
            .unary { value throws(EvaluationError) in .string(try Conversion.text(value)) }),
        Function(
            "bytes", "(bytes) -> bytes", "(string) -> bytes", doc: "the UTF-8 bytes of a text",
            .unary { value throws(EvaluationError) in
                switch value {
                case .bytes: return value
                case .string(let text): return .bytes(Array(text.utf8))
                default: throw .noSuchOverload
                }
            }),
        Function(
            "timestamp", "(timestamp) -> timestamp", "(string) -> timestamp", "(int) -> timestamp",
            doc: "reads RFC 3339, or takes seconds since 1970",
            .unary { value throws(EvaluationError) in try Conversion.timestamp(value) }),
        Function(
            "duration", "(duration) -> duration", "(string) -> duration", "(int) -> duration",
            doc: "reads a length such as 1h30m, 45s, 1.5s; units h m s ms us ns",
            .unary { value throws(EvaluationError) in try Conversion.duration(value) }),
        Function("dyn", "(A) -> dyn", doc: "the value itself, its type left to be found when evaluated", .unary { $0 }),
        Function("type", "(A) -> type(A)", doc: "the type of a value", .unary { .type($0.type) }),
    ]
}

/// The conversions between types.
enum Conversion {
    static func bool(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .bool: return value
        case .string(let text):
            switch text {
            case "1", "t", "T", "true", "TRUE", "True": return .bool(true)
            case "0", "f", "F", "false", "FALSE", "False": return .bool(false)
            default: throw EvaluationError(.other, "type conversion error: '\(text.prefix(60))' is no bool")
            }
        default: throw .noSuchOverload
        }
    }

    static func int(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .int: return value
        case .uint(let number):
            guard let exact = Int64(exactly: number) else { throw .range("integer overflow") }
            return .int(exact)
        case .double(let number):
            guard number > -0x1p63, number < 0x1p63 else { throw .range("integer overflow") }
            return .int(Int64(number))
        case .string(let text):
            guard let number = Int64(text) else {
                throw EvaluationError(.other, "type conversion error: '\(text.prefix(60))' is no int")
            }
            return .int(number)
        case .timestamp(let instant): return .int(instant.seconds)
        case .duration(let duration):
            guard let nanoseconds = duration.nanosecondsExactly else { throw .range("integer overflow") }
            return .int(nanoseconds)
        default: throw .noSuchOverload
        }
    }

    static func uint(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .uint: return value
        case .int(let number):
            guard let exact = UInt64(exactly: number) else { throw .range("unsigned integer overflow") }
            return .uint(exact)
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw .range("unsigned integer overflow") }
            return .uint(UInt64(number))
        case .string(let text):
            guard let number = UInt64(text) else {
                throw EvaluationError(.other, "type conversion error: '\(text.prefix(60))' is no uint")
            }
            return .uint(number)
        default: throw .noSuchOverload
        }
    }

    private static let specials: Set<String> = ["nan", "inf", "infinity"]

    static func double(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            let isDecimal = text.utf8.allSatisfy { $0.isDigit || "+-.eE".utf8.contains($0) }
            let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
            guard isDecimal || specials.contains(unsigned.lowercased()), let number = Double(text) else {
                throw EvaluationError(.other, "type conversion error: '\(text.prefix(60))' is no double")
            }
            return .double(number)
        default: throw .noSuchOverload
        }
    }

    static func text(_ value: Value) throws(EvaluationError) -> String {
        switch value {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number): return text(number)
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw EvaluationError(.other, "invalid UTF-8 in bytes, cannot convert to string")
            }
            return text
        case .timestamp(let instant): return instant.description
        case .duration(let duration): return duration.celText
        default: throw .noSuchOverload
        }
    }

    /// The shortest text that reads as the same number, without an exponent up to 1e21: an id that a partner writes as
    /// 4711.0 stays readable.
    static func text(_ number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
        let magnitude = number.magnitude
        if magnitude < 0x1p53, number.rounded() == number { return (number.sign == .minus ? "-" : "") + String(Int64(magnitude)) }
        let shortest = number.description
        guard magnitude < 1e21, magnitude >= 1e-5 || magnitude == 0 else { return shortest }
        return Decimal(shortest).text
    }

    static func timestamp(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .timestamp: return value
        case .string(let text):
            guard let instant = Instant(rfc3339: text) else {
                throw EvaluationError(.other, "invalid timestamp '\(text.prefix(60))': not RFC 3339 or out of range")
            }
            return .timestamp(instant)
        case .int(let seconds):
            let instant = Instant(seconds: seconds)
            return try Arithmetic.instant(instant)
        default: throw .noSuchOverload
        }
    }

    static func duration(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .duration: return value
        case .string(let text):
            guard let duration = Duration(celText: text) else {
                throw EvaluationError(.other, "invalid duration '\(text.prefix(60))': not of the form 1h30m or out of range")
            }
            return .duration(duration)
        case .int(let nanoseconds): return .duration(.nanoseconds(nanoseconds))
        default: throw .noSuchOverload
        }
    }
}

/// A decimal number `1.5e-05` written without its exponent.
private struct Decimal {
    let text: String

    init(_ shortest: String) {
        let parts = shortest.split(separator: "e", maxSplits: 1)
        guard parts.count == 2, let exponent = Int(parts[1]) else {
            text = shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest
            return
        }
        let negative = parts[0].hasPrefix("-")
        let mantissa = (negative ? parts[0].dropFirst() : parts[0]).split(separator: ".")
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
        let digits = String(mantissa[0]) + fraction
        let point = 1 + exponent
        let plain =
            if point <= 0 {
                "0." + String(repeating: "0", count: -point) + digits
            } else if point >= digits.utf8.count {
                digits + String(repeating: "0", count: point - digits.utf8.count)
            } else {
                String(digits.prefix(point)) + "." + String(digits.dropFirst(point))
            }
        text = (negative ? "-" : "") + plain
    }
}
