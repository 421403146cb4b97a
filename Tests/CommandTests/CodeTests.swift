import Foundation
import TestSupport
import Testing

/// The codes of diagnostics: the list that the program prints is what its sources declare and use.
struct CodeTests {
    /// A code as a source file declares it: `static let unknownKey = Code("TL105", "no such key")`.
    private struct Declared: Hashable {
        let name: String
        let title: String
        let room: String
        let property: String
    }

    private static let sources: [(path: String, text: String)] = {
        let names = FileManager.default.enumerator(atPath: Checkout.folder + "/Sources")?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".swift") }.sorted().compactMap { name in
            (try? Checkout.text("Sources/" + name)).map { (name, $0) }
        }
    }()

    private static var declared: [Declared] {
        sources.flatMap { path, text in
            text.matches(of: /static let (\w+) = Code\(\s*"(TL\d+)",\s*"([^"]+)"/).map { match in
                Declared(
                    name: String(match.2), title: String(match.3), room: String(path.prefix { $0 != "/" }),
                    property: String(match.1))
            }
        }
    }

    @Test func `every code of the sources is in the list, once, with its room and title`() async throws {
        let done = try await Program.run(["explain", "--codes"])
        #expect(done.code == 0, "\(done.err)")
        let listed = done.out.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        let expected = Self.declared.map { "\($0.name) \($0.room) \($0.title)" }.sorted()
        #expect(expected.count > 70)
        #expect(listed == expected)
        #expect(Set(Self.declared.map(\.name)).count == expected.count, "a code stands twice")
    }

    @Test func `every code is said somewhere`() {
        var uses: [Substring: Int] = [:]
        for source in Self.sources {
            for word in source.text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }) {
                if let dot = word.lastIndex(of: ".") { uses[word[dot...], default: 0] += 1 }
            }
        }
        for code in Self.declared {
            // Once in its room's list, and once more.
            #expect(uses["." + code.property, default: 0] > 1, "nothing says \(code.name), '\(code.title)'")
        }
    }

    @Test func `the number of a code says what it is about`() {
        let ranges: [(range: ClosedRange<Int>, rooms: Set<String>)] = [
            (101...149, ["Language"]), (150...169, ["Fetching", "Timelines"]), (170...189, ["Timelines"]),
            (190...199, ["Timelines", "touchline"]), (201...249, ["Language"]), (250...349, ["Checklists"]),
        ]
        for code in Self.declared {
            let rooms = Int(code.name.dropFirst(2)).flatMap { number in ranges.first { $0.range.contains(number) } }?.rooms
            #expect(rooms?.contains(code.room) == true, "\(code.name) is declared in \(code.room)")
        }
    }
}
