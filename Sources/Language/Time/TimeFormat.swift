/// A strptime format, taken apart once: `%d/%m/%Y %H:%M`.
package struct TimeFormat: Sendable {
    /// What is wrong with a format.
    package struct Problem: Error, Hashable, Sendable {
        package let message: String
    }

    fileprivate enum Step: Sendable {
        case year, shortYear, month, monthName, day, dayOfYear, hour, halfHour, minute, second, fraction, meridiem, offset
        case weekdayName
        case literal(UInt8)
        /// One space or more.
        case space
    }

    package let text: String
    private let steps: [Step]

    package static let directives = "%Y %y %m %b %B %d %e %j %H %I %p %M %S %f %z %T %F %R %a %A %%"

    package static func parse(_ text: String) -> Result<TimeFormat, Problem> {
        var steps: [Step] = []
        var bytes = Array(text.utf8).makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                if byte != 0x20 {
                    steps.append(.literal(byte))
                } else if case .space? = steps.last {
                } else {
                    steps.append(.space)
                }
                continue
            }
            guard let letter = bytes.next(), let more = Self.steps(of: letter) else {
                return .failure(Problem(message: "the format '\(text)' holds a directive that is none of \(directives)"))
            }
            steps += more
        }
        let format = TimeFormat(text: text, steps: steps)
        let hasYear = steps.contains { if case .year = $0 { true } else if case .shortYear = $0 { true } else { false } }
        guard hasYear else { return .failure(Problem(message: "the format '\(text)' has no year")) }
        return .success(format)
    }

    private static func steps(of letter: UInt8) -> [Step]? {
        let colon = Step.literal(UInt8(ascii: ":"))
        let dash = Step.literal(UInt8(ascii: "-"))
        switch letter {
        case UInt8(ascii: "Y"): return [.year]
        case UInt8(ascii: "y"): return [.shortYear]
        case UInt8(ascii: "m"): return [.month]
        case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "h"): return [.monthName]
        case UInt8(ascii: "d"), UInt8(ascii: "e"): return [.day]
        case UInt8(ascii: "j"): return [.dayOfYear]
        case UInt8(ascii: "H"): return [.hour]
        case UInt8(ascii: "I"): return [.halfHour]
        case UInt8(ascii: "p"): return [.meridiem]
        case UInt8(ascii: "M"): return [.minute]
        case UInt8(ascii: "S"): return [.second]
        case UInt8(ascii: "f"): return [.fraction]
        case UInt8(ascii: "z"): return [.offset]
        case UInt8(ascii: "a"), UInt8(ascii: "A"): return [.weekdayName]
        case UInt8(ascii: "T"): return [.hour, colon, .minute, colon, .second]
        case UInt8(ascii: "R"): return [.hour, colon, .minute]
        case UInt8(ascii: "F"): return [.year, dash, .month, dash, .day]
        case UInt8(ascii: "%"): return [.literal(letter)]
        default: return nil
        }
    }

    /// The instant that the text names; nil where it does not fit the format or names no time there is.
    package func read(_ text: String, zone: Zone) -> Instant? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = TimeReader(bytes: bytes)
            do throws(Misfit) {
                for step in steps { try reader.read(step) }
            } catch {
                return nil
            }
            return reader.at == bytes.count ? reader.instant(in: zone) : nil
        }
    }
}

/// The text is not of the form.
private struct Misfit: Error {}

/// A cursor over a written time and what it has read so far.
private struct TimeReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0
    var year = 1970
    var month = 1
    var dayOfMonth = 1
    var dayOfYear = 0
    var hour = 0
    var halfHour = 0
    /// 0 before noon, 12 after it.
    var halfDay = 0
    var minute = 0
    var second = 0
    var nanoseconds = 0
    var offset: Int?

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var byte: UInt8 { at < bytes.count ? bytes[at] : 0 }

    mutating func read(_ step: TimeFormat.Step) throws(Misfit) {
        switch step {
        case .literal(let wanted):
            guard at < bytes.count, bytes[at] == wanted else { throw Misfit() }
            at += 1
        case .space:
            guard byte == 0x20 || byte == 0x09 else { throw Misfit() }
            while byte == 0x20 || byte == 0x09 { at += 1 }
        case .year: year = try number(4...4, in: 1...9999)
        case .shortYear:
            let value = try number(2...2, in: 0...99)
            // POSIX: 69 to 99 are of the last century.
            year = value < 69 ? 2000 + value : 1900 + value
        case .month: month = try number(1...2, in: 1...12)
        case .monthName: month = try name(among: Self.months) + 1
        case .day:
            // `%e` pads with a space.
            if byte == 0x20 { at += 1 }
            dayOfMonth = try number(1...2, in: 1...31)
        case .dayOfYear: dayOfYear = try number(1...3, in: 1...366)
        case .hour: hour = try number(1...2, in: 0...23)
        case .halfHour: halfHour = try number(1...2, in: 1...12)
        case .minute: minute = try number(1...2, in: 0...59)
        case .second: second = try number(1...2, in: 0...59)
        case .fraction: try readFraction()
        case .meridiem: try readMeridiem()
        case .offset: try readOffset()
        case .weekdayName: _ = try name(among: Self.weekdays)
        }
    }

    @inline(__always)
    private mutating func number(_ widths: ClosedRange<Int>, in range: ClosedRange<Int>) throws(Misfit) -> Int {
        var value = 0
        var count = 0
        while count < widths.upperBound, byte.isDigit {
            value = value * 10 + Int(byte - 48)
            at += 1
            count += 1
        }
        guard count >= widths.lowerBound, range.contains(value) else { throw Misfit() }
        return value
    }

    private mutating func readFraction() throws(Misfit) {
        let start = at
        nanoseconds = try number(1...6, in: 0...999_999)
        for _ in (at - start)..<9 { nanoseconds *= 10 }
    }

    private mutating func readMeridiem() throws(Misfit) {
        switch byte | 0x20 {
        case UInt8(ascii: "a"): halfDay = 0
        case UInt8(ascii: "p"): halfDay = 12
        default: throw Misfit()
        }
        at += 1
        guard byte | 0x20 == UInt8(ascii: "m") else { throw Misfit() }
        at += 1
    }

    private static let months: [[UInt8]] = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ].map { Array($0.utf8) }

    private static let weekdays: [[UInt8]] = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ].map { Array($0.utf8) }

    /// The number of a name, in full or its first three letters, whatever its case.
    private mutating func name(among names: [[UInt8]]) throws(Misfit) -> Int {
        for (index, name) in names.enumerated() {
            var length = 0
            while length < name.count, at + length < bytes.count, bytes[at + length] | 0x20 == name[length] { length += 1 }
            if length >= 3 {
                at += length == name.count ? length : 3
                return index
            }
        }
        throw Misfit()
    }

    /// `Z`, `+0100` or `+01:00`.
    private mutating func readOffset() throws(Misfit) {
        if byte | 0x20 == UInt8(ascii: "z") {
            at += 1
            offset = 0
            return
        }
        let sign = byte
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw Misfit() }
        at += 1
        let hours = try number(2...2, in: 0...23)
        if byte == UInt8(ascii: ":") { at += 1 }
        let seconds = hours * 3600 + (try number(2...2, in: 0...59)) * 60
        offset = sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    func instant(in zone: Zone) -> Instant? {
        let days: Int
        if dayOfYear > 0 {
            guard dayOfYear <= (CivilDate.isLeap(year) ? 366 : 365) else { return nil }
            days = CivilDate.days(year, 1, 1) + dayOfYear - 1
        } else {
            guard dayOfMonth <= CivilDate.daysIn(month, of: year) else { return nil }
            days = CivilDate.days(year, month, dayOfMonth)
        }
        let clock = halfHour > 0 ? halfHour % 12 + halfDay : hour
        let local = Int64(days * 86_400 + clock * 3600 + minute * 60 + second)
        let seconds = offset.map { local - Int64($0) } ?? zone.seconds(ofLocal: local)
        let instant = Instant(seconds: seconds, nanoseconds: Int32(nanoseconds))
        return instant.isInRange ? instant : nil
    }
}
