import Language

/// The pages of what a file of tests may have wrong, and of what running it shows.
extension CodePage {
    static let ofTests = ofFiles + ofRuns

    private static let ofFiles: [CodePage] = [
        CodePage(
            .untested, why: "An item that no test makes pass and fail may never fire at all, and nobody would know.",
            fix: "Add a case that expects what is missing. 'touchline test' says it as an error, lint as a warning.",
            wrong: .tests(
                "cases:\n  - {name: answered, timeline: escalated 20m acknowledged closed, expect: {A1: pass}}", alone: true),
            right: .tests(
                """
                cases:
                  - {name: answered, timeline: escalated 20m acknowledged closed, expect: {A1: pass}}
                  - {name: forgotten, timeline: escalated 2h closed, expect: {A1: fail}}
                """, alone: true)),
        CodePage(
            .unknownItem, why: "A verdict of an item that is not there proves nothing.",
            fix: "Write the id that the message suggests.",
            wrong: .tests("cases:\n  - {name: late, timeline: escalated 2h closed, expect: {A11: fail}}"),
            right: .tests("cases:\n  - {name: late, timeline: escalated 2h closed, expect: {A1: fail}}")),
        CodePage(
            .unknownChecklist, why: "The tests would test nothing.",
            fix: "Write the checklist's 'id', and give touchline both files, or the folder that holds them.",
            wrong: .tests("checklist: exampel"),
            right: .tests("checklist: example")),
        CodePage(
            .badEvent, why: "An event has an instant and an activity; without them it cannot be put in order.",
            fix: "Write [instant, activity] or [instant, activity, {actor: …}], or use 'timeline' for all in one line.",
            wrong: .tests(
                """
                cases:
                  - name: late
                    as_of: 2026-01-06T00:00:00Z
                    record: {opened: 2026-01-05T09:00:00Z, events: [escalated]}
                    expect: {A1: fail}
                """),
            right: .tests(
                """
                cases:
                  - name: late
                    as_of: 2026-01-06T00:00:00Z
                    record: {opened: 2026-01-05T09:00:00Z, events: [[2026-01-05T09:00:00Z, escalated]]}
                    expect: {A1: fail}
                """)),
        CodePage(
            .unknownVerdict, why: "What the case expects cannot come.",
            fix: "Write pass, fail, holding, pending, not_activated, not_applicable or not_observable.",
            wrong: .tests("cases:\n  - {name: late, timeline: escalated 2h closed, expect: {A1: failed}}"),
            right: .tests("cases:\n  - {name: late, timeline: escalated 2h closed, expect: {A1: fail}}")),
        CodePage(
            .testsVersion, why: "Tests of another version may mean something else by the same keys.",
            fix: "Write tests/1. A file that says to be of another kind is told as TL190 before anybody reads it.",
            wrong: .file(
                """
                touchline: tests/2
                checklist: example
                cases:
                  - {name: late, timeline: escalated 2h closed, expect: {A1: fail}}
                """),
            right: .file(
                """
                touchline: tests/1
                checklist: example
                cases:
                  - {name: late, timeline: escalated 2h closed, expect: {A1: fail}}
                """), command: nil),
        CodePage(
            .expectsNothing, why: "A case that expects nothing cannot fail.",
            fix: "Name at least one item and its verdict.",
            wrong: .tests("cases:\n  - {name: late, timeline: escalated 2h closed, expect: {}}"),
            right: .tests("cases:\n  - {name: late, timeline: escalated 2h closed, expect: {A1: fail}}")),
        CodePage(
            .unknownVersion, why: "The tests would test nothing.",
            fix: "Write a version that there is, or leave 'version' out to test all.",
            wrong: .tests("version: 1.1.0"),
            right: .tests("version: 1.0.0")),
        CodePage(
            .notOneRecord, why: "A checklist judges records, or customers by all their records; a case must have what it judges.",
            fix: "Write 'record' or 'timeline', or 'records' where the checklist says 'unit: customer'.",
            wrong: .tests(
                """
                cases:
                  - name: late
                    as_of: 2026-01-06T00:00:00Z
                    records: [{opened: 2026-01-05T09:00:00Z, events: [[2026-01-05T09:00:00Z, escalated]]}]
                    expect: {A1: fail}
                """),
            right: .tests(
                """
                cases:
                  - name: late
                    as_of: 2026-01-06T00:00:00Z
                    record: {opened: 2026-01-05T09:00:00Z, events: [[2026-01-05T09:00:00Z, escalated]]}
                    expect: {A1: fail}
                """)),
        CodePage(
            .badTimeline, why: "A timeline in one line is events with the time between them; what is neither cannot be placed.",
            fix: "Write it as 'escalated 20m acknowledged (party=partner) 3h resolved'.",
            wrong: .tests("cases:\n  - {name: late, as_of: 1d, timeline: [escalated, 2h, closed], expect: {A1: fail}}"),
            right: .tests("cases:\n  - {name: late, as_of: 1d, timeline: escalated 2h closed, expect: {A1: fail}}")),
    ]

    private static let ofRuns: [CodePage] = [
        CodePage(
            .unknownMutant, why: "What the entry excuses is not there: the item was changed, or the name is misspelt.",
            fix: "Write the name as 'touchline test --mutate' prints it, or remove the entry.",
            wrong: .tests(
                """
                equivalent:
                  - {mutant: A1 check.response.within = 1y, reason: Nobody waits for so long.}
                """, check: "{existence: acknowledged}"),
            right: .tests(
                "cases:\n  - {name: late, timeline: escalated 2h closed, expect: {A1: fail}}", check: "{existence: acknowledged}"),
            command: "test --mutate --format github ."),
        CodePage(
            .notEquivalent, why: "A test tells the mutant from the item, so that the excuse is wrong.",
            fix: "Take it off the list.",
            wrong: .tests(
                """
                equivalent:
                  - {mutant: A1 check.existence = escalated, reason: It is the same.}
                """, check: "{existence: acknowledged}"),
            right: .tests(
                "cases:\n  - {name: late, timeline: escalated 2h closed, expect: {A1: fail}}", check: "{existence: acknowledged}"),
            command: "test --mutate --format github ."),
        CodePage(
            .failedCase, why: "The checklist does not judge as its author expects.",
            fix: "Read how the verdict came about, and put right the item or the case.",
            wrong: .tests("cases:\n  - {name: late, timeline: escalated 2h acknowledged closed, expect: {A1: pass}}"),
            right: .tests("cases:\n  - {name: late, timeline: escalated 2h acknowledged closed, expect: {A1: fail}}"),
            command: "test --format github ."),
        CodePage(
            .survivor, why: "The item could be changed, by mistake too, and no test would notice.",
            fix: "Add the case that the message proposes, or list the mutant as 'equivalent' with the reason.",
            wrong: .tests(
                """
                cases:
                  - {name: answered, timeline: escalated 20m acknowledged closed, expect: {A1: pass}}
                  - {name: forgotten, timeline: escalated 1d closed, expect: {A1: fail}}
                """, alone: true),
            right: .tests(
                """
                cases:
                  - {name: in time, timeline: escalated 1h acknowledged closed, expect: {A1: pass}}
                  - {name: late, timeline: escalated 1h 1s acknowledged closed, expect: {A1: fail}}
                  - {name: both, timeline: escalated escalated acknowledged closed, expect: {A1: pass}}
                """, alone: true),
            command: "test --mutate --format github ."),
    ]
}
