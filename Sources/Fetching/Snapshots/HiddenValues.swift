/// Takes what may be secret out of URLs and headers before they are kept, and leaves them telling apart.
///
/// A hidden value becomes `***` and its number, in the order in which the source's values came: pages by an unknown cursor
/// stay different pages, and nothing of the cursor is told.
struct HiddenValues {
    private var numbers: [String: Int] = [:]

    /// The URL with every query value hidden whose name is not known to be harmless, or that was hidden before.
    mutating func url(_ text: String) -> String {
        guard let mark = text.firstIndex(of: "?") else { return text }
        let query = text[text.index(after: mark)...]
        return text[...mark]
            + query.split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
                let name = pair.prefix { $0 != "=" }
                guard name.count < pair.count else { return String(pair) }
                let value = String(pair.dropFirst(name.count + 1))
                let isKnown = numbers[percentDecoded(value)] != nil
                return WebAddress.isHarmless(name) && !isKnown ? String(pair) : "\(name)=\(hidden(value))"
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

    /// However it is encoded, a value has one number. An empty one is no secret, and the end of many a paging.
    private mutating func hidden(_ value: String) -> String {
        if value.isEmpty { return "" }
        let value = percentDecoded(value)
        let number = numbers[value] ?? numbers.count + 1
        numbers[value] = number
        return "\(Self.mark)\(number)"
    }

    private static let mark = "***"

    /// Whether a URL may hold what stands for a hidden value.
    static func mayHide(_ url: String) -> Bool { percentDecoded(url).contains(mark) }

    /// Whether a URL is the one that was kept, as far as can be told: it may say what stands for a hidden value, or the value
    /// itself, where the other one hides it.
    static func isSame(_ url: String, _ kept: String) -> Bool {
        let (mine, theirs) = (parts(of: url), parts(of: kept))
        guard mine.count == theirs.count else { return false }
        return zip(mine, theirs).allSatisfy { mine, theirs in
            if mine == theirs { return true }
            guard mine.name == theirs.name, theirs.value.hasPrefix(mark) else { return false }
            return !mine.value.hasPrefix(mark)
        }
    }

    /// What is before the query, and the pairs of the query.
    private static func parts(of url: String) -> [(name: String, value: String)] {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let pairs = parts.count > 1 ? parts[1].split(separator: "&", omittingEmptySubsequences: false) : []
        return [(String(parts[0]), "")]
            + pairs.map { pair in
                let name = pair.prefix { $0 != "=" }
                return (percentDecoded(name), percentDecoded(pair.dropFirst(name.count + 1)))
            }
    }

    private static func isSecret(_ name: String) -> Bool {
        ["cookie", "auth", "token", "secret", "password", "signature", "session", "key", "credential"].contains {
            name.contains($0)
        }
    }
}
