extension WebAddress {
    /// With a further name and value at the end of the query, in place of those of that name.
    func adding(_ name: String, _ value: String) -> WebAddress? {
        let bare = removing { pair, _ in pair == name }
        let separator = bare.text.contains("?") ? (bare.text.hasSuffix("?") || bare.text.hasSuffix("&") ? "" : "&") : "?"
        return WebAddress(bare.text + separator + name.escapedForURL + "=" + value.escapedForURL)
    }

    /// Without the pairs of the query whose decoded name and value are unwanted.
    func removing(_ isUnwanted: (_ name: String, _ value: String) -> Bool) -> WebAddress {
        guard let mark = text.firstIndex(of: "?") else { return self }
        let pairs = text[text.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
        let kept = pairs.filter { pair in
            let name = pair.prefix { $0 != "=" }
            return !isUnwanted(Self.decoded(name), Self.decoded(pair.dropFirst(name.count + 1)))
        }
        guard kept.count < pairs.count else { return self }
        let query = kept.joined(separator: "&")
        return WebAddress(text[..<mark] + (query.isEmpty ? "" : "?" + query)) ?? self
    }

    /// In a query a blank may be written as `+`.
    private static func decoded(_ text: Substring) -> String { percentDecoded(text.replacing("+", with: " ")) }
}

extension String {
    /// As RFC 3986 has it: everything but letters, digits and `-._~` becomes `%XX`.
    var escapedForURL: String {
        let plain = Set("-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var escaped: [UInt8] = []
        for byte in utf8 {
            if plain.contains(byte) {
                escaped.append(byte)
            } else {
                escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
