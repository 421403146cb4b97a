/// The schema of `audit.json`.
enum AuditSchema {
    static let bytes = JSONSchema.document("touchline audit", root)

    private static let name = JSONSchema.typed("string")
    private static let names = JSONSchema.list(name)
    private static let maybe = JSONSchema.typed("number", "null")
    private static let maybeName = JSONSchema.typed("string", "null")
    private static let digest = JSONSchema.pattern("^sha256:[0-9a-f]{64}$")

    private static let root = closed([
        ("touchline", .choice(["audit/1"])), ("id", .pattern("^[0-9a-f]{12}$")), ("network", name), ("as_of", .instant),
        (
            "inputs",
            .keys(
                [
                    ("history", digestOrNull), ("snapshot", digestOrNull), ("config", digest),
                    ("checklists", .list(closed([("id", name), ("version", name), ("sha256", digest)]))), ("rejudge", .flag),
                ], required: ["history", "snapshot", "config", "checklists"])
        ),
        ("sources", .list(source)), ("partners", .list(partner)), ("flags", .list(flag)),
    ])

    private static let digestOrNull = JSONSchema.anyOf(digest, .null)

    /// Every key is there.
    private static func closed(_ properties: [(String, JSONSchema)], optional: [(String, JSONSchema)] = []) -> JSONSchema {
        .keys(properties + optional, required: properties.map(\.0))
    }

    private static func counts(_ keys: String...) -> [(String, JSONSchema)] { keys.map { ($0, .whole()) } }

    private static let source = closed(
        [("id", name), ("outcome", .choice(["complete", "partial", "failed", "not_attempted"])), ("reason", maybeName)]
            + counts("pages", "records", "rejected", "events", "rejected_events") + [("unlisted_partners", names)],
        optional: [("caveats", names)])

    /// Null where there is not enough data.
    private static let score = closed([
        ("function", maybeName), ("value", maybe), ("low", maybe), ("high", maybe), ("level", maybe), ("checks", .whole()),
    ])

    /// The gain is null where the rate is not known.
    private static let module = closed([
        ("module", name), ("function", maybeName), ("items", names), ("failing", .whole()), ("gain", maybe),
    ])

    private static let partner = closed(
        [
            ("id", name), ("name", name), ("functions", names), ("records", .whole()), ("scores", .list(score)),
            ("items", .list(item)), ("measures", .list(measure)), ("enablement", .list(module)),
        ],
        optional: [
            ("caveats", names),
            (
                "undeclared_functions",
                JSONSchema.table(.whole()).said("Records of functions that the config does not list for it.")
            ),
        ])

    private static let item = closed(
        [("checklist", name), ("item", name)]
            + counts(
                "pass", "fail", "holding", "pending", "not_activated", "not_applicable", "not_observable", "early", "waived",
                "met", "missed")
            + [
                ("rate", maybe), ("low", maybe), ("high", maybe), ("target", maybe),
                ("worst", JSONSchema.list(name, to: 10).said("Records that fail, at most ten.")),
            ], optional: [("unit", .choice(["customer"]))])

    /// A duration has times and a ratio, a route its routes.
    private static let measure = closed(
        [("checklist", name), ("measure", name), ("n", .whole())],
        optional: [
            ("median", maybe), ("p90", maybe), ("expected_median", maybe), ("ratio", maybe), ("low", maybe), ("high", maybe),
            (
                "routes",
                .list(closed([("route", name), ("n", .whole()), ("share", .number()), ("expected", .number())]))
            ),
        ])

    private static let group = closed([("id", name), ("met", .whole()), ("n", .whole())])

    private static let flag = closed(
        [
            ("id", name), ("partner", name), ("checklist", name), ("item", name),
            ("kind", .choice(["standard", "peer", "within", "drift", "path", "evidence"])), ("dimension", maybeName),
            ("tier", .choice(["asserted", "watch"])), ("state", .choice(["new", "still", "fixed", "back"])), ("n", .whole()),
            ("effect", .number()), ("low", .number()), ("high", .number()), ("q", .number()), ("sentence", name),
            ("examples", names),
            ("observed", maybe), ("expected", maybe),
        ],
        optional: [
            ("caveats", .list(name)), ("cleared_by", .whole()), ("worst_served", .list(group)), ("best_served", .list(group)),
        ])
}
