package import Language

/// How long a partner asks us to wait: the header `Retry-After` of RFC 9110, 10.2.3.
package enum RetryAfter {
    /// Longer waits are as good as this one.
    package static let longest = Duration.seconds(1 << 31)

    /// The wait that the value asks for, as seconds or as a date; nil where it is neither. A date is meant on the partner's
    /// own clock, which its header `Date` tells; without that `now` counts.
    package static func wait(_ value: String, date: String?, now: Instant) -> Duration? {
        let value = value.trimmingWhitespace()
        guard !value.isEmpty else { return nil }
        if value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            // More digits than fit are a long wait, not none.
            return min(longest, Int64(value).map { .seconds(min($0, 1 << 31)) } ?? longest)
        }
        guard let until = HTTPDate.instant(value) else { return nil }
        return min(longest, max(.zero, until - (date.flatMap(HTTPDate.instant) ?? now)))
    }
}

/// A date as RFC 9110, 5.6.7 has it: `Sun, 06 Nov 1994 08:49:37 GMT`, and the two older forms that must be read.
enum HTTPDate {
    private static let forms: [TimeFormat] = [
        "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S %z",
    ].compactMap { try? TimeFormat.parse($0).get() }

    static func instant(_ text: String) -> Instant? {
        let text = text.trimmingWhitespace()
        guard text.utf8.count <= 64 else { return nil }
        for form in forms {
            if let instant = form.read(text, zone: .utc) { return instant }
        }
        return nil
    }
}
