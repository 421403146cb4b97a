import Fetching

extension Flag {
    /// The same statement about the same partner has the same id in every audit.
    package static func id(partner: String, checklist: String, item: String, kind: Kind, dimension: String?) -> String {
        let parts = [partner, checklist, item, kind.rawValue, dimension ?? ""]
        return String(sha256Hex(parts.joined(separator: "\0").utf8).prefix(12))
    }

    /// By partner, checklist, item, kind, dimension.
    package static func sorted(_ flags: [Flag]) -> [Flag] {
        func key(_ flag: Flag) -> [String] {
            [flag.partner, flag.checklist, flag.item, flag.kind.rawValue, flag.dimension ?? ""]
        }
        return flags.sorted { a, b in
            for (a, b) in zip(key(a), key(b)) where !a.hasBytes(of: b) { return a.precedes(b) }
            return false
        }
    }
}
