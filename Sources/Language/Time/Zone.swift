package import Foundation

/// A time zone: UTC and fixed offsets by arithmetic, named ones by the zone rules of Foundation.
package enum Zone: Sendable, Hashable {
    case utc
    /// Seconds east of Greenwich.
    case fixed(Int)
    case named(TimeZone)

    private static let known = Guarded<[String: TimeZone]>([:])

    /// `UTC`, `+05:30`, `-02:00`, `02:00` or an IANA name; nil for what is none.
    package init?(_ name: String) {
        if name == "UTC" || name == "Z" || name == "GMT" {
            self = .utc
        } else if let offset = Self.offset(Array(name.utf8)) {
            self = .fixed(offset)
        } else {
            let zone = Self.known.withLock { known -> TimeZone? in
                if let zone = known[name] { return zone }
                let zone = name.utf8.count <= 64 ? TimeZone(identifier: name) : nil
                if let zone, known.count < 1000 { known[name] = zone }
                return zone
            }
            guard let zone else { return nil }
            self = .named(zone)
        }
    }

    private static func offset(_ text: [UInt8]) -> Int? {
        let signed = text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-")
        let digits = text.dropFirst(signed ? 1 : 0)
        let start = digits.startIndex
        guard digits.count == 5, digits[start + 2] == UInt8(ascii: ":") else { return nil }
        var numbers: [Int] = []
        for at in [start, start + 3] {
            guard digits[at].isDigit, digits[at + 1].isDigit else { return nil }
            numbers.append(Int(digits[at] - 48) * 10 + Int(digits[at + 1] - 48))
        }
        guard numbers[0] < 24, numbers[1] < 60 else { return nil }
        let seconds = numbers[0] * 3600 + numbers[1] * 60
        return text.first == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// Seconds east of Greenwich at that time.
    package func offset(atSeconds seconds: Int64) -> Int {
        switch self {
        case .utc: 0
        case .fixed(let offset): offset
        case .named(let zone): zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
        }
    }

    /// The instant at which clocks in the zone show that time, given as if it were UTC. What a spring change skips is the
    /// time after it (02:30 becomes 03:30); what an autumn change repeats is the first.
    package func seconds(ofLocal local: Int64) -> Int64 {
        guard case .named = self else { return local - Int64(offset(atSeconds: local)) }
        let before = offset(atSeconds: local - 86_400)
        let after = offset(atSeconds: local + 86_400)
        let first = local - Int64(before)
        guard before != after, offset(atSeconds: first) != before else { return first }
        let second = local - Int64(after)
        return offset(atSeconds: second) == after ? second : first
    }
}

/// An instant as calendar and clock of a zone show it.
struct CivilTime {
    let date: CivilDate
    let hour: Int
    let minute: Int
    let second: Int
    let nanosecond: Int

    init(_ instant: Instant, _ zone: Zone) {
        let local = instant.seconds + Int64(zone.offset(atSeconds: instant.seconds))
        let days = Int(local.flooredQuotient(86_400))
        let secondOfDay = Int(local) - days * 86_400
        date = CivilDate(daysSince1970: days)
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        nanosecond = Int(instant.nanoseconds)
    }
}
