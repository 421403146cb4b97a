package import Language

/// Best practice as a team wrote it down: the items that a record is judged by, compiled and ready to judge.
///
/// This room works in three steps. Loading reads the YAML into checklists and says everything that is wrong with it.
/// Each distinct question about an event (an activity, a predicate) becomes a matcher, a bit; a check becomes a machine,
/// one row of the table of templates. Judging answers the matchers once for every event and then runs the machines over
/// bits and instants alone; words are only made for what fails.
package struct Checklist: Sendable {
    package let id: String
    package let title: String
    package let version: String
    /// The name of the file that it stands in.
    package let file: String
    /// The function whose records are judged; nil for every function that is performed.
    package let function: String?
    package let unit: ItemDescription.Unit
    package let items: [ItemDescription]
    package let measures: [MeasureDescription]
    /// The activities that it tells apart, for the plan's `ActivityTable`.
    package let activityNames: [String]
    var effective: Effective
    let settle: Duration?
    /// The activities and defined names that its author listed; empty where no activities are.
    let declared: [String]
    /// The ids of items that could not be read: they are there, whatever else is wrong with them.
    let unreadItems: [String]
    /// Where its activities are declared; only lint keeps them.
    package let activityPlaces: [ActivityPlace]
    let applies: Question?
    let matchers: EventMatchers
    let rules: [Rule]
    /// The machinery of `measures`.
    let measuring: [Measure]
    /// The calendars that it names, by `Clock.CalendarName.number`.
    let calendarNames: [String]
    let clockUses: [ClockUse]
    /// What its file says, for those who ask what would come of something else.
    let root: YAMLNode

    /// An activity where the author lists it.
    package struct ActivityPlace: Sendable {
        package let name: String
        package let position: Position
        /// Whether a check, a definition or an expression mentions it.
        package let isMentioned: Bool
        /// Whether a check names it outright, so that a source that never says it makes a verdict not observable.
        package let isNamed: Bool
    }

    /// One item's machinery; its description is the item of the same index. A class, so that judging copies nothing.
    final class Rule: Sendable {
        let when: Question?
        let observable: Question?
        let check: Check

        init(when: Question?, observable: Question?, check: Check) {
            self.when = when
            self.observable = observable
            self.check = check
        }
    }
}

/// The days in which a version is in force, as instants: from the first, up to not including the second.
struct Effective: Sendable, Hashable {
    var from: Instant?
    var until: Instant?

    /// False where what the author wrote is no span of days.
    var isReadable = true

    var isAlways: Bool { from == nil && until == nil }

    func contains(_ instant: Instant) -> Bool {
        (from.map { $0 <= instant } ?? true) && (until.map { instant < $0 } ?? true)
    }
}
