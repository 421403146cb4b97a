import Checklists

/// The schema of checklists: its templates are those of the table.
enum ChecklistSchema {
    static let bytes = JSONSchema.document("touchline checklist", root, parts: parts)

    private static let root = JSONSchema.keys(
        [
            ("touchline", .choice(["checklist/1"])), ("id", JSONSchema.text.said("Names the checklist in reports and tests.")),
            ("title", .text), ("version", JSONSchema.text.said("Of this file; records are judged by the one in force.")),
            ("effective", JSONSchema.keys([("from", .day), ("until", .day)]).said("The UTC days of which it judges records.")),
            ("function", JSONSchema.text.said("Judges the records of this function; without it of every function.")),
            ("unit", JSONSchema.choice(ItemDescription.Unit.allCases.map(\.rawValue)).said("What is judged. Default: record.")),
            ("settle", JSONSchema.length.said("When a record counts at the latest, from its opening.")),
            ("applies", JSONSchema.cel.said("CEL: the records that are judged.")),
            ("clock", JSONSchema.ref("clock").said("Of items that name none. Default: elapsed.")),
            (
                "values",
                JSONSchema.table(.list(.text, from: 1)).said("The values that fields may have; others are mistakes to lint.")
            ),
            ("activities", JSONSchema.list(.text).said("The names of events that checks may ask for.")),
            ("define", JSONSchema.table(.cel).said("Names for kinds of events, by a CEL over 'event'.")),
            ("items", .list(.ref("item"), from: 1)), ("measures", .list(.ref("measure"))),
        ], required: ["touchline", "id", "title", "version", "items"])

    private static let parts: [(name: String, schema: JSONSchema)] = [
        (name: "item", schema: item), (name: "check", schema: check), (name: "event", schema: event),
        (name: "moment", schema: moment), (name: "limit", schema: limit), (name: "clock", schema: clock),
        (name: "span", schema: span), (name: "pause", schema: pause), (name: "measure", schema: measure),
    ]

    private static let item = JSONSchema.keys(
        [
            ("id", .text), ("title", JSONSchema.text.said("What the customer gets, in one sentence.")), ("why", .text),
            (
                "level",
                JSONSchema.choice(ItemDescription.Level.allCases.map(\.rawValue))
                    .said("Default: major. What is advisory lowers no score.")
            ),
            ("weight", JSONSchema.number(from: 0, to: 1_000_000).said("Default: 1.")),
            ("target", JSONSchema.number(from: 0, to: 1).said("The share of judged records that should pass.")),
            ("when", JSONSchema.cel.said("CEL: the records that the item is for.")),
            ("observable", JSONSchema.cel.said("CEL: where it is false, the verdict is not_observable.")),
            ("check", .ref("check")),
            (
                "enablement",
                JSONSchema.keys([("module", .text), ("guidance", .text), ("good", .text), ("poor", .text)])
                    .said("What teaches it.")
            ),
            ("source", JSONSchema.text.said("Where the practice comes from.")),
        ], required: ["id", "title", "check"])

    // MARK: Checks

    /// One template; `span` may stand beside it.
    private static let check = JSONSchema.keys(
        TemplateDescription.all.map { ($0.name, schema(of: $0).said($0.meaning)) } + [("span", .ref("span"))], count: 1...2
    ).and([
        JSONSchema([("required", .texts(["span"])), ("minProperties", .number(2))]),
        JSONSchema([("not", .schema(JSONSchema([("required", .texts(["span"]))]))), ("maxProperties", .number(1))]),
    ])

    /// By what the table says is written after the name.
    private static func schema(of template: TemplateDescription) -> JSONSchema {
        switch template.form {
        case "A": return .ref("event")
        case "[A, B]": return .list(.ref("event"), from: 2, to: 2)
        case "CEL": return .cel
        case "[check, …]": return .list(.ref("check"), from: 1)
        default:
            let keys = template.form.split { !($0.isLetter || $0 == "_") }.map(String.init)
            let required = keys.filter { needed.contains($0) && !spare.contains("\(template.name).\($0)") }
            return .keys(keys.map { ($0, part($0, of: template.name)) } + [("span", .ref("span"))], required: required)
        }
    }

    private static let needed: Set<String> = [
        "after", "expect", "before", "require", "if", "never", "not_next", "of", "from", "to", "every", "start", "stop", "target",
        "event", "holds",
    ]

    /// Parts that others need and these do not.
    private static let spare: Set<String> = ["recurrence.from", "ownership.from"]

    private static func part(_ key: String, of template: String) -> JSONSchema {
        switch (key, template) {
        case ("of", "changes"), ("of", "no_return"): JSONSchema.cel.said("CEL over 'event': the value.")
        case ("of", "ownership"): holding
        case ("at_most", "duration"), ("at_least", "duration"), ("within", _), ("every", _), ("target", _), ("max_gap", _):
            .ref("limit")
        case ("at_most", _), ("at_least", _), ("exactly", _): .whole()
        case ("from", _), ("to", _), ("until", _): .ref("moment")
        case ("pause", "clock"):
            .oneOrMore(.anyOf(.ref("event"), .keys([("event", .ref("event")), ("party", party)], required: ["event"])))
        case ("pause", _): .oneOrMore(.ref("pause"))
        case ("start", _), ("stop", _), ("resume", _), ("reset", _), ("cancel", _): .oneOrMore(.ref("event"))
        case ("clock", _): .ref("clock")
        case ("by", _): JSONSchema.keys([("at", .cel)], required: ["at"]).said("A moment in the place of a length.")
        case ("on_reopen", _):
            .anyOf(reopening, .keys([("event", .oneOrMore(.ref("event"))), ("then", reopening)], required: ["event", "then"]))
        case ("where", _), ("when", _), ("holds", _), ("text", _): .cel
        case ("glossary", _): .list(.text)
        default: .ref("event")
        }
    }

    private static let party = JSONSchema.choice(["partner", "vendor", "customer"])
    private static let reopening = JSONSchema.choice(["restart", "resume", "count", "ignore"])

    private static let holding = JSONSchema.anyOf(
        .cel,
        .keys(
            [("taken", .ref("event")), ("released", .ref("event")), ("owner", .cel)], required: ["taken", "released", "owner"]))

    // MARK: Parts

    private static let event = JSONSchema.anyOf(
        JSONSchema.text.said("An activity, a defined name, or 'any'."), .keys([("first", .ref("event"))], required: ["first"]),
        .keys([("last", .ref("event"))], required: ["last"]),
        .keys([("activity", .text), ("where", JSONSchema.cel.said("CEL over 'event'."))], count: 1...2))

    private static let moment: JSONSchema = {
        let one = JSONSchema.anyOf(
            .choice(["start", "end", "opened", "closed", "as_of"]),
            .keys([("first", .ref("event")), ("last", .ref("event")), ("at", .cel)], count: 1...1))
        return .anyOf(one, .list(one, from: 1))
    }()

    private static let limit = JSONSchema.anyOf(
        .length, byValue(.length, .cel.said("CEL: the value that the keys are of. Default: severity.")))

    private static let clock = JSONSchema.anyOf(
        JSONSchema.text.said("elapsed, partner, or a calendar's name."), byValue(.text, .cel))

    /// A table by a value.
    private static func byValue(_ value: JSONSchema, _ by: JSONSchema) -> JSONSchema {
        JSONSchema([
            ("type", .text("object")), ("properties", .named([(name: "by", schema: by), (name: "otherwise", schema: value)])),
            ("additionalProperties", .schema(value)), ("minProperties", .number(1)),
        ])
    }

    private static let span = JSONSchema.keys([("from", .ref("moment")), ("until", .ref("moment"))], count: 1...2)

    private static let pause = JSONSchema.keys(
        [("from", .ref("event")), ("until", .ref("event")), ("party", party)], required: ["from", "until"])

    private static let measure = JSONSchema.keys(
        [
            ("id", .text), ("title", .text),
            (
                "duration",
                .keys(
                    [
                        ("from", .ref("moment")), ("to", .ref("moment")), ("pause", .oneOrMore(.ref("pause"))),
                        ("clock", .ref("clock")), ("span", .ref("span")),
                    ], required: ["from", "to"])
            ), ("route", .keys([("of", .list(.ref("event")))], required: ["of"])),
        ], required: ["id", "title"]
    ).needing(["duration"], ["route"])
}
