import Checklists
import Foundation
import Language
import Scoring
import Testing

@testable import History

/// A folder that goes when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "touchline-history-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var history: String { path + "/deep/er/history.sqlite" }
}

struct AuditHistoryTests {
    static func flag(_ item: String, state: Flag.State = .new, tier: Flag.Tier = .asserted) -> Flag {
        Flag(
            id: Flag.id(partner: "p", checklist: "c", item: item, kind: .standard, dimension: nil), partner: "p", checklist: "c",
            item: item, kind: .standard, tier: tier, state: state, n: 20, effect: -0.2, low: -0.3, high: -0.1, q: 0.01,
            sentence: "\(item) is missed", examples: ["1", "a\"b"])
    }

    static func partner(_ items: [String: (met: Int, target: Double?)]) -> PartnerResult {
        let results = items.sorted { $0.key < $1.key }.map { id, figures in
            var tally = Tally()
            for _ in 0..<figures.met { tally.add(.pass, .met) }
            return ItemResult(
                checklist: "c", item: id, tally: tally, rate: nil, low: nil, high: nil, target: figures.target, worst: [])
        }
        return PartnerResult(id: "p", name: "P", functions: [], records: 1, items: results)
    }

    static func audit(_ id: String, asOf: Int64, flags: [Flag] = []) -> Audit {
        Audit(
            id: id, network: "n", asOf: Instant(seconds: asOf),
            inputs: Audit.Inputs(
                history: "sha256:h", snapshot: "sha256:s", config: "sha256:c",
                checklists: [Audit.ChecklistDigest(id: "c", version: "1", sha256: "sha256:x")]),
            sources: [], partners: [partner(["A": (met: 9, target: 0.9), "B": (met: 9, target: nil)])], flags: flags, items: [],
            caveats: [])
    }

    @Test func `an audit is kept whole and found again`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        try history.keep(Self.audit("aaa", asOf: 100, flags: [Self.flag("A")]), json: Array("{}".utf8))
        let reopened = try AuditHistory(path: folder.history)
        let kept = try reopened.audits(before: Instant(seconds: 101))
        #expect(kept.map(\.id) == ["aaa"])
        #expect(kept.first?.asOf == Instant(seconds: 100))
        #expect(kept.first?.digest == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        #expect(try reopened.json(of: "aaa") == Array("{}".utf8))
        #expect(try reopened.json(of: "bbb") == nil)
    }

    @Test func `only audits with an earlier as_of count, a nanosecond earlier included`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        try history.keep(Self.audit("later", asOf: 200), json: [])
        try history.keep(Self.audit("early", asOf: 100), json: [])
        #expect(try history.audits(before: Instant(seconds: 100)).isEmpty)
        #expect(try history.audits(before: Instant(seconds: 100, nanoseconds: 1)).map(\.id) == ["early"])
        #expect(try history.audits(before: Instant(seconds: 200)).map(\.id) == ["early"])
        #expect(try history.audits(before: Instant(seconds: 201)).map(\.id) == ["early", "later"])
    }

    @Test func `repeating an audit changes nothing`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        try history.keep(Self.audit("aaa", asOf: 100), json: [1])
        let digest = try history.digest(before: Instant(seconds: 999))
        try history.keep(Self.audit("aaa", asOf: 100), json: [2])
        #expect(try history.digest(before: Instant(seconds: 999)) == digest)
        #expect(try history.json(of: "aaa") == [1])
    }

    @Test func `the digest is that of nothing at first, and changes with what counts alone`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(try history.digest(before: Instant(seconds: 100)) == empty)
        try history.keep(Self.audit("aaa", asOf: 100), json: [1])
        #expect(try history.digest(before: Instant(seconds: 100)) == empty)
        let one = try history.digest(before: Instant(seconds: 101))
        #expect(one != empty)
        try history.keep(Self.audit("bbb", asOf: 50), json: [1])
        #expect(try history.digest(before: Instant(seconds: 101)) != one)
    }

    @Test(arguments: ["not a database at all, but long enough to have a header of sixteen bytes", ""])
    func `a file that is no database is named, an empty one is begun`(text: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history.sqlite"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        guard !text.isEmpty else {
            #expect(try AuditHistory(path: path).audits(before: Instant(seconds: 1)).isEmpty)
            return
        }
        let error = #expect(throws: HistoryError.self) { try AuditHistory(path: path) }
        #expect(error.map(String.init(describing:))?.hasPrefix("the history '\(path)' cannot be used: ") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(text.utf8))
    }

    @Test func `a damaged page is an error that names the file`() throws {
        let folder = try TemporaryFolder()
        do {
            let history = try AuditHistory(path: folder.history)
            for index in 0..<20 {
                let json = [UInt8](repeating: 65, count: 9000)
                try history.keep(Self.audit("audit \(index)", asOf: Int64(index), flags: [Self.flag("A")]), json: json)
            }
        }
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.history)))
        for index in 4096..<bytes.count { bytes[index] = 0xA5 }
        try Data(bytes).write(to: URL(fileURLWithPath: folder.history))
        let error = #expect(throws: HistoryError.self) {
            try AuditHistory(path: folder.history).audits(before: Instant(seconds: 99))
        }
        #expect(error.map(String.init(describing:))?.contains(folder.history) == true)
    }

    @Test func `one holds the lock at a time, and letting go frees it`() throws {
        let folder = try TemporaryFolder()
        do {
            let lock = try HistoryLock(path: folder.history)
            #expect(throws: HistoryError.locked(path: folder.history)) { try HistoryLock(path: folder.history) }
            withExtendedLifetime(lock) {}
        }
        _ = try HistoryLock(path: folder.history)
    }
}
