package import Language

/// The pages of what a mapping, a preset, a calendar or a partner may have wrong.
extension CodePage {
    package static let ofTimelines = ofMappings + ofCalendars

    private static let ofMappings: [CodePage] = [
        CodePage(
            .unknownPreset, why: "Without its preset a source has neither a mapping nor pages.",
            fix: "Write the name that the message suggests; 'touchline explain --help' tells how to read a preset.",
            wrong: .source("url: https://desk.example/api/v2/incremental/tickets/cursor.json\npreset: zendek"),
            right: .source("url: https://desk.example/api/v2/incremental/tickets/cursor.json\npreset: zendesk")),
        CodePage(
            .wrongType, why: "A field takes one type: an instant is no text, and a list of events no single one.",
            fix: "Convert it: timestamp(…) reads RFC 3339, parseTime(…) any other form, string(…) makes text.",
            wrong: .mapping("opened: 'string(it.created)'"),
            right: .mapping("opened: 'timestamp(it.created)'")),
        CodePage(
            .plainLoop, why: "YAML cuts a plain text at '#' and ', ', so half a loop would be read.",
            fix: "Put the loop in quotes; a name in a plain path may stay as it is.",
            wrong: .mapping(
                """
                events:
                  - for: [e in it.old + it.new]
                    at: 'timestamp(e.at)'
                    activity: 'e.what'
                """),
            right: .mapping(
                """
                events:
                  - for: ['e in it.old + it.new']
                    at: 'timestamp(e.at)'
                    activity: 'e.what'
                """)),
        CodePage(
            .wrongLoop, why: "A loop needs a name for what it is at, or its expressions could not speak of it.",
            fix: "Write 'name in list', such as 'e in it.events'.",
            wrong: .mapping(
                """
                events:
                  - for: [it.events]
                    at: 'timestamp(it.updated)'
                    activity: '"updated"'
                """),
            right: .mapping(
                """
                events:
                  - for: [e in it.events]
                    at: 'timestamp(e.at)'
                    activity: 'e.what'
                """)),
        CodePage(
            .shadowedName, why: "Of two variables of one name the outer one could not be asked for any more.",
            fix: "Give the inner one another name.",
            wrong: .mapping(
                """
                events:
                  - for: [e in it.audits, e in e.changes]
                    at: 'timestamp(e.at)'
                    activity: 'e.value'
                """),
            right: .mapping(
                """
                events:
                  - for: [e in it.audits, c in e.changes]
                    at: 'timestamp(e.at)'
                    activity: 'c.value'
                """)),
        CodePage(
            .partnerUnknown, why: "A record is somebody's: it is judged at the partner that it belongs to, and at one alone.",
            fix: "Name the partner in the source, or in 'map' where one source serves many; not in both.",
            wrong: .mapping("id: 'it.id'\npartner: 'it.org'   # the source says 'partner: northwind'"),
            right: .mapping("id: 'it.id'   # the source says 'partner: northwind'")),
        CodePage(
            .canonicalWithKeys, why: "A canonical record is finished: nothing groups it or maps it once more.",
            fix: "Leave out what would change the records, or write a mapping in the place of 'canonical'.",
            wrong: .source("format: ndjson\ngroup_by: 'row.id'\nmap: canonical"),
            right: .source("format: ndjson\nmap: canonical")),
        CodePage(
            .wrongParty, why: "Whose move it was decides who is to blame; a party that nobody knows has no side.",
            fix: "Write partner, vendor or customer; a table can translate what the system says.",
            wrong: .mapping(
                """
                events:
                  - for: [e in it.events]
                    at: 'timestamp(e.at)'
                    activity: 'e.what'
                    actor: {party: '"client"'}
                """),
            right: .mapping(
                """
                events:
                  - for: [e in it.events]
                    at: 'timestamp(e.at)'
                    activity: 'e.what'
                    actor: {party: '"customer"'}
                """)),
        CodePage(
            .childrenOfGroups,
            why: "Children belong to one record of a page; grouped rows become a record at the end of all pages.",
            fix: "Leave 'group_by' out where each row is a record, or the children where rows are events.",
            wrong: .source(
                """
                url: https://desk.example/tickets
                group_by: 'row.number'
                children: {audits: {url: '/tickets/{it.id}/audits', records: 'body.audits'}}
                """),
            right: .source(
                """
                url: https://desk.example/tickets
                children: {audits: {url: '/tickets/{it.id}/audits', records: 'body.audits'}}
                """)),
        CodePage(
            .unusedChild, why: "A request a record is made, and what comes back is thrown away.",
            fix: "Loop over it in an entry of 'events', or remove the child.",
            wrong: .source(
                """
                url: https://desk.example/tickets
                children: {notes: {url: '/tickets/{it.id}/notes', records: 'body.notes'}}
                """),
            right: .source(
                """
                url: https://desk.example/tickets
                children: {notes: {url: '/tickets/{it.id}/notes', records: 'body.notes'}}
                map:
                  id: 'it.id'
                  events: [{for: [n in it.notes], at: 'timestamp(n.at)', activity: 'n.kind'}]
                """)),
    ]

    private static let ofCalendars: [CodePage] = [
        CodePage(
            .badHours, why: "Working time is counted by these hours; what cannot be read counts nothing.",
            fix: "Write from and to as \"09:00-17:30\", in quotes; \"22:00-06:00\" crosses midnight.",
            wrong: .config("calendars:\n  emea: {zone: Europe/Paris, hours: {mon-fri: ['9 to 5']}}"),
            right: .config("calendars:\n  emea: {zone: Europe/Paris, hours: {mon-fri: ['09:00-17:00']}}")),
        CodePage(
            .badWeekday, why: "Hours on a day that is none would never count.",
            fix: "Write sun, mon, tue, wed, thu, fri or sat, or two of them with '-' between.",
            wrong: .config("calendars:\n  emea: {zone: Europe/Paris, hours: {monday: ['09:00-17:00']}}"),
            right: .config("calendars:\n  emea: {zone: Europe/Paris, hours: {mon: ['09:00-17:00']}}")),
        CodePage(
            .noZone, why: "Nine o'clock is another instant in every zone, and another one in summer.",
            fix: "Write an IANA name, such as Europe/Paris.",
            wrong: .config("calendars:\n  emea: {zone: Europe/Pariss, hours: {mon-fri: ['09:00-17:00']}}"),
            right: .config("calendars:\n  emea: {zone: Europe/Paris, hours: {mon-fri: ['09:00-17:00']}}")),
        CodePage(
            .badHoliday, why: "A holiday that is no day would be a working day.",
            fix: "Write it as year-month-day.",
            wrong: .config(
                """
                calendars:
                  emea:
                    zone: Europe/Paris
                    hours: {mon-fri: ['09:00-17:00']}
                    holidays: [2026-02-30]
                """),
            right: .config(
                """
                calendars:
                  emea:
                    zone: Europe/Paris
                    hours: {mon-fri: ['09:00-17:00']}
                    holidays: [2026-12-25]
                """)),
        CodePage(
            .hoursOverlap, why: "An hour that stands twice can only be a slip of the pen.",
            fix: "Let one end where the next begins, or later.",
            wrong: .config("calendars:\n  emea: {zone: Europe/Paris, hours: {mon: ['09:00-13:00', '12:00-17:00']}}"),
            right: .config("calendars:\n  emea: {zone: Europe/Paris, hours: {mon: ['09:00-12:00', '13:00-17:00']}}")),
        CodePage(
            .duplicateID, why: "Records of two partners would be counted as one partner's, or one's as two's.",
            fix: "Give each an id of its own.",
            wrong: .partners("partners:\n  - {id: northwind, functions: [support]}\n  - {id: northwind, functions: [sales]}"),
            right: .partners("partners:\n  - {id: northwind, functions: [support]}\n  - {id: contoso, functions: [sales]}")),
        CodePage(
            .unknownCalendar, why: "Nobody could tell when this partner works.",
            fix: "Write the name of one below 'calendars', or add it there.",
            wrong: .config(
                """
                calendars: {emea: {zone: Europe/Paris, hours: {mon-fri: ['09:00-17:00']}}}
                partners: [{id: northwind, functions: [support], calendar: emae}]
                """),
            right: .config(
                """
                calendars: {emea: {zone: Europe/Paris, hours: {mon-fri: ['09:00-17:00']}}}
                partners: [{id: northwind, functions: [support], calendar: emea}]
                """)),
    ]
}
