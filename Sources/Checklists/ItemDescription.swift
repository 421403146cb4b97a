/// What the reports say about an item: its words, its weight and its target, without its machinery.
package struct ItemDescription: Hashable, Sendable {
    package enum Level: String, CaseIterable, Sendable {
        case critical, major, minor
        /// Never lowers a score.
        case advisory
    }

    /// What one verdict is about, and so what is counted.
    package enum Unit: String, CaseIterable, Sendable {
        case record, customer

        package var plural: String { rawValue + "s" }
    }

    /// The id of the checklist, and its title and version.
    package var checklist: String
    package var checklistTitle: String
    package var version: String
    /// The function whose records the checklist judges; nil for every function.
    package var function: String?
    package var id: String
    package var title: String
    package var why: String?
    package var level: Level
    package var weight: Double
    /// Share of decided records that should be met.
    package var target: Double?
    /// The check in one sentence of plain words.
    package var meaning: String
    package var enablement: Enablement?
    package var source: String?
    package var unit: Unit

    /// Whether a record of which nothing is told passes: then telling nothing is rewarded.
    package var passesInSilence = false

    package struct Enablement: Hashable, Sendable {
        package var module: String?
        package var guidance: String?
        package var good: String?
        package var poor: String?
        package init(module: String? = nil, guidance: String? = nil, good: String? = nil, poor: String? = nil) {
            self.module = module
            self.guidance = guidance
            self.good = good
            self.poor = poor
        }
    }

    package init(
        checklist: String, checklistTitle: String, version: String, function: String?, id: String, title: String,
        why: String? = nil,
        level: Level = .major, weight: Double = 1, target: Double? = nil, meaning: String, enablement: Enablement? = nil,
        source: String? = nil, unit: Unit = .record
    ) {
        self.checklist = checklist
        self.checklistTitle = checklistTitle
        self.version = version
        self.function = function
        self.id = id
        self.title = title
        self.why = why
        self.level = level
        self.weight = weight
        self.target = target
        self.meaning = meaning
        self.enablement = enablement
        self.source = source
        self.unit = unit
    }
}
