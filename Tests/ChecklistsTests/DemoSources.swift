import Fetching
import Foundation
import TestSupport
import Testing

@testable import Checklists
@testable import Language
@testable import Timelines

/// The demo's sources, mapped and judged without pulling anything: as they are, or with something taken out of a mapping.
struct DemoSources {
    let checklists: [Checklist]
    let partners: [Partner]
    let sources: [YAMLNode]
    let activities: ActivityTable

    static let asOf = Instant(rfc3339: "2026-11-01T00:00:00Z") ?? Instant(seconds: 0)

    init() throws {
        let diagnostics = Diagnostics()
        let files = try ["escalation", "implementation"].map { (name: $0, text: try Checkout.text("checklists/\($0).yaml")) }
        checklists = ChecklistLoader.load(files: files, diagnostics: diagnostics)
        let config = try Checkout.text("fixtures/demo/touchline.yaml")
        let root = try #require(YAMLDocument.read(config, file: "touchline.yaml", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(root, "the config", diagnostics))
        sources = keys.nodes("sources")
        partners = ["northwind", "kestrel", "tasman"].map { id in
            Partner(id: id, name: id, functions: id == "tasman" ? ["escalation"] : ["implementation", "escalation"])
        }
        activities = ActivityTable(checklists.flatMap(\.activityNames))
        #expect(!diagnostics.hasErrors)
    }

    static func id(of source: YAMLNode) -> String { source["id"]?.text ?? "" }

    /// The pages of each source, in order.
    private static let pages: [String: [String]] = [
        "northwind-desk": (1...4).map { "northwind-\($0).json" }, "kestrel-tracker": (1...2).map { "kestrel-\($0).json" },
        "tasman-export": ["tasman.csv"],
    ]

    /// The verdicts of every item on every record of one source, by record.
    func judged(_ source: YAMLNode) throws -> [String: [Verdict]] {
        let id = Self.id(of: source)
        let format: PageFormat = id == "tasman-export" ? .csv : .json
        let diagnostics = Diagnostics()
        var keys = try #require(YAMLMapping(source, "a source", diagnostics))
        let loaded = Mapping.load(&keys, source: id, format: format, partner: keys.text("partner"))
        let mapping = try #require(loaded, "\(diagnostics.sorted)")
        let judge = Judge(
            checklists: checklists, activities: activities, partners: partners, producible: [id: mapping.producible],
            told: [id: mapping.told], asOf: Self.asOf, settle: .seconds(30 * 86400))
        var scratch = judge.makeScratch()
        var verdicts: [String: [Verdict]] = [:]
        var reader = RecordReader(source: id, mapping: mapping, format: format, activities: activities)
        func judgeReady() {
            while let work = reader.next() {
                for record in work.run().records {
                    verdicts[record.id] = judge.judge(record, scratch: &scratch).verdicts.map(\.verdict)
                }
            }
        }
        for (index, name) in (Self.pages[id] ?? []).enumerated() {
            let bytes = Array(try Checkout.text("fixtures/demo/" + name).utf8)
            if format == .json {
                try reader.consume(.page(Page(number: index + 1, document: JSONDocument(parsing: bytes))))
            } else {
                try reader.consume(.bytes(bytes, page: index + 1))
            }
            try reader.consume(
                .pageEnded(PageSummary(number: index + 1, url: "", attempt: 1, byteCount: bytes.count, sha256: "")))
            judgeReady()
        }
        try reader.finish()
        judgeReady()
        return verdicts
    }
}

extension YAMLNode {
    subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = kind else { return nil }
        return entries.first { $0.key.text == key }?.value
    }

    func with(_ kind: Kind) -> YAMLNode { YAMLNode(kind: kind, style: style, source: source, line: line, column: column) }

    /// The same without what lies at a path; `*` is every element of a list. Nil where there is nothing.
    func removing(_ path: ArraySlice<String>) -> YAMLNode? {
        guard let step = path.first else { return nil }
        switch kind {
        case .mapping(let entries):
            guard let index = entries.firstIndex(where: { $0.key.text == step }) else { return nil }
            var rest = entries
            if path.count == 1 {
                rest.remove(at: index)
            } else {
                guard let value = entries[index].value.removing(path.dropFirst()) else { return nil }
                rest[index] = Entry(key: entries[index].key, value: value)
            }
            return with(.mapping(rest))
        case .sequence(let elements):
            if step == "*" {
                let rest = elements.map { $0.removing(path.dropFirst()) }
                return rest.allSatisfy { $0 == nil } ? nil : with(.sequence(zip(rest, elements).map { $0 ?? $1 }))
            }
            guard let index = Int(step), elements.indices.contains(index) else { return nil }
            var rest = elements
            if path.count == 1 {
                rest.remove(at: index)
            } else {
                guard let element = elements[index].removing(path.dropFirst()) else { return nil }
                rest[index] = element
            }
            return with(.sequence(rest))
        case .scalar: return nil
        }
    }

    /// The paths of all keys below, lists by index.
    func paths(under path: [String] = []) -> [[String]] {
        switch kind {
        case .mapping(let entries):
            entries.flatMap { entry -> [[String]] in
                let own = path + [entry.key.text ?? ""]
                return [own] + entry.value.paths(under: own)
            }
        case .sequence(let elements):
            elements.enumerated().flatMap { index, element in
                [path + [String(index)]] + element.paths(under: path + [String(index)])
            }
        case .scalar: []
        }
    }
}
