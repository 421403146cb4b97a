package import Language

/// Working hours as somebody wrote them down: a zone, hours of the week, days off. What it says of instants is computed
/// by the `BusinessHours` that is made from it.
package struct BusinessCalendar: Sendable, Hashable {
    package var name: String
    package var zone: Zone
    /// Seven days, Sunday first: hours in seconds after midnight by the clocks of the zone. An end beyond 86,400 lies on
    /// the next day; the hours belong to the day on which they start.
    package var week: [[Range<Int>]]
    /// Days without hours, counted from 1970-01-01.
    package var holidays: Set<Int>
    /// The working time, in seconds, that `1d` of a limit stands for; nil where limits may not be written in days.
    package var day: Int64?

    package init(name: String, zone: Zone, week: [[Range<Int>]], holidays: Set<Int> = [], day: Int64? = nil) {
        self.name = name
        self.zone = zone
        self.week = week
        self.holidays = holidays
        self.day = day
    }

    /// What `1w` stands for: as many days as have hours in a week.
    package var weekLength: Int64? { day.map { $0 * Int64(week.count { !$0.isEmpty }) } }
}
