/// The schema of what `touchline diff --format json` says.
enum DiffSchema {
    static let bytes = JSONSchema.document("touchline diff", root)

    private static let name = JSONSchema.typed("string")
    private static let names = JSONSchema.list(name)
    private static let maybe = JSONSchema.typed("number", "null")
    private static let maybeName = JSONSchema.typed("string", "null")
    private static let verdict = JSONSchema.anyOf(
        .choice(["pass", "fail", "holding", "pending", "not_activated", "not_applicable", "not_observable"]), .null)

    private static let root = closed([
        ("touchline", .choice(["diff/1"])), ("of", .choice(["checklists", "audits"])), ("old", side), ("new", side),
        ("snapshot", maybeName.said("The pull that the checklists judged.")),
        ("summary", maybeName.said("The numbers in one line; null where nothing changes.")), ("definitions", .list(definition)),
        ("verdicts", .list(verdicts)), ("rates", .list(rate)), ("scores", .list(score)), ("flags", .list(flag)),
        ("partners", .list(partner)),
        ("sources", .list(source)),
    ])

    /// Every key is there.
    private static func closed(_ properties: [(String, JSONSchema)]) -> JSONSchema {
        .keys(properties, required: properties.map(\.0))
    }

    /// With what there was and what there is; null where there is none.
    private static func change(_ properties: [(String, JSONSchema)], of thing: [(String, JSONSchema)]) -> JSONSchema {
        closed(properties + [("old", .anyOf(closed(thing), .null)), ("new", .anyOf(closed(thing), .null))])
    }

    private static let side = closed([
        ("name", name), ("audit", .pattern("^[0-9a-f]{12}$")), ("network", name), ("as_of", .instant), ("complete", .flag),
        ("checklists", .list(closed([("id", name), ("version", name), ("sha256", name)]))),
    ])

    private static let definition = closed([
        ("change", .choice(["added", "removed", "changed"])), ("checklist", name),
        ("item", maybeName.said("Null where the checklist itself is meant.")), ("title", name), ("old_version", maybeName),
        ("new_version", maybeName), ("words", .list(closed([("name", name), ("old", maybeName), ("new", maybeName)]))),
    ])

    private static let verdicts = closed([
        ("partner", name), ("checklist", name), ("item", name), ("unit", .choice(["record", "customer"])),
        ("old", verdict.said("Null where the item is not asked.")), ("new", verdict), ("count", .whole(from: 1)),
        ("records", JSONSchema.list(maybeName, from: 1).said("Ids; null for records that name no customer.")),
    ])

    private static let rate = change(
        [("partner", name), ("checklist", name), ("item", name)],
        of: [("met", .whole()), ("missed", .whole()), ("rate", maybe), ("target", maybe)])

    private static let score = change(
        [("partner", name), ("function", maybeName)], of: [("value", maybe), ("low", maybe), ("high", maybe)])

    private static let flag = change(
        [
            ("change", .choice(["new", "gone", "tier", "kept"])), ("id", name), ("partner", name), ("checklist", name),
            ("item", name), ("kind", name), ("dimension", maybeName),
        ],
        of: [
            ("tier", .choice(["asserted", "watch"])), ("state", .choice(["new", "still", "back"])), ("n", .whole()),
            ("effect", .number()), ("q", .number()), ("sentence", name),
        ])

    private static let partner = change(
        [("id", name)], of: [("name", name), ("functions", names), ("records", .whole())])

    private static let source = change(
        [("id", name)],
        of: [
            ("outcome", .choice(["complete", "partial", "failed", "not_attempted"])), ("reason", maybeName),
            ("records", .whole()), ("rejected", .whole()),
        ])
}
