import Fetching
import History
import Language
import Timelines

/// The records that a pull of an incremental source brings, on their way into the history: in memory or in a temporary
/// file. They may be added from any thread and in any order.
final class KeptRecords: Sendable {
    typealias Reading = (partner: String, record: String, bytes: [UInt8])

    private let sort = SpillingSort(memoryLimit: 4 << 20)

    static func reading(_ record: borrowing ServiceRecord) -> Reading {
        (partner: record.partner, record: record.id, bytes: record.compactBytes)
    }

    func add(_ readings: [Reading]) throws {
        for reading in readings {
            try sort.add(group: reading.partner, key: Array(reading.record.utf8), payload: reading.bytes)
        }
    }

    /// Hands over every record once, by partner and id: of several readings the one that counts. Called once.
    func forEach(_ body: (String, String, [UInt8]) throws -> Void) throws {
        var rows = sort.sorted()
        var best: Reading?
        while let row = try rows.next() {
            let next: Reading = (
                partner: String(decoding: row.group, as: UTF8.self), record: String(decoding: row.key, as: UTF8.self),
                bytes: Array(row.payload)
            )
            if let held = best {
                if held.partner.utf8.elementsEqual(next.partner.utf8), held.record.utf8.elementsEqual(next.record.utf8) {
                    if try Self.replaces(next, held) { best = next }
                    continue
                }
                try body(held.partner, held.record, held.bytes)
            }
            best = next
        }
        if let best { try body(best.partner, best.record, best.bytes) }
    }

    /// The larger `updated` wins, else the one read last.
    private static func replaces(_ new: Reading, _ old: Reading) throws -> Bool {
        let (new, old) = (try ServiceRecord(compactBytes: new.bytes), try ServiceRecord(compactBytes: old.bytes))
        if new.updated == old.updated { return new.provenance.sequence >= old.provenance.sequence }
        guard let updated = new.updated else { return false }
        return old.updated.map { $0 < updated } ?? true
    }
}

extension AuditPlan {
    /// What the history holds of the sources that pull incrementally, by id.
    func memories(in history: AuditHistory, before asOf: Instant) throws(HistoryError) -> [String: SourceMemory] {
        var memories: [String: SourceMemory] = [:]
        for planned in sources where planned.source.overlap != nil {
            let id = planned.source.id
            memories[id] = try history.memory(of: id, fingerprint: planned.fingerprint, before: asOf)
        }
        return memories
    }
}

extension YAMLNode {
    /// What a part of a config says, apart from how it is written down: keys in their order, texts with their lengths.
    var meaning: String {
        switch kind {
        case .scalar(let text): "\(style == .plain ? "p" : "q")\(text.utf8.count):\(text)"
        case .sequence(let nodes): "[" + nodes.map(\.meaning).joined() + "]"
        case .mapping(let entries): "{" + entries.map { $0.key.meaning + $0.value.meaning }.joined() + "}"
        }
    }

    /// `meaning` without some keys of the outermost mapping.
    func meaning(without keys: Set<String>) -> String {
        guard case .mapping(let entries) = kind else { return meaning }
        return "{" + entries.filter { !keys.contains($0.key.text ?? "") }.map { $0.key.meaning + $0.value.meaning }.joined() + "}"
    }
}
