extension FunctionTable {
    static let texts: [Function] =
        searches + changes + [
            Function(
                "matches", "(string, string) -> bool", doc: "whether the regular expression (RE2) matches anywhere in the text",
                .binary { text, pattern throws(EvaluationError) in try Texts.matches(text, pattern) }),
            Function(
                "matches", method: true, "(string, string) -> bool",
                doc: "whether the regular expression (RE2) matches anywhere in the text",
                .binary { text, pattern throws(EvaluationError) in try Texts.matches(text, pattern) }),
            Function(
                "format", method: true, "(string, list(dyn)) -> string",
                doc: "fills %s %d %f %e %b %o %x %X with the elements of the list",
                .binary { format, arguments throws(EvaluationError) in
                    guard case .string(let format) = format, case .list(let list) = arguments else { throw .noSuchOverload }
                    var formatter = Formatter(format: format, arguments: try list.elements())
                    return .string(try formatter.run())
                }),
        ]

    private static let searches: [Function] = [
        predicate("contains", "whether the text holds the other one") { Text.contains($0, $1) },
        predicate("startsWith", "whether the text begins with the other one") { $0.utf8.starts(with: $1.utf8) },
        predicate("endsWith", "whether the text ends with the other one") { $0.utf8.reversed().starts(with: $1.utf8.reversed()) },
        Function(
            "indexOf", method: true, "(string, string) -> int", doc: "the place of the first match, -1 where there is none",
            .binary { text, other throws(EvaluationError) in try Texts.indexOf(text, other, from: .int(0)) }),
        Function(
            "indexOf", method: true, "(string, string, int) -> int", doc: "the same from a place on",
            .ternary { text, other, start throws(EvaluationError) in try Texts.indexOf(text, other, from: start) }),
        Function(
            "lastIndexOf", method: true, "(string, string) -> int", doc: "the place of the last match, -1 where there is none",
            .binary { text, other throws(EvaluationError) in try Texts.lastIndexOf(text, other, upTo: nil) }),
        Function(
            "lastIndexOf", method: true, "(string, string, int) -> int", doc: "the same up to a place",
            .ternary { text, other, end throws(EvaluationError) in try Texts.lastIndexOf(text, other, upTo: end) }),
        Function(
            "charAt", method: true, "(string, int) -> string", doc: "the code point at a place; empty at the end",
            .binary { text, index throws(EvaluationError) in
                let (scalars, index) = try Texts.textAndPlace(text, index)
                return .string(index == scalars.endIndex ? "" : String(Character(scalars[index])))
            }),
    ]

    private static let changes: [Function] = [
        change("lowerAscii", "the letters A to Z in lower case") { text in
            String(decoding: text.utf8.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
        },
        change("upperAscii", "the letters a to z in upper case") { text in
            String(decoding: text.utf8.map { $0 &- 97 < 26 ? $0 & 0xDF : $0 }, as: UTF8.self)
        },
        change("trim", "the text without white space at both ends") { text in
            let scalars = text.unicodeScalars
            guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
                let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
            else { return "" }
            return String(scalars[first...last])
        },
        change("reverse", "the code points from the last to the first") {
            var reversed = String.UnicodeScalarView()
            reversed.append(contentsOf: $0.unicodeScalars.reversed())
            return String(reversed)
        },
        Function(
            "strings.quote", "(string) -> string", doc: "the text as a literal with escapes",
            .unary { text throws(EvaluationError) in
                guard case .string(let text) = text else { throw .noSuchOverload }
                return .string(Texts.quote(text))
            }),
        Function(
            "substring", method: true, "(string, int) -> string", doc: "the text from a place on",
            .binary { text, start throws(EvaluationError) in
                let (scalars, start) = try Texts.textAndPlace(text, start)
                return .string(String(scalars[start...]))
            }),
        Function(
            "substring", method: true, "(string, int, int) -> string", doc: "the text from a place up to before another",
            .ternary { text, start, end throws(EvaluationError) in
                let (scalars, from) = try Texts.textAndPlace(text, start)
                let to = try Texts.textAndPlace(text, end).1
                guard from <= to else {
                    throw EvaluationError(
                        .other, "invalid substring range. start: \(Texts.shown(start)), end: \(Texts.shown(end))")
                }
                return .string(String(scalars[from..<to]))
            }),
        Function(
            "replace", method: true, "(string, string, string) -> string", doc: "every match replaced",
            .ternary { text, old, new throws(EvaluationError) in try Texts.replace(text, old, new, limit: .int(-1)) }),
        Function(
            "replace", method: true, "(string, string, string, int) -> string", doc: "the first matches replaced, up to a limit",
            .many { all throws(EvaluationError) in try Texts.replace(all[0], all[1], all[2], limit: all[3]) }),
        Function(
            "split", method: true, "(string, string) -> list(string)", doc: "the parts between separators",
            .binary { text, separator throws(EvaluationError) in try Texts.split(text, separator, limit: .int(-1)) }),
        Function(
            "split", method: true, "(string, string, int) -> list(string)", doc: "at most so many parts, the last with the rest",
            .ternary { text, separator, limit throws(EvaluationError) in try Texts.split(text, separator, limit: limit) }),
    ]

    private static func predicate(
        _ name: String, _ doc: String, _ holds: @escaping @Sendable (String, String) -> Bool
    ) -> Function {
        Function(
            name, method: true, "(string, string) -> bool", doc: doc,
            .binary { text, other throws(EvaluationError) in
                guard case .string(let text) = text, case .string(let other) = other else { throw .noSuchOverload }
                return .bool(holds(text, other))
            })
    }

    private static func change(_ name: String, _ doc: String, _ change: @escaping @Sendable (String) -> String) -> Function {
        Function(
            name, method: true, "(string) -> string", doc: doc,
            .unary { text throws(EvaluationError) in
                guard case .string(let text) = text else { throw .noSuchOverload }
                return .string(change(text))
            })
    }
}

/// Functions of text. Places count code points.
enum Texts {
    /// A text, and where the code point of that number begins in it; the number of all code points is its end.
    static func textAndPlace(_ text: Value, _ place: Value) throws(EvaluationError) -> (String.UnicodeScalarView, String.Index) {
        guard case .string(let text) = text, case .int(let place) = place else { throw .noSuchOverload }
        let scalars = text.unicodeScalars
        guard place >= 0, place <= text.utf8.count,
            let index = scalars.index(scalars.startIndex, offsetBy: Int(place), limitedBy: scalars.endIndex)
        else { throw EvaluationError(.other, "index out of range: \(place)") }
        return (scalars, index)
    }

    static func matches(_ text: Value, _ pattern: Value) throws(EvaluationError) -> Value {
        guard case .string(let text) = text, case .string(let pattern) = pattern else { throw .noSuchOverload }
        return .bool(try RE2(pattern).matches(text))
    }

    static func indexOf(_ text: Value, _ other: Value, from start: Value) throws(EvaluationError) -> Value {
        guard case .string(let other) = other else { throw .noSuchOverload }
        let (scalars, start) = try textAndPlace(text, start)
        let bytes = Array(String(scalars).utf8)
        let from = String(scalars).utf8.distance(from: scalars.startIndex, to: start)
        return .int(Text.find(Array(other.utf8), in: bytes, from: from).map { codePoints(bytes[..<$0]) } ?? -1)
    }

    static func lastIndexOf(_ text: Value, _ other: Value, upTo end: Value?) throws(EvaluationError) -> Value {
        guard case .string(let whole) = text, case .string(let other) = other else { throw .noSuchOverload }
        let end = try end.map { end throws(EvaluationError) in try textAndPlace(text, end).1 } ?? whole.endIndex
        // The last match of a text is the first one of both turned round, where neither ends beyond the other.
        let bytes = Array(whole.utf8)
        let wanted = Array(other.utf8)
        let last = min(whole.utf8.distance(from: whole.startIndex, to: end), bytes.count - wanted.count)
        guard last >= 0 else { return .int(-1) }
        let turned = Array(bytes[..<(last + wanted.count)].reversed())
        guard let found = Text.find(Array(wanted.reversed()), in: turned) else { return .int(-1) }
        return .int(codePoints(bytes[..<(turned.count - found - wanted.count)]))
    }

    private static func codePoints(_ bytes: ArraySlice<UInt8>) -> Int64 {
        // Every byte of UTF-8 that continues no code point begins one.
        Int64(bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) })
    }

    static func replace(_ text: Value, _ old: Value, _ new: Value, limit: Value) throws(EvaluationError) -> Value {
        guard case .string(let text) = text, case .string(let old) = old, case .string(let new) = new,
            case .int(let limit) = limit
        else { throw .noSuchOverload }
        let bytes = Array(text.utf8)
        let most = limit < 0 ? Int64.max : limit
        // As in Go: before every code point and at the end.
        guard !old.isEmpty else { return .string(try replaceEmpty(text, new, most)) }
        let wanted = Array(old.utf8)
        var replaced: [UInt8] = []
        var count: Int64 = 0
        var start = 0
        while count < most, let at = Text.find(wanted, in: bytes, from: start) {
            replaced += bytes[start..<at]
            replaced += new.utf8
            guard replaced.count <= Budget.textLimit else { throw .longText }
            start = at + wanted.count
            count += 1
        }
        guard replaced.count + bytes.count - start <= Budget.textLimit else { throw .longText }
        return .string(String(decoding: replaced + bytes[start...], as: UTF8.self))
    }

    private static func replaceEmpty(_ text: String, _ new: String, _ most: Int64) throws(EvaluationError) -> String {
        let (size, isHuge) = text.utf8.count.multipliedReportingOverflow(by: new.utf8.count + 1)
        guard !isHuge, size <= Budget.textLimit else { throw .longText }
        var replaced = ""
        var count: Int64 = 0
        for scalar in text.unicodeScalars {
            if count < most { replaced += new }
            count += 1
            replaced.unicodeScalars.append(scalar)
        }
        return count < most ? replaced + new : replaced
    }

    static func split(_ text: Value, _ separator: Value, limit: Value) throws(EvaluationError) -> Value {
        guard case .string(let text) = text, case .string(let separator) = separator, case .int(let limit) = limit else {
            throw .noSuchOverload
        }
        guard limit != 0 else { return .list(.array([])) }
        let bytes = Array(text.utf8)
        let wanted = Array(separator.utf8)
        let most = limit < 0 ? Int64.max : limit
        var parts: [Value] = []
        var start = 0
        if wanted.isEmpty {
            for scalar in text.unicodeScalars {
                guard parts.count + 1 < most, start + scalar.utf8Width < bytes.count else { break }
                guard parts.count < Budget.listLimit else { throw .longList }
                parts.append(.string(String(Character(scalar))))
                start += scalar.utf8Width
            }
        } else {
            while parts.count + 1 < most, let at = Text.find(wanted, in: bytes, from: start) {
                guard parts.count < Budget.listLimit else { throw .longList }
                parts.append(.string(String(decoding: bytes[start..<at], as: UTF8.self)))
                start = at + wanted.count
            }
        }
        if !(wanted.isEmpty && bytes.isEmpty) { parts.append(.string(String(decoding: bytes[start...], as: UTF8.self))) }
        return .list(.array(parts))
    }

    static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{07}": quoted += "\\a"
            case "\u{08}": quoted += "\\b"
            case "\u{0C}": quoted += "\\f"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0B}": quoted += "\\v"
            case "\\": quoted += "\\\\"
            case "\"": quoted += "\\\""
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension Texts {
    /// A key in a message.
    static func shown(_ value: Value) -> String {
        do throws(EvaluationError) {
            return String(try Formatter.plain(value, limit: 1000).prefix(60))
        } catch {
            return value.typeName
        }
    }
}
