import Checklists

/// The schema of files of tests.
enum TestsSchema {
    static let bytes = JSONSchema.document("touchline tests", root, parts: parts)

    private static let root = JSONSchema.keys(
        [
            ("touchline", .choice(["tests/1"])), ("checklist", JSONSchema.text.said("The id of the checklist under test.")),
            ("version", JSONSchema.text.said("One version of it. Default: the one in force for each record.")),
            ("calendars", .table(ConfigSchema.calendar)), ("partners", .list(ConfigSchema.partner)),
            ("cases", .list(.ref("case"))),
            (
                "equivalent",
                JSONSchema.list(.keys([("mutant", .text), ("reason", .text)], required: ["mutant", "reason"]))
                    .said("Mutants that no record can tell from the item.")
            ),
        ], required: ["touchline", "checklist", "cases"])

    private static let parts: [(name: String, schema: JSONSchema)] = [
        (name: "case", schema: trial), (name: "record", schema: record), (name: "event", schema: event),
        (name: "timeline", schema: timeline), (name: "moment", schema: moment), (name: "verdict", schema: verdict),
        (name: "expectation", schema: expectation),
    ]

    private static let trial = JSONSchema.keys(
        [
            ("name", .text), ("as_of", .ref("moment")), ("timeline", .ref("timeline")), ("record", .ref("record")),
            ("records", JSONSchema.list(.ref("record"), from: 1).said("Those of one customer.")),
            ("expect", JSONSchema.table(.anyOf(.ref("verdict"), .ref("expectation"))).said("By item.")),
        ], required: ["name", "expect"]
    ).needing(["timeline"], ["record"], ["records"])

    private static let timeline = JSONSchema.typed("string").said("escalated 20m acknowledged (party=partner) 3h resolved closed")
    private static let moment = JSONSchema.anyOf(.instant, JSONSchema.length.said("After the record's beginning."))
    private static let verdict = JSONSchema.choice(Verdict.allCases.map(\.rawValue))

    private static let expectation = JSONSchema.keys(
        [
            ("verdict", .ref("verdict")), ("due", .anyOf(.choice(["never"]), .ref("moment"))),
            ("evidence", .anyOf(.text, .keys([("reason", .text), ("events", .list(.text))]))),
        ])

    private static let record = JSONSchema.keys([
        ("partner", .text), ("id", .text), ("kind", .text), ("function", .text), ("opened", .instant),
        ("closed", .anyOf(.instant, .null)), ("updated", .instant), ("severity", .text), ("owner", .text),
        (
            "customer",
            .keys([("id", .text), ("name", .text), ("tier", .text), ("region", .text), ("preferred_channel", .text)])
        ),
        ("attributes", .table(.any)), ("events", .anyOf(.ref("timeline"), .list(.ref("event")))), ("timeline", .ref("timeline")),
        ("provenance", .any),
    ])

    private static let details: [(String, JSONSchema)] = [
        ("actor", .keys([("id", .text), ("role", .text), ("party", .choice(["partner", "vendor", "customer"]))])),
        ("channel", .text), ("text", .text), ("attributes", .table(.any)),
    ]

    /// `[instant, activity, {actor, …}]`, or all of it in one mapping.
    private static let event = JSONSchema.anyOf(
        .list(.anyOf(.text, .keys(details)), from: 2, to: 3),
        .keys([("at", .instant), ("activity", .text)] + details, required: ["at", "activity"]))
}
