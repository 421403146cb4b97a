package import Language

/// TL180–189: what a calendar may have wrong.
extension Code {
    static let badHours = Code("TL180", "not hours of a day")
    static let badWeekday = Code("TL181", "not a day of the week")
    static let noZone = Code("TL182", "no such time zone")
    static let badHoliday = Code("TL183", "not a day of the calendar")
    static let hoursOverlap = Code("TL184", "hours that overlap")
}

extension BusinessCalendar {
    /// The names in `calendars:`, also of calendars that have something wrong: those are not missing.
    package static func names(in config: YAMLMapping) -> Set<String> {
        var config = config
        guard case .mapping(let entries)? = config.node("calendars")?.kind else { return [] }
        return Set(entries.compactMap(\.key.text))
    }

    /// Reads `calendars:`, by name. What is wrong is a diagnostic; such a calendar is left out.
    package static func load(_ config: inout YAMLMapping) -> [String: BusinessCalendar] {
        guard var table = config.mapping("calendars") else { return [:] }
        var calendars: [String: BusinessCalendar] = [:]
        for (name, keyNode, node) in table.all() {
            if name == "elapsed" || name == "partner" {
                table.diagnostics.error(
                    .wrongValue, at: keyNode.position, "'\(name)' is a clock of its own and cannot be a calendar")
            }
            let errors = table.diagnostics.sorted.count { $0.severity == .error }
            guard var mapping = YAMLMapping(node, "calendar '\(name)'", table.diagnostics) else { continue }
            let calendar = CalendarLoading(name: name, diagnostics: table.diagnostics).load(&mapping)
            mapping.finish()
            if table.diagnostics.sorted.count(where: { $0.severity == .error }) == errors { calendars[name] = calendar }
        }
        return calendars
    }
}

/// The loading of one calendar.
private struct CalendarLoading {
    let name: String
    let diagnostics: Diagnostics

    func load(_ mapping: inout YAMLMapping) -> BusinessCalendar? {
        let zone = mapping.required("zone").flatMap { self.zone($0) }
        let week = mapping.required("hours").map { self.week($0) }
        var holidays: Set<Int> = []
        for node in mapping.nodes("holidays") {
            if let text = node.text, text.utf8.count == 10, let instant = Instant(rfc3339: text + "T00:00:00Z") {
                holidays.insert(Int(instant.seconds / 86_400))
            } else {
                diagnostics.error(
                    .badHoliday, at: node.position, "\(node.summary) is no day",
                    help: "write it as year-month-day, such as '2026-12-25'")
            }
        }
        let dayNode = mapping.node("day")
        let day = mapping.length("day")?.components.seconds
        if let dayNode, let day, day <= 0 || day > 86_400 {
            diagnostics.error(.wrongValue, at: dayNode.position, "a working day is longer than 0s and at most 24h")
        }
        guard let zone, let week else { return nil }
        return BusinessCalendar(name: name, zone: zone, week: week, holidays: holidays, day: day)
    }

    private func zone(_ node: YAMLNode) -> Zone? {
        if let text = node.text, let zone = Zone(text) { return zone }
        diagnostics.error(
            .noZone, at: node.position, "\(node.summary) is no time zone", help: "write an IANA name, such as 'Europe/Paris'")
        return nil
    }

    // MARK: Hours

    private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    private func week(_ node: YAMLNode) -> [[Range<Int>]] {
        var week: [[Range<Int>]] = Array(repeating: [], count: 7)
        guard var table = YAMLMapping(node, "'hours'", diagnostics) else { return week }
        var isAny = false
        for (key, keyNode, value) in table.all() {
            let days = weekdays(key, keyNode)
            let nodes = if case .sequence(let nodes) = value.kind { nodes } else { [value] }
            if nodes.isEmpty {
                isAny = true
                diagnostics.error(
                    .badHours, at: value.position, "'\(key)' has no hours", help: "leave out a day on which nobody works")
            }
            for node in nodes {
                guard let range = hours(node) else { continue }
                isAny = true
                for day in days {
                    if let other = overlapped(by: range, on: day, week) {
                        diagnostics.error(
                            .hoursOverlap, at: node.position, "\(node.summary) overlaps other hours of '\(Self.days[other])'")
                    }
                    week[day].append(range)
                }
            }
        }
        if !isAny, case .mapping(let entries) = node.kind, entries.isEmpty {
            diagnostics.error(.badHours, at: node.position, "a calendar needs hours on at least one day")
        }
        return week.map { $0.sorted { $0.lowerBound < $1.lowerBound } }
    }

    /// A day whose hours reach into those of another: of its own, of the day before beyond midnight, or of the day after.
    private func overlapped(by range: Range<Int>, on day: Int, _ week: [[Range<Int>]]) -> Int? {
        for (shift, other) in [(0, day), (-86_400, (day + 6) % 7), (86_400, (day + 1) % 7)] {
            for hours in week[other] where range.overlaps(hours.lowerBound + shift..<hours.upperBound + shift) { return other }
        }
        return nil
    }

    /// `mon`, `mon-fri`, `sat-sun` (over the end of the week), `mon,wed`.
    private func weekdays(_ key: String, _ node: YAMLNode) -> [Int] {
        var found: [Int] = []
        for part in key.split(separator: ",", omittingEmptySubsequences: false) {
            let names = part.split(separator: "-", omittingEmptySubsequences: false).map { name in
                String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()).lowercased()
            }
            let numbers = names.compactMap { Self.days.firstIndex(of: $0) }
            guard numbers.count == names.count, (1...2).contains(numbers.count), let first = numbers.first,
                let last = numbers.last
            else {
                diagnostics.error(
                    .badWeekday, at: node.position, "'\(key)' is no day of the week",
                    help: didYouMean(key, among: Self.days) ?? "write 'mon', or 'mon-fri'")
                return []
            }
            var day = first
            while true {
                if found.contains(day) {
                    diagnostics.error(.badWeekday, at: node.position, "'\(key)' names '\(Self.days[day])' twice")
                } else {
                    found.append(day)
                }
                if day == last { break }
                day = (day + 1) % 7
            }
        }
        return found
    }

    /// `09:00-17:30`, `22:00-06:00` over midnight, `00:00-24:00`.
    private func hours(_ node: YAMLNode) -> Range<Int>? {
        let parts = node.text?.split(separator: "-", omittingEmptySubsequences: false) ?? []
        if parts.count == 2, let start = Self.time(parts[0]), let end = Self.time(parts[1]), start < 86_400, start != end {
            return start..<(end > start ? end : end + 86_400)
        }
        diagnostics.error(
            .badHours, at: node.position, "\(node.summary) is no time of day from and to",
            help: "write it as \"09:00-17:30\"; \"22:00-06:00\" crosses midnight")
        return nil
    }

    /// `09:00` in seconds after midnight.
    private static func time(_ text: Substring) -> Int? {
        let digits = Array(text.utf8.filter { $0 != 0x20 })
        guard digits.count == 5, digits[2] == UInt8(ascii: ":") else { return nil }
        let numbers = [0, 1, 3, 4].map { Int(digits[$0]) - 48 }
        guard numbers.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let (hours, minutes) = (numbers[0] * 10 + numbers[1], numbers[2] * 10 + numbers[3])
        guard minutes < 60, hours < 24 || (hours == 24 && minutes == 0) else { return nil }
        return hours * 3600 + minutes * 60
    }
}
