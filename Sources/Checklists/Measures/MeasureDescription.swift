/// What the reports say about a measure: what is not judged, but compared between partners.
package struct MeasureDescription: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// How long something takes, in seconds on the measure's clock.
        case duration
        /// Which of some activities happen, by their names in the checklist's order.
        case route([String])
    }

    /// The id of the checklist, and its title and version.
    package var checklist: String
    package var checklistTitle: String
    package var version: String
    /// The function whose records the checklist judges; nil for every function.
    package var function: String?
    package var id: String
    package var title: String
    package var kind: Kind
    /// The measure in one sentence of plain words.
    package var meaning: String

    package init(
        checklist: String, checklistTitle: String, version: String, function: String?, id: String, title: String, kind: Kind,
        meaning: String
    ) {
        self.checklist = checklist
        self.checklistTitle = checklistTitle
        self.version = version
        self.function = function
        self.id = id
        self.title = title
        self.kind = kind
        self.meaning = meaning
    }

    package var isRoute: Bool { if case .route = kind { true } else { false } }
}
