import Language
import Scoring

/// Instants and lengths of time as text, in UTC and the same everywhere.
enum Moments {
    /// `2026-01-05T09:12:00Z`, with a fraction only where there is one.
    static func rfc3339(_ instant: Instant) -> String {
        let (date, time) = parts(instant)
        var fraction = ""
        if instant.nanoseconds != 0 {
            fraction = "." + padded(Int(instant.nanoseconds), 9)
            while fraction.hasSuffix("0") { fraction.removeLast() }
        }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(clock(time, seconds: true))\(fraction)Z"
    }

    /// `5 Jan 2026, 09:12`: UTC, which the page says once.
    static func readable(_ instant: Instant) -> String {
        let (_, time) = parts(instant)
        return "\(day(instant)), \(clock(time, seconds: time % 60 != 0))"
    }

    /// `5 Jan 2026`
    static func day(_ instant: Instant) -> String {
        let (date, _) = parts(instant)
        return "\(date.day) \(months[date.month - 1]) \(date.year)"
    }

    /// `2 d 4 h`, `35 min`, `12 s`: the two largest units.
    static func length(_ seconds: Int64) -> String {
        let sign = seconds < 0 ? "-" : ""
        let seconds = Int64(clamping: seconds.magnitude)
        let units: [(Int64, String)] = [(86400, "d"), (3600, "h"), (60, "min"), (1, "s")]
        guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0 s" }
        let (size, name) = units[first]
        var text = "\(sign)\(Figures.count(Int(seconds / size))) \(name)"
        if first + 1 < units.count, seconds % size >= units[first + 1].0 {
            text += " \(seconds % size / units[first + 1].0) \(units[first + 1].1)"
        }
        return text
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func clock(_ time: Int, seconds: Bool) -> String {
        "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2))" + (seconds ? ":\(padded(time % 60, 2))" : "")
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The civil date of an instant and the seconds of its day, by counting in eras of 400 years that begin in March, so that
    /// the leap day is the last of its year.
    private static func parts(_ instant: Instant) -> (date: (year: Int, month: Int, day: Int), time: Int) {
        let seconds = Int(instant.seconds)
        let time = ((seconds % 86400) + 86400) % 86400
        let days = (seconds - time) / 86400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return ((year, month, dayOfYear - (153 * shifted + 2) / 5 + 1), time)
    }
}
