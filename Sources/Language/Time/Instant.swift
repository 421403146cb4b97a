/// A point in time in UTC: whole seconds since 1970-01-01T00:00:00Z (leap seconds not counted) and nanoseconds.
package struct Instant: Hashable, Comparable, Sendable {
    package let seconds: Int64
    /// 0 ..< 1,000,000,000, also before 1970.
    package let nanoseconds: Int32

    /// `nanoseconds` outside 0 ..< 1e9 carry into `seconds`.
    package init(seconds: Int64, nanoseconds: Int32 = 0) {
        if UInt32(bitPattern: nanoseconds) < 1_000_000_000 {
            (self.seconds, self.nanoseconds) = (seconds, nanoseconds)
            return
        }
        let carry =
            Int64(nanoseconds) >= 0 ? Int64(nanoseconds) / 1_000_000_000 : (Int64(nanoseconds) - 999_999_999) / 1_000_000_000
        self.seconds = seconds &+ carry
        self.nanoseconds = Int32(Int64(nanoseconds) - carry * 1_000_000_000)
    }

    @inline(__always)
    init(wholeSeconds seconds: Int64) {
        self.seconds = seconds
        nanoseconds = 0
    }

    @inlinable @inline(__always)
    package static func < (a: Instant, b: Instant) -> Bool {
        a.seconds != b.seconds ? a.seconds < b.seconds : a.nanoseconds < b.nanoseconds
    }

    // Spelled out, since those that follow from `<` for whatever can be compared are calls.

    @inlinable @inline(__always)
    package static func > (a: Instant, b: Instant) -> Bool { b < a }

    @inlinable @inline(__always)
    package static func <= (a: Instant, b: Instant) -> Bool { !(b < a) }

    @inlinable @inline(__always)
    package static func >= (a: Instant, b: Instant) -> Bool { !(a < b) }

    /// The time from `b` to `a`, exact.
    package static func - (a: Instant, b: Instant) -> Duration {
        .seconds(a.seconds - b.seconds) + .nanoseconds(Int64(a.nanoseconds) - Int64(b.nanoseconds))
    }

    package static func + (a: Instant, b: Duration) -> Instant {
        let (seconds, attoseconds) = b.components
        return Instant(seconds: a.seconds &+ seconds, nanoseconds: a.nanoseconds + Int32(attoseconds / 1_000_000_000))
    }
}
