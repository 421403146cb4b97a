package import Language
import Timelines

/// A judgement's bytes were cut or are not ours.
package struct JudgementDecodingError: Error, Sendable {
    package init() {}
}

/// A judgement as bytes: sorted by partner (the row's group) and record (its key), and read where it lies. What every
/// record is counted by comes first; who it was and why it failed follow, and most rows are never read so far.
package struct JudgementRow {
    package let partner: UnsafeRawBufferPointer
    package let record: UnsafeRawBufferPointer
    package let payload: UnsafeRawBufferPointer
    package let source: UnsafeRawBufferPointer
    package let sequence: Int
    package let updated: Instant?
    package let events: Int
    package let function: UnsafeRawBufferPointer?
    /// A byte an item, in the order of `Judge.items`.
    package let codes: UnsafeRawBufferPointer
    private let present: UInt16
    /// Where the provenance and what follows it begin.
    private let rest: Int

    package init(
        partner: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer
    ) throws(JudgementDecodingError) {
        self.partner = partner
        self.record = record
        self.payload = payload
        var reader = ByteReader(bytes: payload)
        present = UInt16(try reader.byte()) | UInt16(try reader.byte()) << 8
        sequence = try reader.number()
        source = try reader.text()
        events = try reader.number()
        updated = present & Present.updated != 0 ? try reader.instant() : nil
        function = present & Present.function != 0 ? try reader.text() : nil
        codes = try reader.text()
        rest = reader.place
    }

    package func code(of item: Int) -> VerdictCode? { item < codes.count ? VerdictCode(byte: codes[item]) : nil }

    /// The page, and the place in it.
    package func place() throws(JudgementDecodingError) -> (page: Int, pointer: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes: payload, place: rest)
        return (try reader.number(), try reader.text())
    }

    /// Everything, in values of its own.
    package func judgement() throws(JudgementDecodingError) -> Judgement {
        var reader = ByteReader(bytes: payload, place: rest)
        let page = try reader.number()
        let pointer = string(try reader.text())
        let opened = present & Present.opened != 0 ? try reader.instant() : nil
        let closed = present & Present.closed != 0 ? try reader.instant() : nil
        var texts: [String?] = []
        for bit in Present.texts { texts.append(present & bit != 0 ? string(try reader.text()) : nil) }
        var customer = Customer()
        (customer.id, customer.name, customer.tier) = (texts[1], texts[2], texts[3])
        (customer.region, customer.preferredChannel) = (texts[4], texts[5])
        var verdicts: [ItemVerdict] = []
        for (item, byte) in codes.enumerated() {
            guard let code = VerdictCode(byte: byte) else { throw JudgementDecodingError() }
            verdicts.append(ItemVerdict(item: item, verdict: code.verdict, rate: code.rate))
        }
        var details = Details(reader: reader)
        while let detail = try details.next() {
            guard verdicts.indices.contains(detail.item) else { throw JudgementDecodingError() }
            verdicts[detail.item].due = detail.due
            verdicts[detail.item].evidence = try detail.evidence()
        }
        return Judgement(
            partner: string(partner), record: string(record),
            provenance: Provenance(source: string(source), page: page, pointer: pointer, sequence: sequence),
            function: function.map(string), opened: opened, closed: closed, updated: updated, severity: texts[0],
            customer: customer, owner: texts[6], events: events, verdicts: verdicts)
    }

    /// What there is to say about verdicts, in the order of items.
    private func details() throws(JudgementDecodingError) -> Details {
        var reader = ByteReader(bytes: payload, place: rest)
        _ = try reader.number()
        _ = try reader.text()
        if present & Present.opened != 0 { _ = try reader.instant() }
        if present & Present.closed != 0 { _ = try reader.instant() }
        for bit in Present.texts where present & bit != 0 { _ = try reader.text() }
        return Details(reader: reader)
    }

    /// What there is to say about the verdict of an item.
    package func detail(of item: Int) throws(JudgementDecodingError) -> Detail? {
        var details = try details()
        while let detail = try details.next() {
            if detail.item == item { return detail }
        }
        return nil
    }

    /// Verdicts that have an instant or evidence.
    private struct Details {
        fileprivate var reader: ByteReader

        mutating func next() throws(JudgementDecodingError) -> Detail? {
            guard !reader.isAtEnd else { return nil }
            let item = try reader.number()
            let flags = try reader.number()
            let due = flags & 1 != 0 ? try reader.instant() : nil
            guard flags & 2 != 0 else { return Detail(item: item, due: due, reason: nil, cited: reader, citedCount: 0) }
            let stretches = flags & 4 != 0 ? try self.stretches() : []
            let reason = try reader.text()
            let count = try reader.count()
            let cited = reader
            let hasRecords = flags & 8 != 0
            for _ in 0..<count {
                _ = (try reader.number(), try reader.instant(), try reader.text())
                if hasRecords { _ = try reader.text() }
            }
            return Detail(
                item: item, due: due, reason: reason, cited: cited, citedCount: count, hasRecords: hasRecords,
                stretches: stretches)
        }

        private mutating func stretches() throws(JudgementDecodingError) -> [Evidence.Stretch] {
            var stretches: [Evidence.Stretch] = []
            for _ in 0..<(try reader.count()) {
                let party = try reader.number()
                let (from, until) = (try reader.instant(), try reader.instant())
                let length = Duration.seconds(try reader.number()) + .nanoseconds(try reader.number())
                guard party < Party.allCases.count else { throw JudgementDecodingError() }
                stretches.append(
                    Evidence.Stretch(party: party < 0 ? nil : Party.allCases[party], from: from, until: until, length: length))
            }
            return stretches
        }
    }

    /// What there is to say about one verdict.
    package struct Detail {
        package let item: Int
        package let due: Instant?
        package let reason: UnsafeRawBufferPointer?
        fileprivate let cited: ByteReader
        fileprivate let citedCount: Int
        /// Events say whose record they belong to.
        fileprivate var hasRecords = false
        /// Whose time it was, where the reason is a length of time.
        package var stretches: [Evidence.Stretch] = []

        /// Every event that the reason speaks of.
        package func forEachEvent(
            _ body: (_ index: Int, _ at: Instant, _ activity: UnsafeRawBufferPointer) -> Void
        ) throws(JudgementDecodingError) {
            var reader = cited
            for _ in 0..<citedCount {
                body(try reader.number(), try reader.instant(), try reader.text())
                if hasRecords { _ = try reader.text() }
            }
        }

        fileprivate func evidence() throws(JudgementDecodingError) -> Evidence? {
            guard let reason else { return nil }
            var evidence = Evidence(reason: string(reason))
            evidence.stretches = stretches
            var reader = cited
            for _ in 0..<citedCount {
                let (index, at, activity) = (try reader.number(), try reader.instant(), string(try reader.text()))
                let record = hasRecords ? string(try reader.text()) : nil
                evidence.events.append(Evidence.CitedEvent(index: index, at: at, activity: activity, record: record))
            }
            return evidence
        }
    }
}

private func string(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

/// The bits that say which optional fields of a row are there.
private enum Present {
    static let updated: UInt16 = 1
    static let function: UInt16 = 2
    static let opened: UInt16 = 4
    static let closed: UInt16 = 8
    /// Severity; the customer's id, name, tier, region and channel; owner.
    static let texts: [UInt16] = (4...10).map { 1 << $0 }
}

extension Judgement {
    /// Appends the row's payload; its group is the partner, its key the record.
    package func encode(into bytes: inout [UInt8]) {
        var head = ServiceRecord(partner: partner, id: record, provenance: provenance)
        (head.function, head.opened, head.closed, head.updated) = (function, opened, closed, updated)
        (head.severity, head.customer, head.owner) = (severity, customer, owner)
        var list = VerdictList()
        for verdict in verdicts {
            list.append(verdict.verdict, verdict.rate, due: verdict.due, evidence: verdict.evidence)
        }
        JudgementRow.append(head, events: events, list, to: &bytes)
    }
}

extension Judgement {
    /// Lends the judgement as a row.
    package func withRow<Result>(_ body: (JudgementRow) throws -> Result) throws -> Result {
        var bytes = Array((partner + record).utf8)
        let start = bytes.count
        encode(into: &bytes)
        return try bytes.withUnsafeBytes { bytes in
            let middle = partner.utf8.count
            return try body(
                JudgementRow(
                    partner: UnsafeRawBufferPointer(rebasing: bytes[..<middle]),
                    record: UnsafeRawBufferPointer(rebasing: bytes[middle..<start]),
                    payload: UnsafeRawBufferPointer(rebasing: bytes[start...])))
        }
    }
}

extension JudgementRow {
    static func append(_ record: borrowing ServiceRecord, events: Int, _ list: borrowing VerdictList, to bytes: inout [UInt8]) {
        var size = 256 + record.provenance.source.utf8.count + record.provenance.pointer.utf8.count + list.codes.count
        size += (record.function?.utf8.count ?? 0) + (record.severity?.utf8.count ?? 0) + (record.owner?.utf8.count ?? 0)
        size += (record.customer.id?.utf8.count ?? 0) + (record.customer.name?.utf8.count ?? 0)
        size += (record.customer.tier?.utf8.count ?? 0) + (record.customer.region?.utf8.count ?? 0)
        size += record.customer.preferredChannel?.utf8.count ?? 0
        // Written at once and then appended: an array asks at every append whether it may.
        withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { buffer in
            var writer = ByteWriter(buffer: buffer)
            write(record, events, list.codes, to: &writer)
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<writer.place]))
        }
        for index in list.details.indices { append(list.details[index], to: &bytes) }
    }

    private static func write(
        _ record: borrowing ServiceRecord, _ events: Int, _ codes: [UInt8], to writer: inout ByteWriter
    ) {
        var present: UInt16 = 0
        writer.place = 2
        writer.number(record.provenance.sequence)
        writer.text(record.provenance.source)
        writer.number(events)
        if let updated = record.updated { writer.instant(updated); present |= Present.updated }
        if let function = record.function { writer.text(function); present |= Present.function }
        writer.number(codes.count)
        codes.withUnsafeBytes { writer.bytes($0) }
        writer.number(record.provenance.page)
        writer.text(record.provenance.pointer)
        if let opened = record.opened { writer.instant(opened); present |= Present.opened }
        if let closed = record.closed { writer.instant(closed); present |= Present.closed }
        if let severity = record.severity { writer.text(severity); present |= 1 << 4 }
        if let id = record.customer.id { writer.text(id); present |= 1 << 5 }
        if let name = record.customer.name { writer.text(name); present |= 1 << 6 }
        if let tier = record.customer.tier { writer.text(tier); present |= 1 << 7 }
        if let region = record.customer.region { writer.text(region); present |= 1 << 8 }
        if let channel = record.customer.preferredChannel { writer.text(channel); present |= 1 << 9 }
        if let owner = record.owner { writer.text(owner); present |= 1 << 10 }
        writer.buffer[0] = UInt8(truncatingIfNeeded: present)
        writer.buffer[1] = UInt8(truncatingIfNeeded: present >> 8)
    }

    private static func append(_ detail: VerdictList.Detail, to bytes: inout [UInt8]) {
        let events = detail.evidence?.events ?? []
        let reason = detail.evidence?.reason ?? ""
        let stretches = detail.evidence?.stretches ?? []
        let hasRecords = events.contains { $0.record != nil }
        let size = events.reduce(80 + reason.utf8.count + 80 * stretches.count) {
            $0 + 50 + $1.activity.utf8.count + ($1.record?.utf8.count ?? 0)
        }
        withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { buffer in
            var writer = ByteWriter(buffer: buffer)
            writer.number(detail.item)
            writer.number(
                (detail.due == nil ? 0 : 1) | (detail.evidence == nil ? 0 : 2) | (stretches.isEmpty ? 0 : 4)
                    | (hasRecords ? 8 : 0))
            if let due = detail.due { writer.instant(due) }
            writer.stretches(stretches)
            if detail.evidence != nil {
                writer.text(reason)
                writer.number(events.count)
                for index in events.indices {
                    writer.number(events[index].index)
                    writer.instant(events[index].at)
                    writer.text(events[index].activity)
                    if hasRecords { writer.text(events[index].record ?? "") }
                }
            }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<writer.place]))
        }
    }
}

/// Writes values one behind the other into memory that has room for them: numbers in groups of seven bits, the sign in the
/// lowest; texts after their length.
private struct ByteWriter {
    let buffer: UnsafeMutableRawBufferPointer
    var place = 0

    mutating func number(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value << 1) ^ Int64(value >> 63))
        while rest >= 0x80 {
            buffer[place] = UInt8(truncatingIfNeeded: rest) | 0x80
            place += 1
            rest >>= 7
        }
        buffer[place] = UInt8(truncatingIfNeeded: rest)
        place += 1
    }

    mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: buffer[place..<place + bytes.count]).copyMemory(from: bytes)
        place += bytes.count
    }

    mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { text in
            number(text.count)
            bytes(UnsafeRawBufferPointer(text))
        }
    }

    mutating func instant(_ instant: Instant) {
        number(Int(instant.seconds))
        number(Int(instant.nanoseconds))
    }

    /// Nothing at all where there are none.
    mutating func stretches(_ stretches: [Evidence.Stretch]) {
        if stretches.isEmpty { return }
        number(stretches.count)
        for stretch in stretches {
            number(stretch.party.flatMap { Party.allCases.firstIndex(of: $0) } ?? -1)
            instant(stretch.from)
            instant(stretch.until)
            let (seconds, attoseconds) = stretch.length.components
            number(Int(seconds))
            number(Int(attoseconds / 1_000_000_000))
        }
    }
}

/// Reads what was appended.
private struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var place: Int

    init(bytes: UnsafeRawBufferPointer, place: Int = 0) {
        self.bytes = bytes
        self.place = place
    }

    var isAtEnd: Bool { place == bytes.count }

    mutating func byte() throws(JudgementDecodingError) -> UInt8 {
        guard place < bytes.count else { throw JudgementDecodingError() }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number() throws(JudgementDecodingError) -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 64 else { throw JudgementDecodingError() }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { break }
            shift += 7
        }
        return Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    }

    /// A count of things that take at least a byte each.
    mutating func count() throws(JudgementDecodingError) -> Int {
        let count = try number()
        guard count >= 0, count <= bytes.count - place else { throw JudgementDecodingError() }
        return count
    }

    mutating func text() throws(JudgementDecodingError) -> UnsafeRawBufferPointer {
        let count = try count()
        defer { place += count }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
    }

    mutating func instant() throws(JudgementDecodingError) -> Instant {
        Instant(seconds: Int64(try number()), nanoseconds: Int32(truncatingIfNeeded: try number()))
    }
}
