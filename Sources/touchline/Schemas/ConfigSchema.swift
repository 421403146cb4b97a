import Checklists
import Timelines

/// The schemas of configs and of files of partners.
enum ConfigSchema {
    static let bytes = JSONSchema.document("touchline config", root, parts: parts)

    static let partnersBytes = JSONSchema.document(
        "touchline partners",
        .keys(
            [("touchline", .choice(["partners/1"])), ("partners", .list(.ref("partner")))], required: ["touchline", "partners"]),
        parts: [(name: "partner", schema: partner)])

    private static let root = JSONSchema.keys(
        [
            ("touchline", .choice(["config/1"])), ("network", JSONSchema.text.said("The name of the channel, for reports.")),
            ("checklists", JSONSchema.oneOrMore(.text).said("Files or folders, relative to this file.")),
            ("history", JSONSchema.text.said("Default: .touchline/history.sqlite.")),
            ("snapshots", JSONSchema.text.said("A folder, or 'off'. Default: .touchline/snapshots.")),
            ("retention", JSONSchema.keys([("snapshots", .length)]).said("How long snapshots are kept.")),
            ("waivers", JSONSchema.text.said("Not supported yet.")),
            ("case_mix", JSONSchema.list(mixField).said("What records may differ in through no merit of a partner.")),
            ("settle", JSONSchema.length.said("When a record counts at the latest, from its opening. Default: 30d.")),
            ("window", JSONSchema.keys([("months", .whole(from: 1, to: 1200))]).said("How far a pull looks back. Default: 12.")),
            ("as_of", JSONSchema.instant.said("Judges as of then. Default: when the pull starts.")),
            ("calendars", .table(calendar)),
            ("partners", JSONSchema.anyOf(.list(.ref("partner")), JSONSchema.typed("string").said("The name of a file."))),
            ("limits", .ref("limits")), ("ca_file", authorities), ("sources", .list(.ref("source"), from: 1)),
        ], required: ["touchline", "network", "checklists", "sources"])

    private static let mixField = JSONSchema.anyOf(.choice(CaseMix.fieldNames), .pattern(#"^attributes\..+"#))

    private static let parts: [(name: String, schema: JSONSchema)] = [
        (name: "partner", schema: partner), (name: "source", schema: source), (name: "page", schema: page),
        (name: "auth", schema: auth), (name: "secret", schema: secret), (name: "limits", schema: limits),
        (name: "child", schema: child), (name: "map", schema: map), (name: "entry", schema: entry),
        (name: "value", schema: value),
        (name: "choice", schema: choice),
    ]

    static let partner = JSONSchema.keys(
        [
            ("id", .text), ("name", .text), ("functions", JSONSchema.list(.text).said("It is judged only on these.")),
            ("calendar", JSONSchema.text.said("When it works.")), ("region", .text), ("attributes", .table(.text)),
        ], required: ["id", "functions"])

    static let calendar = JSONSchema.keys(
        [
            ("zone", JSONSchema.text.said("An IANA name, such as Europe/Paris.")),
            ("hours", JSONSchema.table(.oneOrMore(.text)).said("{mon-fri: [\"09:00-12:30\", \"13:30-18:00\"]}")),
            ("holidays", .list(.day)), ("day", JSONSchema.length.said("How long '1d' is on this calendar.")),
        ], required: ["zone", "hours"])

    // MARK: Sources

    private static let format = JSONSchema.choice(["json", "ndjson", "csv"])
    private static let authorities = JSONSchema.text.said("Trusted in the place of the system's authorities (PEM).")

    private static let source = JSONSchema.keys(
        [
            ("id", .text), ("partner", JSONSchema.text.said("Whose records these are, unless 'map' says it.")),
            ("preset", JSONSchema.choice(Preset.all.map(\.name)).said("Fills format, page, records, children and map.")),
            ("url", JSONSchema.text.said("https, or file:; {since} and {until} are filled in.")), ("format", format),
            ("allow_http", .flag), ("page", .ref("page")),
            ("total", JSONSchema.cel.said("CEL over 'body' and 'headers': how many records there are.")),
            ("auth", .ref("auth")), ("limits", .ref("limits")),
            ("origins", JSONSchema.list(.text).said("Further origins that links of this source may name.")),
            ("ca_file", authorities),
            (
                "since",
                JSONSchema.keys([("overlap", .length)], required: ["overlap"]).said("Pulls what changed since the last audit.")
            ),
            ("merge", JSONSchema.flag.said("Its records may come from another source, too.")),
            ("records", JSONSchema.cel.said("CEL over 'body': the list of records.")),
            ("missing", JSONSchema.list(.text).said("What the partner writes for nothing.")),
            ("group_by", .ref("value")), ("distinct", .flag), ("order", .choice(["time", "source"])),
            ("children", JSONSchema.table(.anyOf(.ref("child"), .null)).said("Lists of a record that lie elsewhere.")),
            ("map", JSONSchema.anyOf(.choice(["canonical"]), .ref("map"))),
        ], required: ["id", "url"]
    ).needing(["preset"], ["format", "map"])

    private static let page = JSONSchema.anyOf(
        .choice(["none"]),
        .keys(
            [
                ("link_header", .flag), ("next_url", .cel),
                ("cursor", .keys([("param", .text), ("from", .cel), ("more", .cel)], required: ["param", "from"])),
                (
                    "number",
                    .keys(
                        [
                            ("param", .text), ("start", .whole()), ("size_param", .text), ("size", .whole(from: 1)),
                            ("pages", .cel),
                        ], required: ["param"])
                ),
                (
                    "offset",
                    .keys(
                        [("param", .text), ("size_param", .text), ("size", .whole(from: 1)), ("total", .cel)],
                        required: ["param"])
                ),
            ], count: 1...1))

    private static let secret = JSONSchema.keys([("env", .text), ("file", .text)], count: 1...1)
        .said("The name of a variable, or the path of a file.")

    private static let auth = JSONSchema.keys(
        [
            ("bearer", .ref("secret")), ("basic", .keys([("user", name), ("password", .ref("secret"))], required: ["user"])),
            ("header", .keys([("name", .text), ("value", .ref("secret"))], required: ["name", "value"])),
            ("query", .keys([("name", .text), ("value", .ref("secret"))], required: ["name", "value"])),
            (
                "oauth2",
                .keys(
                    [("token_url", .text), ("client_id", name), ("client_secret", .ref("secret")), ("scope", .text)],
                    required: ["token_url", "client_id", "client_secret"])
            ),
            (
                "client_certificate",
                .keys([("certificate", name), ("key", .ref("secret"))], required: ["certificate", "key"])
            ),
        ], count: 1...2)

    private static let name = JSONSchema.anyOf(.text, .ref("secret"))

    private static let limits: JSONSchema = {
        let size = JSONSchema.text.said("64MB")
        return .keys([
            ("rate", JSONSchema.pattern("^[0-9]+/[smhd]$").said("10/s")), ("concurrency", .whole(from: 1, to: 256)),
            ("connect_timeout", .length), ("stall_timeout", .length), ("deadline", .length), ("retries", .whole(to: 100)),
            ("max_page", size), ("max_row", size), ("max_bytes", size), ("max_pages", .whole(from: 1)),
        ])
    }()

    private static let child = JSONSchema.keys(
        [
            ("url", JSONSchema.text.said("Names the record as {it.id}, unless there is a 'key'.")), ("format", format),
            ("page", .ref("page")), ("total", .cel), ("limits", .ref("limits")), ("missing", .list(.text)), ("records", .cel),
            ("key", JSONSchema.cel.said("CEL over a row: the record that it belongs to.")), ("record_key", .cel),
        ], required: ["url"])

    // MARK: Mapping

    /// Null takes out what a preset says.
    private static let field = JSONSchema.anyOf(.ref("value"), .null)

    private static let map = JSONSchema.keys([
        ("id", field), ("partner", field), ("kind", field), ("function", field), ("opened", field), ("closed", field),
        ("updated", field), ("severity", field), ("owner", field),
        (
            "customer",
            .keys([("id", field), ("name", field), ("tier", field), ("region", field), ("preferred_channel", field)])
        ),
        ("attributes", .table(field)),
        (
            "events",
            .anyOf(.list(.ref("entry")), .keys([("also", .list(.ref("entry")))], required: ["also"]).said("Before a preset's."))
        ),
    ])

    private static let entry = JSONSchema.keys(
        [
            ("for", JSONSchema.list(.text).said("Nested loops: 'name in list'.")), ("when", .cel), ("at", .ref("value")),
            ("activity", .ref("value")), ("actor", .keys([("id", field), ("role", field), ("party", field)])), ("channel", field),
            ("text", field), ("attributes", .table(field)),
        ], required: ["at", "activity"])

    private static let value = JSONSchema.anyOf(
        .cel, outright,
        .keys(
            [("of", .ref("value")), ("table", .table(.ref("choice"))), ("otherwise", .ref("choice"))], required: ["of", "table"]))

    private static let outright = JSONSchema.keys([("text", .text), ("cel", .cel)], count: 1...1)

    /// What a table says: a plain scalar as it stands, or an expression.
    private static let choice = JSONSchema.anyOf(.text, .ref("value"))
}
