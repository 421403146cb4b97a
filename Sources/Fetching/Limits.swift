package import Language

/// What a source may take: time, bytes, pages. Those of the config's top level are the defaults of its sources.
package struct Limits: Hashable, Sendable {
    package var connectTimeout = Duration.seconds(10)
    /// No byte for so long ends a transfer.
    package var stallTimeout = Duration.seconds(30)
    /// For the whole source; `file:` has none.
    package var deadline = Duration.seconds(15 * 60)
    /// Tries after the first.
    package var retries = 5
    package var concurrency = 4
    /// Decoded bytes of one JSON page, of one NDJSON line or CSV row, of a whole source.
    package var maxPage = 64_000_000
    package var maxRow = 16_000_000
    package var maxBytes = 64_000_000_000
    package var maxPages = 10_000
    /// The code of a pull that ended there.
    package static let maxPagesCode = "max_pages"
    /// Requests to one origin; nil is as many as it answers.
    package var rate: Rate?

    package init() {}

    /// Reads `limits:` of a source or of a config; what is absent stays as in `defaults`.
    package static func load(_ mapping: inout YAMLMapping, defaults: Limits = Limits()) -> Limits {
        var limits = defaults
        guard var keys = mapping.mapping("limits") else { return limits }
        limits.connectTimeout = keys.length("connect_timeout") ?? limits.connectTimeout
        limits.stallTimeout = keys.length("stall_timeout") ?? limits.stallTimeout
        limits.deadline = keys.length("deadline") ?? limits.deadline
        limits.retries = keys.int("retries", in: 0...100) ?? limits.retries
        limits.concurrency = keys.int("concurrency", in: 1...256) ?? limits.concurrency
        limits.maxPage = bytes("max_page", &keys) ?? limits.maxPage
        limits.maxRow = bytes("max_row", &keys) ?? limits.maxRow
        limits.maxBytes = bytes("max_bytes", &keys) ?? limits.maxBytes
        limits.maxPages = keys.int("max_pages", in: 1...Int.max) ?? limits.maxPages
        limits.rate = Rate.load(&keys) ?? limits.rate
        keys.finish()
        return limits
    }

    /// `64MB` and the like: powers of ten for kB, MB and GB as people write them, of two for KiB, MiB and GiB.
    private static func bytes(_ key: String, _ keys: inout YAMLMapping) -> Int? {
        guard let node = keys.node(key) else { return nil }
        if let text = node.text, let value = byteCount(text), value > 0 { return value }
        keys.diagnostics.error(
            .wrongValue, at: node.position, "'\(key)' must be a size, not \(node.summary)", help: "write it as '64MB' or '64MiB'")
        return nil
    }

    static func byteCount(_ text: String) -> Int? {
        let units: [(String, Int)] = [
            ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000),
            ("GB", 1_000_000_000),
            ("B", 1),
        ]
        let unit = units.first { text.hasSuffix($0.0) }
        let number = text.dropLast(unit?.0.count ?? 0)
        guard number.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let count = Int(number) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit?.1 ?? 1)
        return overflow ? nil : product
    }
}

/// So many requests in so much time: `10/s`, `600/m`, `1000/h`.
package struct Rate: Hashable, Sendable {
    /// The least time between two requests: they are spread evenly.
    package let interval: Duration

    /// Nil for what is no rate.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let units = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard parts.count == 2, let seconds = units[String(parts[1])], let count = Int64(parts[0]),
            (1...1_000_000).contains(count),
            parts[0].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        interval = .seconds(seconds) / Int(count)
    }

    static func load(_ keys: inout YAMLMapping) -> Rate? {
        guard let node = keys.node("rate") else { return nil }
        if let rate = node.text.flatMap({ Rate($0) }) { return rate }
        keys.diagnostics.error(
            .wrongValue, at: node.position, "'rate' must be a number of requests in a time, not \(node.summary)",
            help: "write it as '10/s', '600/m' or '1000/h'")
        return nil
    }
}
