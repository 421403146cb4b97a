import Synchronization

/// The readings of records on their way to the timelines of their customers: in memory or in a temporary file, by partner
/// and customer. Batches may be added from any thread and in any order. Which reading of a record counts is not known
/// here; whoever knows asks for it by its key.
package final class CustomerSpool: Sendable {
    /// Rows encoded by one thread, so that the spool is locked once a batch and not once a record.
    package struct Batch {
        fileprivate var rows: [(key: [UInt8], payload: [UInt8])] = []

        package init() {}

        /// A record that names no customer is on nobody's timeline.
        package mutating func add(_ record: ServiceRecord) {
            guard let key = Key(record) else { return }
            rows.append((key.bytes, record.compactBytes))
        }
    }

    /// One reading of one record: orders by partner, customer, record, source and place of reading.
    package struct Key {
        package let bytes: [UInt8]

        /// Nil where there is no customer.
        package init?(partner: String, customer: String?, record: String, provenance: Provenance) {
            guard let customer, !customer.isEmpty else { return nil }
            var bytes: [UInt8] = []
            for name in [partner, customer, record, provenance.source] { Self.append(name, to: &bytes) }
            let sequence = UInt64(bitPattern: Int64(provenance.sequence)) ^ (1 << 63)
            withUnsafeBytes(of: sequence.bigEndian) { bytes.append(contentsOf: $0) }
            self.bytes = bytes
        }

        init?(_ record: ServiceRecord) {
            self.init(
                partner: record.partner, customer: record.customer.id, record: record.id, provenance: record.provenance)
        }

        /// A zero byte within a name is written as two, and a name ends with two others, so that no name runs into the next.
        private static func append(_ name: String, to key: inout [UInt8]) {
            for byte in name.utf8 {
                key.append(byte)
                if byte == 0 { key.append(0xFF) }
            }
            key.append(0)
            key.append(0)
        }
    }

    private let sort: Mutex<SpillingSort>

    package init(memoryLimit: Int = 16 << 20) { sort = Mutex(SpillingSort(memoryLimit: memoryLimit)) }

    package func add(_ batch: Batch) throws {
        try sort.withLock { sort in
            for row in batch.rows { try sort.add(key: row.key, payload: row.payload) }
        }
    }

    /// The readings, when all are added. Called once.
    package func readings() throws -> CustomerReadings {
        let taken = sort.withLock { sort in
            let taken = sort
            sort = SpillingSort(memoryLimit: 1)
            return taken
        }
        return try CustomerReadings(taken.sorted())
    }
}

/// The spooled readings in the order of their keys.
package struct CustomerReadings {
    private var rows: SpillingSort.Rows
    private var current: (key: [UInt8], payload: [UInt8])?

    init(_ rows: SpillingSort.Rows) throws(SpillError) {
        self.rows = rows
        current = try self.rows.nextRow()
    }

    /// The reading of a key, which must be there. Keys are asked for in their order, and each once.
    package mutating func reading(_ key: [UInt8]) throws -> ServiceRecord {
        while let row = current, row.key.lexicographicallyPrecedes(key) { current = try rows.nextRow() }
        guard let row = current, row.key == key else {
            throw SpillError(description: "a temporary file has lost a record")
        }
        current = try rows.nextRow()
        return try ServiceRecord(compactBytes: row.payload)
    }
}
