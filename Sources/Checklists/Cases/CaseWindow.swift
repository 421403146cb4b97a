package import Language

/// The months that an audit looks back over: each begins a whole number of calendar months before the audit's instant, at the
/// same time of the same day (the last one where a month is shorter), in UTC.
package struct CaseWindow: Sendable {
    /// When each month begins, in order.
    private let starts: [Instant]
    private let end: Instant

    package var months: Int { starts.count }

    package init(months: Int, endingAt end: Instant) {
        self.end = end
        starts = (1...max(1, months)).reversed().map { end.monthsEarlier($0) }
    }

    /// When a month begins, and the next one does.
    package func span(of month: Int) -> (start: Instant, end: Instant)? {
        guard starts.indices.contains(month) else { return nil }
        return (starts[month], month + 1 < starts.count ? starts[month + 1] : end)
    }

    package var start: Instant { starts[0] }

    /// The number of a month that begins before the window, counted back from its first one, which is 0: nil for one within it.
    package func place(before instant: Instant) -> Int? {
        guard instant < start else { return nil }
        var months = 1
        while months < Self.longestMemory, start.monthsEarlier(months) > instant { months += 1 }
        return -months
    }

    /// What is longer ago has no weight that could be told from none.
    private static let longestMemory = 240

    /// The month of an instant, 0 the first; -1 outside the window. The last one holds its end too.
    package func month(of instant: Instant) -> Int {
        guard instant <= end else { return -1 }
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}

extension Instant {
    fileprivate func monthsEarlier(_ months: Int) -> Instant {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let date = CivilDate(daysSince1970: days)
        let (year, month) = (date.year * 12 + date.month - 1 - months).quotientAndRemainder(dividingBy: 12)
        let length =
            CivilDate(year: month == 11 ? year + 1 : year, month: month == 11 ? 1 : month + 2, day: 1).daysSince1970
            - CivilDate(year: year, month: month + 1, day: 1).daysSince1970
        let earlier = CivilDate(year: year, month: month + 1, day: min(date.day, length)).daysSince1970
        return Instant(seconds: seconds + Int64(earlier - days) * 86_400, nanoseconds: nanoseconds)
    }
}
