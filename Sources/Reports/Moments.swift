import Language
import Scoring

/// Instants and lengths of time as people read them, in UTC and the same everywhere. Files carry RFC 3339 instead.
enum Moments {
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

    /// The civil date of an instant and the seconds of its day.
    private static func parts(_ instant: Instant) -> (date: CivilDate, time: Int) {
        let seconds = Int(instant.seconds)
        let time = ((seconds % 86400) + 86400) % 86400
        return (CivilDate(daysSince1970: (seconds - time) / 86400), time)
    }
}
