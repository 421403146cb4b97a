/// A word of an expression's text.
struct Token {
    enum Kind: Hashable {
        case identifier, quotedIdentifier
        /// `true`, `in` and the words that may not be variables.
        case keyword
        case int, uint, double, string, bytes
        case symbol, end
    }

    let kind: Kind
    /// The word itself; the name in backticks without them; a string's text is in `value`.
    let text: String
    let offset: Int
    var value: Value?
}

/// Splits an expression into tokens.
struct Lexer {
    private let bytes: [UInt8]
    private var at = 0

    static let words: Set<String> = ["true", "false", "null", "in"]
    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace",
        "return", "var", "void", "while",
    ]

    private let names: Set<String>

    /// `names` are reserved words that are read as names.
    init(_ text: String, naming names: Set<String> = []) {
        bytes = Array(text.utf8)
        self.names = names
    }

    /// All tokens, an `end` last.
    mutating func tokens() throws(Expression.Problem) -> [Token] {
        var all: [Token] = []
        while true {
            let token = try next()
            all.append(token)
            if token.kind == .end { return all }
        }
    }

    private func byte(_ ahead: Int = 0) -> UInt8 { at + ahead < bytes.count ? bytes[at + ahead] : 0 }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: at += 1
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
                while at < bytes.count, bytes[at] != 0x0A { at += 1 }
            default: return
            }
        }
    }

    private mutating func next() throws(Expression.Problem) -> Token {
        skipSpace()
        let start = at
        guard at < bytes.count else { return Token(kind: .end, text: "", offset: start) }
        let first = bytes[at]
        if first.isLetter {
            if let literal = try prefixedString() { return literal }
            return word()
        }
        if first.isDigit || first == UInt8(ascii: ".") && byte(1).isDigit { return try number() }
        switch first {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return try string(start: start, raw: false, bytes: false)
        case UInt8(ascii: "`"): return try quotedName()
        default: return try symbol()
        }
    }

    private func slice(_ start: Int) -> String { String(decoding: bytes[start..<at], as: UTF8.self) }

    private mutating func word() -> Token {
        let start = at
        while byte().isLetter || byte().isDigit { at += 1 }
        let text = slice(start)
        let isKeyword = Self.words.contains(text) || Self.reserved.contains(text) && !names.contains(text)
        return Token(kind: isKeyword ? .keyword : .identifier, text: text, offset: start)
    }

    /// `r"…"`, `b'…'`, `bR"…"`, `rb'…'`.
    private mutating func prefixedString() throws(Expression.Problem) -> Token? {
        var raw = false
        var isBytes = false
        var length = 0
        while length < 2 {
            switch byte(length) | 0x20 {
            case UInt8(ascii: "r") where !raw: raw = true
            case UInt8(ascii: "b") where !isBytes: isBytes = true
            default: return nil
            }
            length += 1
            if byte(length) == UInt8(ascii: "'") || byte(length) == UInt8(ascii: "\"") {
                let start = at
                at += length
                return try string(start: start, raw: raw, bytes: isBytes)
            }
        }
        return nil
    }

    private mutating func string(start: Int, raw: Bool, bytes isBytes: Bool) throws(Expression.Problem) -> Token {
        let quote = byte()
        let isTriple = byte(1) == quote && byte(2) == quote
        at += isTriple ? 3 : 1
        let from = at
        while true {
            guard at < bytes.count, isTriple || byte() != 0x0A && byte() != 0x0D else {
                throw Expression.Problem(code: .syntax, offset: start, message: "the string is never closed", help: nil)
            }
            if byte() == UInt8(ascii: "\\"), !raw {
                at += 2
            } else if byte() == quote, !isTriple || byte(1) == quote && byte(2) == quote {
                break
            } else {
                at += 1
            }
        }
        let body = bytes[from..<at]
        at += isTriple ? 3 : 1
        if isBytes {
            let decoded = raw ? Array(body) : try Escapes.bytes(body)
            return Token(kind: .bytes, text: "", offset: start, value: .bytes(decoded))
        }
        let decoded = raw ? Array(body) : try Escapes.text(body)
        return Token(kind: .string, text: "", offset: start, value: .string(String(decoding: decoded, as: UTF8.self)))
    }

    private mutating func quotedName() throws(Expression.Problem) -> Token {
        let start = at
        at += 1
        let from = at
        while byte() != UInt8(ascii: "`") {
            let isAllowed = byte().isLetter || byte().isDigit || "-./ ".utf8.contains(byte())
            guard at < bytes.count, isAllowed else {
                throw Expression.Problem(
                    code: .syntax, offset: min(at, bytes.count),
                    message: "a name in backticks holds letters, digits, '_', '-', '.', '/' and spaces",
                    help: "other keys are read with brackets: x[\"key\"]")
            }
            at += 1
        }
        let text = slice(from)
        at += 1
        return Token(kind: .quotedIdentifier, text: text, offset: start)
    }

    private mutating func number() throws(Expression.Problem) -> Token {
        let start = at
        if byte() == UInt8(ascii: "0"), byte(1) | 0x20 == UInt8(ascii: "x"), byte(2).hexValue != nil {
            at += 2
            while byte().hexValue != nil { at += 1 }
            return try endOfInteger(start)
        }
        while byte().isDigit { at += 1 }
        var isDouble = false
        if byte() == UInt8(ascii: "."), byte(1).isDigit {
            isDouble = true
            at += 1
            while byte().isDigit { at += 1 }
        }
        let signed = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
        if byte() | 0x20 == UInt8(ascii: "e"), byte(signed ? 2 : 1).isDigit {
            isDouble = true
            at += signed ? 2 : 1
            while byte().isDigit { at += 1 }
        }
        return try isDouble ? endOfNumber(.double, start, slice(start)) : endOfInteger(start)
    }

    private mutating func endOfInteger(_ start: Int) throws(Expression.Problem) -> Token {
        let text = slice(start)
        guard byte() | 0x20 == UInt8(ascii: "u") else { return try endOfNumber(.int, start, text) }
        at += 1
        return try endOfNumber(.uint, start, text)
    }

    private func endOfNumber(_ kind: Token.Kind, _ start: Int, _ text: String) throws(Expression.Problem) -> Token {
        guard !byte().isLetter else {
            throw Expression.Problem(code: .syntax, offset: at, message: "a letter right after a number", help: nil)
        }
        return Token(kind: kind, text: text, offset: start)
    }

    private static let pairs: Set<String> = ["&&", "||", "==", "!=", "<=", ">="]

    private mutating func symbol() throws(Expression.Problem) -> Token {
        let start = at
        at += min(2, bytes.count - at)
        if Self.pairs.contains(slice(start)) { return Token(kind: .symbol, text: slice(start), offset: start) }
        at = start + 1
        if "+-*/%!<>?:.,()[]{}".utf8.contains(bytes[start]) {
            return Token(kind: .symbol, text: slice(start), offset: start)
        }
        let help: String? =
            switch bytes[start] {
            case UInt8(ascii: "="): "equality is '=='"
            case UInt8(ascii: "&"): "'and' is '&&'"
            case UInt8(ascii: "|"): "'or' is '||'"
            default: nil
            }
        let letter = String(decoding: bytes[start...].prefix(4), as: UTF8.self).unicodeScalars.prefix(1)
        throw Expression.Problem(code: .syntax, offset: start, message: "unexpected '\(String(letter))'", help: help)
    }
}

extension UInt8 {
    var isDigit: Bool { self &- 48 < 10 }
    /// An ASCII letter or the underscore.
    var isLetter: Bool { (self | 0x20) &- 97 < 26 || self == UInt8(ascii: "_") }
    var hexValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}
