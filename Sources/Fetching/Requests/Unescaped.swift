/// A text whose escapes are resolved, in small letters, and where each byte of it stands in the text.
///
/// Escapes are those of URLs (`%41`), of JSON and its relatives (`\u0041`, `\x41`, `\101`, `\/`) and of HTML (`&#65;`,
/// `&#x41;`, `&amp;`).
struct Unescaped {
    private(set) var bytes: [UInt8] = []
    private(set) var places: [Range<Int>] = []

    /// So many times an escape may itself be escaped.
    private static let mostLayers = 4

    /// The text as it is, and with its escapes resolved, and theirs, until there are no more.
    static func layers(of text: [UInt8]) -> [Unescaped] {
        var layer = Unescaped()
        layer.bytes = text.map(SecretForms.folded)
        layer.places = text.indices.map { $0..<($0 + 1) }
        var layers = [layer]
        while layers.count <= mostLayers, let next = layers[layers.count - 1].resolved() { layers.append(next) }
        return layers
    }

    /// Without all that is neither letter nor digit.
    var lettersAndDigits: Unescaped {
        var kept = Unescaped()
        for (byte, place) in zip(bytes, places) where SecretForms.isLetterOrDigit(byte) { kept.append([byte], at: place) }
        return kept
    }

    /// Nil where there are no escapes.
    private func resolved() -> Unescaped? {
        guard bytes.contains(where: { Escape.signs.contains($0) }) else { return nil }
        var result = Unescaped()
        var index = 0
        var isChanged = false
        while index < bytes.count {
            if let escape = Escape(bytes[index...]) {
                result.append(
                    escape.meaning.map(SecretForms.folded),
                    at: places[index].lowerBound..<places[index + escape.length - 1].upperBound)
                index += escape.length
                isChanged = true
            } else {
                result.append([bytes[index]], at: places[index])
                index += 1
            }
        }
        return isChanged ? result : nil
    }

    private mutating func append(_ bytes: [UInt8], at place: Range<Int>) {
        self.bytes += bytes
        for _ in bytes { places.append(place) }
    }
}

/// An escape at the beginning of a text.
struct Escape {
    /// What it stands for.
    let meaning: [UInt8]
    /// Bytes of the text.
    let length: Int

    /// What escapes begin with.
    static let signs: [UInt8] = [UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "&")]

    /// Nil where the text begins with no escape. With `isPercentToo` those of URLs count.
    init?(_ text: ArraySlice<UInt8>, isPercentToo: Bool = true) {
        switch text.first {
        case UInt8(ascii: "%") where isPercentToo:
            guard let value = Self.number(text.dropFirst(), digits: 2...2, radix: 16) else { return nil }
            self.init([UInt8(value.number)], 3)
        case UInt8(ascii: "\\"): self.init(backslash: text)
        case UInt8(ascii: "&"): self.init(entity: text)
        default: return nil
        }
    }

    private init(_ meaning: [UInt8], _ length: Int) {
        self.meaning = meaning
        self.length = length
    }

    private init(scalar number: UInt32, _ length: Int) {
        // Half a pair, and what is no character, means nothing.
        self.init(Unicode.Scalar(number).map { Array(String($0).utf8) } ?? [0x20], length)
    }

    private init?(backslash text: ArraySlice<UInt8>) {
        let rest = text.dropFirst()
        let behind = rest.dropFirst()
        switch rest.first {
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            if behind.first == UInt8(ascii: "{"), let value = Self.number(behind.dropFirst(), digits: 1...6, radix: 16),
                behind.dropFirst(1 + value.length).first == UInt8(ascii: "}")
            {
                self.init(scalar: value.number, 4 + value.length)
            } else if let value = Self.number(behind, digits: 4...4, radix: 16) {
                self.init(unit: value.number, before: behind.dropFirst(4))
            } else {
                return nil
            }
        case UInt8(ascii: "x"):
            guard let value = Self.number(behind, digits: 2...2, radix: 16) else { return nil }
            self.init([UInt8(value.number)], 4)
        case let digit? where digit >= 0x30 && digit <= 0x33:
            guard let value = Self.number(rest, digits: 3...3, radix: 8), value.number < 256 else { return nil }
            self.init([UInt8(value.number)], 4)
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "f"): self.init([0x20], 2)
        case let sign? where "\"'\\/".utf8.contains(sign): self.init([sign], 2)
        default: return nil
        }
    }

    /// A unit of UTF-16, which may be the first of a pair.
    private init(unit: UInt32, before rest: ArraySlice<UInt8>) {
        let isPair = (0xD800..<0xDC00).contains(unit) && rest.starts(with: "\\u".utf8)
        if isPair, let second = Self.number(rest.dropFirst(2), digits: 4...4, radix: 16),
            (0xDC00..<0xE000).contains(second.number)
        {
            self.init(scalar: 0x10000 + (unit - 0xD800) << 10 + (second.number - 0xDC00), 12)
        } else {
            self.init(scalar: unit, 6)
        }
    }

    private init?(entity text: ArraySlice<UInt8>) {
        let rest = text.dropFirst()
        if rest.first == UInt8(ascii: "#") {
            let isHex = rest.dropFirst().first.map { $0 | 0x20 } == UInt8(ascii: "x")
            guard let value = Self.number(rest.dropFirst(isHex ? 2 : 1), digits: 1...10, radix: isHex ? 16 : 10) else {
                return nil
            }
            let length = (isHex ? 3 : 2) + value.length
            self.init(scalar: value.number, length + (text.dropFirst(length).first == UInt8(ascii: ";") ? 1 : 0))
            return
        }
        guard let end = rest.prefix(8).firstIndex(of: UInt8(ascii: ";")),
            let sign = Self.named[String(decoding: rest[..<end], as: UTF8.self).lowercased()]
        else { return nil }
        self.init(Array(sign.utf8), end + 1 - text.startIndex)
    }

    /// Of HTML's names those of signs that secrets are made of.
    private static let named = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "sol": "/", "bsol": "\\", "plus": "+",
        "equals": "=", "colon": ":", "semi": ";", "num": "#", "lowbar": "_", "hyphen": "-", "dash": "-", "period": ".",
        "comma": ",", "excl": "!", "quest": "?", "percnt": "%", "dollar": "$", "commat": "@", "lpar": "(", "rpar": ")",
        "ast": "*", "hat": "^", "grave": "`", "lsqb": "[", "rsqb": "]", "lcub": "{", "rcub": "}", "vert": "|", "verbar": "|",
    ]

    /// A number of so many digits; one that is larger than any character is that of none.
    private static func number(
        _ text: ArraySlice<UInt8>, digits: ClosedRange<Int>, radix: UInt32
    ) -> (number: UInt32, length: Int)? {
        var number: UInt32 = 0
        var length = 0
        for byte in text.prefix(digits.upperBound) {
            guard let digit = digit(byte), digit < radix else { break }
            number = min(number * radix + digit, 0xFF_FFFF)
            length += 1
        }
        return length >= digits.lowerBound ? (number, length) : nil
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }
}

extension String {
    /// With the escapes of JSON and HTML resolved, and theirs: as it was meant.
    var unescaped: String {
        var bytes = Array(utf8)
        for _ in 0..<3 {
            var result: [UInt8] = []
            var index = 0
            while index < bytes.count {
                // A quotation mark in JSON stays within its text.
                if let escape = Escape(bytes[index...], isPercentToo: false) {
                    result += escape.meaning
                    index += escape.length
                } else {
                    result.append(bytes[index])
                    index += 1
                }
            }
            if result == bytes { break }
            bytes = result
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
