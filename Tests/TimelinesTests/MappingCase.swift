import Fetching
import Foundation
import Language
import TestSupport
import Testing

@testable import Timelines

/// A fixture: the keys of a source, a payload, and the canonical records that come of it.
struct MappingCase: CustomTestStringConvertible, Sendable {
    let file: String
    let source: YAMLNode
    let format: PageFormat
    let pages: [String]
    let expected: String

    var testDescription: String { file }

    static let all: [MappingCase] = {
        let folder = Checkout.folder + "/fixtures/mappings"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { $0.hasSuffix(".yaml") }.compactMap { try? read($0) }
    }()

    private static func read(_ name: String) throws -> MappingCase {
        let diagnostics = Diagnostics()
        let text = try Checkout.text("fixtures/mappings/" + name)
        let root = try #require(YAMLDocument.read(text, file: name, diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(root, "a case", diagnostics))
        let source = keys.node("source")
        let format = PageFormat(rawValue: keys.text("format") ?? "")
        return MappingCase(
            file: name, source: try #require(source), format: try #require(format), pages: keys.texts("pages"),
            expected: keys.text("expected") ?? "")
    }

    /// A line a record, then a line for whatever could not be mapped.
    func run(chunk: Int) throws -> String {
        let diagnostics = Diagnostics()
        var keys = try #require(YAMLMapping(source, "source", diagnostics))
        let partner = keys.text("partner")
        let mapping = Mapping.load(&keys, source: "desk", format: format, partner: partner)
        keys.finish()
        guard let mapping else { return diagnostics.sorted.map { "\($0.code) \($0.message)\n" }.joined() }
        var reader = RecordReader(
            source: "desk", mapping: mapping, format: format, activities: ActivityTable(["opened", "resolved"]))
        var output = Output()
        var failure: ReadFailure?
        do {
            for (index, page) in pages.enumerated() {
                try feed(Array(page.utf8), page: index + 1, chunk: chunk, to: &reader)
                while let work = reader.next() { output.add(work.run()) }
            }
            try reader.finish()
        } catch let error as ReadFailure {
            failure = error
        }
        while let work = reader.next() { output.add(work.run()) }
        if let reason = failure?.reason { output.lines.append("failed \(reason.code): \(reason.message)") }
        return output.lines.map { $0 + "\n" }.joined()
    }

    private func feed(_ bytes: [UInt8], page: Int, chunk: Int, to reader: inout RecordReader) throws {
        if format == .json {
            try reader.consume(.page(Page(number: page, document: JSONDocument(parsing: bytes))))
        } else {
            for at in stride(from: 0, to: bytes.count, by: chunk) {
                try reader.consume(.bytes(Array(bytes[at..<min(bytes.count, at + chunk)]), page: page))
            }
        }
        try reader.consume(
            .pageEnded(PageSummary(number: page, url: "", attempt: 1, byteCount: bytes.count, sha256: "")))
    }

    private struct Output {
        var lines: [String] = []

        mutating func add(_ batch: MappedBatch) {
            for record in batch.records {
                var writer = JSONWriter()
                CanonicalRecord.write(record, into: &writer)
                let problems = record.unreadable.map { "\($0.event.map { "\($0)." } ?? "")\($0.path)" }.sorted()
                lines.append(writer.text + (problems.isEmpty ? "" : " unreadable: " + problems.joined(separator: ", ")))
            }
            for (what, list) in [("rejected", batch.rejections), ("event rejected", batch.eventRejections)] {
                lines += list.map { "\(what): \($0.field) at page \($0.provenance.page) \($0.provenance.pointer)" }
            }
            lines += batch.warnings.map { "warning: \($0)" }
            if let failure = batch.failure { lines.append("failed \(failure.reason.code)") }
        }
    }
}

struct MappingFixtureTests {
    @Test func `there are fixtures`() { #expect(MappingCase.all.count >= 6) }

    @Test(arguments: MappingCase.all)
    func `a payload becomes the records that its mapping says`(fixture: MappingCase) throws {
        for chunk in [3, 64, 1 << 20] {
            let found = try fixture.run(chunk: chunk)
            #expect(found == fixture.expected, "\(found)")
        }
    }
}
