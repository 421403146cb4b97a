/// A few lines that show a mistake or its cure, and the whole files around them, so that whoever doubts it can run it.
package struct CodeExample: Hashable, Sendable {
    /// A file by its path below the folder of the example.
    package struct File: Hashable, Sendable {
        package let name: String
        package let text: String
    }

    /// What the lines are a part of: "an item", "a config".
    package let place: String
    /// The lines themselves.
    package let excerpt: String
    /// The first one holds the excerpt.
    package private(set) var files: [File]

    private init(_ place: String, _ excerpt: String, _ text: String, _ others: [String: String] = [:]) {
        self.place = place
        self.excerpt = excerpt
        files =
            [File(name: "example.yaml", text: text + "\n")]
            + others.sorted { $0.key < $1.key }.map { File(name: $0.key, text: $0.value + "\n") }
    }

    /// A file more beside the example.
    package func beside(_ name: String, _ text: String) -> CodeExample {
        var example = self
        example.files.append(File(name: name, text: text + "\n"))
        return example
    }

    /// A whole file.
    package static func file(_ text: String) -> CodeExample { CodeExample("a file", text, text) }

    /// Keys of a checklist; it has an item, where they name none.
    package static func checklist(_ keys: String) -> CodeExample {
        CodeExample("a checklist", keys, checklistText(keys))
    }

    /// Keys of an item; it has a check, where they name none.
    package static func item(_ keys: String) -> CodeExample { CodeExample("an item", keys, checklistText(items(keys))) }

    /// Two files with versions of one checklist.
    package static func versions(_ first: String, _ second: String) -> CodeExample {
        CodeExample(
            "two files of one checklist", first + "\n# and in another file\n" + second, checklistText(first, version: nil),
            ["other.yaml": checklistText(second, version: nil)])
    }

    /// Keys of a config; it has a checklist, a partner and a source, where they name none.
    package static func config(_ keys: String, checklist: String = usualItems) -> CodeExample {
        CodeExample("a config", keys, configText(keys), companions(checklist))
    }

    /// Keys of a source, which is called `desk`; it has what it needs besides.
    package static func source(_ keys: String, hasFixture: Bool = true) -> CodeExample {
        let others = companions(usualItems).filter { hasFixture || $0.key != "fixtures/desk.json" }
        return CodeExample("a source", keys, configText(sourceText(keys)), others)
    }

    /// Keys of a source's `map`.
    package static func mapping(_ keys: String, checklist: String = usualItems) -> CodeExample {
        CodeExample("a source's 'map'", keys, configText(sourceText("map:\n" + indented(mapText(keys)))), companions(checklist))
    }

    /// A list of partners.
    package static func partners(_ list: String) -> CodeExample {
        CodeExample("a file of partners", list, "touchline: partners/1\n" + list)
    }

    /// Keys of a file of tests of a checklist with one item, A1: `escalated` is answered by `acknowledged` within an hour,
    /// unless `check` says otherwise. Another file proves the item, unless these tests stand alone.
    package static func tests(_ keys: String, check: String = usualCheck, alone: Bool = false) -> CodeExample {
        let head = keys.has("checklist") ? "" : "checklist: example\n"
        let proof = """
            cases:
              - {name: answered, timeline: escalated 20m acknowledged 1h closed, expect: {A1: pass}}
              - {name: forgotten, timeline: escalated 1d closed, expect: {A1: fail}}
            """
        let testsHead = "touchline: tests/1\n"
        var others = ["checklist.yaml": checklistText("activities: [escalated, acknowledged]\n" + items("check: " + check))]
        if !alone { others["proof.yaml"] = testsHead + "checklist: example\n" + proof }
        let cases = keys.has("cases") || alone ? "" : "\n" + proof
        return CodeExample("a file of tests", keys, testsHead + head + keys + cases, others)
    }

    // MARK: What stands around the lines

    /// The items of a checklist that says nothing else.
    package static let usualItems = items("check: " + usualCheck)

    package static let usualCheck = "{response: {after: escalated, expect: acknowledged, within: 1h}}"

    private static func items(_ keys: String) -> String {
        let check = keys.has("check") ? "" : "\ncheck: " + usualCheck
        let title = keys.has("title") ? "" : "title: An item\n"
        return "items:\n  - id: A1\n" + indented(title + keys + check, by: 4)
    }

    private static func checklistText(_ keys: String, version: String? = "1.0.0") -> String {
        let head = "touchline: checklist/1\nid: example\ntitle: An example\n" + (version.map { "version: \($0)\n" } ?? "")
        let text = keys + (keys.has("items") ? "" : "\n" + usualItems)
        let used = activities.filter { text.contains($0) }
        return head + (keys.has("activities") ? "" : "activities: [\(used.joined(separator: ", "))]\n") + text
    }

    /// Those that examples speak of; a checklist declares the ones that it uses.
    private static let activities = ["escalated", "acknowledged", "called", "resolved", "reviewed", "reopened"]

    private static func configText(_ keys: String) -> String {
        var text = "touchline: config/1\nnetwork: Example\n" + keys
        if !keys.has("checklists") { text += "\nchecklists: [checklist.yaml]" }
        if !keys.has("partners") { text += "\npartners: [{id: northwind, name: Northwind Services, functions: [support]}]" }
        if !keys.has("sources") { text += "\n" + sourceText("") }
        return text
    }

    /// Records of a system with a page of tickets, unless the keys say otherwise.
    private static func sourceText(_ keys: String) -> String {
        var lines = keys.isEmpty ? ["id: desk"] : ["id: desk", keys]
        if !keys.has("partner") { lines.append("partner: northwind") }
        if !keys.has("url") { lines.append("url: 'file:page.json'") }
        if !keys.has("preset") {
            if !keys.has("format") { lines.append("format: json" + (keys.has("records") ? "" : "\nrecords: 'body.tickets'")) }
            if !keys.has("map") {
                lines.append("map:\n" + indented(mapText("", list: keys.has("children") ? "audits" : "events")))
            }
        }
        let text = indented(lines.joined(separator: "\n"), by: 4)
        return "sources:\n  - " + text.drop { $0 == " " }
    }

    private static func mapText(_ keys: String, list: String = "events") -> String {
        var lines = keys.isEmpty ? [] : [keys]
        if !keys.has("id") { lines.append("id: 'it.id'") }
        if !keys.has("events") {
            lines.append("events: [{for: [e in it.\(list)], at: 'timestamp(e.at)', activity: 'e.what'}]")
        }
        return lines.joined(separator: "\n")
    }

    private static func companions(_ checklist: String) -> [String: String] {
        let page = #"{"tickets": []}"#
        return ["checklist.yaml": checklistText(checklist), "page.json": page, "fixtures/desk.json": page]
    }

    private static func indented(_ text: String, by spaces: Int = 2) -> String {
        let indent = String(repeating: " ", count: spaces)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { indent + $0 }.joined(separator: "\n")
    }
}

extension String {
    /// Whether a line begins with the key.
    fileprivate func has(_ key: String) -> Bool { split(separator: "\n").contains { $0.hasPrefix(key + ":") } }
}
