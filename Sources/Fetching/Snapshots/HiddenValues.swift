/// Takes what may be secret out of URLs and headers before they are kept, and leaves them telling apart.
///
/// A hidden value becomes `***` and its number, in the order in which the source's values came: pages by an unknown cursor
/// stay different pages, and nothing of the cursor is told.
struct HiddenValues {
    private var numbers: [String: Int] = [:]

    /// The URL with every query value hidden whose name is not known to be harmless.
    mutating func url(_ text: String) -> String {
        guard let mark = text.firstIndex(of: "?") else { return text }
        let query = text[text.index(after: mark)...]
        return text[...mark]
            + query.split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
                let name = pair.prefix { $0 != "=" }
                guard name.count < pair.count, !WebAddress.isHarmless(name) else { return String(pair) }
                return "\(name)=\(hidden(String(pair.dropFirst(name.count + 1))))"
            }.joined(separator: "&")
    }

    /// A header's value: all of it is hidden where its name says that it is secret, else the query values of URLs in it.
    mutating func header(_ name: String, _ value: String) -> String {
        if Self.isSecret(name) { return hidden(value) }
        guard value.contains("?") else { return value }
        // A URL in a header ends at a space, a quote or an angle bracket.
        var result = ""
        var part = ""
        for character in value {
            if " \t<>\"'".contains(character) {
                result += url(part)
                result.append(character)
                part = ""
            } else {
                part.append(character)
            }
        }
        return result + url(part)
    }

    private mutating func hidden(_ value: String) -> String {
        let number = numbers[value] ?? numbers.count + 1
        numbers[value] = number
        return "***\(number)"
    }

    private static func isSecret(_ name: String) -> Bool {
        ["cookie", "auth", "token", "secret", "password", "signature", "session", "key", "credential"].contains {
            name.contains($0)
        }
    }
}
