import Fetching
import Language
import TestSupport
import Testing

@testable import Timelines

/// Details that many events share are those that each of them would have on its own.
struct DetailsMemoTests {
    private static let mapping = """
        missing: ["n/a"]
        map:
          id: 'it.id'
          partner: '"p"'
          events:
            - for: [e in it.events]
              at: 'timestamp(e.at)'
              activity: 'e.what'
              actor: {id: 'e.who', role: 'e.?role.orValue("agent")'}
              channel: {of: 'e.via', table: {mail: email, tel: phone}, otherwise: other}
              attributes: {reason: 'e.reason', code: 'string(e.code)'}
        """

    @Test(arguments: 0..<4) func `an event has the same details alone and among others`(seed: UInt64) throws {
        var random = SeededNumbers(state: seed)
        let words = [
            #""mail""#, #""tel""#, #""x""#, #""""#, #""n/a""#, "null", "7", "-7", "true", "1.5", "[]",
            #""a text that is longer than thirty-two bytes""#,
            #""7""#, #""\u0078""#, #""é""#,
        ]
        let events = (0..<400).map { index -> String in
            let fields = ["via", "reason", "code", "role"].filter { _ in random.below(5) > 0 }.map { key in
                "\"\(key)\":\(words[random.below(random.below(3) == 0 ? words.count : 4)])"
            }
            let start = "\"at\":\"2026-01-05T09:00:00Z\",\"what\":\"a\",\"who\":\"\(index)\""
            return "{" + ([start] + fields).joined(separator: ",") + "}"
        }
        for size in [400, 10, 1] {
            for first in stride(from: 0, to: 400, by: size) {
                let together = try Self.details(Array(events[first..<(first + size)]))
                #expect(together == (try events[first..<(first + size)].flatMap { try Self.details([$0]) }))
            }
        }
    }

    private static func details(_ events: [String]) throws -> [String] {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(mapping, file: "f", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        let mapping = try #require(Mapping.load(&keys, source: "s", format: .ndjson, partner: nil), "\(diagnostics.sorted)")
        var reader = RecordReader(source: "s", mapping: mapping, format: .ndjson, activities: ActivityTable(["a"]))
        let line = "{\"id\":\"1\",\"events\":[" + events.joined(separator: ",") + "]}\n"
        try reader.consume(.bytes(Array(line.utf8), page: 1))
        try reader.finish()
        var told: [String] = []
        while let work = reader.next() {
            for record in work.run().records {
                told += record.events.enumerated().map { index, event in
                    let problems = record.unreadable.filter { $0.event == index }.map { "\($0.path): \($0.why)" }.sorted()
                    return "\(event.actorRole ?? "-") \(event.channel ?? "-") \(event.attributes.entries) \(problems)"
                }
            }
        }
        return told
    }
}
