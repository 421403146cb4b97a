import Foundation
import Language
import TestSupport
import Testing

/// The JSON Schemas that the program prints: they take what lint takes, key by key, and refuse what it refuses for its shape.
struct SchemaTests {
    private static let kinds = ["checklist", "config", "tests", "partners"]

    private struct Definition: Sendable {
        let name: String
        let text: String
        let kind: String
        let root: YAMLNode
    }

    private static func schema(_ kind: String) async throws -> SchemaCheck {
        let done = try await Program.run(["schema", kind])
        #expect(done.code == 0, "\(done.err)")
        return try SchemaCheck(json: done.out)
    }

    private static func schemas() async throws -> [String: SchemaCheck] {
        var schemas: [String: SchemaCheck] = [:]
        for kind in kinds { schemas[kind] = try await schema(kind) }
        return schemas
    }

    /// The definitions in a folder; those that are no YAML are left out.
    private static func definitions(in folder: String) throws -> [Definition] {
        let base = Checkout.folder + "/" + folder
        let names = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name in
            let text = try Checkout.text("\(folder)/\(name)")
            guard let root = YAMLDocument.read(text, file: name, diagnostics: Diagnostics()),
                let kind = root["touchline"]?.text?.split(separator: "/").first.map(String.init), kinds.contains(kind)
            else { return nil }
            return Definition(name: "\(folder)/\(name)", text: text, kind: kind, root: root)
        }
    }

    private static func right() throws -> [Definition] {
        try ["checklists", "fixtures/demo", "fixtures/lint/ok"].flatMap { try definitions(in: $0) }
    }

    @Test func `what lint takes is right by its schema`() async throws {
        let schemas = try await Self.schemas()
        let definitions = try Self.right()
        #expect(definitions.count >= 40)
        for definition in definitions {
            #expect(schemas[definition.kind]?.errors(definition.root) == [], "\(definition.name)")
        }
    }

    /// Wrong shapes that only reading shows: whether a file is there, whether one key needs another.
    private static let unseen: Set<String> = [
        "clock-no-pause", "clock-no-resume", "config-map-no-id", "config-partners-file", "length-table-empty", "tests-no-as-of",
        // An element of a check thirty levels down.
        "too-deep",
    ]

    @Test func `what lint refuses for its shape is wrong by its schema`() async throws {
        let schemas = try await Self.schemas()
        let shapes = ["TL104", "TL105", "TL106", "TL253", "TL254", "TL255", "TL257", "TL258", "TL305"]
        var unseen: Set<String> = []
        var seen = 0
        for definition in try Self.definitions(in: "fixtures/lint/err") where !definition.name.contains("/parts/") {
            let said = try Checkout.text(String(definition.name.dropLast(5)) + ".expected")
            guard shapes.contains(where: { said.contains("[\($0)]") }), let schema = schemas[definition.kind] else { continue }
            if schema.errors(definition.root).isEmpty {
                unseen.insert(String(definition.name.dropLast(5).split(separator: "/").last ?? ""))
            } else {
                seen += 1
            }
        }
        #expect(unseen == Self.unseen)
        #expect(seen > 70)
    }

    @Test func `the audit of the demo is right by its schema, and no other file is`() async throws {
        let shop = try Workshop()
        let out = shop.path + "/out"
        let config = Checkout.folder + "/fixtures/demo/touchline.yaml"
        try FileManager.default.copyItem(atPath: Checkout.folder + "/fixtures/demo", toPath: shop.path + "/demo")
        try FileManager.default.copyItem(atPath: Checkout.folder + "/checklists", toPath: shop.path + "/checklists")
        let text = try String(contentsOfFile: config, encoding: .utf8).replacing("../../checklists", with: "../checklists")
        try shop.write("demo/touchline.yaml", text)
        let done = try await Program.run(["audit", "-c", "demo/touchline.yaml", "--out", out], in: shop.path)
        let bytes = try #require(shop.bytes("out/audit.json"), "\(done.err)")
        let diagnostics = Diagnostics()
        let root = try #require(
            YAMLDocument.read(String(decoding: bytes, as: UTF8.self), file: "audit.json", diagnostics: diagnostics),
            "\(diagnostics.sorted)")
        let schema = try await Self.schema("audit")
        #expect(schema.errors(root) == [])
        #expect(!schema.errors(root.with("flags", nil)).isEmpty)
        for definition in try Self.right() { #expect(!schema.errors(definition.root).isEmpty, "\(definition.name)") }
    }

    // MARK: Keys

    @Test func `every key of the schemas stands in a file that lint takes`() async throws {
        let schemas = try await Self.schemas()
        var shown: [String: Set<String>] = [:]
        for definition in try Self.right() {
            for level in schemas[definition.kind]?.levels(definition.root) ?? [] {
                shown[definition.kind + level.path, default: []].formUnion(level.node.entries.compactMap(\.key.text))
            }
        }
        for (kind, schema) in schemas {
            for (path, keys) in schema.lists {
                // What is not supported yet is an error wherever it stands.
                let missing = keys.subtracting(shown[kind + path, default: []]).subtracting(["waivers"]).sorted()
                #expect(missing == [], "\(kind)\(path)")
            }
        }
    }

    /// Every word that could be a key, of the sources that read mappings.
    private static func words() throws -> Set<String> {
        let names = FileManager.default.enumerator(atPath: Checkout.folder + "/Sources")?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.reduce(into: []) { words, name in
            let text = try Checkout.text("Sources/" + name)
            guard text.contains(/YAMLMapping|CheckReader|TrialLoader/) else { return }
            for match in text.matches(of: /"([a-z][a-z_0-9]{1,30})"/) { words.insert(String(match.1)) }
        }
    }

    private struct Problems: Decodable {
        struct Problem: Decodable {
            let code: String
            let line: Int
        }
        let problems: [Problem]
    }

    /// A mapping of a file that lint takes gets every word of our sources as a further key, each on a line of its own and
    /// with nothing in it: those that the loader knows it passes over, the others it says. Both must be the schema's.
    @Test func `every key that the loader knows stands in the schema`() async throws {
        let schemas = try await Self.schemas()
        let words = try Self.words()
        #expect(words.count > 200 && words.isSuperset(of: ["oauth2", "within", "next_url", "merge"]))
        var done: Set<String> = []
        var asked: [(definition: Definition, level: SchemaCheck.Level)] = []
        for definition in try Self.right() where definition.name.hasPrefix("fixtures/lint/ok/") {
            for level in schemas[definition.kind]?.levels(definition.root) ?? []
            where Self.isAsked(level) && done.insert(definition.kind + level.path).inserted {
                asked.append((definition, level))
            }
        }
        for (kind, schema) in schemas {
            let left = Set(schema.lists.keys).subtracting(asked.filter { $0.definition.kind == kind }.map(\.level.path))
            #expect(left == Self.unasked[kind, default: []], "\(kind)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = asked[...]
            func start() {
                guard let (definition, level) = waiting.popFirst() else { return }
                group.addTask {
                    let present = Set(level.node.entries.compactMap(\.key.text))
                    let unknown = words.subtracting(level.keys).subtracting(present).sorted()
                    let known = try await Self.known(unknown, in: level.node, of: definition)
                    // An event is also one of these; then it is nothing else.
                    let isEvent = level.path == "/$defs/event/anyOf/3" && definition.kind == "checklist"
                    #expect(
                        known == (isEvent ? ["first", "last"] : []),
                        "\(definition.kind)\(level.path) by \(definition.name):\(level.node.line)")
                }
            }
            for _ in 0..<4 { start() }
            while try await group.next() != nil { start() }
        }
    }

    /// Of one key alone, which decides what kind of thing it is.
    private static let unasked: [String: Set<String>] = [
        "checklist": ["/$defs/event/anyOf/1", "/$defs/event/anyOf/2"],
        "config": ["/$defs/map/properties/events/anyOf/1", "/$defs/value/anyOf/1"],
    ]

    /// Not those of one key that decides what kind of thing they are: a further key would make another thing of them.
    private static func isAsked(_ level: SchemaCheck.Level) -> Bool {
        let kinds = ["first", "last", "text", "cel", "also"]
        return !level.node.entries.contains { kinds.contains($0.key.text ?? "") } || level.node.entries.count > 1
    }

    /// The words about which lint says nothing where they are keys of a mapping.
    private static func known(_ words: [String], in node: YAMLNode, of definition: Definition) async throws -> [String] {
        let shop = try Workshop()
        for name in ["parts", "fixtures"] {
            try FileManager.default.copyItem(
                atPath: Checkout.folder + "/fixtures/lint/ok/" + name, toPath: shop.path + "/" + name)
        }
        var lines = definition.text.components(separatedBy: "\n")
        let (line, column) = (node.line - 1, node.column - 1)
        let old = lines[line].unicodeScalars
        let place = old.index(old.startIndex, offsetBy: column)
        let isFlow = old[place] == "{"
        let head = String(old[..<place]) + (isFlow ? "{" : "")
        let tail = isFlow ? String(old[old.index(after: place)...]) : String(old[place...])
        // A block mapping goes on below, at the column where it began.
        let indent = String(repeating: " ", count: column)
        let added = words.map { (isFlow ? indent + "  " : indent) + $0 + ": null" + (isFlow ? "," : "") }
        let rest = isFlow ? tail : indent + tail
        lines.replaceSubrange(
            line...line, with: [isFlow ? head : head + added[0].dropFirst(column)] + added.dropFirst(isFlow ? 0 : 1) + [rest])
        let first = isFlow ? node.line + 1 : node.line
        try shop.write("file.yaml", lines.joined(separator: "\n"))
        let more = definition.text.prefix { $0 != "\n" }.wholeMatch(of: /# with (.+)/).map { [String($0.1)] } ?? []
        let result = try await Program.run(["lint", "--format", "json", "file.yaml"] + more, in: shop.path)
        let problems = try JSONDecoder().decode(Problems.self, from: Data(result.out.utf8)).problems
        let said = Set(problems.map(\.line))
        return words.enumerated().filter { !said.contains($0.offset + first) }.map(\.element)
    }
}
