/// The readings of records on their way to the timelines of their customers: in memory or in a temporary file, by partner
/// and customer. They may be added from any thread and in any order. Which reading of a record counts is not known here;
/// whoever knows asks for it by its key.
package final class CustomerSpool: Sendable {
    /// One reading of one record of a partner: orders by customer, record, source and place of reading.
    package struct Key {
        package let bytes: [UInt8]

        /// Nil where there is no customer.
        package init?(customer: String?, record: String, provenance: Provenance) {
            guard let customer, !customer.isEmpty else { return nil }
            var bytes: [UInt8] = []
            for name in [customer, record, provenance.source] { Self.append(name, to: &bytes) }
            let sequence = UInt64(bitPattern: Int64(provenance.sequence)) ^ (1 << 63)
            withUnsafeBytes(of: sequence.bigEndian) { bytes.append(contentsOf: $0) }
            self.bytes = bytes
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

    private let sort: SpillingSort

    /// `memoryLimit` holds for each of the threads that add records at once.
    package init(memoryLimit: Int = 8 << 20) { sort = SpillingSort(memoryLimit: memoryLimit) }

    /// Adds the readings of records. One that names no customer is on nobody's timeline.
    package func add(_ records: some Sequence<ServiceRecord>) throws {
        try sort.withBatch { rows in
            for record in records {
                let key = Key(customer: record.customer.id, record: record.id, provenance: record.provenance)
                guard let key else { continue }
                key.bytes.withUnsafeBytes { key in
                    record.compactBytes.withUnsafeBytes { rows.add(group: record.partner, key: key, payload: $0) }
                }
            }
        }
    }

    /// The readings, when all are added. Called once.
    package func readings() throws -> CustomerReadings { try CustomerReadings(sort.sorted()) }
}

/// The spooled readings, by partner and key.
package struct CustomerReadings {
    private var rows: SortedRows
    private var current: SortedRows.Row?

    init(_ rows: SortedRows) throws(SpillError) {
        self.rows = rows
        current = try self.rows.next()
    }

    /// The reading of a key, which must be there. Partners and their keys are asked for in their order, and each key once.
    package mutating func reading(_ partner: String, _ key: UnsafeRawBufferPointer) throws -> ServiceRecord {
        var partner = partner
        while let row = current {
            let order = partner.withUTF8 { compareBytes(row.group, UnsafeRawBufferPointer($0)) }
            let place = order == 0 ? compareBytes(row.key, key) : order
            if place > 0 { break }
            guard place == 0 else {
                current = try rows.next()
                continue
            }
            let record = try ServiceRecord(compactBytes: Array(row.payload))
            current = try rows.next()
            return record
        }
        throw SpillError(description: "a temporary file has lost a record")
    }
}
