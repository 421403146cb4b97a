/// The escape sequences in the literals of strings and bytes.
enum Escapes {
    static func text(_ body: ArraySlice<UInt8>) throws(Expression.Problem) -> [UInt8] {
        try decode(body) { scalar, _, offset throws(Expression.Problem) in
            guard let unicode = Unicode.Scalar(scalar) else {
                throw Expression.Problem(code: .syntax, offset: offset, message: "not a Unicode code point", help: nil)
            }
            return Array(String(Character(unicode)).utf8)
        }
    }

    static func bytes(_ body: ArraySlice<UInt8>) throws(Expression.Problem) -> [UInt8] {
        try decode(body) { scalar, isUnicode, offset throws(Expression.Problem) in
            guard !isUnicode, scalar < 256 else {
                throw Expression.Problem(
                    code: .syntax, offset: offset, message: "bytes take no '\\u' escapes", help: "write the bytes as '\\x..'")
            }
            return [UInt8(scalar)]
        }
    }

    /// Calls `encode` with the number of every escape, whether it was `\u` or `\U`, and its offset.
    private static func decode(
        _ body: ArraySlice<UInt8>, encode: (UInt32, Bool, Int) throws(Expression.Problem) -> [UInt8]
    ) throws(Expression.Problem) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(body.count)
        var at = body.startIndex
        while at < body.endIndex {
            guard body[at] == UInt8(ascii: "\\") else {
                decoded.append(body[at])
                at += 1
                continue
            }
            let escape = try escape(body, at)
            decoded += try encode(escape.scalar, escape.isUnicode, at)
            at += escape.length
        }
        return decoded
    }

    private static func escape(
        _ body: ArraySlice<UInt8>, _ at: Int
    ) throws(Expression.Problem) -> (scalar: UInt32, isUnicode: Bool, length: Int) {
        let letter = at + 1 < body.endIndex ? body[at + 1] : 0
        switch letter {
        case UInt8(ascii: "a"): return (7, false, 2)
        case UInt8(ascii: "b"): return (8, false, 2)
        case UInt8(ascii: "f"): return (12, false, 2)
        case UInt8(ascii: "n"): return (10, false, 2)
        case UInt8(ascii: "r"): return (13, false, 2)
        case UInt8(ascii: "t"): return (9, false, 2)
        case UInt8(ascii: "v"): return (11, false, 2)
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            return (UInt32(letter), false, 2)
        case UInt8(ascii: "x"), UInt8(ascii: "X"): return (try number(body, at + 2, digits: 2, radix: 16), false, 4)
        case UInt8(ascii: "u"): return (try number(body, at + 2, digits: 4, radix: 16), true, 6)
        case UInt8(ascii: "U"): return (try number(body, at + 2, digits: 8, radix: 16), true, 10)
        case UInt8(ascii: "0")...UInt8(ascii: "3"): return (try number(body, at + 1, digits: 3, radix: 8), false, 4)
        default:
            throw Expression.Problem(
                code: .syntax, offset: at, message: "no such escape sequence",
                help: "a backslash is written '\\\\', or the string starts with r")
        }
    }

    private static func number(
        _ body: ArraySlice<UInt8>, _ at: Int, digits: Int, radix: UInt32
    ) throws(Expression.Problem) -> UInt32 {
        var value: UInt32 = 0
        for index in at..<(at + digits) {
            guard index < body.endIndex, let digit = body[index].hexValue, digit < radix else {
                throw Expression.Problem(
                    code: .syntax, offset: at - 1, message: "the escape sequence needs \(digits) digits", help: nil)
            }
            value = value &* radix &+ UInt32(digit)
        }
        return value
    }
}
