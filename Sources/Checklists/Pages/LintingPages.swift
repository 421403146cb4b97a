import Language

/// The pages of what can be loaded and makes no sense.
extension CodePage {
    static let ofLinting = ofConditions + ofItems + ofNames

    private static let ofConditions: [CodePage] = [
        CodePage(
            .alwaysTrue, why: "A condition that is true of every record asks nothing.",
            fix: "Leave it out, or say what is meant.",
            wrong: .item("when: 'severity == \"S1\" || severity != \"S1\"'"),
            right: .item("when: 'severity == \"S1\"'")),
        CodePage(
            .neverTrue, why: "A condition that no record meets makes an item that judges nothing, and looks green.",
            fix: "Mostly '&&' stands where '||' is meant, or a value is misspelt.",
            wrong: .item("when: 'severity == \"S1\" && severity == \"S2\"'"),
            right: .item("when: 'severity == \"S1\" || severity == \"S2\"'")),
        CodePage(
            .whenAgainstApplies, why: "The checklist judges only records that the item leaves out.",
            fix: "Change one of them, or move the item to the checklist of these records.",
            wrong: .checklist(
                """
                applies: 'kind == "escalation"'
                items:
                  - {id: A1, title: Solved, when: 'kind == "implementation"', check: {existence: resolved}}
                """),
            right: .checklist(
                """
                applies: 'kind == "escalation"'
                items:
                  - {id: A1, title: Solved, when: 'severity == "S1"', check: {existence: resolved}}
                """)),
    ]

    private static let ofItems: [CodePage] = [
        CodePage(
            .neverActivated, why: "Nothing can ever trigger the item, so that it says nothing of anybody.",
            fix: "Put the event right that it waits for.",
            wrong: .item(
                """
                check:
                  response:
                    after: {activity: escalated, where: 'event.activity == "called"'}
                    expect: resolved
                """),
            right: .item(
                """
                check:
                  response:
                    after: {activity: escalated, where: 'event.channel == "phone"'}
                    expect: resolved
                """)),
        CodePage(
            .neverPasses, why: "Every record that it judges fails, whatever the partner does.",
            fix: "Put the parts right that exclude each other.",
            wrong: .item("check: {all_of: [{existence: acknowledged}, {absence: acknowledged}]}"),
            right: .item("check: {all_of: [{existence: acknowledged}, {absence: reopened}]}")),
        CodePage(
            .neverFails, why: "An item that cannot fail tells nothing of a partner, and makes its score look better.",
            fix: "Raise the limit, or drop the item.",
            wrong: .item("check: {count: {of: acknowledged, at_least: 0}}"),
            right: .item("check: {count: {of: acknowledged, at_least: 1}}")),
        CodePage(
            .sameItem, why: "One mistake would count twice.",
            fix: "Keep one of them, or say with 'when' which records each is for.",
            wrong: .checklist(
                """
                items:
                  - {id: A1, title: Quiet, check: {absence: reopened}}
                  - {id: A2, title: Done for good, check: {count: {of: reopened, at_most: 0}}}
                """),
            right: .checklist(
                """
                items:
                  - {id: A1, title: Quiet, check: {absence: reopened}}
                  - {id: A2, title: Solved, check: {existence: resolved}}
                """)),
        CodePage(
            .opposedItems, why: "No record can pass both, so every partner fails one of them.",
            fix: "Drop one, or say with 'when' which records each of them is for.",
            wrong: .checklist(
                """
                items:
                  - {id: A1, title: Called, check: {existence: called}}
                  - {id: A2, title: Not called, check: {absence: called}}
                """),
            right: .checklist(
                """
                items:
                  - {id: A1, title: Called, when: 'severity == "S1"', check: {existence: called}}
                  - {id: A2, title: Not called, when: 'severity == "S4"', check: {absence: called}}
                """)),
        CodePage(
            .deadClock, why: "A clock that never runs is always in time.",
            fix: "Let it start by one event, and stop and pause by others.",
            wrong: .item("check: {clock: {start: escalated, stop: any, target: 4h}}"),
            right: .item("check: {clock: {start: escalated, stop: resolved, target: 4h}}")),
    ]

    private static let ofNames: [CodePage] = [
        CodePage(
            .unusedName, why: "A name that nothing uses is mostly a name that was meant to be used.",
            fix: "Name it in a check, or leave it out.",
            wrong: .checklist("activities: [escalated, acknowledged, cheered]"),
            right: .checklist("activities: [escalated, acknowledged]")),
        CodePage(
            .unproducible,
            why: "What asks for this activity is not observable at any partner: nobody can ever say that it happened.",
            fix: "Add it to the table of a mapping, or take it out of the checklist.",
            wrong: .mapping(
                """
                events:
                  - for: [e in it.events]
                    at: 'timestamp(e.at)'
                    activity: {of: 'e.what', table: {up: escalated, ack: received}}
                """, checklist: "activities: [escalated, acknowledged]\n" + CodeExample.usualItems),
            right: .mapping(
                """
                events:
                  - for: [e in it.events]
                    at: 'timestamp(e.at)'
                    activity: {of: 'e.what', table: {up: escalated, ack: acknowledged}}
                """, checklist: "activities: [escalated, acknowledged]\n" + CodeExample.usualItems)),
    ]
}
