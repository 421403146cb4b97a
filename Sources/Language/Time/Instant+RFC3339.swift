extension Instant {
    /// The range of CEL's timestamps: years 1 to 9999.
    package static let earliest = Instant(seconds: -62_135_596_800)
    package static let latest = Instant(seconds: 253_402_300_799, nanoseconds: 999_999_999)

    /// Between `earliest` and `latest`.
    @inline(__always)
    package var isInRange: Bool { seconds >= -62_135_596_800 && seconds <= 253_402_300_799 }

    /// `2026-01-05T09:12:00Z`, with a fraction of up to nine digits and any offset; nil for anything else, such as a day
    /// that the month has not.
    package init?(rfc3339 text: String) {
        var text = text
        guard let parsed = text.withUTF8({ Instant(rfc3339: $0) }) else { return nil }
        self = parsed
    }

    package init?(rfc3339 bytes: [UInt8]) {
        guard let parsed = bytes.withUnsafeBufferPointer({ Instant(rfc3339: $0) }) else { return nil }
        self = parsed
    }

    package init?(rfc3339 bytes: UnsafeBufferPointer<UInt8>) {
        if bytes.count == 20, let start = UnsafeRawPointer(bytes.baseAddress), let instant = Self.plain(start) {
            self = instant
            return
        }
        guard let instant = Self.anyForm(bytes) else { return nil }
        self = instant
    }

    @inline(never)
    private static func anyForm(_ bytes: UnsafeBufferPointer<UInt8>) -> Instant? {
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        let century = Self.two(bytes, 0)
        let yearOfCentury = Self.two(bytes, 2)
        let month = Self.two(bytes, 5)
        let day = Self.two(bytes, 8)
        let hour = Self.two(bytes, 11)
        let minute = Self.two(bytes, 14)
        let second = Self.two(bytes, 17)
        // A digit that is none makes its number negative.
        guard century | yearOfCentury | month | day | hour | minute | second >= 0 else { return nil }
        let year = century * 100 + yearOfCentury
        guard month >= 1, month <= 12, day >= 1, day <= CivilDate.daysIn(month, of: year), hour < 24, minute < 60, second < 60
        else { return nil }
        var at = 19
        var nanoseconds = 0
        if bytes[19] == UInt8(ascii: ".") {
            guard let fraction = Self.fraction(bytes, at: &at) else { return nil }
            nanoseconds = fraction
        }
        guard let offset = Self.offset(bytes, at: at) else { return nil }
        let days = CivilDate.days(year, month, day)
        let instant = Instant(
            seconds: Int64(days * 86_400 + hour * 3600 + minute * 60 + second - offset), nanoseconds: Int32(nanoseconds))
        return instant.isInRange ? instant : nil
    }

    /// `2026-01-05T09:12:00Z` and nothing else, eight bytes at a time: nil where the text must be looked at closely.
    @inline(__always)
    private static func plain(_ start: UnsafeRawPointer) -> Instant? {
        // Against the form with all digits zero a digit is 0 to 9 and a separator 0; adding what takes the next larger
        // number to 128 shows every other byte in its highest bit.
        let date = UInt64(littleEndian: start.loadUnaligned(as: UInt64.self)) ^ 0x2D30_302D_3030_3030
        let hour = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) ^ 0x3030_3A30_3054_3030
        let end = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 12, as: UInt64.self)) ^ 0x5A30_303A_3030_3A30
        let strange =
            date | (date &+ 0x7F76_767F_7676_7676) | hour | (hour &+ 0x7676_7F76_767F_7676) | end
            | (end &+ 0x7F76_767F_7676_7F76)
        guard strange & 0x8080_8080_8080_8080 == 0 else { return nil }
        let (dates, hours, ends) = (date &* 10 &+ date >> 8, hour &* 10 &+ hour >> 8, end &* 10 &+ end >> 8)
        let year = pair(dates, 0) &* 100 &+ pair(dates, 2)
        let (month, day) = (pair(dates, 5), pair(hours, 0))
        let (ofDay, minute, second) = (pair(hours, 3), pair(hours, 6), pair(ends, 5))
        guard ofDay < 24, minute < 60, second < 60, let days = days(year, month, day) else { return nil }
        return Instant(wholeSeconds: Int64(days &* 86_400 &+ ofDay &* 3600 &+ minute &* 60 &+ second))
    }

    /// The days from 1970 to the first of every month of the years that most records are of. Unsafe only by its type:
    /// written once, then only read.
    nonisolated(unsafe) private static let monthStarts: UnsafePointer<Int32> = {
        let starts = UnsafeMutablePointer<Int32>.allocate(capacity: 12 * tableYears.count + 1)
        for month in 0...12 * tableYears.count {
            let days = CivilDate.days(tableYears.lowerBound + month / 12, month % 12 + 1, 1)
            (starts + month).initialize(to: Int32(days))
        }
        return UnsafePointer(starts)
    }()

    private static let tableYears = 1970..<2100

    /// The days from 1970 to a date; nil where there is no such date.
    @inline(__always)
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard month >= 1, month <= 12, day >= 1 else { return nil }
        if year >= 1970, year < 2100 {
            let start = monthStarts + ((year &- 1970) &* 12 &+ month &- 1)
            let days = Int(start[0]) &+ day &- 1
            return days < Int(start[1]) ? days : nil
        }
        guard year >= 1, day <= CivilDate.daysIn(month, of: year) else { return nil }
        return CivilDate.days(year, month, day)
    }

    /// The number that stands in one byte.
    @inline(__always)
    private static func pair(_ word: UInt64, _ byte: UInt64) -> Int { Int(truncatingIfNeeded: word >> (8 &* byte) & 0xFF) }

    /// Two digits, or a negative number where they are none.
    @inline(__always)
    private static func two(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        let tens = Int(bytes[index]) - 48
        let ones = Int(bytes[index + 1]) - 48
        return tens | ones | (9 - tens) | (9 - ones) < 0 ? -1 : tens * 10 + ones
    }

    /// One to nine digits after the point at `at`; moves behind them.
    private static func fraction(_ bytes: UnsafeBufferPointer<UInt8>, at: inout Int) -> Int? {
        var value = 0
        var digits = 0
        at += 1
        while at < bytes.count, bytes[at] &- 48 < 10 {
            digits += 1
            guard digits <= 9 else { return nil }
            value = value * 10 + Int(bytes[at] - 48)
            at += 1
        }
        guard digits > 0 else { return nil }
        for _ in digits..<9 { value *= 10 }
        return value
    }

    /// `Z`, `z` or `+01:30` at `at` up to the end, in seconds.
    private static func offset(_ bytes: UnsafeBufferPointer<UInt8>, at: Int) -> Int? {
        let rest = bytes.count - at
        if rest == 1 { return bytes[at] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        guard rest == 6, bytes[at + 3] == UInt8(ascii: ":") else { return nil }
        let hours = two(bytes, at + 1)
        let minutes = two(bytes, at + 4)
        guard hours | minutes >= 0, hours < 24, minutes < 60 else { return nil }
        switch bytes[at] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC: `2026-01-05T09:12:00Z`, the fraction without closing zeros and none where it is zero.
    package var description: String {
        var text = [UInt8]()
        text.reserveCapacity(30)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the description's bytes: for sentences that name many instants.
    package func append(to text: inout [UInt8]) {
        let isPlain = withUnsafeTemporaryAllocation(byteCount: Self.plainCount, alignment: 1) { bytes in
            guard let start = bytes.baseAddress, writePlain(to: start) else { return false }
            text.append(contentsOf: bytes)
            return true
        }
        if isPlain { return }
        let days = Int(seconds.flooredQuotient(86_400))
        let secondOfDay = Int(seconds) - days * 86_400
        let date = CivilDate(daysSince1970: days)
        text.append(digits: date.year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.append(digits: date.month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.append(digits: date.day, width: 2)
        text.append(UInt8(ascii: "T"))
        text.append(digits: secondOfDay / 3600, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(digits: secondOfDay / 60 % 60, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(digits: secondOfDay % 60, width: 2)
        text.append(fraction: Int(nanoseconds))
        text.append(UInt8(ascii: "Z"))
    }

    /// The bytes of a plain description.
    static let plainCount = 20

    /// Writes `2026-01-05T09:12:00Z`; false, and nothing, where whole seconds of a year of four digits do not tell it.
    func writePlain(to text: UnsafeMutableRawPointer) -> Bool {
        guard nanoseconds == 0 else { return false }
        let days = Int(seconds.flooredQuotient(86_400))
        let secondOfDay = Int(seconds) - days * 86_400
        let date = CivilDate(daysSince1970: days)
        guard 0...9999 ~= date.year else { return false }
        let bytes = text.assumingMemoryBound(to: UInt8.self)
        func put(_ number: Int, _ place: Int) {
            bytes[place] = UInt8(truncatingIfNeeded: 48 + number / 10)
            bytes[place + 1] = UInt8(truncatingIfNeeded: 48 + number % 10)
        }
        put(date.year / 100, 0)
        put(date.year % 100, 2)
        bytes[4] = UInt8(ascii: "-")
        put(date.month, 5)
        bytes[7] = UInt8(ascii: "-")
        put(date.day, 8)
        bytes[10] = UInt8(ascii: "T")
        put(secondOfDay / 3600, 11)
        bytes[13] = UInt8(ascii: ":")
        put(secondOfDay / 60 % 60, 14)
        bytes[16] = UInt8(ascii: ":")
        put(secondOfDay % 60, 17)
        bytes[19] = UInt8(ascii: "Z")
        return true
    }
}

extension Int64 {
    @inline(__always)
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension [UInt8] {
    /// Appends a number with leading zeros.
    mutating func append(digits value: Int, width: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        if width == 2, rest < 100 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / 10))
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            return
        }
        let start = count
        repeat {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        while count - start < width { append(UInt8(ascii: "0")) }
        self[start...].reverse()
    }

    /// Appends `.5` for 500,000,000 nanoseconds, nothing for zero.
    mutating func append(fraction nanoseconds: Int) {
        guard nanoseconds > 0 else { return }
        append(UInt8(ascii: "."))
        append(digits: nanoseconds, width: 9)
        while last == UInt8(ascii: "0") { removeLast() }
    }
}
