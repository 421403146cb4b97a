package import Language

/// The pages of what a checklist, or a file of tests, may have wrong.
extension CodePage {
    package static let ofChecklists = ofLoading + ofVersions + ofLimits + ofLinting + ofTests

    private static let ofLoading: [CodePage] = [
        CodePage(
            .checklistVersion, why: "A checklist of another version may mean something else by the same keys.",
            fix: "Write checklist/1. A file that says to be of another kind is told as TL190 before anybody reads it.",
            wrong: .file(
                """
                touchline: checklist/2
                id: example
                title: An example
                version: 1.0.0
                activities: [resolved]
                items: [{id: A1, title: Solved, check: {existence: resolved}}]
                """),
            right: .file(
                """
                touchline: checklist/1
                id: example
                title: An example
                version: 1.0.0
                activities: [resolved]
                items: [{id: A1, title: Solved, check: {existence: resolved}}]
                """), command: nil),
        CodePage(
            .duplicateItem, why: "Verdicts of two items under one id could not be told apart.",
            fix: "Give each an id of its own.",
            wrong: .checklist(
                """
                items:
                  - {id: A1, title: Answered, check: {existence: acknowledged}}
                  - {id: A1, title: Solved, check: {existence: resolved}}
                """),
            right: .checklist(
                """
                items:
                  - {id: A1, title: Answered, check: {existence: acknowledged}}
                  - {id: A2, title: Solved, check: {existence: resolved}}
                """)),
        CodePage(
            .unknownTemplate, why: "A check says by its template what holds; without it nothing can be judged.",
            fix: "'touchline explain --templates' lists those that there are.",
            wrong: .item("check: {responce: {after: escalated, expect: resolved}}"),
            right: .item("check: {response: {after: escalated, expect: resolved}}")),
        CodePage(
            .twoTemplates, why: "Whether one of the two, or both, must hold is not said.",
            fix: "Join them with 'all_of' or 'any_of', or make them two items.",
            wrong: .item("check: {existence: escalated, absence: reopened}"),
            right: .item("check: {all_of: [{existence: escalated}, {absence: reopened}]}")),
        CodePage(
            .noTemplate, why: "A check without a template asks nothing.",
            fix: "Write a template: 'touchline explain --templates' lists them.",
            wrong: .item("check: {}"),
            right: .item("check: {existence: resolved}")),
        CodePage(
            .unknownActivity, why: "An event of a name that nobody says never happens, and the item would judge by that.",
            fix: "Write the name that the message suggests, or add it to 'activities'.",
            wrong: .checklist(
                """
                activities: [escalated, acknowledged]
                items:
                  - {id: A1, title: Answered, check: {response: {after: escalated, expect: acknowledged}}}
                  - {id: A2, title: No fuss, check: {absence: escalatd}}
                """),
            right: .checklist(
                """
                activities: [escalated, acknowledged]
                items:
                  - {id: A1, title: Answered, check: {response: {after: escalated, expect: acknowledged}}}
                  - {id: A2, title: Answered once, check: {count: {of: acknowledged, at_most: 1}}}
                """)),
        CodePage(
            .nameTwice, why: "A name that means two things means neither for certain.",
            fix: "Keep one of them, or give one another name.",
            wrong: .checklist("activities: [escalated, acknowledged, escalated]"),
            right: .checklist("activities: [escalated, acknowledged]")),
        CodePage(
            .noItems, why: "A checklist without items judges nothing, and every record would look right.",
            fix: "Write at least one item.",
            wrong: .checklist("items: []"),
            right: .checklist("items:\n  - {id: A1, title: Solved, check: {existence: resolved}}")),
        CodePage(
            .badName, why: "Expressions could not tell this name from what the language means by it.",
            fix: "Choose another name.",
            wrong: .checklist("define: {any: 'event.channel == \"phone\"'}"),
            right: .checklist(
                """
                define: {phoned: 'event.channel == "phone"'}
                items:
                  - {id: A1, title: On the phone, check: {existence: phoned}}
                """)),
        CodePage(
            .unknownValue, why: "A value that does not occur makes a condition that is never true, and nobody notices.",
            fix: "Write the value that the message suggests, or add it to 'values'.",
            wrong: .checklist(
                """
                values: {severity: [S1, S2, S3]}
                items:
                  - {id: A1, title: Solved, when: 'severity == "S11"', check: {existence: resolved}}
                """),
            right: .checklist(
                """
                values: {severity: [S1, S2, S3]}
                items:
                  - {id: A1, title: Solved, when: 'severity == "S1"', check: {existence: resolved}}
                """)),
        CodePage(
            .onlyAdvisory, why: "How something was written is a matter of taste: it is shown, and lowers no score.",
            fix: "Write 'level: advisory'.",
            wrong: .item("level: critical\ncheck: {plain_language: {event: acknowledged}}"),
            right: .item("level: advisory\ncheck: {plain_language: {event: acknowledged}}")),
    ]

    private static let ofVersions: [CodePage] = [
        CodePage(
            .duplicateChecklist, why: "Of two files that say to be the same version, one would judge by chance.",
            fix: "Give each a version of its own, and the days on which it is in force.",
            wrong: .versions("version: 1.0.0", "version: 1.0.0"),
            right: .versions(
                "version: 1.0.0\neffective: {until: 2026-06-30}", "version: 1.1.0\neffective: {from: 2026-07-01}")),
        CodePage(
            .badDay, why: "Which records a version judges depends on the day on which they were opened.",
            fix: "Write a day of the calendar as year-month-day.",
            wrong: .checklist("effective: {from: 2026-02-30}"),
            right: .checklist("effective: {from: 2026-02-28}")),
        CodePage(
            .versionsOverlap, why: "A record that was opened on such a day would be judged by two versions.",
            fix: "Let the days of one end before those of the other begin; both ends count.",
            wrong: .versions(
                "version: 1.0.0\neffective: {until: 2026-06-30}", "version: 1.1.0\neffective: {from: 2026-06-01}"),
            right: .versions(
                "version: 1.0.0\neffective: {until: 2026-06-30}", "version: 1.1.0\neffective: {from: 2026-07-01}")),
        CodePage(
            .versionsMissDays, why: "A record that was opened on such a day would be judged by nothing.",
            fix: "Let the days of one begin on the day after those of the other end.",
            wrong: .versions(
                "version: 1.0.0\neffective: {until: 2026-06-30}", "version: 1.1.0\neffective: {from: 2026-08-01}"),
            right: .versions(
                "version: 1.0.0\neffective: {until: 2026-06-30}", "version: 1.1.0\neffective: {from: 2026-07-01}")),
        CodePage(
            .versionsCountApart, why: "Records and customers cannot be added up in one rate.",
            fix: "Give one of them another id: it is another checklist.",
            wrong: .versions(
                "version: 1.0.0\neffective: {until: 2026-06-30}",
                "version: 1.1.0\neffective: {from: 2026-07-01}\nunit: customer"),
            right: .versions(
                "version: 1.0.0\neffective: {until: 2026-06-30}", "version: 1.1.0\neffective: {from: 2026-07-01}")),
    ]

    private static let ofLimits: [CodePage] = [
        CodePage(
            .badLength, why: "A limit that cannot be read judges nothing.",
            fix: "Write a number and s, m, h, d or w, or a table of them by a value.",
            wrong: .item("check: {response: {after: escalated, expect: acknowledged, within: half an hour}}"),
            right: .item("check: {response: {after: escalated, expect: acknowledged, within: 30m}}")),
        CodePage(
            .badTarget, why: "A share of more than all can never be met.",
            fix: "Write 0.95 for 95 %.",
            wrong: .item("target: 95"),
            right: .item("target: 0.95")),
        CodePage(
            .unknownClock, why: "Without a clock nobody can tell which hours count.",
            fix: "Write elapsed (every hour counts), partner (its working time) or the name of a calendar of the config.",
            wrong: .item("check: {response: {after: escalated, expect: acknowledged, within: 1h, clock: [partner]}}"),
            right: .item("check: {response: {after: escalated, expect: acknowledged, within: 1h, clock: partner}}")),
        CodePage(
            .badMoment, why: "An activity may happen many times: which of them the time is measured from is not said.",
            fix: "Write {first: A} or {last: A}, or one of start, end, opened, closed and as_of, or {at: CEL}.",
            wrong: .item("check: {duration: {from: escalated, to: closed, at_most: 5d}}"),
            right: .item("check: {duration: {from: {first: escalated}, to: closed, at_most: 5d}}")),
        CodePage(
            .noBound, why: "Without a limit nothing can be too much or too little.",
            fix: "Add the limit that the message names.",
            wrong: .item("check: {duration: {from: opened, to: closed}}"),
            right: .item("check: {duration: {from: opened, to: closed, at_most: 5d}}")),
        CodePage(
            .contradiction, why: "Nothing can keep both.",
            fix: "Drop one of them, or put the mistyped one right.",
            wrong: .checklist("effective: {from: 2026-12-31, until: 2026-01-01}"),
            right: .checklist("effective: {from: 2026-01-01, until: 2026-12-31}")),
        CodePage(
            .noDay, why: "A calendar's day is as long as people work on it, and that may differ from day to day.",
            fix: "Add 'day: 8h' to the calendar, or write the limit in hours.",
            wrong: .config(
                "calendars: {emea: {zone: Europe/Paris, hours: {mon-fri: ['09:00-17:00']}}}",
                checklist: "clock: emea\n" + answeredIn("2d")),
            right: .config(
                "calendars: {emea: {zone: Europe/Paris, hours: {mon-fri: ['09:00-17:00']}, day: 8h}}",
                checklist: "clock: emea\n" + answeredIn("2d"))),
        CodePage(
            .noCalendar, why: "The checklist counts the partner's working time, and nobody knows when this partner works.",
            fix: "Give the partner a 'calendar', or the check another clock.",
            wrong: .config(
                """
                calendars: {emea: {zone: Europe/Paris, hours: {mon-fri: ['09:00-17:00']}}}
                partners: [{id: northwind, functions: [support]}]
                """, checklist: "clock: partner\n" + answeredIn("2h")),
            right: .config(
                """
                calendars: {emea: {zone: Europe/Paris, hours: {mon-fri: ['09:00-17:00']}}}
                partners: [{id: northwind, functions: [support], calendar: emea}]
                """, checklist: "clock: partner\n" + answeredIn("2h"))),
        CodePage(
            .timeless, why: "Whether something happened at all does not depend on time: the limit would be passed over.",
            fix: "Use a template that knows time, such as 'response' or 'duration', or drop the limit.",
            wrong: .item("check: {existence: acknowledged, within: 1h}"),
            right: .item("check: {duration: {from: opened, to: {first: acknowledged}, at_most: 1h}}")),
    ]

    private static func answeredIn(_ limit: String) -> String {
        """
        items:
          - {id: A1, title: Answered, check: {response: {after: escalated, expect: acknowledged, within: \(limit)}}}
        """
    }
}
