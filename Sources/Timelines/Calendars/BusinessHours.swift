package import Language

/// The working hours of a calendar as a table of intervals with running sums, so that a question costs a look-up and
/// never a walk over days.
///
/// The table covers 1980 to 2079. Zone rules outside of that are invention, so no answer is given there.
package final class BusinessHours: Sendable {
    package let calendar: BusinessCalendar
    /// Intervals in order that neither overlap nor touch, in seconds since 1970.
    private let starts: [Int64]
    private let ends: [Int64]
    /// Working seconds before each interval.
    private let sums: [Int64]
    /// By day of the table: the first interval that ends after the day has begun.
    private let firstOfDay: [Int32]

    private static let firstDay = CivilDate(year: 1980, month: 1, day: 1).daysSince1970
    private static let endDay = CivilDate(year: 2080, month: 1, day: 1).daysSince1970

    package init(_ calendar: BusinessCalendar) {
        self.calendar = calendar
        var builder = TableBuilder(calendar)
        for day in Self.firstDay - 1..<Self.endDay + 1 { builder.add(day) }
        starts = builder.starts
        ends = builder.ends
        var sums: [Int64] = []
        var sum: Int64 = 0
        for index in builder.starts.indices {
            sums.append(sum)
            sum += builder.ends[index] - builder.starts[index]
        }
        self.sums = sums
        var first: [Int32] = []
        var index = 0
        for day in Self.firstDay..<Self.endDay {
            while index < builder.ends.count, builder.ends[index] <= Int64(day) * 86_400 { index += 1 }
            first.append(Int32(index))
        }
        firstOfDay = first
    }

    /// Whether working hours are known from one instant to another.
    package static func covers(_ start: Instant, _ end: Instant) -> Bool {
        start.seconds >= Int64(firstDay) * 86_400 && end.seconds < Int64(endDay) * 86_400
    }

    /// Working time from one instant up to another; negative where the second comes first.
    package func elapsed(from start: Instant, to end: Instant) throws(EvaluationError) -> Duration {
        let (a, b) = (try position(of: start), try position(of: end))
        return .seconds(b.sum - a.sum) + .nanoseconds(Int64(b.nanoseconds) - Int64(a.nanoseconds))
    }

    /// When a length of working time after an instant has passed. `due` is the first instant at which it has; `last` the
    /// last at which no more than it has, which is later where the length ends with the working day: what is done before
    /// the next one begins has taken no more time.
    package func deadline(after start: Instant, length: Duration) throws(EvaluationError) -> (due: Instant, last: Instant) {
        let from = try position(of: start)
        // As an instant on a line of working time alone.
        let now = Instant(seconds: from.sum, nanoseconds: from.nanoseconds)
        let target = length > .zero ? now + length : now
        guard target >= now else { throw beyond }
        // Intervals near the start are the likely ones; a long length is searched for.
        var index = from.interval
        var steps = 0
        while index < starts.count, sumBehind(index) < target {
            index += 1
            steps += 1
            if steps == 8 { index = search(target, from: index) }
        }
        guard index < starts.count else { throw beyond }
        let reached = Instant(seconds: starts[index] + target.seconds - sums[index], nanoseconds: target.nanoseconds)
        let due = target == now ? start : reached
        guard sumBehind(index) == target else { return (due, max(due, reached)) }
        guard index + 1 < starts.count else { throw beyond }
        return (due, Instant(seconds: starts[index + 1]))
    }

    /// Working time before an instant, and the interval that ends after it.
    private func position(of instant: Instant) throws(EvaluationError) -> (interval: Int, sum: Int64, nanoseconds: Int32) {
        let day = Int(instant.seconds.flooredDay) - Self.firstDay
        guard day >= 0, day < firstOfDay.count else { throw beyond }
        var index = Int(firstOfDay[day])
        while index < ends.count, ends[index] <= instant.seconds { index += 1 }
        guard index < ends.count else { throw beyond }
        if instant.seconds < starts[index] { return (index, sums[index], 0) }
        return (index, sums[index] + instant.seconds - starts[index], instant.nanoseconds)
    }

    private func sumBehind(_ index: Int) -> Instant { Instant(seconds: sums[index] + ends[index] - starts[index]) }

    /// The first interval from `start` on at whose end at least that much time has passed.
    private func search(_ target: Instant, from start: Int) -> Int {
        var (low, high) = (start, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if sumBehind(middle) < target { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private var beyond: EvaluationError {
        EvaluationError(.other, "the calendar '\(calendar.name)' knows working hours from 1980 to 2079 only")
    }
}

/// Makes the intervals of a calendar, day by day.
private struct TableBuilder {
    let calendar: BusinessCalendar
    var starts: [Int64] = []
    var ends: [Int64] = []
    /// The zone's offsets at noon, UTC, from two days before the day at hand to two days after it.
    private var offsets: [Int] = []
    private var offsetDay = Int.min

    init(_ calendar: BusinessCalendar) { self.calendar = calendar }

    mutating func add(_ day: Int) {
        let hours = calendar.week[(day % 7 + 11) % 7]
        guard !hours.isEmpty, !calendar.holidays.contains(day) else { return }
        for range in hours {
            append(seconds(day, range.lowerBound), seconds(day, range.upperBound))
        }
    }

    /// Where clocks of the zone show so many seconds after midnight of a day. Offsets are asked for once a day; only near
    /// a change of clocks must it be looked at closely.
    private mutating func seconds(_ day: Int, _ secondOfDay: Int) -> Int64 {
        let local = Int64(day) * 86_400 + Int64(secondOfDay)
        load(day)
        if offsets.allSatisfy({ $0 == offsets[0] }) { return local - Int64(offsets[0]) }
        return calendar.zone.seconds(ofLocal: local)
    }

    private mutating func load(_ day: Int) {
        guard offsetDay != day else { return }
        let zone = calendar.zone
        func noon(_ day: Int) -> Int { zone.offset(atSeconds: Int64(day) * 86_400 + 43_200) }
        if offsetDay == day - 1 {
            offsets.removeFirst()
            offsets.append(noon(day + 2))
        } else {
            offsets = (-2...2).map { noon(day + $0) }
        }
        offsetDay = day
    }

    /// Hours that overlap, or touch as at midnight, are one interval.
    private mutating func append(_ start: Int64, _ end: Int64) {
        guard start < end else { return }
        if let last = ends.last, start <= last {
            ends[ends.count - 1] = max(last, end)
            // Hours of the night before may begin later than hours that reach over from the day before that.
            starts[starts.count - 1] = min(starts[starts.count - 1], start)
        } else {
            starts.append(start)
            ends.append(end)
        }
    }
}

extension Int64 {
    /// Whole days, towards the past.
    fileprivate var flooredDay: Int64 { self >= 0 ? self / 86_400 : (self - 86_399) / 86_400 }
}
