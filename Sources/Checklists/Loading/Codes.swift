package import Language

/// TL250–299: what a checklist may have wrong.
extension Code {
    static let checklistVersion = Code("TL250", "not a checklist of this version")
    static let duplicateChecklist = Code("TL251", "a version of a checklist stands twice")
    static let duplicateItem = Code("TL252", "an item id stands twice")
    static let unknownTemplate = Code("TL253", "no such template")
    static let twoTemplates = Code("TL254", "a check has more than one template")
    static let noTemplate = Code("TL255", "a check has no template")
    static let unknownActivity = Code("TL256", "no such activity")
    static let badLength = Code("TL257", "not a length of time")
    static let badTarget = Code("TL258", "a target is a share from 0 to 1")
    static let unknownClock = Code("TL259", "no such clock")
    static let badMoment = Code("TL261", "not a moment")
    static let badDay = Code("TL262", "not a day")
    static let noBound = Code("TL263", "a check has no limit")
    static let contradiction = Code("TL264", "limits that exclude each other")
    static let unknownValue = Code("TL265", "a value that is not declared")
    static let nameTwice = Code("TL266", "a name means two things")
    static let noItems = Code("TL267", "a checklist without items")
    static let badName = Code("TL268", "a name that the language keeps for itself")
    static let noDay = Code("TL269", "a length in days on a calendar without a length of day")
    static let noCalendar = Code("TL270", "a partner without a calendar")
    static let onlyAdvisory = Code("TL271", "a check that is advice alone")
    static let alwaysTrue = Code("TL272", "a condition that is always true")
    static let neverTrue = Code("TL273", "a condition that is never true")
    static let whenAgainstApplies = Code("TL274", "'when' contradicts 'applies'")
    static let neverActivated = Code("TL275", "an item that can never be activated")
    static let neverPasses = Code("TL276", "an item that can never pass")
    static let neverFails = Code("TL277", "an item that can never fail")
    static let sameItem = Code("TL278", "two items that say the same")
    static let opposedItems = Code("TL279", "two items that contradict each other")
    static let versionsOverlap = Code("TL280", "two versions of a checklist are in force on one day")
    static let versionsMissDays = Code("TL281", "no version of a checklist is in force on days between two")
    static let versionsCountApart = Code("TL282", "versions of one checklist judge different units")
    static let deadClock = Code("TL283", "an SLA clock that never runs")
    static let timeless = Code("TL284", "a limit of time on what knows no time")
    package static let unusedName = Code("TL285", "a name that nothing uses")
    package static let unproducible = Code("TL286", "an activity that no mapping can produce")
}

extension Code {
    /// What a checklist, or a file of tests, may have wrong.
    package static let ofChecklists: [Code] = [
        .checklistVersion, .duplicateChecklist, .duplicateItem, .unknownTemplate, .twoTemplates, .noTemplate, .unknownActivity,
        .badLength, .badTarget, .unknownClock, .badMoment, .badDay, .noBound, .contradiction, .unknownValue,
        .nameTwice, .noItems, .badName, .noDay, .noCalendar, .onlyAdvisory, .versionsOverlap, .versionsMissDays,
        .versionsCountApart, .alwaysTrue, .neverTrue, .whenAgainstApplies, .neverActivated, .neverPasses, .neverFails,
        .sameItem, .opposedItems, .deadClock, .timeless, .unusedName, .unproducible, .untested, .unknownItem,
        .unknownChecklist, .badEvent, .unknownVerdict, .testsVersion, .expectsNothing, .unknownVersion, .notOneRecord,
        .badTimeline, .unknownMutant, .notEquivalent, .failedCase, .survivor,
    ]
}
