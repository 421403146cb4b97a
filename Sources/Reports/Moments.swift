import Language
import Scoring

/// Instants and lengths of time as people read them, in UTC and the same everywhere. Files carry RFC 3339 instead.
enum Moments {
    /// `5 Jan 2026, 09:12`: UTC, which the page says once.
    static func readable(_ instant: Instant) -> String { text { append(readable: instant, to: &$0) } }

    static func append(readable instant: Instant, to output: inout OutputBytes) {
        let (date, time) = parts(instant)
        append(date, to: &output)
        output.append(", " as StaticString)
        append(padded: time / 3600, to: &output)
        output.append(UInt8(ascii: ":"))
        append(padded: time / 60 % 60, to: &output)
        guard time % 60 != 0 else { return }
        output.append(UInt8(ascii: ":"))
        append(padded: time % 60, to: &output)
    }

    /// `5 Jan 2026`
    static func day(_ instant: Instant) -> String { text { append(parts(instant).date, to: &$0) } }

    private static func text(_ write: (inout OutputBytes) -> Void) -> String {
        var output = OutputBytes(capacity: 32)
        write(&output)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    private static func append(_ date: CivilDate, to output: inout OutputBytes) {
        output.append(decimal: date.day)
        output.append(UInt8(ascii: " "))
        output.append(months[date.month - 1])
        output.append(UInt8(ascii: " "))
        output.append(decimal: date.year)
    }

    /// Two digits.
    private static func append(padded number: Int, to output: inout OutputBytes) {
        output.append(UInt8(truncatingIfNeeded: 48 + number / 10))
        output.append(UInt8(truncatingIfNeeded: 48 + number % 10))
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

    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The civil date of an instant and the seconds of its day.
    private static func parts(_ instant: Instant) -> (date: CivilDate, time: Int) {
        let seconds = Int(instant.seconds)
        let time = ((seconds % 86400) + 86400) % 86400
        return (CivilDate(daysSince1970: (seconds - time) / 86400), time)
    }
}
