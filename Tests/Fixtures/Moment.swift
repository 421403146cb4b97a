/// Lengths of time in seconds.
let minute = 60
let hour = 3_600
let day = 86_400

/// A moment as seconds since 1970 in UTC, and how each of the demo's systems writes it.
struct Moment: Comparable {
    var seconds: Int

    init(seconds: Int) {
        self.seconds = seconds
    }

    /// Midnight UTC of a civil date, after Howard Hinnant's days_from_civil.
    init(_ year: Int, _ month: Int, _ dayOfMonth: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + dayOfMonth - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        seconds = (era * 146_097 + dayOfEra - 719_468) * day
    }

    static func < (a: Moment, b: Moment) -> Bool { a.seconds < b.seconds }
    static func + (a: Moment, length: Int) -> Moment { Moment(seconds: a.seconds + length) }
    static func - (a: Moment, b: Moment) -> Int { a.seconds - b.seconds }

    var wholeMinute: Moment { Moment(seconds: seconds - seconds % minute) }

    /// `2026-03-02T09:12:33Z`
    var rfc3339: String { "\(date)T\(time)Z" }

    /// `2026-03-02T09:12:33.000+0100`, in the zone of Paris
    var paris: String {
        let offset = parisOffset
        let local = self + offset * hour
        return "\(local.date)T\(local.time).000+0\(offset)00"
    }

    /// `2/03/2026 20:12`, in the zone of Sydney; such exports drop the seconds and the first zero
    var sydney: String {
        let local = self + sydneyOffset * hour
        let (year, month, dayOfMonth) = local.civil
        return "\(dayOfMonth)/\(twoDigits(month))/\(year) \(local.time.prefix(5))"
    }

    /// The hour that Sydney's clocks show twice on 5 April 2026: the export cannot say which one is meant.
    var isTwiceInSydney: Bool {
        let changed = Moment(2026, 4, 4) + 16 * hour
        return self >= changed + -hour && self < changed + hour
    }

    private var parisOffset: Int {
        self >= Moment(2026, 3, 29) + hour && self < Moment(2026, 10, 25) + hour ? 2 : 1
    }

    private var sydneyOffset: Int {
        self >= Moment(2026, 4, 4) + 16 * hour && self < Moment(2026, 10, 3) + 16 * hour ? 10 : 11
    }

    private var date: String {
        let (year, month, dayOfMonth) = civil
        return "\(year)-\(twoDigits(month))-\(twoDigits(dayOfMonth))"
    }

    private var time: String {
        let second = seconds % day
        return "\(twoDigits(second / hour)):\(twoDigits(second / minute % 60)):\(twoDigits(second % 60))"
    }

    /// Howard Hinnant's civil_from_days, for days after 1970.
    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = seconds / day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

/// `7` as `07`.
func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
}
