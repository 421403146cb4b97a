package import Language

extension Code {
    /// What a mapping, a preset, a calendar or a partner may have wrong.
    package static let ofTimelines: [Code] = [
        .unknownPreset, .wrongType, .plainLoop, .wrongLoop, .shadowedName, .partnerUnknown, .canonicalWithKeys, .wrongParty,
        .childrenOfGroups, .unusedChild, .badHours, .badWeekday, .noZone, .badHoliday, .hoursOverlap, .duplicateID,
        .unknownCalendar,
    ]
}
