package import Fetching

/// How the children of a source went, in the order of its records: the same whatever order the answers came in.
package struct ChildTally: Sendable {
    package private(set) var pages = 0
    package private(set) var bytes = 0
    /// Of the pages' bytes, lower-case hex; nil where there were none.
    package var sha256: String? { pages == 0 ? nil : digest.hex }
    private var digest = Digest()
    /// By child: how many records asked for it, how many in vain, and why the first did.
    private var asked: [String: Int] = [:]
    private var lost: [String: (count: Int, first: String)] = [:]
    /// Streams for all records that were not read to their end, and why.
    private var broken: [(name: String, why: String)] = []

    mutating func add(_ name: String, _ summaries: [PageSummary]) {
        for page in summaries {
            pages += 1
            bytes += page.byteCount
            digest.update("\(name) \(page.number) \(page.sha256)\n".utf8)
        }
    }

    mutating func ask(_ name: String) { asked[name, default: 0] += 1 }

    mutating func lose(_ name: String, _ why: String) {
        lost[name] = (lost[name, default: (0, why)].count + 1, lost[name]?.first ?? why)
    }

    mutating func lose(stream name: String, _ why: String) { broken.append((name, why)) }

    /// Why the source is not complete, though its own pages are; nil where every list was had.
    package var problem: Outcome.Reason? {
        var sentences = broken.map { "'\($0.name)' was not read to its end: \($0.why)" }
        for (name, lost) in lost.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let all = asked[name, default: lost.count]
            sentences.append("'\(name)' of \(lost.count) of \(all) records could not be had; the first: \(lost.first)")
        }
        return sentences.isEmpty ? nil : Outcome.Reason("child_failed", sentences.joined(separator: "; "))
    }
}
