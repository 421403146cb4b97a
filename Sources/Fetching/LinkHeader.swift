/// The `Link` header of RFC 8288: targets with their relations.
package enum LinkHeader {
    /// The target of the first link whose relations hold `relation`, over all `Link` headers of a page; nil where none does.
    /// What cannot be read is passed over up to the next comma, as the RFC asks.
    package static func target(of relation: String, in headers: [String]) -> String? {
        for header in headers {
            for case .link(let link) in parts(of: Array(header.utf8)) where link.relations.contains(relation.lowercased()) {
                return link.target
            }
        }
        return nil
    }

    /// Whether every link of the headers can be read: where one cannot be, nobody knows what it leads to.
    package static func isWhole(_ headers: [String]) -> Bool {
        headers.allSatisfy { header in
            parts(of: Array(header.utf8)).allSatisfy { if case .link = $0 { true } else { false } }
        }
    }

    private enum Part {
        case link(Link)
        case unreadable
    }

    private struct Link {
        var target: String
        var relations: [String]
    }

    private static func parts(of bytes: [UInt8]) -> [Part] {
        var found: [Part] = []
        var index = 0
        while index < bytes.count {
            skip(bytes, &index) { isSpace($0) || $0 == UInt8(ascii: ",") }
            guard index < bytes.count else { break }
            guard let end = targetEnd(in: bytes, index) else {
                found.append(.unreadable)
                skip(bytes, &index) { $0 != UInt8(ascii: ",") }
                continue
            }
            let target = String(decoding: bytes[(index + 1)..<end], as: UTF8.self).trimmingWhitespace()
            index = end + 1
            found.append(.link(Link(target: target, relations: relations(bytes, &index))))
        }
        return found
    }

    /// Where the target in angle brackets ends that begins here; nil where none does. No URL holds such a bracket.
    private static func targetEnd(in bytes: [UInt8], _ start: Int) -> Int? {
        guard bytes[start] == UInt8(ascii: "<"),
            let end = bytes[(start + 1)...].firstIndex(where: { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "<") }),
            bytes[end] == UInt8(ascii: ">")
        else { return nil }
        return end
    }

    /// Reads `; name=value` up to the comma that ends the link. The first `rel` counts (RFC 8288, 3.3).
    private static func relations(_ bytes: [UInt8], _ index: inout Int) -> [String] {
        var relations: [String]?
        while index < bytes.count, bytes[index] != UInt8(ascii: ",") {
            skip(bytes, &index) { isSpace($0) || $0 == UInt8(ascii: ";") }
            let start = index
            skip(bytes, &index) { !isSpace($0) && !"=;,".utf8.contains($0) }
            let name = String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
            skip(bytes, &index, while: isSpace)
            var value = ""
            if index < bytes.count, bytes[index] == UInt8(ascii: "=") {
                index += 1
                skip(bytes, &index, while: isSpace)
                value = parameterValue(bytes, &index)
            } else if name.isEmpty, index < bytes.count, bytes[index] != UInt8(ascii: ",") {
                index += 1
            }
            if name == "rel", relations == nil { relations = value.lowercased().split(separator: " ").map(String.init) }
        }
        return relations ?? []
    }

    /// A token, or a quoted string in which commas and semicolons are only text.
    private static func parameterValue(_ bytes: [UInt8], _ index: inout Int) -> String {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
            let start = index
            skip(bytes, &index) { !isSpace($0) && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }
        index += 1
        var value: [UInt8] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
            value.append(bytes[index])
            index += 1
        }
        index = min(index + 1, bytes.count)
        return String(decoding: value, as: UTF8.self)
    }

    private static func skip(_ bytes: [UInt8], _ index: inout Int, while condition: (UInt8) -> Bool) {
        while index < bytes.count, condition(bytes[index]) { index += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
