package import Checklists
import Language

/// Gathers the cases of an audit while its records stream by, and sorts them when all are known.
///
/// Of every record a few bytes are kept, by partner: its customer, owner, mix, region and month as numbers of names, two bits a
/// slot, and its id where it may be an example. Names are numbered as they come; only in the end, when all of them are known, they
/// get the numbers of their order, so that neither the order of arrival nor the split into recorders shows.
package final class CaseRecorder {
    let slots: Int
    let measures: MeasureSlots
    let mixFields: [String]
    let months: Int
    /// Of each of two stores: what is gathered, and what is sorted.
    let memoryLimit: Int
    /// How many bytes the marks of a record have.
    let markBytes: Int
    private(set) var store: BlockStore
    /// Regions and mixes as they stand in rows.
    let places = NameArena()
    private(set) var partners: [String: PartnerCases] = [:]
    /// The partner at hand. Asked for every record, and never while it is written.
    @exclusivity(unchecked)
    private var current: PartnerCases?
    @exclusivity(unchecked)
    private var currentName: [UInt8] = []

    /// What is kept of one partner.
    final class PartnerCases {
        let customers = NameArena()
        let owners = NameArena()
        @exclusivity(unchecked)
        var count = 0
        /// Numbers in the store.
        var blocks: [Int] = []
        /// Records that are in no block yet. Asked for many times a record, and never while it is written.
        @exclusivity(unchecked)
        var bytes = OutputBytes(capacity: 1024)

        /// What a record begins with.
        @inline(__always)
        func append(customer: Int, owner: Int, place: Int, month: Int) {
            bytes.append(fixed: UInt32(truncatingIfNeeded: customer))
            bytes.append(fixed: UInt32(truncatingIfNeeded: owner))
            bytes.append(fixed: UInt32(truncatingIfNeeded: place))
            bytes.append(fixed: UInt32(truncatingIfNeeded: month))
        }
    }

    /// Bytes of one block, about.
    static let blockSize = 64 << 10

    /// `slots` as `ItemSlots` numbers them; `measures` and `mixFields` as the judge has them.
    package init(slots: Int, measures: [MeasureDescription], mixFields: [String], months: Int, memoryLimit: Int = 4 << 20) {
        self.slots = slots
        self.measures = MeasureSlots(measures)
        self.mixFields = mixFields
        self.months = months
        self.memoryLimit = memoryLimit
        markBytes = CaseMark.bytes(for: slots)
        store = BlockStore(memoryLimit: memoryLimit)
    }

    /// Takes a record that counts. `marks` has two bits a slot (`CaseMark`).
    func add(
        partner: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer, _ row: CaseRow, marks: UnsafeRawBufferPointer
    ) throws {
        guard marks.contains(where: { $0 != 0 }) || row.measures.contains(where: { $0 != 0 }) else { return }
        let partner = try open(partner)
        partner.append(
            customer: row.customer.flatMap { $0.isEmpty ? nil : partner.customers.number(of: $0) } ?? -1,
            owner: row.owner.flatMap { $0.isEmpty ? nil : partner.owners.number(of: $0) } ?? -1,
            place: places.number(of: row.place), month: row.month)
        partner.bytes.append(marks)
        if CaseMark.hasExamples(marks) {
            partner.bytes.append(compact: record.count)
            partner.bytes.append(record)
        }
        if !measures.planned.isEmpty {
            partner.bytes.append(compact: row.measures.count)
            partner.bytes.append(row.measures)
        }
        partner.count += 1
        if partner.bytes.count >= Self.blockSize { try flush(partner) }
    }

    @inline(__always)
    private func open(_ name: UnsafeRawBufferPointer) throws -> PartnerCases {
        if let current, currentName.withUnsafeBytes({ $0.hasBytes(of: name) }) { return current }
        return try change(to: name)
    }

    @inline(never)
    private func change(to name: UnsafeRawBufferPointer) throws -> PartnerCases {
        try close()
        let partner = partners[name.text] ?? PartnerCases()
        partners[name.text] = partner
        current = partner
        currentName = Array(name)
        return partner
    }

    /// Hands over what is kept of a partner, and forgets it.
    func take(_ name: String) -> PartnerCases? { partners.removeValue(forKey: name) }

    /// The partner at hand has no more records for now.
    func close() throws {
        guard let partner = current else { return }
        try flush(partner)
        partner.customers.rest()
        partner.owners.rest()
        current = nil
    }

    private func flush(_ partner: PartnerCases) throws {
        guard partner.bytes.count > 0 else { return }
        partner.blocks.append(try store.append(partner.bytes.bytes))
        partner.bytes.removeAll()
    }

    /// Takes what another recorder of the same plan has gathered.
    package func add(_ other: CaseRecorder) throws {
        try other.close()
        let buffer = BlockBuffer()
        for (name, theirs) in other.partners {
            let own = try Array(name.utf8).withUnsafeBytes { try open($0) }
            for block in theirs.blocks {
                let bytes = try other.store.read(block, into: buffer)
                var reader = RecordedReader(bytes, markBytes: markBytes, hasMeasures: !measures.planned.isEmpty)
                while let record = try reader.next() {
                    own.append(
                        customer: record.customer < 0 ? -1 : own.customers.number(of: theirs.customers[record.customer]),
                        owner: record.owner < 0 ? -1 : own.owners.number(of: theirs.owners[record.owner]),
                        place: places.number(of: other.places[record.place]), month: record.month)
                    own.bytes.append(UnsafeRawBufferPointer(rebasing: bytes[record.rest]))
                    own.count += 1
                    if own.bytes.count >= Self.blockSize { try flush(own) }
                }
            }
        }
    }
}

/// Reads what a recorder keeps of records, block by block.
struct RecordedReader {
    struct Record {
        let customer: Int
        let owner: Int
        let place: Int
        let month: Int
        /// Empty where it is no example.
        let id: Range<Int>
        /// The marks, and what stands behind them.
        let rest: Range<Int>
        let measures: Range<Int>
    }

    private let bytes: UnsafeRawBufferPointer
    private var reader: ByteReader
    private let markBytes: Int
    private let hasMeasures: Bool

    init(_ bytes: UnsafeRawBufferPointer, markBytes: Int, hasMeasures: Bool) {
        self.bytes = bytes
        reader = ByteReader(bytes: bytes)
        self.markBytes = markBytes
        self.hasMeasures = hasMeasures
    }

    mutating func next() throws -> Record? {
        guard !reader.isAtEnd else { return nil }
        let head = reader.place
        try reader.skip(16)
        func number(_ place: Int) -> Int {
            Int(
                Int32(
                    truncatingIfNeeded: UInt32(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: head + 4 * place, as: UInt32.self))))
        }
        let (customer, owner, place, month) = (number(0), number(1), number(2), number(3))
        let start = reader.place
        try reader.skip(markBytes)
        let marks = UnsafeRawBufferPointer(rebasing: bytes[start..<reader.place])
        let id = CaseMark.hasExamples(marks) ? try range() : reader.place..<reader.place
        let measures = hasMeasures ? try range() : reader.place..<reader.place
        return Record(
            customer: customer, owner: owner, place: place, month: month, id: id, rest: start..<reader.place, measures: measures)
    }

    private mutating func range() throws -> Range<Int> {
        let count = try reader.count()
        let start = reader.place
        try reader.skip(count)
        return start..<reader.place
    }
}
