extension Duration {
    /// The whole length in nanoseconds; nil where it does not fit.
    var nanosecondsExactly: Int64? {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflowed ? nil : sum
    }

    /// Reads a length as CEL and Go write it: `1h30m`, `-1.5s`, `100ms`, `0`. Nil for anything else or out of range.
    package init?(celText text: String) {
        var reader = DurationReader(bytes: Array(text.utf8))
        guard let nanoseconds = reader.read() else { return nil }
        self = .nanoseconds(nanoseconds)
    }

    /// As CEL writes it: seconds with the fraction that is needed, `5400s`, `0.001s`.
    package var celText: String {
        let (seconds, attoseconds) = components
        var text = [UInt8]()
        if seconds < 0 || attoseconds < 0 { text.append(UInt8(ascii: "-")) }
        text.append(contentsOf: String(seconds.magnitude).utf8)
        text.append(fraction: Int((attoseconds / 1_000_000_000).magnitude))
        text.append(UInt8(ascii: "s"))
        return String(decoding: text, as: UTF8.self)
    }
}

/// A cursor over a length such as `1h30m`.
private struct DurationReader {
    let bytes: [UInt8]
    var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func read() -> Int64? {
        var negative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            at = 1
        }
        if bytes.count - at == 1, bytes[at] == UInt8(ascii: "0") { return 0 }
        guard at < bytes.count else { return nil }
        var total: Int64 = 0
        while at < bytes.count {
            guard let part = part() else { return nil }
            let (sum, overflow) = total.subtractingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
        }
        // Summed downwards so that the lowest value fits.
        if negative { return total }
        return total == .min ? nil : -total
    }

    /// A number and its unit.
    private mutating func part() -> Int64? {
        let start = at
        var whole: Int64 = 0
        while at < bytes.count, bytes[at] &- 48 < 10 {
            let (tens, overflow) = whole.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = tens.addingReportingOverflow(Int64(bytes[at] - 48))
            guard !overflow, !overflowed else { return nil }
            whole = sum
            at += 1
        }
        var digits = at - start
        var fraction: Int64 = 0
        var scale: Int64 = 1
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            while at < bytes.count, bytes[at] &- 48 < 10 {
                if scale < 1_000_000_000_000 {
                    fraction = fraction * 10 + Int64(bytes[at] - 48)
                    scale *= 10
                }
                digits += 1
                at += 1
            }
        }
        guard digits > 0, let unit = unit() else { return nil }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        let part = scale == 1 ? 0 : Int64(Double(fraction) * (Double(unit) / Double(scale)))
        let (sum, overflowed) = product.addingReportingOverflow(part)
        return overflow || overflowed ? nil : sum
    }

    private mutating func unit() -> Int64? {
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "."), bytes[at] &- 48 >= 10 { at += 1 }
        switch String(decoding: bytes[start..<at], as: UTF8.self) {
        case "h": return 3_600_000_000_000
        case "m": return 60_000_000_000
        case "s": return 1_000_000_000
        case "ms": return 1_000_000
        case "us", "µs", "μs": return 1000
        case "ns": return 1
        default: return nil
        }
    }
}
