package import Language
package import Timelines

/// A place of a checklist that rests on a clock, to be held against the calendars of a config: a checklist alone cannot
/// know them.
struct ClockUse: Sendable {
    let clock: Clock
    /// Where it is named.
    let names: [(name: String, position: Position)]
    /// Where lengths in days and weeks are that it must be able to count.
    let dayLengths: [Position]
}

extension Clock {
    /// The names of the calendars that it may come to, and whether the partner's is among them.
    var reach: (calendars: [String], partner: Bool) {
        switch self {
        case .elapsed: return ([], false)
        case .partner: return ([], true)
        case .calendar(let name): return ([name.name], false)
        case .table(let table):
            let reaches = (table.entries.map(\.clock) + (table.otherwise.map { [$0] } ?? [])).map(\.reach)
            return (reaches.flatMap(\.calendars), reaches.contains(where: \.partner))
        }
    }
}

extension Checklist {
    /// Whether any check counts the working time of partners.
    var usesPartnerClock: Bool { clockUses.contains { $0.clock.reach.partner } }

    /// Says where the checklist rests on a calendar that there is not, on a length of days that a calendar cannot count, or
    /// on the working time of a partner that has none. `declared` are the names of all calendars, also of those left out
    /// since something is wrong with them.
    package func check(
        calendars: [String: BusinessCalendar], declared: Set<String>, partners: [Partner]?, diagnostics: Diagnostics
    ) {
        let performing = (partners ?? []).filter { partner in
            function.map { own in partner.functions?.contains(own) ?? true } ?? true
        }
        for use in clockUses {
            for (name, position) in use.names where name != "partner" && !declared.contains(name) {
                diagnostics.error(
                    .unknownClock, at: position, "there is no calendar '\(name)' in the config",
                    help: didYouMean(name, among: declared.sorted() + ["elapsed", "partner"]))
            }
            for (name, position) in use.names where name == "partner" {
                for partner in performing where partner.calendar == nil {
                    diagnostics.warning(
                        .noCalendar, at: position,
                        "the partner '\(partner.id)' has no calendar, so what rests on its working time is not observable")
                }
            }
            let reach = use.clock.reach
            let names = reach.calendars + (reach.partner ? performing.compactMap(\.calendar) : [])
            for name in Set(names).sorted() where calendars[name].map({ $0.day == nil }) ?? false {
                for position in use.dayLengths {
                    diagnostics.error(
                        .noDay, at: position, "the calendar '\(name)' does not say how long a day is",
                        help: "write the length in hours, or 'day: 8h' in the calendar")
                }
            }
        }
    }
}
