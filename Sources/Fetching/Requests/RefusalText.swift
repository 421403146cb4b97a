/// What a partner says of a refusal, in one short line that can be shown. Error pages echo requests, and go on about
/// themselves: known secrets are hidden, what looks like a credential is too, control characters are gone.
package enum RefusalText {
    /// Of the body so much is read.
    static let mostBytes = 4096
    /// Of the line so much is shown, in characters.
    package static let mostShown = 200

    /// The first line that says something; nil where there is none, or where it is a page for browsers.
    package static func line(of body: [UInt8], _ redactor: Redactor) -> String? {
        let text = String(decoding: body, as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first { $0.contains { $0.isLetter || $0.isNumber } }
        guard let line else { return nil }
        // Escapes are resolved first, since they hide a credential from everybody but its reader; and all is hidden before
        // anything is cut, so that no half of a secret is left.
        let meant = printable(printable(String(line)).unescaped)
        let shown = withoutCredentials(printable(redactor.hiding(foreign: meant))).trimmingWhitespace()
        guard !shown.isEmpty, !shown.hasPrefix("<") else { return nil }
        return shown.count > mostShown ? shown.prefix(mostShown - 1) + "…" : shown
    }

    /// Without characters that steer a terminal, turn the direction of text, or cannot be seen.
    static func printable(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: scalars.append(" ")
            case .format, .surrogate, .privateUse, .unassigned: break
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    // MARK: What looks like a credential

    /// Words after which a credential is likely to stand.
    private static let telling = [
        "authorization", "token", "apikey", "api_key", "api-key", "key", "secret", "pwd", "cookie", "session", "sessionid",
        "session_id",
        "signature", "sig", "credential", "credentials", "assertion", "jwt",
    ]
    /// Those after which nothing else stands, also behind a blank.
    private static let certain = ["bearer", "basic", "password", "passwd", "passphrase"]

    /// Values behind telling words, long mixtures of letters and digits, users in URLs, and values of queries become `***`.
    static func withoutCredentials(_ text: String) -> String {
        var hider = CredentialHider()
        for character in text { hider.take(character) }
        hider.endWord(before: nil)
        return hider.shown
    }

    /// Reads a line word by word.
    private struct CredentialHider {
        private(set) var shown = ""
        private var word = ""
        private var expected = Expected.nothing
        /// Behind `?` or `&`, up to the end of that query.
        private var isInQuery = false

        /// How sure it is that the next word is a credential.
        private enum Expected { case nothing, likely, certain }

        mutating func take(_ character: Character) {
            if Self.isWordPart(character) {
                word.append(character)
                return
            }
            endWord(before: character)
            switch character {
            case "=" where isInQuery: expected = .certain
            case "=", ":": if expected == .likely { expected = .certain }
            case "?", "&":
                isInQuery = true
                expected = .nothing
            case " ", "\"", "'": isInQuery = false
            default:
                isInQuery = false
                expected = .nothing
            }
            shown.append(character)
        }

        mutating func endWord(before next: Character?) {
            guard !word.isEmpty else { return }
            defer { word = "" }
            let lower = word.lowercased()
            if RefusalText.certain.contains(lower) {
                shown += word
                expected = .certain
            } else if RefusalText.telling.contains(where: {
                lower == $0 || lower.hasSuffix("_" + $0) || lower.hasSuffix("-" + $0)
            }) {
                shown += word
                expected = .likely
            } else {
                let isHidden =
                    expected == .certain || next == "@" || RefusalText.looksRandom(word)
                    || (expected == .likely && RefusalText.looksMade(word))
                shown += isHidden ? "***" : word
                expected = .nothing
            }
        }

        private static func isWordPart(_ character: Character) -> Bool {
            guard let byte = character.asciiValue else { return character.isLetter || character.isNumber }
            let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
            return isLetter || (byte >= 0x30 && byte <= 0x39) || "-_.~+/%*".utf8.contains(byte)
        }
    }

    /// Sixteen characters and more with digits and letters among them, or forty of anything: no word of a language. A path
    /// is as good as its parts.
    static func looksRandom(_ word: String) -> Bool {
        word.split(separator: "/").contains { part in
            part.utf8.count >= 40 || (part.utf8.count >= 16 && hasDigit(part) && part.contains(where: \.isLetter))
        }
    }

    /// Not a word that somebody would write behind another one.
    private static func looksMade(_ word: String) -> Bool {
        word.utf8.count >= 12 || hasDigit(word) || word.dropFirst().contains(where: \.isUppercase)
    }

    private static func hasDigit(_ text: some StringProtocol) -> Bool { text.utf8.contains { $0 >= 0x30 && $0 <= 0x39 } }
}
