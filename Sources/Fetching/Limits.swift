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
        if let rate = keys.node("rate") {
            keys.diagnostics.error(.sourceNotYet, at: rate.position, "'rate' is not supported yet")
        }
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
