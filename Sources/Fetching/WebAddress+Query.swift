extension WebAddress {
    /// The same address with other values in its query: a name that is there already gets its value where it stands, the
    /// others follow. Nil where libcurl refuses what comes of it.
    func setting(_ values: [QueryValue]) -> WebAddress? {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var pairs = parts.count > 1 ? parts[1].split(separator: "&").map(String.init) : []
        for value in values {
            let pair = percentEncoded(value.name) + "=" + percentEncoded(value.value)
            let same = pairs.indices.filter { index in
                formDecoded(pairs[index].prefix { $0 != "=" }) == value.name
            }
            if let first = same.first { pairs[first] = pair } else { pairs.append(pair) }
            for index in same.dropFirst().reversed() { pairs.remove(at: index) }
        }
        let base = parts.first.map(String.init) ?? text
        return WebAddress(pairs.isEmpty ? base : base + "?" + pairs.joined(separator: "&"))
    }

    /// The names and values of the query, decoded.
    var queryValues: [QueryValue] {
        guard let mark = text.firstIndex(of: "?") else { return [] }
        return text[text.index(after: mark)...].split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return QueryValue(name: formDecoded(name), value: formDecoded(pair.dropFirst(name.count + 1)))
        }
    }

    /// Path and query.
    var target: Substring {
        guard let host = text.firstRange(of: "://") else { return text[...] }
        return text[host.upperBound...].drop { $0 != "/" && $0 != "?" }
    }

    /// Without the pairs of the query whose decoded name and value are unwanted.
    func removing(_ isUnwanted: (_ name: String, _ value: String) -> Bool) -> WebAddress {
        guard let mark = text.firstIndex(of: "?") else { return self }
        let pairs = text[text.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
        let kept = pairs.filter { pair in
            let name = pair.prefix { $0 != "=" }
            return !isUnwanted(formDecoded(name), formDecoded(pair.dropFirst(name.count + 1)))
        }
        guard kept.count < pairs.count else { return self }
        let query = kept.joined(separator: "&")
        return WebAddress(text[..<mark] + (query.isEmpty ? "" : "?" + query)) ?? self
    }

    /// Whether its query names a page by its number, or by how many records come before it.
    var isPositional: Bool {
        guard let mark = text.firstIndex(of: "?") else { return false }
        return text[text.index(after: mark)...].split(separator: "&").contains { pair in
            let name = pair.prefix { $0 != "=" }
            let value = pair.dropFirst(name.count + 1)
            return Self.positions.contains(formDecoded(name).lowercased()) && PageFacts.digits(String(value)) != nil
        }
    }

    private static let positions: Set<String> = [
        "page", "p", "pg", "page_number", "pagenumber", "page_no", "pageno", "pagenum", "page[number]", "page_index", "pageindex",
        "offset", "page[offset]", "start", "start_at", "startat", "start_index", "startindex", "skip", "$skip", "from", "first",
        "first_result", "sysparm_offset",
    ]

    /// In a query a blank may be written `+`.
    private func formDecoded(_ text: Substring) -> String {
        percentDecoded(String(decoding: text.utf8.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }, as: UTF8.self))
    }
}

/// Everything but the unreserved characters of RFC 3986 as `%41`: fits as a segment of a path and as a value of a query.
func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            encoded.append(byte)
        default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}
