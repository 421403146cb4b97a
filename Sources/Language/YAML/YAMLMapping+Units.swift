extension YAMLMapping {
    /// A length of time such as `30s`, `5m`, `4h`, `2d` or `1w`, above zero.
    package mutating func length(_ key: String) -> Duration? {
        guard let node = node(key) else { return nil }
        if let text = node.text, let length = Duration(length: text), length > .zero { return length }
        diagnostics.error(
            .wrongValue, at: node.position, "'\(key)' must be a length of time, not \(node.summary)",
            help: "write a number and s, m, h, d or w, such as '30m'")
        return nil
    }

    /// An RFC 3339 instant such as `2026-11-01T00:00:00Z`.
    package mutating func instant(_ key: String) -> Instant? {
        guard let node = node(key) else { return nil }
        if let text = node.text, let instant = Instant(rfc3339: text) { return instant }
        diagnostics.error(
            .wrongValue, at: node.position, "'\(key)' must be an instant, not \(node.summary)",
            help: "write it as RFC 3339, such as '2026-11-01T00:00:00Z'")
        return nil
    }
}

extension Duration {
    /// A whole number and a unit: `30s 5m 4h 2d 1w`, a day being 24 hours and a week 168. Nil for everything else, and
    /// for lengths beyond ten thousand years.
    package init?(length text: String) {
        let units: [UInt8: Int64] = [
            UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3600, UInt8(ascii: "d"): 86400,
            UInt8(ascii: "w"): 604_800,
        ]
        guard let last = text.utf8.last, let unit = units[last], let digits = String(text.utf8.dropLast()),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let count = Int64(digits)
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, seconds <= 315_576_000_000 else { return nil }
        self = .seconds(seconds)
    }
}
