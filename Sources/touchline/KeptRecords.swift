import Fetching
import History
import Language
import Timelines

/// The records that a pull of an incremental source brings, on their way into the history: in memory or in a temporary
/// file. They may be added from any thread and in any order.
final class KeptRecords: Sendable {
    /// Without bytes where there is nothing to judge: the reading could not be mapped, or is of a partner that is not audited.
    private typealias Reading = (partner: String, record: String, bytes: [UInt8])

    private let sort = SpillingSort(memoryLimit: 4 << 20)
    /// What this pull and those before it found where.
    let sightings = Sightings()
    /// How many pulls came before.
    private let pull: Int

    init(after memory: SourceMemory?) { pull = memory?.pullCount ?? 0 }

    /// What one batch brings.
    struct Batch {
        fileprivate var readings: [(partner: String, record: String, bytes: [UInt8])] = []
        fileprivate var sightings: [Sightings.Sighting] = []
        fileprivate let pull: Int

        mutating func add(_ record: borrowing ServiceRecord) {
            readings.append((record.partner, record.id, record.compactBytes))
            if pull > 0 { sightings.append(Sightings.Sighting(record, pull: pull)) }
        }

        /// Nothing of the record is judged. What was never kept need not be taken back.
        mutating func lose(_ record: String, partner: String, sequence: Int) {
            guard pull > 0 else { return }
            readings.append((partner, record, []))
            sightings.append(Sightings.Sighting(lost: record, partner: partner, pull: pull, sequence: sequence))
        }

        mutating func lose(_ rejections: [Rejection]) {
            for rejection in rejections {
                guard let record = rejection.record else { continue }
                lose(record, partner: rejection.partner ?? "", sequence: rejection.provenance.sequence)
            }
        }
    }

    var emptyBatch: Batch { Batch(pull: pull) }

    func add(_ batch: Batch) throws {
        for reading in batch.readings {
            try sort.add(group: reading.partner, key: Array(reading.record.utf8), payload: reading.bytes)
        }
        try sightings.add(batch.sightings)
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

    /// The larger `updated` wins, else the one read last. One that does not say when it was updated may be as new as can be.
    private static func replaces(_ new: Reading, _ old: Reading) throws -> Bool {
        if new.bytes.isEmpty || old.bytes.isEmpty { return old.bytes.isEmpty }
        let (new, old) = (try ServiceRecord(compactBytes: new.bytes), try ServiceRecord(compactBytes: old.bytes))
        if new.updated == old.updated { return new.provenance.sequence >= old.provenance.sequence }
        guard let updated = new.updated else { return true }
        return old.updated.map { $0 < updated } ?? false
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
