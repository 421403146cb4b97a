import Foundation

/// What a secret becomes in the codes of others: its bytes as they are, in hex, and in base64, each also without all that is
/// neither letter nor digit. All in small letters. Escapes are not among them: those are resolved in the text.
enum SecretForms {
    /// Shorter forms would take ordinary words apart.
    private static let shortest = 4
    /// Of a form without what is no letter or digit: it says less than the form itself.
    private static let shortestBare = 8

    static func forms(of secret: String) -> Set<[UInt8]> {
        var forms: Set<[UInt8]> = []
        func add(_ text: String) {
            let whole = text.utf8.map(folded)
            let bare = whole.filter(isLetterOrDigit)
            if whole.count >= shortest { forms.insert(whole) }
            if bare.count >= shortestBare { forms.insert(bare) }
        }
        for text in texts(of: secret) {
            add(text)
            add(text.utf8.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined())
            for form in base64(Array(text.utf8)) { add(form) }
        }
        return forms
    }

    /// The secret itself, and as a client says it in a header (RFC 6749, 2.3.1). Of PEM the lines between the first and the
    /// last, which everybody's begin and end with.
    private static func texts(of secret: String) -> [String] {
        let lines = secret.split(whereSeparator: \.isNewline)
        if lines.count > 1 { return [lines.filter { !$0.hasPrefix("-----") }.joined(separator: "\n")] }
        let encoded = percentEncoded(secret)
        return encoded == secret ? [secret] : [secret, encoded]
    }

    /// A text in base64 depends on how many bytes stand before it: what all of a secret's own bytes decide is looked for.
    private static func base64(_ bytes: [UInt8]) -> [String] {
        (0..<3).map { before in
            let text = Data([UInt8](repeating: 0, count: before) + bytes).base64EncodedString()
            let own = text.prefix { $0 != "=" }.dropFirst(before == 0 ? 0 : before + 1)
            return String((bytes.count + before) % 3 == 0 ? own : own.dropLast())
        }.flatMap { [$0, $0.replacing("+", with: "-").replacing("/", with: "_")] }
    }

    static func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    /// Of a text in small letters.
    static func isLetterOrDigit(_ byte: UInt8) -> Bool { (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) }
}
